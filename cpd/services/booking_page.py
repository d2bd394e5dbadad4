"""What the first and the last page of booking show around the form. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, QuerySet, SlugField

from cpd.choices import BookingStatus
from cpd.models import Booking, Cohort, Session
from cpd.services.availability import Availability, availability
from cpd.services.gate import school_limit
from cpd.services.moving import school_of
from cpd.services.sessions import in_order
from cpd.services.turns import Turn, turn_seen
from credits.services.figures import figures_of
from hub_portal.shared.london import london_date
from hub_portal.shared.prepared import prepared
from hub_portal.shared.wording import counted, day
from schools.models import School
from schools.services.calendar import school_year_of
from schools.services.staff import colleague_names


@dataclass(frozen=True)
class Colleague:
    """Somebody on the staff list, who may hold a place here already."""

    pk: int
    name: str
    is_booked: bool


@dataclass(frozen=True)
class BookingPage:
    """The people page: the course's facts, the staff list, and what the school has."""

    cohort: Cohort
    school: School
    sessions: Sequence[Session]
    availability: Availability
    colleagues: Sequence[Colleague]
    available: int
    ours: int
    limit_in_words: str
    turn: Turn

    @property
    def may_be_invoiced(self) -> bool:
        """Whether there is a choice to make: a place that is free needs no invoice. BK-14."""
        return bool(self.cohort.price) and self.cohort.invoice_price is not None

    @property
    def pays_for(self) -> int:
        """How many places the balance pays for; of no interest when the course is free."""
        return self.available // self.cohort.price if self.cohort.price else 0


@dataclass(frozen=True)
class BookedPage:
    """The last page: the places, the balance, and until when everything would come back."""

    cohort: Cohort
    school: School
    bookings: Sequence[Booking]
    cost: int
    available: int
    pence: int
    names: Sequence[str]
    to_be_named: int
    awaits_approval: bool


def public_cohort(*, slug: str, cohort_id: int) -> Cohort | None:
    """A cohort the catalogue may show, with its programme and its dates: one question."""
    dates: list[Session] = _public_dates(cohort=cohort_id, slug=slug)
    if not dates:
        without: Cohort | None = (
            Cohort.objects.public()
            .select_related("programme")
            .filter(pk=cohort_id, programme__slug=slug)
            .first()
        )
        return without
    cohort: Any = dates[0].cohort
    read = cohort.sessions.all()
    read._result_cache = dates
    cohort._prefetched_objects_cache = {"sessions": read}  # as prefetch_related leaves it
    found: Cohort = cohort
    return found


@prepared(cohort=BigIntegerField(), slug=SlugField())
def _public_dates(cohort: Any, slug: Any) -> "QuerySet[Session]":
    shown = Cohort.objects.public().filter(pk=cohort, programme__slug=slug)
    return Session.objects.filter(cohort__in=shown).select_related("cohort__programme")


def booking_page(
    *, cohort: Cohort, school: School, at: datetime, turn: Turn | None = None
) -> BookingPage:
    """The people page of one cohort for one school, with its staff list.

    `turn` is what the waiting list gives the school, if that is what it books.
    """
    turn = turn or turn_seen(entry=None, cohort=cohort, at=at)
    places = turn.places
    there, ours = places.delegates, places.of_school(school.pk)
    names = sorted(colleague_names(school=school).items(), key=lambda pair: pair[1].lower())
    return BookingPage(
        cohort=cohort,
        school=school,
        sessions=in_order(cohort.sessions.all()),
        availability=availability(cohort=cohort, places_left=places.left, at=at),
        colleagues=[Colleague(pk, name, pk in there) for pk, name in names],
        available=figures_of(school, school_year_of(london_date(at))).available,
        ours=ours,
        limit_in_words=_limit_in_words(cohort, ours, at),
        turn=turn,
    )


def booked_page(*, bookings: Sequence[Booking], at: datetime) -> BookedPage:
    """The last page of one confirmed booking: the places of one request."""
    first = bookings[0]
    school = school_of(first)
    return BookedPage(
        cohort=first.cohort,
        school=school,
        bookings=bookings,
        cost=sum(booking.price for booking in bookings),
        pence=sum(booking.price_pence for booking in bookings),
        available=figures_of(school, school_year_of(london_date(at))).available,
        names=[booking.named_as for booking in bookings if booking.named_as],
        to_be_named=sum(1 for booking in bookings if booking.delegate_id is None),
        awaits_approval=first.status == BookingStatus.AWAITING,
    )


def _limit_in_words(cohort: Cohort, ours: int, at: datetime) -> str:
    """How many more places the school may book now. Rule BK-1."""
    limit, ends_on = school_limit(cohort=cohort)
    if limit is None or london_date(at) >= ends_on:
        return ""
    has = f" and has {ours}" if ours else ""
    return f"Your school may have {counted(limit, 'place')}{has}, until {day(ends_on)}."
