"""Joining and leaving a waiting list, and its end."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import EntryStatus
from cpd.models import Booking, Offer, WaitingDelegate, WaitingEntry
from cpd.services.bookings import book_places
from cpd.services.cohorts import cancel_cohort, withdraw_offer
from cpd.services.delegates import Delegate
from cpd.services.leaving import give_up_places
from cpd.services.merging import places_held_twice
from cpd.services.proofs import differences
from cpd.services.running_lists import cohorts_with_a_line, run_waiting_list, what_is_due
from cpd.services.settling import settle_cohort
from cpd.services.waiting import leave_waiting_list
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.choices import Phase
from schools.models import Appointment, Person
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast
from tests.makers.waiting import (
    END_OF_TUESDAY,
    LATE,
    cancel,
    make_full_course,
    make_other_school,
    offers,
    wait,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=200)
    give_credits(school=cast.strangers_school, credits=100)
    return cast


@pytest.fixture
def full(cast):
    """A course of one place, which our school has."""
    return make_full_course(school=cast.our_school, by=cast.rep)


def everything_written():
    tables = (WaitingEntry, WaitingDelegate, Offer, Booking, Delivery, Act, Person, Appointment)
    return [table.objects.count() for table in tables]


def test_joining_holds_nothing_and_records_one_act(cast, full):
    cohort, _ = full
    before = Delivery.objects.count()

    entry = wait(
        cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=2, all_or_none=True
    )

    assert (entry.status, entry.wanted, entry.all_or_none) == (EntryStatus.WAITING, 2, True)
    act = Act.objects.get(subject=f"waiting_entry:{entry.pk}")
    assert (act.verb, act.by, act.school) == (
        "waiting.joined",
        cast.stranger,
        f"school:{cast.strangers_school.pk}",
    )
    assert Delivery.objects.count() == before
    assert offers() == []


def test_delegates_named_in_advance_are_kept_under_their_names(cast, full):
    cohort, _ = full
    named = [Delegate(full_name="Ann Lee", email="ann@their.example"), Delegate()]

    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger, delegates=named)

    assert entry.wanted == 2
    assert [d.named_as for d in entry.delegates.all()] == ["Ann Lee"]


def test_one_place_is_never_all_or_none(cast, full):
    entry = wait(cohort=full[0], school=cast.strangers_school, by=cast.stranger, all_or_none=True)

    assert not entry.all_or_none


def refusals(cast, full):
    """Each way in which joining is refused: the error, and what is asked."""
    cohort, [booking] = full
    theirs = {"school": cast.strangers_school, "by": cast.stranger}
    open_course = make_cohort(capacity=2)
    full_of_secondary, _ = make_full_course(school=cast.our_school, by=cast.rep)
    programme = full_of_secondary.programme
    programme.for_primary = False
    programme.save()
    waits_already, _ = make_full_course(school=cast.our_school, by=cast.rep)
    wait(cohort=waits_already, **theirs)
    limited, _ = make_full_course(school=cast.our_school, by=cast.rep)
    limited.places_per_school = 2
    limited.save()
    there = [Delegate(full_name="Tom", email=booking.delegate.email)]
    yield errors.PlacesAreLeft, {"cohort": open_course, **theirs, "wanted": 3}
    yield errors.PlacesAreLeft, {"cohort": open_course, **theirs, "wanted": 2, "all_or_none": True}
    yield errors.WrongPhase, {"cohort": full_of_secondary, **theirs}
    yield errors.AlreadyWaiting, {"cohort": waits_already, **theirs}
    yield errors.OverSchoolLimit, {"cohort": limited, **theirs, "wanted": 3}
    yield errors.MayNotActFor, {"cohort": cohort, "school": cast.our_school, "by": cast.stranger}
    yield errors.CohortNotBookable, {"cohort": cohort, **theirs, "at": IN_JANUARY}
    yield errors.NotOpenYet, {"cohort": cohort, **theirs, "at": NOON - timedelta(days=300)}
    yield (
        errors.AlreadyBooked,
        {
            "cohort": cohort,
            "school": cast.our_school,
            "by": cast.rep,
            "delegates": there,
        },
    )
    yield errors.NamedTwice, {"cohort": cohort, **theirs, "delegates": there * 2}


def test_a_refusal_says_why_and_writes_nothing(cast, full):
    assert cast.strangers_school.phase == Phase.JUNIOR
    for error, asked in refusals(cast, full):
        before = everything_written()

        with pytest.raises(error):
            wait(**asked)

        assert everything_written() == before, error


def test_all_or_none_may_wait_while_too_few_places_are_left(cast):
    cohort = make_cohort(capacity=2)

    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=3, all_or_none=True)

    assert entry.status == EntryStatus.WAITING
    assert offers() == []


def test_the_list_may_be_joined_after_booking_has_closed(cast):
    cohort = make_cohort(capacity=2, booking_closes_at=NOON - timedelta(days=1))

    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep)

    assert entry.status == EntryStatus.WAITING


def test_booking_some_and_waiting_for_the_rest_is_one_act(cast):
    cohort = make_cohort(capacity=2)
    people = [
        Delegate(full_name=n, email=f"{n}@our.example".lower()) for n in ("Ann", "Ben", "Cal")
    ]
    order = make_order(
        cohort=cohort, school=cast.our_school, delegates=people[:2], waits=(people[2],)
    )

    bookings = book_places(order=order, by=cast.rep, at=NOON)
    again = book_places(order=order, by=cast.rep, at=NOON)

    [entry] = WaitingEntry.objects.all()
    assert [b.named_as for b in bookings] == ["Ann", "Ben"]
    assert again == bookings
    assert (entry.wanted, [d.named_as for d in entry.delegates.all()]) == (1, ["Cal"])


def test_if_the_rest_cannot_wait_nothing_is_booked(cast):
    cohort = make_cohort(capacity=3)
    order = make_order(
        cohort=cohort,
        school=cast.our_school,
        delegates=[Delegate()],
        waits=(Delegate(full_name="Ann"),),
    )
    before = everything_written()

    with pytest.raises(errors.PlacesAreLeft):
        book_places(order=order, by=cast.rep, at=NOON)

    assert everything_written() == before


def test_leaving_twice_changes_nothing_the_second_time(cast, full):
    entry = wait(cohort=full[0], school=cast.strangers_school, by=cast.stranger)

    for _ in range(2):
        left = leave_waiting_list(entry_id=entry.pk, by=cast.stranger, at=NOON)

    assert (left.status, left.ended_by, left.ended_at) == (EntryStatus.LEFT, cast.stranger, NOON)
    assert Act.objects.filter(verb="waiting.left").count() == 1


def test_leaving_with_an_offer_gives_its_places_to_the_next(cast, full):
    cohort, [booking] = full
    first = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    other, rep = make_other_school()
    wait(cohort=cohort, school=other, by=rep)
    cancel(booking, by=cast.rep)

    leave_waiting_list(entry_id=first.pk, by=cast.stranger, at=NOON)

    assert offers() == [
        (cast.strangers_school.name, 1, "declined"),
        (other.name, 1, "offered"),
    ]


def test_another_schools_rep_leaves_no_list(cast, full):
    entry = wait(cohort=full[0], school=cast.strangers_school, by=cast.stranger)
    before = everything_written()

    with pytest.raises(errors.MayNotActFor):
        leave_waiting_list(entry_id=entry.pk, by=cast.rep, at=NOON)

    assert everything_written() == before


def test_calling_a_course_off_ends_its_line_and_tells_everybody(cast, full):
    cohort, [booking] = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(booking, by=cast.rep)

    cancel_cohort(cohort=cohort, reason="Unwell", by=cast.hub_manager, at=NOON)

    entry.refresh_from_db()
    assert entry.status == EntryStatus.ENDED
    assert offers() == [(cast.strangers_school.name, 1, "lapsed")]
    mail = Delivery.objects.get(kind="cpd.nobody_waits")
    assert (mail.to, mail.recipient) == ("sam@their.example", cast.stranger)
    assert "The hub has cancelled this course" in mail.body.text


def test_a_course_with_a_line_is_not_withdrawn(cast):
    cohort = make_cohort(capacity=2)
    wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=3, all_or_none=True)

    with pytest.raises(errors.CohortMayNotBecome, match="Schools wait"):
        withdraw_offer(cohort=cohort, by=cast.hub_manager, at=NOON)


def test_the_line_ends_when_the_course_begins(cast, full):
    cohort, _ = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    portal = Person.objects.portal()
    begins = cohort.starts_at
    assert list(what_is_due(begins - timedelta(seconds=1))) == []
    assert [due.task for due in what_is_due(begins)] == ["cpd.run_waiting_lists"]

    for cohort_id in cohorts_with_a_line():
        run_waiting_list(cohort_id=cohort_id, by=portal, at=begins)

    entry.refresh_from_db()
    assert (entry.status, entry.ended_by) == (EntryStatus.ENDED, portal)
    assert "The course has begun" in Delivery.objects.get(kind="cpd.nobody_waits").body.text
    assert list(what_is_due(begins)) == []


def test_completing_a_course_ends_a_line_that_the_clock_missed(cast, full):
    cohort, _ = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)

    settle_cohort(cohort_id=cohort.pk, by=Person.objects.portal(), at=cohort.ends_at)

    entry.refresh_from_db()
    assert entry.status == EntryStatus.ENDED
    assert differences() == []


def test_what_is_due_sees_an_overdue_offer(cast, full):
    cohort, [booking] = full
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(booking, by=cast.rep)

    assert list(what_is_due(END_OF_TUESDAY - timedelta(seconds=1))) == []
    assert [due.task for due in what_is_due(END_OF_TUESDAY)] == ["cpd.run_waiting_lists"]


def test_a_draft_that_schools_wait_for_is_left_alone_by_the_clock(cast):
    cohort = make_cohort(capacity=2)
    wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=3, all_or_none=True)
    cohort.status = "draft"
    cohort.save()

    assert cohorts_with_a_line() == []


def test_late_the_list_may_still_be_joined(cast, full):
    assert wait(cohort=full[0], school=cast.strangers_school, by=cast.stranger, at=LATE).pk


def test_the_proofs_find_an_offer_to_a_school_that_does_not_wait(cast, full):
    cohort, [booking] = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(booking, by=cast.rep)
    assert differences() == []

    WaitingEntry.objects.filter(pk=entry.pk).update(
        status=EntryStatus.LEFT, ended_by=cast.rep, ended_at=NOON
    )

    [difference] = differences()
    assert "its school does not wait for it" in difference


def test_the_proofs_count_places_on_offer(cast, full):
    cohort, [booking] = full
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(booking, by=cast.rep)

    Offer.objects.update(places=2)
    WaitingEntry.objects.update(wanted=2)

    [difference] = differences()
    assert "more live places than its capacity" in difference


def test_a_booking_is_refused_while_the_last_place_is_on_offer(cast, full):
    cohort, [booking] = full
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(booking, by=cast.rep)

    with pytest.raises(errors.TooFewPlaces):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)


def test_a_school_that_leaves_waits_for_nothing_and_its_places_go_down_the_line(cast, full):
    cohort, [booking] = full
    theirs = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    other, rep = make_other_school()
    wait(cohort=cohort, school=other, by=rep)
    cancel(booking, by=cast.rep)

    for _ in range(2):
        give_up_places(school=cast.strangers_school, subjects=[], by=cast.hub_manager, at=NOON)

    theirs.refresh_from_db()
    assert (theirs.status, theirs.ended_by) == (EntryStatus.ENDED, cast.hub_manager)
    assert offers() == [(cast.strangers_school.name, 1, "declined"), (other.name, 1, "offered")]


def test_a_place_given_up_by_a_school_that_leaves_goes_to_the_next_in_line(cast, full):
    cohort, [booking] = full
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)

    give_up_places(
        school=cast.our_school, subjects=[f"booking:{booking.pk}"], by=cast.hub_manager, at=NOON
    )

    assert offers() == [(cast.strangers_school.name, 1, "offered")]


def test_two_records_named_by_one_waiting_school_are_not_merged(cast, full):
    named = [Delegate(full_name=n, email=f"{n}@their.example".lower()) for n in ("Ann", "Anne")]
    entry = wait(cohort=full[0], school=cast.strangers_school, by=cast.stranger, delegates=named)
    ann, anne = (delegate.person for delegate in entry.delegates.order_by("pk"))

    [sentence] = places_held_twice(ann, anne)

    assert "Both are named on the waiting list" in sentence
