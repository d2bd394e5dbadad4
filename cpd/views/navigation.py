"""What this app offers in the frame of every page, and on a school's overview."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from cpd.services.apologies import apologies_to_answer
from cpd.services.asking import asked_of
from cpd.services.organised import organisers
from cpd.services.school_bookings import bookings_to_name
from cpd.services.school_tickets import places_to_come
from cpd.services.waiting_page import offers_to
from hub_portal.shared.context import NavLink, link_to
from hub_portal.shared.to_do import ToDo
from hub_portal.shared.wording import counted, day, deadline_in_words
from schools.access import schools_acted_for, signed_in
from schools.models import Person, School


def courses(request: HttpRequest) -> Iterable[NavLink]:
    """The catalogue, for everybody."""
    yield link_to("cpd:courses", "Courses")


def bookings(request: HttpRequest) -> Iterable[NavLink]:
    """A school's bookings, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("cpd:bookings", "Bookings")


def offers_to_answer(person: Person, school: School, at: datetime) -> Iterable[ToDo]:
    """Places from a waiting list that are held until the school answers. Rule BK-8."""
    for offer in offers_to(school=school, at=at):
        yield ToDo(
            sentence=f"{counted(offer.places, 'place')} on {offer.entry.cohort.programme.title} "
            f"{'is' if offer.places == 1 else 'are'} held for you until "
            f"{deadline_in_words(offer.answer_by)}.",
            url=reverse("cpd:waiting", args=[offer.entry_id]),
            link="Take or decline",
        )


def own_courses(request: HttpRequest) -> Iterable[NavLink]:
    """One's own courses, for whoever has no school to act for; reps find them in their menu."""
    if signed_in(request) is not None and not schools_acted_for(request):
        yield link_to("cpd:own_courses", "My courses")


def own_courses_of_a_rep(request: HttpRequest) -> Iterable[NavLink]:
    """One's own courses, beside the school's, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("cpd:own_courses", "My own courses")


def own_needs(request: HttpRequest) -> Iterable[NavLink]:
    """What one needs to take part, for everybody who signs in. Rule BK-13."""
    if signed_in(request) is not None:
        yield link_to("cpd:own_needs", "What I need")


def organising(request: HttpRequest) -> Iterable[NavLink]:
    """The organiser's room, for those who run a course."""
    if request.user.is_authenticated and request.user.pk in organisers():
        yield NavLink(reverse("cpd:organise"), "Courses I run")


def certificates(request: HttpRequest) -> Iterable[NavLink]:
    """Checking a certificate, for everybody."""
    yield NavLink(reverse("cpd:certificates"), "Check a certificate")


def places_to_name(person: Person, school: School, at: datetime) -> Iterable[ToDo]:
    """Places whose delegate is still to be named. Rule BK-2."""
    number = bookings_to_name(school=school, at=at).told().count()
    if number:
        yield ToDo(
            sentence="1 place has no name yet."
            if number == 1
            else f"{number} places have no name yet.",
            url=f"{reverse('cpd:bookings')}?state=to-be-named",
            link="Name the delegates" if number > 1 else "Name the delegate",
        )


def colleagues_with_tickets(person: Person, school: School, at: datetime) -> Iterable[ToDo]:
    """Colleagues who go on a course with a ticket, while the school may still say no. FT-2."""
    for place in places_to_come(school=school, at=at):
        if place.release_until is not None and place.booking.is_told:
            title = place.booking.cohort.programme.title
            yield ToDo(
                sentence=f"{place.name} goes on “{title}” with a Fabulinus Ticket. Arrange cover, "
                f"or say by {day(place.release_until)} that you cannot release them.",
                url=reverse("cpd:colleagues_ticket", args=[place.booking.pk]),
                link="Look at it",
            )


def places_asked_for(person: Person, school: School, at: datetime) -> Iterable[ToDo]:
    """What teachers ask for, to be booked or declined. Rule BK-2."""
    number = asked_of(school=school, at=at).count()
    if number:
        yield ToDo(
            sentence=f"{counted(number, 'colleague asks', 'colleagues ask')} for a place.",
            url=reverse("cpd:asked_places"),
            link="Book or say no",
        )


def delegates_who_cannot_come(person: Person, school: School, at: datetime) -> Iterable[ToDo]:
    """A place each to give to somebody else, or to give up. Rules BK-6 and BK-7."""
    apologies = apologies_to_answer(school=school, at=at).values_list(
        "booking", "booking__named_as", "booking__cohort__programme__title"
    )
    for booking_id, name, title in apologies[:MOST_NAMED]:
        yield ToDo(
            sentence=f"{name} cannot come to “{title}”.",
            url=reverse("cpd:booking", args=[booking_id]),
            link="Send somebody else, or cancel",
        )


MOST_NAMED = 5
"""So many are listed by name; more are answered one after the other."""
