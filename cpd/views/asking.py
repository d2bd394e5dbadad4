"""Asking for a place: the teacher's page, and the rep's list of what is asked. Rule BK-2."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cpd.models import AskedPlace, Cohort
from cpd.services.asking import (
    NO_POST,
    ask_for_place,
    asked_of,
    decline_ask,
    schools_to_ask,
    take_ask_back,
)
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import short_day
from schools.access import (
    PersonRequest,
    SchoolRequest,
    school_page,
    schools_acted_for,
    signed_in_only,
)
from schools.models import School


@require_http_methods(["GET", "POST"])
@signed_in_only
def ask(request: PersonRequest, slug: str, cohort_id: int) -> HttpResponseBase:
    """Ask one's rep for a place; whoever acts for a school books instead."""
    cohort = get_object_or_404(
        Cohort.objects.public().select_related("programme"), pk=cohort_id, programme__slug=slug
    )
    if schools_acted_for(request):
        return redirect("cpd:book", slug, cohort_id)
    schools = schools_to_ask(request.user)
    if request.method != "POST":
        refusal = "" if schools else NO_POST
        return _ask_page(request, cohort, schools, refusal)
    try:
        asked = ask_for_place(
            cohort=cohort, school=_school_asked(request, schools), by=request.user, at=now()
        )
    except PortalError as refused:
        return _ask_page(request, cohort, schools, refused.sentence)
    messages.success(request, f"Your rep at {asked.school} has been asked.")
    return redirect("cpd:own_courses")


@signed_in_only
@require_POST
def take_back(request: PersonRequest, asked_id: int) -> HttpResponseBase:
    """The teacher no longer wants the place."""
    asked = get_object_or_404(AskedPlace, pk=asked_id, person=request.user)
    try:
        take_ask_back(asked=asked, by=request.user, at=now())
    except PortalError as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "Your rep no longer sees that you asked.")
    return redirect("cpd:own_courses")


@require_safe
@school_page
def asked_places(request: SchoolRequest) -> HttpResponse:
    """What the school's teachers ask for, each with the booking form filled in."""
    school = request.acting_school
    context = {"school": school, "asked": asked_of(school=school, at=now())}
    return render(request, "cpd/asked_places.html", context)


@school_page
@require_POST
def decline(request: SchoolRequest, asked_id: int) -> HttpResponseBase:
    """Say no to a place asked for; the teacher is told."""
    asked = get_object_or_404(
        AskedPlace.objects.select_related("school", "cohort__programme", "person"),
        pk=asked_id,
        school__in=schools_acted_for(request),
    )
    try:
        decline_ask(asked=asked, by=request.user, at=now())
    except PortalError as refused:
        messages.error(request, refused.sentence)
    else:
        course = f"{asked.cohort.programme}, {short_day(asked.cohort.starts_at or now())}"
        messages.success(request, f"{asked.person} has been told: not {course}.")
    return redirect("cpd:asked_places")


def _school_asked(request: HttpRequest, schools: list[School]) -> School:
    """The school the form names; the only one where there is no choice."""
    asked = request.POST.get("school", "")
    for school in schools:
        if str(school.pk) == asked:
            return school
    raise Http404


def _ask_page(
    request: HttpRequest, cohort: Cohort, schools: list[School], refused: str = ""
) -> HttpResponse:
    context = {
        "cohort": cohort,
        "sessions": list(cohort.sessions.order_by("starts_at")),
        "schools": schools,
        "form_errors": refused if request.method == "POST" else "",
        "nobody_to_ask": refused if request.method != "POST" else "",
    }
    status = 422 if refused and request.method == "POST" else 200
    return render(request, "cpd/ask.html", context, status=status)
