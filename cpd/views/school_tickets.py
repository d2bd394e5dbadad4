"""What a school sees of its colleagues' tickets, and "cannot release". Rule FT-2."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cpd.services.school_tickets import colleagues_places, one_place, places_to_come
from cpd.services.ticket_returns import cannot_release
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import SchoolRequest, school_page, schools_acted_for
from schools.models import School


@require_safe
@school_page
def colleagues_tickets(request: SchoolRequest) -> HttpResponse:
    """Who of our school goes on a course with a ticket: cover to arrange."""
    school = request.acting_school
    places = places_to_come(school=school, at=now())
    return render(request, "cpd/colleagues_tickets.html", {"school": school, "places": places})


@require_http_methods(["GET", "HEAD", "POST"])
@school_page
def colleagues_ticket(request: SchoolRequest, place_id: int) -> HttpResponse:
    """One colleague's place; until the free-cancel day the school may say it cannot be."""
    school = request.acting_school if request.method != "POST" else _school_of_form(request)
    booking = get_object_or_404(colleagues_places(school=school), pk=place_id)
    refused = ""
    if request.method == "POST":
        try:
            cannot_release(booking_id=booking.pk, school_id=school.pk, by=request.user, at=now())
        except PortalError as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, "The place is given back, and your colleague is told.")
            return redirect("cpd:colleagues_tickets")
    context = {
        "school": school,
        "place": one_place(booking=booking, at=now()),
        "form_errors": refused,
    }
    status = 422 if refused else 200
    return render(request, "cpd/colleagues_ticket.html", context, status=status)


def _school_of_form(request: SchoolRequest) -> School:
    """The school the form was made for, if the person still acts for it."""
    asked = request.POST.get("school", "")
    for school in schools_acted_for(request):
        if str(school.pk) == asked:
            return school
    raise Http404
