"""A year of bookings: what reps have done since September, in every state there is."""

import contextlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from cpd.choices import CancelReason
from cpd.models import Booking, Cohort
from cpd.services.bookings import Order, book_places
from cpd.services.cancelling import cancel_booking, effect_of_cancelling
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.demand import ask_for_course
from cpd.services.settling import cohorts_to_settle, settle_cohort
from cpd.services.substituting import substitute_delegate
from cpd.services.waiting import Wish, join_waiting_list
from cpd.services.waiting_changes import NewWish, change_wish
from credits.models import AllocationRun
from credits.services.figures import figures_of
from credits.services.spending_limits import set_threshold
from hub_portal.management.demo.catalogue import ASKED_FOR, CANCELLED, FULL
from hub_portal.management.demo.courses import PlannedCohorts
from hub_portal.management.demo.people import Cast, SchoolPeople
from hub_portal.shared.errors import Refused
from hub_portal.shared.london import london_date
from schools.models import Person
from schools.services.calendar import school_year_of

SHARE_OF_SCHOOLS_THAT_BOOK = 0.4
LIMIT = 20
"""The spending limit of one school, in credits."""


def book_a_year(*, cast: Cast, cohorts: PlannedCohorts, by: Person, at: datetime) -> None:
    """Book, fill, substitute and cancel, in the order in which it would happen."""
    chance = random.Random("autumn to summer")  # noqa: S311 - a demo, nothing secret
    for cohort in sorted(cohorts.all, key=lambda cohort: (cohort.starts_at, cohort.pk)):
        for people in cast.schools:
            if chance.random() < SHARE_OF_SCHOOLS_THAT_BOOK:
                _book_some(cohort, people, chance, at)
    _substitute_one(cast.lead, at)
    _cancel_some(cast, at)
    _fill_up(cohorts.first(FULL), cast, at)
    _stand_in_line(cohorts.first(FULL), cast, at)
    _ask_the_headteacher(cohorts.all, cast, at)
    _ask_for_more(cohorts.first(ASKED_FOR), cast, at)
    cancel_cohort(
        cohort=cohorts.first(CANCELLED),
        reason="The trainer is unwell and nobody else can take the dates.",
        by=by,
        at=at - timedelta(days=1),
    )


def complete_what_is_over(*, at: datetime) -> None:
    """Settle what took place, as the nightly run would have done."""
    portal = Person.objects.portal()
    for cohort_id in cohorts_to_settle(at=at):
        ended = Cohort.objects.get(pk=cohort_id).ends_at
        settle_cohort(cohort_id=cohort_id, by=portal, at=_next_morning(ended or at, at))


def _book_some(
    cohort: Cohort, people: SchoolPeople, chance: random.Random, now: datetime
) -> list[Booking]:
    """One to three places some weeks before the start, if the school may."""
    count = chance.choice((1, 1, 1, 2, 2, 3))
    weeks_before = chance.choice((2, 3, 4, 6, 8))
    delegates = [Delegate(person_id=p.pk) for p in chance.sample(list(people.staff), count)]
    if count == 3 and chance.random() < 0.3:
        delegates[-1] = Delegate()
    starts_at = cohort.starts_at or now
    at = min(starts_at - timedelta(weeks=weeks_before), now - timedelta(hours=3))
    return _book(cohort, people, delegates, max(at, _money_is_there(now)))


def _book(
    cohort: Cohort, people: SchoolPeople, delegates: Sequence[Delegate], at: datetime
) -> list[Booking]:
    """Book as the rep; what the rules refuse is simply not booked, as in life."""
    order = Order(
        key=f"demo-{cohort.pk}-{people.school.pk}-{delegates[0].person_id}",
        cohort_id=cohort.pk,
        school_id=people.school.pk,
        delegates=tuple(delegates),
        shown_price=cohort.price,
    )
    try:
        return book_places(order=order, by=people.rep, at=at)
    except Refused:
        return []


def _fill_up(cohort: Cohort, cast: Cast, now: datetime) -> None:
    """Book the last places of one cohort, so that there is a full one."""
    for people in cast.schools:
        for person in people.staff:
            if cohort.bookings.live().count() >= cohort.capacity:
                return
            _book(cohort, people, [Delegate(person_id=person.pk)], now - timedelta(hours=2))


def _ask_for_fewer(cohort: Cohort, cast: Cast, at: datetime) -> None:
    """The school that wants most places makes do with two, and keeps its place in the line."""
    entry = cohort.waiting.in_line().filter(wanted=3).first()
    rep = next((p.rep for p in cast.schools if entry and p.school.pk == entry.school_id), None)
    if entry is not None and rep is not None:
        change_wish(entry_id=entry.pk, wish=NewWish(wanted=2), by=rep, at=at)


