"""A person's own places, whichever school booked them. Reading only. Rule SC-6."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cpd.choices import BookingStatus, CancelledBy, Format, PaidBy
from cpd.models import Apology, AskedPlace, Booking, JoiningDetails, Session
from cpd.rules import where_from
from cpd.services.asking import asked_by
from cpd.services.door_codes import code_to_show
from cpd.services.joining import newest_of
from cpd.services.joining_readers import read_at_by
from cpd.services.school_bookings import Standing
from cpd.services.voices import whom_to_tell
from hub_portal.shared.london import london_date, london_time
from hub_portal.shared.wording import clock_time, short_day
from schools.models import Person

TO_BE_CONFIRMED = "Place to be confirmed"


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One of a person's places in a list, in words already."""

    pk: int
    title: str
    starts_at: str
    weekday: str
    day: int
    month: str
    facts: str
    standing: Standing


@dataclass(frozen=True)
class OwnBookings:
    """A person's places: those to come soonest first, the others last first."""

    to_come: Sequence[OwnRow]
    earlier: Sequence[OwnRow]
    cancelled: Sequence[OwnRow]
    asked: Sequence[AskedPlace]

    @property
    def is_empty(self) -> bool:
        return not (self.to_come or self.earlier or self.cancelled or self.asked)


@dataclass(frozen=True)
class Companion:
    """Somebody else on the same course: delegates see each other's name and school."""

    name: str
    school: str


@dataclass(frozen=True)
class OwnBookingPage:
    """One of a person's places: when, where, how to join, with whom, and whom to tell.

    `code` is what their QR code at the door holds, '' where there is none to show. `read_at` is
    when the person said that they have read the joining details that count now.
    """

    booking: Booking
    standing: Standing
    sessions: Sequence[Session]
    companions: Sequence[Companion]
    voice: Person
    is_to_come: bool
    apology: Apology | None
    code: str
    details: JoiningDetails | None
    read_at: datetime | None

    @property
    def may_send_apologies(self) -> bool:
        return self.is_to_come and self.apology is None and not self.is_with_a_ticket

    @property
    def is_with_a_ticket(self) -> bool:
        """A place that its holder gives back on the page of the ticket. Rule FT-4."""
        return self.booking.paid_by == PaidBy.TICKET


def own_bookings(*, person: Person, at: datetime) -> OwnBookings:
    """Every place a person has or had, and what they asked for; the same few queries for all."""
    rows = list(_rows_of(person))
    to_come = [row for row in rows if _is_to_come(row, at)]
    cancelled = [row for row in rows if row.status == BookingStatus.CANCELLED]
    earlier = [row for row in rows if row not in to_come and row not in cancelled]
    return OwnBookings(
        to_come=_in_words(to_come, at),
        earlier=_in_words(reversed(earlier), at),
        cancelled=_in_words(reversed(cancelled), at),
        asked=asked_by(person=person, at=at),
    )


def places_of(person: Person) -> QuerySet[Booking]:
    """The places a person may look at as their own."""
    places: QuerySet[Booking] = Booking.objects.of_delegate(person)
    return places.select_related("cohort__programme", "school", "booked_by")


def own_booking_page(*, booking: Booking, person: Person, at: datetime) -> OwnBookingPage:
    """Everything the page of one of a person's own places says."""
    apology = booking.apologies.standing().filter(person=person).first()
    is_to_come = _is_still_to_come(booking.status, booking.cohort.ends_at, at)
    details = newest_of(booking.cohort) if is_to_come else None
    return OwnBookingPage(
        booking=booking,
        standing=_standing(
            booking.status, booking.cancelled_from, apology is not None, booking.cohort.ends_at, at
        ),
        sessions=list(booking.cohort.sessions.order_by("starts_at")),
        companions=_companions(booking) if booking.status != BookingStatus.CANCELLED else (),
        voice=whom_to_tell(booking),
        is_to_come=is_to_come,
        apology=apology,
        code=code_to_show(booking, at=at),
        details=details,
        read_at=read_at_by(version=details, person=person) if details else None,
    )


def _companions(booking: Booking) -> list[Companion]:
    others = booking.cohort.bookings.live().exclude(status=BookingStatus.AWAITING)
    named = others.exclude(pk=booking.pk).exclude(named_as="")
    rows = named.order_by("school__name", "named_as", "pk").values_list(
        "named_as", "school__name", "paid_by", "comes_from"
    )
    return [
        Companion(name, where_from(school=school or "", paid_by=paid_by, comes_from=comes_from))
        for name, school, paid_by, comes_from in rows
    ]


def _rows_of(person: Person) -> Any:
    """What a list says of each place and no more, in the order of the dates."""
    apologies = Apology.objects.filter(
        booking=OuterRef("pk"), person=person, taken_back_at__isnull=True
    )
    return (
        Booking.objects.of_delegate(person)
        .annotate(has_apologies=Exists(apologies))
        .order_by("cohort__starts_at", "pk")
        .values_list(
            "pk",
            "status",
            "cancelled_from",
            "cohort__starts_at",
            "cohort__ends_at",
            "cohort__format",
            "cohort__venue",
            "cohort__programme__title",
            "has_apologies",
            named=True,
        )
    )


def _is_to_come(row: Any, at: datetime) -> bool:
    return _is_still_to_come(row.status, row.cohort__ends_at, at)


def _is_still_to_come(status: str, ends_at: datetime | None, at: datetime) -> bool:
    return status == BookingStatus.BOOKED and ends_at is not None and ends_at > at


def _in_words(rows: Iterable[Any], at: datetime) -> list[OwnRow]:
    return [_row_in_words(row, at) for row in rows]


def _row_in_words(row: Any, at: datetime) -> OwnRow:
    starts = london_time(row.cohort__starts_at)
    ends = row.cohort__ends_at
    last = f" to {short_day(ends)}" if london_date(ends) != starts.date() else ""
    where = "Online" if row.cohort__format == Format.ONLINE else row.cohort__venue
    return OwnRow(
        pk=row.pk,
        title=row.cohort__programme__title,
        starts_at=starts.isoformat(),
        weekday=f"{starts:%a}",
        day=starts.day,
        month=f"{starts:%b}",
        facts=f"{short_day(starts)}{last}, {clock_time(starts)} · {where or TO_BE_CONFIRMED}",
        standing=_standing(row.status, row.cancelled_from, row.has_apologies, ends, at),
    )


def _standing(
    status: str, cancelled_from: str, has_apologies: bool, ends_at: datetime | None, at: datetime
) -> Standing:
    """The state of one's own place in a word."""
    if status == BookingStatus.CANCELLED:
        return Standing(CancelledBy(cancelled_from).label, "bad")
    if not _is_still_to_come(status, ends_at, at):
        return Standing("Finished", "plain")
    if has_apologies:
        return Standing("You cannot come", "warn")
    return Standing("You have a place", "ok")
