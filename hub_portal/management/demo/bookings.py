"""A year of bookings: what reps have done since September, in every state there is."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from cpd.choices import CancelReason
from cpd.models import Booking, Cohort
from cpd.services.bookings import Order, book_places
from cpd.services.cancelling import cancel_booking, effect_of_cancelling
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.settling import cohorts_to_settle, settle_cohort
from cpd.services.substituting import substitute_delegate
from credits.models import AllocationRun
from hub_portal.management.demo.catalogue import CANCELLED, FULL
from hub_portal.management.demo.courses import PlannedCohorts
from hub_portal.management.demo.people import Cast, SchoolPeople
from hub_portal.shared.errors import Refused
from schools.models import Person

SHARE_OF_SCHOOLS_THAT_BOOK = 0.4


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
