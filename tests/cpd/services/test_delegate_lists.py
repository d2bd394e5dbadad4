"""Lists of who comes, for the organiser and for the venue."""

import pytest

from cpd.models import Cohort
from cpd.services.at_the_door import add_walk_in
from cpd.services.delegate_lists import delegates_of, venue_rows
from tests.makers.cpd import give_credits, make_booking
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    make_walk_in_order,
    sessions_of,
)
from tests.makers.schools import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def organiser():
    return make_organiser()


@pytest.fixture
def cohort(organiser):
    return make_running_cohort(organiser=organiser, sessions=2)


@pytest.fixture
def ben(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Ben Shah")


def test_delegates_stand_by_school_and_name_and_walk_ins_are_marked(cast, cohort, organiser, ben):
    give_credits(school=cast.strangers_school)
    Cohort.objects.filter(pk=cohort.pk).update(places_per_school=5)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Ann Lee")
    order = make_walk_in_order(session=sessions_of(cohort)[0], school=cast.strangers_school)
    add_walk_in(order=order, by=organiser, at=ON_THE_DAY)

    found = [
        (booking.school.name, booking.named_as, hasattr(booking, "walk_in"))
        for booking in delegates_of(cohort)
    ]
    assert found == [
        ("Berrymede Junior School", "Wanda Walker", True),
        ("Lampton School", "Ann Lee", False),
        ("Lampton School", "Ben Shah", False),
    ]


def test_the_venue_is_told_numbers_and_no_name(cohort, ben):
    rows = venue_rows(cohort)

    assert [(row.session, row.expected) for row in rows] == [
        (session, 1) for session in sessions_of(cohort)
    ]
