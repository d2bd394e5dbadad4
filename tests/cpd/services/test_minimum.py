"""Cohorts that too few have booked. Rule BK-9."""

from datetime import timedelta

import pytest

from cpd.choices import CohortStatus
from cpd.models import BookingPolicy
from cpd.services.cancelling import cancel_booking
from cpd.services.minimum import below_minimum, minimum_in_words
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort
from tests.makers.schools import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def cohort(cast):
    """It needs two, and one has booked."""
    cohort = make_cohort(minimum=2)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    return cohort


def found(at):
    return [(cohort.pk, cohort.booked) for cohort in below_minimum(at=at)]


def test_a_cohort_below_its_minimum_is_told_of_from_ten_working_days_before(cohort):
    first = IN_JANUARY - timedelta(days=15)  # 30 December: nine working days lie between

    assert found(first - timedelta(days=1)) == []
    assert found(first) == [(cohort.pk, 1)]
    assert found(IN_JANUARY - timedelta(hours=1)) == [(cohort.pk, 1)]
    assert found(IN_JANUARY) == []


def test_so_many_days_before_is_the_hub_manager_s_to_set(cohort):
    BookingPolicy.objects.update(minimum_told_working_days_before=3)

    assert found(IN_JANUARY - timedelta(days=7)) == []
    assert found(IN_JANUARY - timedelta(days=3)) == [(cohort.pk, 1)]


def test_a_cohort_with_enough_is_fine_until_somebody_cancels(cast, cohort):
    soon = IN_JANUARY - timedelta(days=3)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    assert found(soon) == []

    cancel_booking(booking_id=booking.pk, shown_kept=booking.price, by=cast.rep, at=soon)

    assert found(soon) == [(cohort.pk, 1)]


@pytest.mark.parametrize("status", [CohortStatus.DRAFT, CohortStatus.CANCELLED])
def test_only_what_is_offered_is_told_of(cast, status):
    make_cohort(minimum=2, status=status)

    assert found(IN_JANUARY - timedelta(days=3)) == []


def test_it_is_said_in_words_with_what_to_do(cohort):
    words = minimum_in_words(cohort, at=IN_JANUARY - timedelta(days=3))

    assert words == (
        "1 place booked, and it needs 2 by 14 January 2027. Tell the schools, or cancel it: "
        "everything comes back."
    )
    assert minimum_in_words(cohort, at=IN_JANUARY - timedelta(days=60)) == ""
