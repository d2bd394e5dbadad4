"""A school's bookings as its rep looks at them: filtered, one by one, and what is next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Q

from cpd.choices import STANDS, BookingStatus, CancelledBy
from cpd.models import Booking
from cpd.querysets import BookingQuerySet
from cpd.rules import cost_in_words, reference_of
from cpd.services.catalogue import TermSpan
from hub_portal.shared.london import london_time, start_of_day
from hub_portal.shared.prepared import prepared
from hub_portal.shared.wording import short_day
from schools.models import School

STATES = {
    "": "Coming up",
    "to-be-named": "To be named",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "all": "Every booking",
}
"""How an address and a page name the states a rep looks for."""


@dataclass(frozen=True)
class WantedBookings:
    """Which bookings a rep looks for; all empty means those coming up."""

    state: str = ""
    term: TermSpan | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a booking in a word, and its tone (ok, warn, bad, plain)."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class BookingRow:
    """One booking in a list, in words already."""

    pk: int
    reference: str
    title: str
    who: str
    starts_at: str
    weekday: str
    day: int
    month: str
    facts: str
    standing: Standing


def standing_of(booking: Any) -> Standing:
    """What to say of the state of a booking, or of a row that says as much of one."""
    if booking.status == BookingStatus.CANCELLED:
        return Standing(CancelledBy(booking.cancelled_from).label, "bad")
    if booking.status == BookingStatus.COMPLETED:
        return Standing("Completed", "plain")
    if booking.status == BookingStatus.AWAITING:
        return Standing("Awaiting approval", "warn")
    if booking.delegate_id is None:
        return Standing("To be named", "warn")
    return Standing("Booked", "ok")


def rows_of(bookings: BookingQuerySet) -> Any:
    """The bookings with what a list says of each and no more; `in_words` says it."""
    return bookings.values_list(
        "pk",
        "status",
        "cancelled_from",
        "delegate_id",
        "named_as",
        "price",
        "price_pence",
        "cohort__starts_at",
        "cohort__programme__title",
        named=True,
    )


def in_words(rows: Iterable[Any]) -> list[BookingRow]:
    """Rows as a list shows them."""
    return [_in_words(row, london_time(row.cohort__starts_at)) for row in rows]


def _in_words(row: Any, starts: datetime) -> BookingRow:
    who = row.named_as or "A colleague to be named"
    cost = row.price or row.price_pence
    price = cost_in_words(credits=row.price, pence=row.price_pence) if cost else "free"
    return BookingRow(
        pk=row.pk,
        reference=reference_of(row.pk),
        title=row.cohort__programme__title,
        who=who,
        starts_at=starts.isoformat(),
        weekday=f"{starts:%a}",
        day=starts.day,
        month=f"{starts:%b}",
        facts=f"{who} · {short_day(starts)} · {price}",
        standing=standing_of(row),
    )


def bookings_of(school: School) -> BookingQuerySet:
    """Every booking a school ever made, with what a list shows of each."""
    return (
        Booking.objects.for_school(school)
        .select_related("cohort__programme", "delegate", "booked_by")
        .defer("cohort__joining_details", "cohort__programme__description", "bands")
    )


def find_bookings(wanted: WantedBookings, *, school: School, at: datetime) -> BookingQuerySet:
    """The school's bookings that match: what is to come soonest first, what is over last first."""
    found = bookings_of(school).filter(_in_state(wanted.state, at))
    if wanted.term:
        found = found.filter(cohort__starts_at__gte=start_of_day(wanted.term.from_on))
        if wanted.term.before:
            found = found.filter(cohort__starts_at__lt=start_of_day(wanted.term.before))
    for word in wanted.person.split():
        found = found.filter(named_as__icontains=word)
    if wanted.state in ("", "to-be-named"):
        return found.order_by("cohort__starts_at", "pk")
    return found.order_by("-cohort__starts_at", "pk")


def bookings_to_come(*, school: School, at: datetime, limit: int) -> list[BookingRow]:
    """The next places of a school, soonest first."""
    return in_words(_to_come(limit)(school=school.pk, at=at))


@lru_cache(maxsize=8)
def _to_come(limit: int) -> Callable[..., list[Any]]:
    """So many rows of what is to come, soonest first."""

    @prepared(school=BigIntegerField(), at=DateTimeField())
    def soonest(school: Any, at: Any) -> Any:
        to_come = Booking.objects.for_school(school).upcoming(at)
        return rows_of(to_come.order_by("cohort__starts_at", "pk"))[:limit]

    return soonest


def bookings_to_name(*, school: School, at: datetime) -> BookingQuerySet:
    """Places booked for somebody who is still to be named. Rule BK-2."""
    return Booking.objects.for_school(school).filter(_in_state("to-be-named", at))


def _in_state(state: str, at: datetime) -> Q:
    return {
        "": Q(status__in=STANDS, cohort__ends_at__gt=at),
        "to-be-named": Q(
            status=BookingStatus.BOOKED, delegate__isnull=True, cohort__ends_at__gt=at
        ),
        "completed": Q(status=BookingStatus.COMPLETED),
        "cancelled": Q(status=BookingStatus.CANCELLED),
        "all": Q(),
    }[state]
