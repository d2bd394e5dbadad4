"""What this app offers in the frame of every page, and on a school's overview."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from cpd.services.organised import organisers
from cpd.services.school_bookings import bookings_to_name
from hub_portal.shared.context import NavLink, link_to
from hub_portal.shared.to_do import ToDo
from schools.access import schools_acted_for
from schools.models import Person, School


def courses(request: HttpRequest) -> Iterable[NavLink]:
    """The catalogue, for everybody."""
    yield link_to("cpd:courses", "Courses")


def bookings(request: HttpRequest) -> Iterable[NavLink]:
    """A school's bookings, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("cpd:bookings", "Bookings")


def organising(request: HttpRequest) -> Iterable[NavLink]:
    """The organiser's room, for those who run a course."""
    if request.user.is_authenticated and request.user.pk in organisers():
        yield NavLink(reverse("cpd:organise"), "Courses I run")


def certificates(request: HttpRequest) -> Iterable[NavLink]:
    """Checking a certificate, for everybody."""
    yield NavLink(reverse("cpd:certificates"), "Check a certificate")


def places_to_name(person: Person, school: School, at: datetime) -> Iterable[ToDo]:
    """Places whose delegate is still to be named. Rule BK-2."""
    number = bookings_to_name(school=school, at=at).count()
    if number:
        yield ToDo(
            sentence="1 place has no name yet."
            if number == 1
            else f"{number} places have no name yet.",
            url=f"{reverse('cpd:bookings')}?state=to-be-named",
            link="Name the delegates" if number > 1 else "Name the delegate",
        )
