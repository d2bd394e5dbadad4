"""A school's credits: the figures and the ledger, taken away as a file, and why so many."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credits.services import exporting
from credits.services.credits_page import CreditsPage, credits_page
from credits.services.statement_lines import statement_of
from credits.services.why import why_this_many
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from schools.access import SchoolRequest, school_page


@require_safe
@school_page
def my_credits(request: SchoolRequest) -> HttpResponse:
    """What the school has received, committed, spent and has available, and every line."""
    return render(request, "credits/my_credits.html", {"shown": _page_or_404(request)})


@require_safe
@school_page
def export(request: SchoolRequest, form: str) -> HttpResponseBase:
    """The year's lines as a file, oldest first; taking away names is an act."""
    if form not in exporting.FORMATS:
        raise Http404
    shown = _page_or_404(request)
    exporting.record_export(
        school=shown.school, year=shown.year, form=form, by=request.user, at=now()
    )
    return export_response(
        form,
        name=f"credits-{shown.year.starts_on.year}-{shown.year.ends_on.year % 100:02d}",
        columns=exporting.LINES,
        rows=statement_of(shown.school, shown.year).lines,
    )


@require_safe
@school_page
def why(request: SchoolRequest) -> HttpResponse:
    """How the year's credits were worked out, to be checked on paper."""
    shown = _page_or_404(request)
    reasons = why_this_many(shown.school, shown.year)
    return render(request, "credits/why.html", {"shown": shown, "why": reasons})


def _page_or_404(request: SchoolRequest) -> CreditsPage:
    wanted = request.GET.get("year", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) == 4):
        raise Http404
    shown = credits_page(
        request.acting_school,
        starts_in=int(wanted) if wanted else None,
        page=request.GET.get("page"),
        at=now(),
    )
    if shown is None:
        raise Http404
    return shown
