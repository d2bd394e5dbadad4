"""Needs: said by link or on one's own page, and seen by the organiser. Rule BK-13."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cpd.emails.reminder_mails import NEEDS
from cpd.forms.needs import NeedsForm
from cpd.models import Cohort
from cpd.services import needs as services
from cpd.services.organising import organises
from hub_portal.shared.links import arrive, carries_a_right, leave, row_arrived_with
from hub_portal.shared.london import now
from schools.access import PersonRequest, signed_in_only


@carries_a_right
@require_safe
def needs_link(request: HttpRequest, token: str) -> HttpResponse:
    """Move the right into the session and go on to an address without it."""
    rows = services.asked_by_link(now())
    return arrive(request, token, purpose=NEEDS, rows=rows, then=reverse("cpd:needs"))


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest) -> HttpResponse:
    """Say what one needs on one course. It names nobody and shows nothing said before."""
    asked = row_arrived_with(request, purpose=NEEDS, rows=services.asked_by_link(now()))
    if asked is None or asked.cohort is None:
        return render(request, "cpd/needs_void.html", status=404)
    form = NeedsForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        context = {
            "cohort": asked.cohort,
            "address": f"{(asked.person.email or '')[:1]}•••@",
            "said_before": asked.said_at is not None,
            "form": form,
        }
        return render(request, "cpd/needs.html", context, status=422 if form.errors else 200)
    services.say_needs(asked=asked, needed=form.needed(), at=now())
    leave(request, purpose=NEEDS)
    return redirect("cpd:needs_said")


@require_safe
def needs_said(request: HttpRequest) -> HttpResponse:
    """Thank you; of nobody and nothing in particular."""
    return render(request, "cpd/needs_said.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def own_needs(request: PersonRequest) -> HttpResponseBase:
    """What one keeps for every course: to see, to change and to delete."""
    kept = services.own_needs(request.user)
    if request.method != "POST":
        initial: dict[str, Any] = dict(vars(kept)) if kept else {}
        context = {"form": NeedsForm(initial=initial), "is_kept": kept is not None}
        return render(request, "cpd/own_needs.html", context)
    if "forget" in request.POST:
        services.forget_own_needs(person=request.user)
        messages.success(request, "Everything you had said about your needs is deleted.")
        return redirect("cpd:own_needs")
    form = NeedsForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "is_kept": kept is not None}
        return render(request, "cpd/own_needs.html", context, status=422)
    services.keep_own_needs(person=request.user, needed=form.needed(), at=now())
    messages.success(request, "Kept, and passed to the organisers of your courses coming up.")
    return redirect("cpd:own_needs")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_only
def needs_of_course(request: PersonRequest, slug: str, cohort_id: int) -> HttpResponseBase:
    """What the delegates of a course need, for its organiser; looking is a POST and an act."""
    cohort = get_object_or_404(
        Cohort.objects.select_related("programme"), pk=cohort_id, programme__slug=slug
    )
    if not organises(person=request.user, cohort=cohort):
        raise Http404
    context: dict[str, Any] = {"cohort": cohort, "answered": services.answered(cohort)}
    if request.method == "POST":
        people, venue = services.see_needs(cohort=cohort, by=request.user, at=now())
        context |= {"people": people, "venue": venue}
    return render(request, "cpd/needs_of_course.html", context)
