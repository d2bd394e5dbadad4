"""Many people at once: places and credits are never given twice.

The race for the last places has its negative control: with the lock off it must oversell.
"""

import time
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection

from cpd import errors
from cpd.models import Booking, Cohort
from cpd.services import bookings as bookings_service
from cpd.services import cancelling
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import change_capacity
from cpd.services.delegates import Delegate
from cpd.services.guests import cancel_guest
from cpd.services.proofs import differences
from cpd.services.substituting import substitute_delegate
from credits.errors import NotEnoughCredits
from credits.models import JournalEntry
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.invoices import book_by_invoice, lines, make_guest, make_invoice_cohort
from tests.makers.schools import NOON, make_cast, make_hub_manager
from tests.races.barrier import all_at_once, of_kind, one_inside_another

pytestmark = pytest.mark.django_db(transaction=True)

BOOKERS = 32


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=1000)


@pytest.fixture
def long_thought(monkeypatch):
    """Between looking for places and writing bookings there is time for everybody else."""
    look = bookings_service._refuse_if_it_cannot_be

    def look_and_think(*args):
        look(*args)
        time.sleep(0.2)

    monkeypatch.setattr(bookings_service, "_refuse_if_it_cannot_be", look_and_think)


@pytest.fixture
def without_the_lock(monkeypatch):
    """PostgreSQL: the cohort is read without its row lock. SQLite, where the write lock of
    the transaction does the work: without the transaction."""
    if connection.vendor == "postgresql":
        monkeypatch.setattr(
            bookings_service,
            "lock_cohort",
            lambda pk: Cohort.objects.select_related("programme").get(pk=pk),
        )
    else:
        monkeypatch.setattr(bookings_service, "transaction", SimpleNamespace(atomic=nullcontext))


def booking_by(cast, cohort, number):
    delegate = Delegate(full_name=f"Teacher {number}", email=f"t{number}@our.example")
    order = make_order(cohort=cohort, school=cast.our_school, delegates=[delegate])
    return partial(book_places, order=order, by=cast.rep, at=NOON)


def test_thirty_two_bookers_get_the_last_three_places_once(cast, year, long_thought):
    cohort = make_cohort(capacity=3, places_per_school=BOOKERS)

    results = all_at_once([booking_by(cast, cohort, n) for n in range(BOOKERS)])

    assert len(of_kind(results, list)) == 3
    assert len(of_kind(results, errors.TooFewPlaces)) == BOOKERS - 3
    assert Booking.objects.live().count() == 3
    assert figures_of(cast.our_school, year) == Figures(committed=36, available=964)
    assert differences() == []


def test_without_the_lock_the_last_places_are_oversold(cast, without_the_lock, long_thought):
    cohort = make_cohort(capacity=3, places_per_school=BOOKERS, price=0)

    all_at_once([booking_by(cast, cohort, n) for n in range(BOOKERS)])

    assert Booking.objects.live().count() > 3


def test_credits_for_five_places_buy_five(cast):
    year = give_credits(school=cast.our_school, credits=60)
    cohorts = [make_cohort(price=12) for _ in range(BOOKERS)]

    results = all_at_once([booking_by(cast, cohort, n) for n, cohort in enumerate(cohorts)])

    assert len(of_kind(results, list)) == 5
    assert len(of_kind(results, NotEnoughCredits)) == BOOKERS - 5
    assert figures_of(cast.our_school, year) == Figures(committed=60)


def test_one_key_sent_thirty_two_times_books_once(cast, year):
    order = make_order(cohort=make_cohort(), school=cast.our_school)
    act = partial(book_places, order=order, by=cast.rep, at=NOON)

    results = all_at_once([act] * BOOKERS)

    [booking] = Booking.objects.all()
    assert results == [[booking]] * BOOKERS
    assert figures_of(cast.our_school, year) == Figures(committed=12, available=988)
    assert Delivery.objects.count() == 2


def test_two_keys_for_one_person_book_one_place(cast, year):
    cohort = make_cohort()
    orders = [make_order(cohort=cohort, school=cast.our_school) for _ in range(8)]

    results = all_at_once([partial(book_places, order=o, by=cast.rep, at=NOON) for o in orders])

    assert len(of_kind(results, list)) == 1
    assert len(of_kind(results, errors.AlreadyBooked)) == 7


def test_a_place_cancelled_by_two_people_at_once_is_returned_once(cast, year):
    booking = make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep)

    all_at_once(
        [
            partial(cancel_booking, booking_id=booking.pk, shown_kept=0, by=person, at=NOON)
            for person in [cast.rep, cast.deputy] * 4
        ]
    )

    assert figures_of(cast.our_school, year) == Figures(available=1000)
    assert JournalEntry.objects.filter(kind="release").count() == 1
    assert Act.objects.filter(verb="booking.cancelled").count() == 1


