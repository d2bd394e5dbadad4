"""The organiser's room: their courses, the delegates of one, and its registers. Rule BK-10.

Whoever organises nothing finds no such page.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cpd.forms.registers import AtTheDoorForm, RegisterForm, WalkInForm
from cpd.models import Booking, Session
from cpd.services import delegate_lists, joining_readers, organised, register_papers
from cpd.services.at_the_door import WalkInOrder, add_walk_in, schools_at_the_door
from cpd.services.exporting import FORMATS
from cpd.services.registers import Register, RegisterLine, register_of, take_register
from cpd.services.substituting import substitute_delegate
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, in_credits
from schools.access import signed_in_only
from schools.models import Person


class OrganisersRequest(HttpRequest):
    """A request as a view here sees it: somebody is signed in."""

    user: Person


@require_safe
@signed_in_only
def room(request: OrganisersRequest) -> HttpResponse:
    """Registers to take, courses to come and courses that are over."""
    if not organised.cohorts_of(request.user).exists():
        raise Http404
    shown = organised.room_of(person=request.user, at=now())
    return render(request, "cpd/organise.html", {"room": shown})


@require_safe
@signed_in_only
def cohort(request: OrganisersRequest, cohort_id: int) -> HttpResponse:
    """One course: its sessions with their registers, and who is coming."""
    found = get_object_or_404(organised.cohorts_of(request.user), pk=cohort_id)
    delegates = delegate_lists.delegates_of(found)
    context = {
        "cohort": found,
        "sessions": organised.session_rows(cohort=found, at=now()),
        "delegates": delegates,
        "is_evaluated": found.evaluations.exists(),
        "in_words": delegate_lists.in_words(found, len(delegates)),
        "read_in_words": joining_readers.read_in_words(found),
    }
    return render(request, "cpd/organised_course.html", context)


@require_safe
@signed_in_only
def delegates(request: OrganisersRequest, cohort_id: int, form: str) -> HttpResponseBase:
    """The list of delegates as a file; taking away names is an act. Rules XX-1 and XX-2."""
    found = get_object_or_404(organised.cohorts_of(request.user), pk=cohort_id)
    if form not in (*FORMATS, "pdf"):
        raise Http404
    delegate_lists.record_delegates_taken(cohort=found, form=form, by=request.user, at=now())
    if form == "pdf":
        return register_papers.as_file(
            register_papers.delegate_list(cohort=found, at=now()),
            name=delegate_lists.file_name(found, "delegates"),
        )
    return export_response(
        form,
        name=delegate_lists.file_name(found, "delegates"),
        columns=delegate_lists.DELEGATES,
        rows=delegate_lists.delegates_of(found),
    )


@require_safe
@signed_in_only
def venue(request: OrganisersRequest, cohort_id: int, form: str) -> HttpResponseBase:
    """How many the venue should expect on which day, without a name."""
    found = get_object_or_404(organised.cohorts_of(request.user), pk=cohort_id)
    if form not in FORMATS:
        raise Http404
    return export_response(
        form,
        name=delegate_lists.file_name(found, "for-the-venue"),
        columns=delegate_lists.FOR_THE_VENUE,
        rows=delegate_lists.venue_rows(found),
    )


@require_http_methods(["GET", "POST"])
@signed_in_only
def register(request: OrganisersRequest, cohort_id: int, session_id: int) -> HttpResponse:
    """The register of one session: a list for the phone, saved in one go."""
    session = _session_or_404(request, cohort_id, session_id)
    shown = register_of(session=session, at=now())
    if request.method != "POST":
        return _register_page(request, shown, RegisterForm(register=shown))
    form = RegisterForm(request.POST, register=shown)
    if not form.is_valid():
        return _register_page(request, shown, form, status=422)
    try:
        changed = take_register(
            session_id=session_id, marks=form.marks(), by=request.user, at=now()
        )
    except PortalError as refused:
        return _register_page(request, shown, form, refused.sentence, status=422)
    messages.success(request, _what_was_saved(changed, register_of(session=session, at=now())))
    return redirect("cpd:register", cohort_id, session_id)


@require_safe
@signed_in_only
def sheet(request: OrganisersRequest, cohort_id: int, session_id: int) -> HttpResponseBase:
    """The register as a sheet of paper to sign. Its names are taken away: an act."""
    session = _session_or_404(request, cohort_id, session_id)
    delegate_lists.record_delegates_taken(
        cohort=session.cohort, form="sheet", by=request.user, at=now()
    )
    return register_papers.as_file(
        register_papers.sign_in_sheet(session=session, at=now()),
        name=delegate_lists.file_name(session.cohort, "register"),
    )


@require_http_methods(["GET", "POST"])
@signed_in_only
def walk_in(request: OrganisersRequest, cohort_id: int, session_id: int) -> HttpResponse:
    """Somebody came without a place. Rule BK-10."""
    session = _session_or_404(request, cohort_id, session_id)
    facts: dict[str, Any] = {
        "schools": schools_at_the_door(at=now()),
        "may_be_invoiced": session.cohort.invoice_price is not None,
    }
    if request.method != "POST":
        form = WalkInForm(initial={"key": WalkInForm.new_key()}, **facts)
        return _walk_in_page(request, session, form)
    form = WalkInForm(request.POST, **facts)
    if not form.is_valid():
        return _walk_in_page(request, session, form, status=422)
    asked = form.cleaned_data
    order = WalkInOrder(
        key=asked["key"],
        session_id=session_id,
        school_id=asked["school"].pk if asked["school"] else None,
        comes_from=asked["comes_from"],
        full_name=asked["full_name"],
        email=asked["email"],
        reason=asked["reason"],
        by_invoice=bool(asked.get("by_invoice")),
        payer=form.payer(),
    )
    try:
        booking = add_walk_in(order=order, by=request.user, at=now())
    except PortalError as refused:
        return _walk_in_page(request, session, form, refused.sentence, status=422)
    messages.success(request, _how_it_is_paid(booking))
    return redirect("cpd:register", cohort_id, session_id)


def _how_it_is_paid(booking: Booking) -> str:
    paid = f"{in_credits(booking.price)} of the school" if booking.price else booking.cost_in_words
    told = "" if booking.is_of_a_guest else " The school is told."
    return f"{booking.named_as} is on the register, {paid}.{told}"


@require_http_methods(["GET", "POST"])
@signed_in_only
def at_the_door(
    request: OrganisersRequest, cohort_id: int, session_id: int, booking_id: int
) -> HttpResponse:
    """Somebody else came on a place, or the place had no name yet. Rule BK-7."""
    session = _session_or_404(request, cohort_id, session_id)
    line = _line_or_404(register_of(session=session, at=now()), booking_id)
    form = AtTheDoorForm(request.POST or None)
    if request.method != "POST":
        return _door_page(request, session, line, form)
    if not form.is_valid():
        return _door_page(request, session, line, form, status=422)
    try:
        changed = substitute_delegate(
            booking_id=booking_id, to=form.delegate(), by=request.user, at=now()
        )
    except PortalError as refused:
        return _door_page(request, session, line, form, refused.sentence, status=422)
    messages.success(request, f"{changed.named_as} has the place now. The school is told.")
    return redirect("cpd:register", cohort_id, session_id)


def _session_or_404(request: OrganisersRequest, cohort_id: int, session_id: int) -> Session:
    found: Session = get_object_or_404(
        organised.sessions_of(request.user), pk=session_id, cohort=cohort_id
    )
    return found


def _line_or_404(shown: Register, booking_id: int) -> RegisterLine:
    for line in shown.lines:
        if line.booking.pk == booking_id:
            return line
    raise Http404


def _what_was_saved(changed: int, shown: Register) -> str:
    if not changed:
        return "Nothing was changed."
    left = len(shown.lines) - shown.marked
    rest = f" {counted(left, 'delegate')} still to mark." if left else " Everybody is marked."
    return f"Saved: {counted(shown.there, 'delegate')} attended.{rest}"


def _register_page(
    request: HttpRequest,
    shown: Register,
    form: RegisterForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"shown": shown, "form": form, "form_errors": refused}
    return render(request, "cpd/register.html", context, status=status)


def _walk_in_page(
    request: HttpRequest,
    session: Session,
    form: WalkInForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"session": session, "form": form, "form_errors": refused}
    return render(request, "cpd/walk_in.html", context, status=status)


def _door_page(
    request: HttpRequest,
    session: Session,
    line: RegisterLine,
    form: AtTheDoorForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"session": session, "line": line, "form": form, "form_errors": refused}
    return render(request, "cpd/at_the_door.html", context, status=status)
