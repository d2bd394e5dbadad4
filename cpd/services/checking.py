"""The check page of a booking: what it costs, what is left after, and what to think of first.

Everything here is asked again by `bookings.book_places` under the cohort's lock; this is for
the rep's eyes, and reads only.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Q, QuerySet

from cpd.choices import PaidBy
from cpd.errors import (
    AlreadyBooked,
    MoreThanOffered,
    NamedTwice,
    NotAColleague,
    OverSchoolLimit,
    TooFewPlaces,
)
from cpd.models import Booking, Cohort, Session, WaitingEntry
from cpd.services.approving import answer_by
from cpd.services.delegates import Delegate, colleagues_among
from cpd.services.gate import Asking, refuse_unless_bookable, who_asks
from cpd.services.invoicing import invoice_price_of, or_by_invoice
from cpd.services.policy import policy_in_force
from cpd.services.sessions import in_order
from cpd.services.turns import refuse_more_than_there_is, turn_seen
from credits.errors import NotEnoughCredits, TooLateToApprove
from credits.services.figures import figures_of
from credits.services.spending_limits import needs_approval
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import london_date
from hub_portal.shared.prepared import prepared
from hub_portal.shared.wording import day
from schools.models import Person, School
from schools.services.calendar import hub_calendar, school_year_of

FEWER_MAY_HELP = (
    TooFewPlaces,
    MoreThanOffered,
    OverSchoolLimit,
    AlreadyBooked,
    NamedTwice,
    NotEnoughCredits,
)
"""Refusals that taking somebody off the list may answer."""


@dataclass(frozen=True)
class Row:
    """One delegate on the check page, and what may be a problem with this one."""

    number: int
    delegate: Delegate
    name: str
    warnings: Sequence[str] = ()
    waits: bool = False


@dataclass(frozen=True)
class Checked:
    """A booking as it would be: shown before the rep confirms. Rule BK-2.

    `held_until` is the headteacher's time to answer, where one is to be asked (Rule BK-5).
    """

    cohort: Cohort
    school: School
    everybody: Sequence[Row]
    available: int
    warnings: Sequence[str] = field(default_factory=tuple)
    refusal: PortalError | None = None
    entry: WaitingEntry | None = None
    may_wait: bool = False
    held_until: datetime | None = None
    paid_by: PaidBy = PaidBy.CREDITS

    @property
    def rows(self) -> Sequence[Row]:
        """Those who get a place."""
        return [row for row in self.everybody if not row.waits]

    @property
    def waiting(self) -> Sequence[Row]:
        """Those who go on the waiting list in the same act."""
        return [row for row in self.everybody if row.waits]

    @property
    def is_by_invoice(self) -> bool:
        return self.paid_by == PaidBy.INVOICE

    @property
    def cost(self) -> int:
        """In credits; an invoice costs none."""
        return 0 if self.is_by_invoice else int(self.cohort.price) * len(self.rows)

    @property
    def pence(self) -> int:
        """What the invoice comes to, if that is how the places are paid."""
        return (self.cohort.invoice_price or 0) * len(self.rows) if self.is_by_invoice else 0

    @property
    def charge_if_unused(self) -> int:
        """What a free place costs that nobody takes up. Rule BK-14."""
        return 0 if self.cost or self.pence else policy_in_force().free_place_charge

    @property
    def left_after(self) -> int:
        return self.available - self.cost

    @property
    def may_choose(self) -> bool:
        """Whether taking somebody off the list may help."""
        none_left = isinstance(self.refusal, TooFewPlaces) and self.refusal.left == 0
        return (
            len(self.everybody) > 1 and isinstance(self.refusal, FEWER_MAY_HELP) and not none_left
        )


def key_of(
    *,
    page_key: str,
    school_id: int,
    delegates: Sequence[Delegate],
    waits: Sequence[Delegate] = (),
    all_or_none: bool = False,
    paid_by: PaidBy = PaidBy.CREDITS,
) -> str:
    """The idempotency key of one confirmation. Rule BK-3.

    The same page sent again with the same delegates is the same act; the page sent again
    with others (back button, change, confirm) is another.
    """
    booked, waiting = (
        [[d.person_id, d.full_name, d.email.lower()] for d in group] for group in (delegates, waits)
    )
    asked: list[object] = [page_key, school_id, booked]
    if waits:
        asked += [waiting, all_or_none]
    if paid_by != PaidBy.CREDITS:
        asked.append(paid_by.value)
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def check_booking(
    *,
    cohort: Cohort,
    school: School,
    delegates: Sequence[Delegate],
    by: Person,
    at: datetime,
    waits: Collection[int] = (),
    entry: WaitingEntry | None = None,
    refusal: PortalError | None = None,
    paid_by: PaidBy = PaidBy.CREDITS,
) -> Checked:
    """What confirming would do now. A refusal is part of the answer, not raised.

    `waits` are the numbers of those delegates who go on the waiting list, `entry` the place in
    the line whose offer is accepted. `refusal` is one the service gave already, after it was
    confirmed.
    """
    chosen = colleagues_among(delegates)
    asking = who_asks(person=by, school_id=school.pk, colleagues=chosen, on=london_date(at))
    names = {pk: name for pk, (_, name) in asking.colleagues.items()}
    year = school_year_of(london_date(at))
    available = figures_of(school, year).available
    if refusal is None:
        booked = [each for number, each in enumerate(delegates) if number not in waits]
        money = available if paid_by == PaidBy.CREDITS else None
        refusal = _refusal(cohort, asking, booked, names, money, entry=entry, at=at)
    held_until = None
    if refusal is None:
        refusal, held_until = _approval(cohort, school, len(delegates) - len(waits), by=by, at=at)
    sessions = in_order(cohort.sessions.all())
    clashes = _clashes(cohort, sessions, people=names.keys())
    return Checked(
        cohort=cohort,
        school=school,
        everybody=[
            Row(
                number=number,
                waits=number in waits,
                delegate=delegate,
                name=_name_of(delegate, names),
                warnings=clashes.get(delegate.person_id or 0, ()),
            )
            for number, delegate in enumerate(delegates)
        ],
        available=available,
        warnings=_days_without_school(sessions),
        refusal=refusal,
        entry=entry,
        held_until=held_until,
        paid_by=paid_by,
        may_wait=_may_wait(cohort, school, entry, refusal),
    )


def _approval(
    cohort: Cohort, school: School, places: int, *, by: Person, at: datetime
) -> tuple[PortalError | None, datetime | None]:
    """Until when the headteacher would be asked, or why nobody can be. Rule CR-14."""
    try:
        if not needs_approval(school=school, credits=int(cohort.price) * places, by=by):
            return None, None
    except PortalError as refused:
        return refused, None
    until = answer_by(cohort=cohort, at=at)
    return (TooLateToApprove(), None) if until <= at else (None, until)


def _name_of(delegate: Delegate, names: Mapping[int, str]) -> str:
    if delegate.person_id is None:
        return delegate.full_name
    return names.get(delegate.person_id, "Not on your staff list")


def _may_wait(
    cohort: Cohort, school: School, entry: WaitingEntry | None, refusal: PortalError | None
) -> bool:
    """Whether those without a place can join the waiting list in the same act. Rule BK-2."""
    if entry is not None or not isinstance(refusal, TooFewPlaces):
        return False
    return not _waiting_of(cohort=cohort.pk, school=school.pk)


@prepared(cohort=BigIntegerField(), school=BigIntegerField())
def _waiting_of(cohort: Any, school: Any) -> "QuerySet[WaitingEntry, Any]":
    return WaitingEntry.objects.waiting().filter(cohort=cohort, school=school).values_list("pk")


def _refusal(
    cohort: Cohort,
    asking: Asking,
    delegates: Sequence[Delegate],
    names: Mapping[int, str],
    available: int | None,
    *,
    entry: WaitingEntry | None,
    at: datetime,
) -> PortalError | None:
    """What the gate would say now; a kind answer early, the true one under the lock.

    `available` are the credits it is paid with, none when it is paid by invoice.
    """
    school, needed = asking.school, int(cohort.price) * len(delegates)
    try:
        turn = turn_seen(entry=entry, cohort=cohort, at=at)
        asking.refuse_unless_acting()
        refuse_unless_bookable(
            cohort=cohort,
            school=school,
            asked=len(delegates),
            has=turn.places.of_school(school.pk),
            at=at,
            has_turn=entry is not None,
        )
        if colleagues_among(delegates) - names.keys():
            raise NotAColleague
        there = turn.places.delegates
        again = [names[pk] for d in delegates if (pk := d.person_id or 0) in names and pk in there]
        if again:
            raise AlreadyBooked(names=again)
        refuse_more_than_there_is(turn, asked=len(delegates))
        if available is None:
            invoice_price_of(cohort)
        elif needed > available:
            raise or_by_invoice(NotEnoughCredits(available=available, needed=needed), cohort)
    except PortalError as refused:
        return refused
    return None


def _clashes(
    cohort: Cohort, sessions: Sequence[Session], *, people: Collection[int]
) -> dict[int, list[str]]:
    """For each colleague, the days on which they hold another place at the same time.

    Only for those on the school's list: of a typed address a school learns nothing
    (Rule PE-1), and of another course no more than that there is one.
    """
    elsewhere = _sessions_elsewhere(cohort, sessions, people) if people and sessions else []
    clashes: dict[int, list[str]] = {}
    for session in sessions:
        for person_id in {
            person_id
            for person_id, starts_at, ends_at in elsewhere
            if starts_at < session.ends_at and ends_at > session.starts_at
        }:
            clashes.setdefault(person_id, []).append(
                f"Booked on another course at the same time on {day(session.starts_at)}."
            )
    return clashes


def _sessions_elsewhere(
    cohort: Cohort, sessions: Sequence[Session], people: Collection[int]
) -> list[tuple[int, datetime, datetime]]:
    """The other courses of these people from the cohort's first date to its last: who, when."""
    asked = {f"person_{number}": pk for number, pk in enumerate(people)}
    return _times_of_so_many(len(asked))(
        cohort=cohort.pk,
        begins_at=sessions[0].starts_at,
        ends_at=max(session.ends_at for session in sessions),
        **asked,
    )


