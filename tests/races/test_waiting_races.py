"""Many people at once around a waiting list: a place is never offered, or taken, twice.

The negative controls take the cohort's lock away: then it must break.
"""

import time
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection

from cpd import errors
from cpd.models import Booking, Cohort, Offer, WaitingEntry
from cpd.services import bookings as bookings_service
from cpd.services import running_lists as running_lists_service
from cpd.services import waiting_changes as changes_service
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import change_capacity
from cpd.services.delegates import Delegate
from cpd.services.places import places_of
from cpd.services.proofs import differences
from cpd.services.running_lists import run_waiting_list
from cpd.services.waiting import leave_waiting_list
from cpd.services.waiting_changes import NewWish, change_wish
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.models import Person
from tests.makers.cpd import give_credits, make_order
from tests.makers.schools import NOON, make_cast
from tests.makers.waiting import (
    END_OF_TUESDAY,
    LATE,
    accept,
    cancel,
    make_full_course,
    make_other_school,
    offers,
    wait,
)
from tests.races.barrier import all_at_once, of_kind, one_inside_another

pytestmark = pytest.mark.django_db(transaction=True)

A_SECOND = timedelta(seconds=1)


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    return cast


@pytest.fixture
def full(cast):
    """A course of two places, which our school has."""
    return make_full_course(school=cast.our_school, by=cast.rep, places=2)


def schools_in_line(cohort, number, **facts):
    """So many schools in line, each with its rep: their entries."""
    entries = []
    for _ in range(number):
        school, rep = make_other_school()
        entries.append(wait(cohort=cohort, school=school, by=rep, **facts))
    return entries


def accepting(entry, *, at, places=1):
    """One school's rep taking what is offered to it."""
    order = make_order(
        cohort=entry.cohort,
        school=entry.school,
        delegates=[Delegate()] * places,
        entry_id=entry.pk,
    )
    return partial(book_places, order=order, by=entry.joined_by, at=at)


def running(cohort, *, at):
    return partial(run_waiting_list, cohort_id=cohort.pk, by=Person.objects.portal(), at=at)


def cancelling(booking, *, by, at=NOON):
    return partial(cancel_booking, booking_id=booking.pk, shown_kept=12, by=by, at=at)


def assert_no_place_is_held_twice(cohort):
    cohort.refresh_from_db()
    assert places_of(cohort).live <= cohort.capacity
    assert differences() == []


@pytest.fixture
def without_the_lock(monkeypatch):
    """The control: the same race, on a cohort that nobody locks."""

    def lock_nothing(cohort_id):
        return Cohort.objects.select_related("programme").get(pk=cohort_id)

    for service in (bookings_service, running_lists_service):
        monkeypatch.setattr(service, "lock_cohort", lock_nothing)
        if connection.vendor == "sqlite":
            # there the write lock does the work, so the control does without a transaction
            monkeypatch.setattr(service, "transaction", SimpleNamespace(atomic=nullcontext))


@pytest.mark.parametrize("round_number", range(3))
def test_an_offer_accepted_as_it_lapses_is_one_or_the_other(cast, full, round_number):
    cohort, bookings = full
    first, second = schools_in_line(cohort, 2)
    cancel(bookings[0], by=cast.rep)

    results = all_at_once(
        [
            accepting(first, at=END_OF_TUESDAY - A_SECOND),
            running(cohort, at=END_OF_TUESDAY),
            accepting(first, at=END_OF_TUESDAY - A_SECOND),
            running(cohort, at=END_OF_TUESDAY),
        ]
    )

    first_offer = Offer.objects.get(entry=first)
    booked = Booking.objects.live().filter(school=first.school).count()
    assert booked == len(of_kind(results, list)) == (first_offer.status == "accepted")
    assert Offer.objects.filter(entry=second).count() == (first_offer.status == "lapsed")
    assert Act.objects.filter(subject=f"offer:{first_offer.pk}").count() == 2
    assert_no_place_is_held_twice(cohort)


