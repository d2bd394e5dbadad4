"""What this app offers in the frame of every page, and on a school's overview."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from cpd.models import AskedPlace, Offer
from cpd.services.apologies import apologies_to_answer
from cpd.services.organised import organisers
from cpd.services.school_bookings import bookings_to_name
from cpd.services.school_tickets import colleagues_places_to_come, places_to_come
from hub_portal.shared.context import NavLink, link_to
from hub_portal.shared.to_do import ToDo, Waiting, waiting_rows
from hub_portal.shared.wording import counted, day, deadline_in_words
from schools.access import schools_acted_for, signed_in
from schools.models import School


def courses(request: HttpRequest) -> Iterable[NavLink]:
    """The catalogue, for everybody."""
    yield link_to("cpd:courses", "Courses")


def bookings(request: HttpRequest) -> Iterable[NavLink]:
    """A school's bookings, for those who act for one."""
    if schools_acted_for(request):
        yield link_to("cpd:bookings", "Bookings")


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


def offers_to_answer(school: Any, at: Any) -> QuerySet[Any]:
    """Places from a waiting list that are held until the school answers. Rule BK-8."""
    return waiting_rows(
        Offer.objects.to_answer(at).filter(entry__school=school),
        pk=F("entry"),
        number=F("places"),
        title=F("entry__cohort__programme__title"),
        at=F("answer_by"),
    )


def say_offers(offers: Sequence[Waiting], _school: School, _at: datetime) -> Iterable[ToDo]:
    """Each with the time by which it is to be answered."""
    for offer in offers:
        yield ToDo(
            sentence=f"{counted(offer.number, 'place')} on {offer.title} "
            f"{'is' if offer.number == 1 else 'are'} held for you until "
            f"{deadline_in_words(offer.at)}.",
            url=reverse("cpd:waiting", args=[offer.pk]),
            link="Take or decline",
        )


def places_to_name(school: Any, at: Any) -> QuerySet[Any]:
    """Places whose delegate is still to be named. Rule BK-2."""
    to_name = bookings_to_name(school=school, at=at).told()
    return waiting_rows(to_name.values("school"), number=Count("pk"))


def say_places_to_name(found: Sequence[Waiting], _school: School, _at: datetime) -> Iterable[ToDo]:
    """All of them together."""
    [places] = found
    yield ToDo(
        sentence="1 place has no name yet."
        if places.number == 1
        else f"{places.number} places have no name yet.",
        url=f"{reverse('cpd:bookings')}?state=to-be-named",
        link="Name the delegates" if places.number > 1 else "Name the delegate",
    )


def colleagues_with_tickets(school: Any, at: Any) -> QuerySet[Any]:
    """Places that colleagues have taken with tickets. Rule FT-2."""
    return waiting_rows(colleagues_places_to_come(school=school, at=at), pk=F("pk"))


def say_colleagues_with_tickets(
    _places: Sequence[Waiting], school: School, at: datetime
) -> Iterable[ToDo]:
    """Those the school may still say no to, and until when, which takes a look at each."""
    for place in places_to_come(school=school, at=at):
        if place.release_until is not None and place.booking.is_told:
            title = place.booking.cohort.programme.title
            yield ToDo(
                sentence=f"{place.name} goes on “{title}” with a Fabulinus Ticket. Arrange cover, "
                f"or say by {day(place.release_until)} that you cannot release them.",
                url=reverse("cpd:colleagues_ticket", args=[place.booking.pk]),
                link="Look at it",
            )


def places_asked_for(school: Any, at: Any) -> QuerySet[Any]:
    """What teachers ask for, to be booked or declined. Rule BK-2."""
    asked = AskedPlace.objects.waiting(at).filter(school=school)
    return waiting_rows(asked.values("school"), number=Count("pk"))


def say_places_asked_for(
    found: Sequence[Waiting], _school: School, _at: datetime
) -> Iterable[ToDo]:
    """All of them together."""
    [asked] = found
    yield ToDo(
        sentence=f"{counted(asked.number, 'colleague asks', 'colleagues ask')} for a place.",
        url=reverse("cpd:asked_places"),
        link="Book or say no",
    )


def delegates_who_cannot_come(school: Any, at: Any) -> QuerySet[Any]:
    """A place each to give to somebody else, or to give up. Rules BK-6 and BK-7."""
    return waiting_rows(
        apologies_to_answer(school=school, at=at),
        pk=F("pk"),
        number=F("booking"),
        name=F("booking__named_as"),
        title=F("booking__cohort__programme__title"),
        at=F("booking__cohort__starts_at"),
    )


MOST_NAMED = 5
"""So many are listed by name; more are answered one after the other."""


def say_delegates_who_cannot_come(
    apologies: Sequence[Waiting], _school: School, _at: datetime
) -> Iterable[ToDo]:
    """The soonest by name."""
    for apology in apologies[:MOST_NAMED]:
        yield ToDo(
            sentence=f"{apology.name} cannot come to “{apology.title}”.",
            url=reverse("cpd:booking", args=[apology.number]),
            link="Send somebody else, or cancel",
        )
