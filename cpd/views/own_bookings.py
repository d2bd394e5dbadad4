"""A person's own courses: the list, one place, and saying that one cannot come."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cpd.forms.joining import VersionForm
from cpd.services.apologies import send_apologies, take_apologies_back
from cpd.services.joining_readers import say_read
from cpd.services.own_bookings import (
    OwnBookingPage,
    own_booking_page,
    own_bookings,
    places_of,
)
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from schools.access import PersonRequest, signed_in_only


@require_safe
@signed_in_only
def own_courses(request: PersonRequest) -> HttpResponse:
    """Everything somebody is booked on, was booked on, and has asked for."""
    shown = own_bookings(person=request.user, at=now())
    return render(request, "cpd/own_courses.html", {"shown": shown})


@require_safe
@signed_in_only
def own_booking(request: PersonRequest, booking_id: int) -> HttpResponse:
    """One of somebody's own places."""
    shown = _page_or_404(request, booking_id)
    return render(request, "cpd/own_booking.html", {"shown": shown})


@require_http_methods(["GET", "POST"])
@signed_in_only
def apologies(request: PersonRequest, booking_id: int) -> HttpResponseBase:
    """Say that one cannot come, after a page that says what that means."""
    shown = _page_or_404(request, booking_id)
    if request.method != "POST":
        if not shown.may_send_apologies:
            return redirect("cpd:own_booking", booking_id)
        return render(request, "cpd/apologies.html", {"shown": shown})
    try:
        send_apologies(booking_id=booking_id, by=request.user, at=now())
    except PortalError as refused:
        return _refused(request, shown, refused)
    messages.success(request, f"{shown.voice} has been told that you cannot come.")
    return redirect("cpd:own_booking", booking_id)


@signed_in_only
@require_POST
def coming_after_all(request: PersonRequest, booking_id: int) -> HttpResponseBase:
    """Take one's apologies back."""
    shown = _page_or_404(request, booking_id)
    try:
        take_apologies_back(booking_id=booking_id, by=request.user, at=now())
    except PortalError as refused:
        return _refused(request, shown, refused)
    messages.success(request, f"{shown.voice} has been told that you can come after all.")
    return redirect("cpd:own_booking", booking_id)


@signed_in_only
@require_POST
def details_read(request: PersonRequest, booking_id: int) -> HttpResponseBase:
    """Say that one has read the joining details, in the version the page showed. Rule BK-11."""
    shown = _page_or_404(request, booking_id)
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise Http404
    number = form.cleaned_data["version"]
    try:
        say_read(booking_id=booking_id, number=number, by=request.user, at=now())
    except PortalError as refused:
        return _refused(request, shown, refused)
    messages.success(request, "Thank you: whoever runs the course knows that you have read them.")
    return redirect("cpd:own_booking", booking_id)


def _page_or_404(request: PersonRequest, booking_id: int) -> OwnBookingPage:
    booking = get_object_or_404(places_of(request.user), pk=booking_id)
    return own_booking_page(booking=booking, person=request.user, at=now())


def _refused(request: HttpRequest, shown: OwnBookingPage, refused: PortalError) -> HttpResponse:
    context = {"shown": shown, "form_errors": refused.sentence}
    return render(request, "cpd/own_booking.html", context, status=422)