def test_without_the_lock_an_offer_is_accepted_after_it_has_lapsed(
    cast, without_the_lock, monkeypatch
):
    cohort, bookings = make_full_course(school=cast.our_school, by=cast.rep, places=2, price=0)
    first, second = schools_in_line(cohort, 2)
    cancel(bookings[0], by=cast.rep)
    accepts = accepting(first, at=END_OF_TUESDAY - A_SECOND)
    meanwhile = one_inside_another(monkeypatch, bookings_service, "turn_of")

    all_at_once([accepts, meanwhile(running(cohort, at=END_OF_TUESDAY))])

    cohort.refresh_from_db()
    assert Offer.objects.live().get().entry == second
    assert places_of(cohort).live == cohort.capacity + 1


def test_two_free_places_and_many_waiters_are_two_offers(cast, full):
    cohort, bookings = full
    entries = schools_in_line(cohort, 8)

    all_at_once([cancelling(booking, by=cast.rep) for booking in bookings])

    assert offers() == [(entry.school.name, 1, "offered") for entry in entries[:2]]
    assert Delivery.objects.filter(kind="cpd.offer").count() == 2
    assert_no_place_is_held_twice(cohort)


def test_near_the_start_two_free_places_go_to_the_first_two_of_many(cast, full):
    cohort, bookings = full
    entries = schools_in_line(cohort, 8)
    for booking in bookings:
        cancel(booking, by=cast.rep, at=LATE)

    results = all_at_once([accepting(entry, at=LATE) for entry in entries])

    assert len(of_kind(results, list)) == 2
    assert len(of_kind(results, errors.NotYourTurn)) == 6
    assert WaitingEntry.objects.filter(status="served").count() == 2
    assert_no_place_is_held_twice(cohort)


def test_without_the_lock_late_places_are_taken_more_than_once(cast, without_the_lock, monkeypatch):
    cohort, bookings = make_full_course(school=cast.our_school, by=cast.rep, places=2, price=0)
    entries = schools_in_line(cohort, 8)
    for booking in bookings:
        cancel(booking, by=cast.rep, at=LATE)
    seen = bookings_service.turn_of

    def look_and_pause(**asked):
        turn = seen(**asked)
        time.sleep(0.2)
        return turn

    monkeypatch.setattr(bookings_service, "turn_of", look_and_pause)

    all_at_once([accepting(entry, at=LATE) for entry in entries])

    assert Booking.objects.live().count() > 2


def test_a_place_cancelled_while_another_is_accepted(cast, full):
    cohort, bookings = full
    first, second = schools_in_line(cohort, 2)
    cancel(bookings[0], by=cast.rep)

    results = all_at_once([accepting(first, at=NOON), cancelling(bookings[1], by=cast.rep)])

    assert not of_kind(results, Exception)
    assert offers() == [(first.school.name, 1, "accepted"), (second.school.name, 1, "offered")]
    assert_no_place_is_held_twice(cohort)


def test_places_added_while_others_book_go_to_the_line_first(cast, full):
    cohort, _ = full
    [entry] = schools_in_line(cohort, 1, wanted=2)
    raising = partial(change_capacity, cohort=cohort, capacity=5, by=cast.hub_manager, at=NOON)
    bookers = []
    for number in range(6):
        person = Delegate(full_name=f"N{number}", email=f"n{number}@our.example")
        order = make_order(cohort=cohort, school=cast.our_school, delegates=[person])
        bookers.append(partial(book_places, order=order, by=cast.rep, at=NOON))

    results = all_at_once([*bookers, raising])

    assert offers() == [(entry.school.name, 2, "offered")]
    assert len(of_kind(results, list)) <= 1
    assert_no_place_is_held_twice(cohort)


def test_leaving_while_one_is_offered_a_place_leaves_no_offer_behind(cast, full):
    cohort, bookings = full
    first, second = schools_in_line(cohort, 2)

    all_at_once(
        [
            partial(leave_waiting_list, entry_id=first.pk, by=first.joined_by, at=NOON),
            cancelling(bookings[0], by=cast.rep),
        ]
    )

    assert not Offer.objects.live().filter(entry=first).exists()
    assert Offer.objects.live().get().entry == second
    assert_no_place_is_held_twice(cohort)