def _stand_in_line(cohort: Cohort, cast: Cast, now: datetime) -> None:
    """Three schools wait for the full course; then a place comes free and is offered."""
    wanted = [2, 3, 1]
    for people in (cast.lead, *(each for each in cast.schools if each is not cast.lead)):
        if wanted and _join(cohort, people, wanted[0], now - timedelta(minutes=90)):
            wanted.pop(0)
    _ask_for_fewer(cohort, cast, now - timedelta(minutes=80))
    last = cohort.bookings.booked().order_by("pk").last()
    if last is not None:
        people = next(each for each in cast.schools if each.school.pk == last.school_id)
        _cancel(last, people, now - timedelta(minutes=60))


def _ask_the_headteacher(cohorts: Sequence[Cohort], cast: Cast, now: datetime) -> None:
    """The first school that can afford a dear course has a limit, and its headteacher is asked."""
    year = school_year_of(london_date(now))
    to_come = [c for c in cohorts if c.price > LIMIT and c.starts_at and c.starts_at > now]
    for people in cast.schools:
        available = figures_of(people.school, year).available
        for cohort in sorted(to_come, key=lambda each: (each.starts_at, each.pk)):
            there = set(cohort.bookings.live().values_list("delegate", flat=True))
            free = [person for person in people.staff if person.pk not in there]
            if people is cast.lead or cohort.price > available or not free:
                continue
            head, before = people.headteacher, now - timedelta(days=2)
            set_threshold(school=people.school, threshold=LIMIT, by=head, at=before)
            if _book(cohort, people, [Delegate(person_id=free[0].pk)], now - timedelta(hours=4)):
                return


def _ask_for_more(finished: Cohort, cast: Cast, now: datetime) -> None:
    """Three schools ask to be told when a course that is over runs again."""
    asked = 0
    for number, people in enumerate(cast.schools):
        if asked == 3:
            return
        with contextlib.suppress(Refused):
            ask_for_course(
                programme_id=finished.programme_id,
                school_id=people.school.pk,
                wanted=number % 2 + 1,
                by=people.rep,
                at=now - timedelta(hours=30 - number),
            )
            asked += 1


def _join(cohort: Cohort, people: SchoolPeople, wanted: int, at: datetime) -> bool:
    """Join the line for a colleague and others to be named; three of them, or none."""
    there = set(cohort.bookings.live().values_list("delegate", flat=True))
    named = next(person for person in people.staff if person.pk not in there)
    wish = Wish(
        cohort_id=cohort.pk,
        school_id=people.school.pk,
        delegates=(Delegate(person_id=named.pk), *(Delegate() for _ in range(wanted - 1))),
        all_or_none=wanted == 3,
    )
    try:
        return bool(join_waiting_list(wish=wish, by=people.rep, at=at).pk)
    except Refused:
        return False


def _substitute_one(people: SchoolPeople, now: datetime) -> None:
    """A colleague takes over the lead school's next place."""
    upcoming = Booking.objects.for_school(people.school).upcoming(now)
    booking = upcoming.exclude(delegate=None).order_by("cohort__starts_at", "pk").last()
    if booking is None:
        return
    there = set(booking.cohort.bookings.live().values_list("delegate", flat=True))
    free = next(person for person in people.staff if person.pk not in there)
    substitute_delegate(
        booking_id=booking.pk,
        to=Delegate(person_id=free.pk),
        by=people.rep,
        at=now - timedelta(hours=1),
    )


def _cancel_some(cast: Cast, now: datetime) -> None:
    """One place given up in time, and one too late with a reason, at several schools."""
    for number, people in enumerate(cast.schools):
        places = Booking.objects.for_school(people.school).order_by("cohort__starts_at", "pk")
        upcoming = places.upcoming(now).filter(cohort__starts_at__gt=now + timedelta(weeks=3))
        if booking := upcoming.last():
            _cancel(booking, people, now - timedelta(minutes=50 - number))
        past = places.booked().filter(cohort__starts_at__lt=now)
        if number % 4 == 1 and (late := past.first()):
            day_before = late.cohort.starts_at - timedelta(days=1)
            _cancel(late, people, max(day_before, late.booked_at), CancelReason.ILLNESS)


def _cancel(
    booking: Booking, people: SchoolPeople, at: datetime, reason: CancelReason | None = None
) -> None:
    cancel_booking(
        booking_id=booking.pk,
        shown_kept=effect_of_cancelling(booking=booking, at=at).kept,
        reason_code=reason or "",
        by=people.rep,
        at=at,
    )


def _money_is_there(now: datetime) -> datetime:
    """Nothing is booked before the year's credits were allocated."""

    run = AllocationRun.objects.order_by("pk").last()
    return run.run_at + timedelta(hours=1) if run else now


def _next_morning(ended: datetime, now: datetime) -> datetime:
    """When the nightly run would have completed it."""
    return min(ended + timedelta(hours=12), now)