def test_a_place_cancelled_while_its_delegate_changes_stays_consistent(cast, year):
    booking = make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep)
    ann = Delegate(full_name="Ann", email="ann@our.example")

    all_at_once(
        [
            partial(cancel_booking, booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON),
            partial(substitute_delegate, booking_id=booking.pk, to=ann, by=cast.rep, at=NOON),
        ]
    )

    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert differences() == []


def test_a_capacity_lowered_while_booking_is_never_below_the_live_places(cast, year):
    cohort = make_cohort(capacity=10, places_per_school=BOOKERS)
    lowering = partial(change_capacity, cohort=cohort, capacity=4, by=cast.hub_manager, at=NOON)

    all_at_once([*(booking_by(cast, cohort, n) for n in range(10)), lowering])

    cohort.refresh_from_db()
    assert Booking.objects.live().count() <= cohort.capacity


def test_without_the_lock_a_capacity_falls_below_the_live_places(
    cast, without_the_lock, monkeypatch
):
    cohort = make_cohort(capacity=3, price=0)
    act = booking_by(cast, cohort, 1)
    make_booking(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    lowering = partial(change_capacity, cohort=cohort, capacity=1, by=cast.hub_manager, at=NOON)
    meanwhile = one_inside_another(monkeypatch, bookings_service, "_refuse_if_it_cannot_be")

    all_at_once([act, meanwhile(lowering)])

    cohort.refresh_from_db()
    assert (Booking.objects.live().count(), cohort.capacity) == (2, 1)


def test_a_late_place_taken_by_two_at_once_returns_what_was_kept_once(cast, year):
    cohort = make_cohort(capacity=2, places_per_school=BOOKERS)
    late = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    day_before = cohort.starts_at - timedelta(days=1)
    cancel_booking(booking_id=late.pk, shown_kept=12, by=cast.rep, at=day_before)
    acts = []
    for number in range(2):
        delegate = Delegate(full_name=f"N{number}", email=f"n{number}@our.example")
        order = make_order(cohort=cohort, school=cast.our_school, delegates=[delegate])
        acts.append(partial(book_places, order=order, by=cast.rep, at=day_before))

    results = all_at_once(acts)

    assert len(of_kind(results, list)) == 2
    assert figures_of(cast.our_school, year) == Figures(committed=24, available=976)
    assert differences() == []


def test_an_invoiced_place_cancelled_by_two_at_once_has_one_credit_note(cast):
    [booking] = book_by_invoice(cohort=make_invoice_cohort(), school=cast.our_school, by=cast.rep)

    all_at_once(
        [
            partial(cancel_booking, booking_id=booking.pk, shown_kept=0, by=person, at=NOON)
            for person in [cast.rep, cast.deputy] * 4
        ]
    )

    assert lines() == [
        (booking.pk, "line", "booked", 12_000),
        (booking.pk, "credit_note", "cancelled", 12_000),
    ]
    assert differences() == []


def test_a_guests_place_cancelled_by_two_at_once_has_one_credit_note(cast):
    guest = make_guest(cohort=make_invoice_cohort(), by=cast.hub_manager)
    other = make_hub_manager(full_name="Max Hub", email="max@hub.example")
    facts = {"booking_id": guest.pk, "shown_kept": 0, "reason": "Asked for", "at": NOON}

    all_at_once([partial(cancel_guest, by=by, **facts) for by in [cast.hub_manager, other] * 4])

    assert [kind for _, kind, *_ in lines()] == ["line", "credit_note"]
    assert differences() == []


@pytest.mark.parametrize("locked", [True, False])
def test_two_cancels_meet_the_key_of_the_credit_note_only_without_the_lock(
    cast, monkeypatch, locked
):
    """The negative control: with the locks off, both go on to write the same credit note."""
    [booking] = book_by_invoice(cohort=make_invoice_cohort(), school=cast.our_school, by=cast.rep)
    look = cancelling._refuse_once_begun

    def look_and_think(*args):
        look(*args)
        time.sleep(0.3)

    monkeypatch.setattr(cancelling, "_refuse_once_begun", look_and_think)
    if not locked and connection.vendor == "postgresql":
        unlocked = Booking.objects.select_related("school", "year", "cohort__programme", "request")
        monkeypatch.setattr(cancelling, "lock_booking", lambda pk: unlocked.get(pk=pk))
    elif not locked:
        monkeypatch.setattr(cancelling, "transaction", SimpleNamespace(atomic=nullcontext))

    results = all_at_once(
        [
            partial(cancel_booking, booking_id=booking.pk, shown_kept=0, by=person, at=NOON)
            for person in (cast.rep, cast.deputy)
        ]
    )

    assert bool(of_kind(results, IntegrityError)) is not locked
    assert [kind for _, kind, *_ in lines()] == ["line", "credit_note"]
