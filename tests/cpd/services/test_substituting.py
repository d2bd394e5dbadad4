"""Giving a place to a colleague."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.models import Substitution
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from cpd.services.substituting import substitute_delegate
from credits.errors import ReasonNeeded
from credits.models import JournalEntry
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

ANN = Delegate(full_name="Ann Lee", email="ann@our.example")


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def booking(cast):
    give_credits(school=cast.our_school)
    return make_booking(
        cohort=make_cohort(sessions=2), school=cast.our_school, by=cast.rep, full_name="Ben Shah"
    )


def test_a_place_goes_to_a_colleague_free_of_charge(cast, booking):
    entries = JournalEntry.objects.count()

    changed = substitute_delegate(booking_id=booking.pk, to=ANN, by=cast.rep, at=NOON)

    assert (changed.named_as, changed.delegate.email) == ("Ann Lee", "ann@our.example")
    assert JournalEntry.objects.count() == entries
    row = Substitution.objects.get()
    assert (row.from_person, row.from_named_as, row.to_person) == (
        booking.delegate,
        "Ben Shah",
        changed.delegate,
    )


def test_both_delegates_and_the_rep_are_told(cast, booking):
    Delivery.objects.all().delete()

    substitute_delegate(booking_id=booking.pk, to=ANN, by=cast.rep, at=NOON)

    assert sorted(Delivery.objects.values_list("kind", "to")) == [
        ("cpd.booked", "ann@our.example"),
        ("cpd.replaced", booking.delegate.email),
        ("cpd.replaced.booker", "rita@our.example"),
    ]


def test_twice_the_same_colleague_is_one_substitution(cast, booking):
    for _ in range(2):
        substitute_delegate(booking_id=booking.pk, to=ANN, by=cast.rep, at=NOON)

    assert Substitution.objects.count() == 1


def test_it_is_free_until_the_end_of_the_first_session(cast, booking):
    first = booking.cohort.sessions.order_by("starts_at").first()

    substitute_delegate(
        booking_id=booking.pk, to=ANN, by=cast.rep, at=first.ends_at - timedelta(seconds=1)
    )
    with pytest.raises(errors.TooLateToSubstitute):
        substitute_delegate(
            booking_id=booking.pk,
            to=Delegate(full_name="Cal", email="cal@our.example"),
            by=cast.rep,
            at=first.ends_at,
        )


def test_later_the_hub_may_with_a_reason(cast, booking):
    later = booking.cohort.starts_at + timedelta(days=1)

    with pytest.raises(ReasonNeeded):
        substitute_delegate(booking_id=booking.pk, to=ANN, by=cast.hub_manager, at=later)
    substitute_delegate(
        booking_id=booking.pk, to=ANN, by=cast.hub_manager, at=later, reason="Long illness"
    )

    assert Substitution.objects.get().reason == "Long illness"


def test_somebody_with_a_place_cannot_take_another(cast, booking):
    make_booking(
        cohort=booking.cohort, school=cast.our_school, by=cast.rep, email="ann@our.example"
    )

    with pytest.raises(errors.AlreadyBooked):
        substitute_delegate(booking_id=booking.pk, to=ANN, by=cast.rep, at=NOON)
    assert Substitution.objects.count() == 0


def test_a_cancelled_place_has_no_delegate_to_change(cast, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    with pytest.raises(errors.BookingNotLive):
        substitute_delegate(booking_id=booking.pk, to=ANN, by=cast.rep, at=NOON)


def test_a_stranger_changes_nobody(cast, booking):
    with pytest.raises(errors.MayNotActFor):
        substitute_delegate(booking_id=booking.pk, to=ANN, by=cast.stranger, at=NOON)


def test_a_name_is_needed(cast, booking):
    with pytest.raises(BadInput):
        substitute_delegate(booking_id=booking.pk, to=Delegate(), by=cast.rep, at=NOON)
