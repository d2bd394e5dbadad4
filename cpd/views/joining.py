"""Joining details of a course: write them, see who has read which version, remind. Rule BK-11.

For the organiser of the course and the hub; to anybody else the pages do not exist.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cpd.forms.joining import JoiningForm
from cpd.models import Cohort, JoiningDetails
from cpd.services import joining_readers
from cpd.services.delegate_lists import file_name
from cpd.services.exporting import FORMATS
from cpd.services.joining import may_change, newest_of, save_details
from cpd.services.messaging import readers_of
from cpd.services.organising import organises
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.access import PersonRequest, signed_in_only


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def details(request: PersonRequest, slug: str, cohort_id: int) -> HttpResponseBase:
    """The form, the details as they will read, and saving them as a new version."""
    cohort = _cohort_or_404(request, slug, cohort_id)
    if request.method != "POST":
        return _page(request, cohort, JoiningForm.of(newest_of(cohort)))
    form = JoiningForm(request.POST)
    if not form.is_valid():
        return _page(request, cohort, form, status=422)
    if "save" not in request.POST:
        return _page(request, cohort, form, preview="change" not in request.POST)
    try:
        saved = save_details(cohort=cohort, by=request.user, at=now(), **form.version())
    except PortalError as refused:
        again = form.again_based_on(newest_of(cohort))
        return _page(request, cohort, again, refused.sentence, status=422)
    told = ", and the delegates are told" if saved.are_told else ""
    messages.success(request, f"Saved as version {saved.number}{told}.")
    return redirect("cpd:joining_details", slug, cohort_id)


@require_safe
@signed_in_only
def version(request: PersonRequest, slug: str, cohort_id: int, version: int) -> HttpResponse:
    """One version: how it reads, who has read it and who has not."""
    shown = _version_or_404(request, slug, cohort_id, version)
    return _version_page(request, shown)


@signed_in_only
@require_POST
def remind(request: PersonRequest, slug: str, cohort_id: int, version: int) -> HttpResponseBase:
    """Remind those who have not read the version that counts."""
    shown = _version_or_404(request, slug, cohort_id, version)
    try:
        reminded = joining_readers.remind_of_details(version=shown, by=request.user, at=now())
    except PortalError as refused:
        return _version_page(request, shown, refused.sentence, status=422)
    messages.success(request, f"Reminded: {counted(reminded, 'mail')} on the way.")
    return redirect("cpd:joining_version", slug, cohort_id, version)


@require_safe
@signed_in_only
def readers(
    request: PersonRequest, slug: str, cohort_id: int, version: int, form: str
) -> HttpResponseBase:
    """Who has read a version, as a file; taking away names is an act. Rules XX-1 and XX-2."""
    shown = _version_or_404(request, slug, cohort_id, version)
    if form not in FORMATS:
        raise Http404
    joining_readers.record_readers_taken(version=shown, form=form, by=request.user, at=now())
    return export_response(
        form,
        name=file_name(shown.cohort, f"joining-details-{shown.number}"),
        columns=joining_readers.READERS,
        rows=joining_readers.read_by(shown).readers,
    )


def _cohort_or_404(request: PersonRequest, slug: str, cohort_id: int) -> Cohort:
    cohort = get_object_or_404(
        Cohort.objects.select_related("programme"), pk=cohort_id, programme__slug=slug
    )
    if not organises(person=request.user, cohort=cohort):
        raise Http404
    return cohort


def _version_or_404(
    request: PersonRequest, slug: str, cohort_id: int, number: int
) -> JoiningDetails:
    cohort = _cohort_or_404(request, slug, cohort_id)
    versions = cohort.joining_versions.select_related("saved_by")
    found: JoiningDetails = get_object_or_404(versions, number=number)
    found.cohort = cohort
    return found


def _page(
    request: HttpRequest,
    cohort: Cohort,
    form: JoiningForm,
    refused: str = "",
    *,
    preview: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "cohort": cohort,
        "form": form,
        "form_errors": refused,
        "may_change": may_change(cohort),
        "readers": len(readers_of(cohort)),
        "versions": joining_readers.versions_read_by(cohort),
        "preview": form.version() if preview else None,
    }
    return render(request, "cpd/joining_details.html", context, status=status)


def _version_page(
    request: HttpRequest, shown: JoiningDetails, refused: str = "", *, status: int = 200
) -> HttpResponse:
    context = {
        "cohort": shown.cohort,
        "version": shown,
        "shown": joining_readers.read_by(shown),
        "counts": newest_of(shown.cohort) == shown,
        "may_change": may_change(shown.cohort),
        "form_errors": refused,
    }
    return render(request, "cpd/joining_version.html", context, status=status)
