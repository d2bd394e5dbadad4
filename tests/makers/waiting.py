"""Waiting lists: a full course, and schools in line for it.

line = make_full_course(cast, year)     # one place, booked by our school
entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=2)
"""

import itertools
from datetime import UTC, datetime

from cpd.models import Offer
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking, effect_of_cancelling
from cpd.services.delegates import Delegate
from cpd.services.waiting import Wish, join_waiting_list
from schools.choices import Role
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_colleague, make_school

_numbers = itertools.count(1)

END_OF_TUESDAY = datetime(2026, 11, 25, tzinfo=UTC)
"""Two school days after NOON, a Friday, are over."""

LATE = datetime(2027, 1, 8, 9, 0, tzinfo=UTC)
"""Inside the last five school days before a course in January."""


def make_full_course(*, school, by, places=1, at=NOON, **facts):
    """A cohort whose places are all booked by one school; the cohort and its bookings."""
    cohort = make_cohort(capacity=places, places_per_school=30, **facts)
    bookings = [make_booking(cohort=cohort, school=school, by=by, at=at) for _ in range(places)]
    return cohort, bookings


def make_other_school(*, name="", credits=100):
    """A member school with a rep and credits; the two of them."""
    number = f"{next(_numbers):04}"  # no name is a part of another, or of a sentence
    school = make_school(name=name or f"School {number}")
    rep = make_colleague(
        school=school,
        full_name=f"Rep {number}",
        email=f"rep{number}@school{number}.example",
        role=Role.REP,
    )
    if credits:
        give_credits(school=school, credits=credits)
    return school, rep


def wait(*, cohort, school, by, wanted=1, all_or_none=False, delegates=None, at=NOON):
    """Join the waiting list through the service, for colleagues to be named."""
    wish = Wish(
        cohort_id=cohort.pk,
        school_id=school.pk,
        delegates=tuple(delegates or [Delegate()] * wanted),
        all_or_none=all_or_none,
    )
    return join_waiting_list(wish=wish, by=by, at=at)


def cancel(booking, *, by, at=NOON):
    kept = effect_of_cancelling(booking=booking, at=at).kept
    return cancel_booking(booking_id=booking.pk, shown_kept=kept, by=by, at=at)


def accept(entry, *, by, places=1, delegates=None, at=NOON, key=None):
    """Book what is offered to a waiting school."""
    order = make_order(
        cohort=entry.cohort,
        school=entry.school,
        delegates=delegates or [Delegate()] * places,
        key=key,
        entry_id=entry.pk,
    )
    return book_places(order=order, by=by, at=at)


def offers():
    """Every offer in order: (school, places, status)."""
    rows = Offer.objects.order_by("pk")
    return list(rows.values_list("entry__school__name", "places", "status"))
