"""One's own CPD record. Rule BK-12."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cpd.services.exporting import FORMATS
from cpd.services.record import COLUMNS, lines_of, record_of
from hub_portal.shared.exports import export_response
from schools.access import PersonRequest, signed_in_only


@require_safe
@signed_in_only
def record(request: PersonRequest) -> HttpResponse:
    """What somebody attended, with hours by year and by priority, and their certificates."""
    return render(request, "cpd/record.html", {"record": record_of(person=request.user)})


@require_safe
@signed_in_only
def export(request: PersonRequest, form: str) -> HttpResponseBase:
    """The same to take away; of oneself alone, so it is no act. Rule XX-2."""
    if form not in FORMATS:
        raise Http404
    lines = lines_of(person=request.user)
    return export_response(form, name="cpd-record", columns=COLUMNS, rows=lines)
