"""At the door: the organiser's device scans the delegates' codes. Rule BK-10.

A delegate's code opens a page that says whom to show it to. Only whoever organises the course
sees there whose it is, and marks it by POST.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cpd.forms.scanning import MOST_AT_ONCE, CodeForm, ScanForm, scans_in
from cpd.models import Session
from cpd.services import delegate_lists, organised, register_papers
from cpd.services.check_in import ScanAnswer, check_in, check_in_all
from cpd.services.door_codes import CHECK_IN, VERSION, places_with_codes, token_of
from cpd.services.scanning import ShownCode, door_page, shown_code
from hub_portal.shared.browser_features import uses_the_camera
from hub_portal.shared.errors import BadInput, PortalError
from hub_portal.shared.links import arrive, carries_a_right, row_arrived_with
from hub_portal.shared.london import now
from hub_portal.shared.wording import clock_time
from schools.access import PersonRequest, signed_in, signed_in_only


@uses_the_camera
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def scan(request: PersonRequest, cohort_id: int, session_id: int) -> HttpResponse:
    """The door of one session: by camera where JavaScript runs, by an ordinary form anywhere."""
    session = _session_or_404(request, cohort_id, session_id)
    form = ScanForm(request.POST or None)
    if request.method != "POST":
        return _scan_page(request, session, form)
    if not form.is_valid():
        return _scan_page(request, session, form, status=422)
    try:
        done = check_in(
            code=form.cleaned_data["code"], session_id=session_id, by=request.user, at=now()
        )
    except PortalError as refused:
        return _scan_page(request, session, form, refused.sentence, status=422)
    messages.success(request, done.sentence)
    return redirect("cpd:scan", cohort_id, session_id)


@signed_in_only
@require_POST
def send(request: PersonRequest, cohort_id: int, session_id: int) -> JsonResponse:
    """What the page has scanned, some of it perhaps a while ago: an answer for each."""
    session = _session_or_404(request, cohort_id, session_id)
    at = now()
    try:
        scans = scans_in(request.POST, at=at)
    except BadInput as refused:
        return JsonResponse({"sentence": refused.sentence}, status=422)
    answers = check_in_all(scans=scans, session_id=session_id, by=request.user, at=at)
    count = door_page(session=session, at=at).count
    return JsonResponse({"answers": [_in_json(answer) for answer in answers], "count": count})


@carries_a_right
@require_safe
def code_link(request: HttpRequest, token: str) -> HttpResponse:
    """A delegate's code, opened by an ordinary camera: it marks nothing."""
    return arrive(
        request,
        token,
        purpose=CHECK_IN,
        rows=places_with_codes(),
        then=reverse("cpd:code"),
        version_field=VERSION,
    )


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Whom to show the code to; for the organiser, whose it is and a button for each session."""
    shown = _code_arrived_with(request)
    if request.method != "POST":
        return render(request, "cpd/code.html", {"shown": shown})
    if shown is None:
        raise Http404
    form = CodeForm(request.POST, sessions=shown.place.cohort.sessions)
    if not form.is_valid():
        raise Http404
    try:
        done = check_in(
            code=token_of(shown.place),
            session_id=form.cleaned_data["session"].pk,
            by=shown.seen_by,
            at=now(),
        )
    except PortalError as refused:
        context = {"shown": shown, "form_errors": refused.sentence}
        return render(request, "cpd/code.html", context, status=422)
    messages.success(request, done.sentence)
    return redirect("cpd:code")


@require_safe
@signed_in_only
def badges(request: PersonRequest, cohort_id: int) -> HttpResponseBase:
    """Badges to print, a code on each. Their names are taken away: an act. Rule XX-1."""
    found = get_object_or_404(organised.cohorts_of(request.user), pk=cohort_id)
    try:
        printed = register_papers.delegate_badges(cohort=found)
    except PortalError as refused:
        messages.error(request, refused.sentence)
        return redirect("cpd:organised", cohort_id)
    delegate_lists.record_delegates_taken(cohort=found, form="badges", by=request.user, at=now())
    return register_papers.as_file(printed, name=delegate_lists.file_name(found, "badges"))


def _session_or_404(request: PersonRequest, cohort_id: int, session_id: int) -> Session:
    found: Session = get_object_or_404(
        organised.sessions_of(request.user), pk=session_id, cohort=cohort_id
    )
    return found


def _code_arrived_with(request: HttpRequest) -> ShownCode | None:
    person = signed_in(request)
    place = row_arrived_with(
        request, purpose=CHECK_IN, rows=places_with_codes(), version_field=VERSION
    )
    if person is None or place is None:
        return None
    return shown_code(place=place, person=person, at=now())


def _in_json(answer: ScanAnswer) -> dict[str, object]:
    """What the page shows of one scan; the code goes back, so that it is waited for no longer."""
    said: dict[str, object] = {
        "code": answer.scan.code,
        "sentence": answer.sentence,
        "scanned": clock_time(answer.scan.scanned_at),
    }
    if answer.checked_in is not None:
        mark = answer.checked_in.attendance
        said |= {
            "place": mark.booking_id,
            "name": mark.named_as,
            "school": answer.checked_in.school,
            "is_new": answer.checked_in.is_new,
            "since": clock_time(mark.marked_at),
        }
    return said


def _scan_page(
    request: PersonRequest,
    session: Session,
    form: ScanForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "shown": door_page(session=session, at=now()),
        "form": form,
        "form_errors": refused,
        "most_at_once": MOST_AT_ONCE,
    }
    return render(request, "cpd/scan.html", context, status=status)
