"""What courses and bookings have of a person, when two records become one. Rule PE-5."""

from django.db.models import Q

from cpd.choices import BookingStatus, TicketStatus
from cpd.models import (
    Apology,
    AskedPlace,
    Attendance,
    Booking,
    Certificate,
    Cohort,
    Evaluation,
    FabulinusTicket,
    JoiningRead,
    JoiningReminder,
    WaitingDelegate,
)
from cpd.services.moving import lock_cohort
from hub_portal.shared.wording import plain_day
from schools.models import Person
from schools.services.merging import AppsPart, OwnRows, register_merging


def register_cpd_part() -> None:
    """Places, what came of them, and courses somebody organises go over.

    Who did what stays as it was.
    """
    rows = (
        OwnRows("booking", Booking, "delegate"),
        OwnRows("course organised", Cohort, "organiser"),
        OwnRows("name on a waiting list", WaitingDelegate, "person"),
        OwnRows("Fabulinus Ticket", FabulinusTicket, "person"),
        OwnRows("place asked for", AskedPlace, "person"),
        OwnRows("apology", Apology, "person"),
        OwnRows("register mark", Attendance, "person"),
        OwnRows("evaluation", Evaluation, "person"),
        OwnRows("certificate", Certificate, "person"),
        OwnRows("joining details read", JoiningRead, "person", once_per="version"),
        OwnRows("reminder of joining details", JoiningReminder, "person", once_per="version"),
    )
    register_merging("cpd", AppsPart(rows=rows, clashes=clashes, lock=lock_places_and_tickets))


def clashes(stays: Person, goes: Person) -> list[str]:
    """What one person cannot have twice."""
    return [
        *places_held_twice(stays, goes),
        *courses_attended_twice(stays, goes),
        *tickets_for_one_award(stays, goes),
        *said_twice(stays, goes),
    ]


def tickets_for_one_award(stays: Person, goes: Person) -> list[str]:
    """A person has one ticket for one award. Rule FT-1."""
    standing = FabulinusTicket.objects.exclude(status=TicketStatus.WITHDRAWN)
    years = standing.filter(person=stays).values("award_year")
    twice = standing.filter(person=goes, award_year__in=years).select_related("award_year")
    return [
        f"Both have a Fabulinus Ticket for {ticket.award_year}. Withdraw one that waits; one that "
        "was redeemed keeps them two records."
        for ticket in twice.order_by("pk")
    ]


def said_twice(stays: Person, goes: Person) -> list[str]:
    """A person asks a school for a place once, and stands by apologies for a place once."""
    asked = AskedPlace.objects.filter(person=stays).values_list("cohort", "school")
    theirs = AskedPlace.objects.filter(person=goes).values_list("cohort", "school")
    apologies = Apology.objects.filter(person=goes, taken_back_at__isnull=True)
    sent = Apology.objects.filter(person=stays, taken_back_at__isnull=True).values("booking")
    clashes = []
    if set(asked) & set(theirs):
        clashes.append("Both have asked the same school for a place on the same date.")
    if apologies.filter(booking__in=sent).exists():
        clashes.append("Both have sent apologies for the same place.")
    return clashes


def courses_attended_twice(stays: Person, goes: Person) -> list[str]:
    """Both sat in one course, one after the other on one place: each has a certificate of it."""
    there = Attendance.objects.there()
    both = Cohort.objects.filter(pk__in=there.of_person(stays).values("session__cohort")).filter(
        pk__in=there.of_person(goes).values("session__cohort")
    )
    return [
        f"Both were at “{cohort.programme.title}”, so they stay two records."
        for cohort in both.select_related("programme").order_by("pk")
    ]


def places_held_twice(stays: Person, goes: Person) -> list[str]:
    """A person has at most one live place on a cohort. Rule BK-3."""
    held = Booking.objects.live().filter(delegate=stays).values("cohort")
    twice = Booking.objects.live().filter(delegate=goes, cohort__in=held)
    twice = twice.select_related("cohort__programme")
    places = [_sentence(booking) for booking in twice.order_by("cohort")]
    return [*places, *_named_twice(stays, goes)]


def _named_twice(stays: Person, goes: Person) -> list[str]:
    """A person is named at most once by a school that waits."""
    named = WaitingDelegate.objects.filter(person=stays).values("entry")
    twice = WaitingDelegate.objects.filter(person=goes, entry__in=named).order_by("entry")
    return [
        f"Both are named on the waiting list of “{each.entry.cohort.programme.title}”. "
        "Ask the school to join it again with one of them."
        for each in twice.select_related("entry__cohort__programme")
    ]


def _sentence(booking: Booking) -> str:
    cohort = booking.cohort
    when = f" of {plain_day(cohort.starts_at)}" if cohort.starts_at else ""
    may_cancel = booking.status == BookingStatus.BOOKED
    then = "Cancel one of them first." if may_cancel else "It is over, so they stay two records."
    return f"Both hold a place on “{cohort.programme.title}”{when}. {then}"


def lock_places_and_tickets(goes: Person) -> None:
    """A booking is changed under its cohort's lock, each cohort in primary-key order; then
    the tickets, which come after bookings in the order of locks."""
    booked = Booking.objects.filter(delegate=goes).values("cohort")
    attended = Attendance.objects.of_person(goes).values("session__cohort")
    cohorts = Cohort.objects.filter(Q(pk__in=booked) | Q(pk__in=attended)).order_by("pk")
    for cohort_id in cohorts.values_list("pk", flat=True):
        lock_cohort(cohort_id)
    tickets = FabulinusTicket.objects.filter(person=goes).order_by("pk")
    list(tickets.select_for_update(no_key=True, of=("self",)))