@lru_cache(maxsize=16)
def _times_of_so_many(number: int) -> Callable[..., list[tuple[int, datetime, datetime]]]:
    asked: dict[str, Any] = {f"person_{each}": BigIntegerField() for each in range(number)}

    @prepared(cohort=BigIntegerField(), begins_at=DateTimeField(), ends_at=DateTimeField(), **asked)
    def times(cohort: Any, begins_at: Any, ends_at: Any, **people: Any) -> "QuerySet[Any, Any]":
        theirs = reduce(or_, (Q(delegate=person) for person in people.values()))
        booked = Booking.objects.booked().filter(
            theirs,
            cohort__sessions__starts_at__lt=ends_at,
            cohort__sessions__ends_at__gt=begins_at,
        )
        elsewhere = booked.exclude(cohort=cohort)
        return elsewhere.values_list(
            "delegate", "cohort__sessions__starts_at", "cohort__sessions__ends_at"
        )

    return times


def _days_without_school(sessions: Sequence[Session]) -> list[str]:
    """Dates at weekends, on bank holidays or in holidays, as far ahead as terms are known."""
    calendar = hub_calendar()
    known_until = max((term.ends_on for term in calendar.terms), default=date.min)
    days = {london_date(session.starts_at) for session in sessions}
    return [
        f"{day(on)} is not a school day."
        for on in sorted(days)
        if not calendar.is_working_day(on) or (on <= known_until and not calendar.is_school_day(on))
    ]
