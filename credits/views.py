"""A school's credits: the figures and the ledger, taken away as a file, and why so many."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from credits.forms import DeclineForm, ThresholdForm
from credits.services import exporting
from credits.services.approvals import approve_spending, decline_spending
from credits.services.approvals_page import approvals_for, approvals_page, request_page
from credits.services.credits_page import CreditsPage, credits_page
from credits.services.spending_limits import headteachers_of, set_threshold, threshold_of
from credits.services.statement_lines import statement_of
from credits.services.why import why_this_many
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
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


# ---- Approval by the headteacher. Rule CR-14 ----------------------------------------------------


@require_http_methods(["GET", "POST"])
@school_page
def approvals(request: SchoolRequest) -> HttpResponse:
    """What waits for the headteacher, several approved at once, and the year so far."""
    school, refused = request.acting_school, ""
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("approve") if pk.isdecimal()]
        waiting = approvals_for(request.user).asked().filter(pk__in=chosen).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
        try:
            for approval_id in ids:
                approve_spending(approval_id=approval_id, by=request.user, at=now())
            refused = "" if ids else "Tick what you approve."
        except PortalError as refusal:
            refused = refusal.sentence
        if not refused:
            messages.success(request, f"{counted(len(ids), 'request')} approved.")
            return redirect("credits:approvals")
    shown = approvals_page(school=school, person=request.user, at=now())
    context = {"shown": shown, "form_errors": refused}
    return render(request, "credits/approvals.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
@school_page
def approval(request: SchoolRequest, approval_id: int) -> HttpResponse:
    """One request: what it is for, and the headteacher's yes or no."""
    asked = get_object_or_404(approvals_for(request.user), pk=approval_id)
    form = DeclineForm(request.POST if "decline" in request.POST else None)
    if request.method != "POST":
        return _request_page(request, asked.pk, form)
    try:
        if "approve" in request.POST:
            approve_spending(approval_id=approval_id, by=request.user, at=now())
            messages.success(request, "Approved: the school’s rep and the delegates are told.")
        elif form.is_valid():
            reason = form.cleaned_data["reason"]
            decline_spending(approval_id=approval_id, reason=reason, by=request.user, at=now())
            messages.success(request, "Declined: everything is back, and who asked is told.")
        else:
            return _request_page(request, asked.pk, form, status=422)
    except PortalError as refused:
        return _request_page(request, asked.pk, form, refused.sentence, status=422)
    return redirect("credits:approvals")


@require_http_methods(["GET", "POST"])
@school_page
def spending_limit(request: SchoolRequest) -> HttpResponse:
    """Above how many credits at once the headteacher is asked; for headteachers alone."""
    school = request.acting_school
    if request.user not in headteachers_of(school):
        raise Http404
    form = ThresholdForm(request.POST or None, initial={"threshold": threshold_of(school)})
    if request.method == "POST" and form.is_valid():
        set_threshold(
            school=school, threshold=form.cleaned_data["threshold"], by=request.user, at=now()
        )
        messages.success(request, "The spending limit is changed.")
        return redirect("credits:approvals")
    context = {"school": school, "form": form}
    return render(
        request, "credits/spending_limit.html", context, status=422 if form.errors else 200
    )


def _request_page(
    request: SchoolRequest,
    approval_id: int,
    form: DeclineForm,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    asked = approvals_for(request.user).get(pk=approval_id)  # as it is after what was tried
    shown = request_page(approval=asked, person=request.user, at=now())
    context = {"shown": shown, "form": form, "form_errors": refused}
    return render(request, "credits/approval.html", context, status=status)