def test_one_school_joining_many_times_stands_in_line_once(cast, full):
    cohort, _ = full
    school, rep = make_other_school()

    results = all_at_once([partial(wait, cohort=cohort, school=school, by=rep)] * 8)

    assert len(of_kind(results, WaitingEntry)) == 1
    assert len(of_kind(results, errors.AlreadyWaiting)) == 7


def test_asking_for_fewer_as_a_place_comes_free_is_one_or_the_other(cast, full):
    """Either the offer was first and has to be answered, or it is for what is wanted now."""
    cohort, bookings = full
    school, rep = make_other_school()
    entry = wait(cohort=cohort, school=school, by=rep, wanted=2)
    fewer = NewWish(wanted=1)

    results = all_at_once(
        [
            partial(change_wish, entry_id=entry.pk, wish=fewer, by=rep, at=NOON),
            *(partial(cancel, booking, by=cast.rep) for booking in bookings),
        ]
    )

    entry.refresh_from_db()
    was_refused = len(of_kind(results, errors.AnswerTheOfferFirst))
    assert entry.wanted == (2 if was_refused else 1)
    assert [places for _, places, _ in offers()] == [1]
    assert_no_place_is_held_twice(cohort)


def test_changed_many_times_at_once_it_is_changed_once(cast, full):
    cohort, _ = full
    school, rep = make_other_school()
    entry = wait(cohort=cohort, school=school, by=rep, wanted=2)
    wish = NewWish(wanted=1)

    results = all_at_once([partial(change_wish, entry_id=entry.pk, wish=wish, by=rep, at=NOON)] * 8)

    assert results == [entry] * 8
    assert Act.objects.filter(verb="waiting.changed").count() == 1


@pytest.fixture
def change_without_the_lock(monkeypatch):
    """The entry is read without its cohort’s lock, and written after everybody has looked."""

    def read(entry_id):
        return WaitingEntry.objects.select_related("school", "cohort").get(pk=entry_id)

    is_the_same = changes_service._is_the_same

    def look_and_think(*seen):
        answer = is_the_same(*seen)
        time.sleep(0.5)
        return answer

    monkeypatch.setattr(changes_service, "lock_entry", read)
    monkeypatch.setattr(changes_service, "_is_the_same", look_and_think)
    if connection.vendor != "postgresql":
        monkeypatch.setattr(changes_service, "transaction", SimpleNamespace(atomic=nullcontext))


def test_without_the_lock_it_is_changed_more_than_once(cast, full, change_without_the_lock):
    cohort, _ = full
    school, rep = make_other_school()
    entry = wait(cohort=cohort, school=school, by=rep, wanted=2)
    wish = NewWish(wanted=1)

    all_at_once([partial(change_wish, entry_id=entry.pk, wish=wish, by=rep, at=NOON)] * 8)

    assert Act.objects.filter(verb="waiting.changed").count() > 1


def test_two_clocks_that_lapse_one_offer_tell_it_once(cast, full):
    cohort, bookings = full
    first, second = schools_in_line(cohort, 2)
    cancel(bookings[0], by=cast.rep)

    all_at_once([running(cohort, at=END_OF_TUESDAY)] * 8)

    assert offers() == [(first.school.name, 1, "lapsed"), (second.school.name, 1, "offered")]
    assert Act.objects.filter(verb="offer.lapsed").count() == 1
    assert Delivery.objects.filter(kind="cpd.offer.lapsed").count() == 1


def test_accepted_twice_at_once_with_one_page_books_once(cast, full):
    cohort, bookings = full
    [entry] = schools_in_line(cohort, 1)
    cancel(bookings[0], by=cast.rep)
    act = partial(accept, entry, by=entry.joined_by, key="one page")

    results = all_at_once([act] * 8)

    [booking] = Booking.objects.live().filter(school=entry.school)
    assert results == [[booking]] * 8
    assert_no_place_is_held_twice(cohort)
