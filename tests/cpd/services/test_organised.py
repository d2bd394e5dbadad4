"""An organiser's room, and what the desk knows of registers."""

from datetime import timedelta

import pytest

from cpd.choices import CohortStatus
from cpd.models import Cohort
from cpd.services.cohorts import cancel_cohort
from cpd.services.organised import (
    cohorts_of,
    organisers,
    registers_not_taken,
    room_of,
    session_rows,
)
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    sessions_of,
    take,
)
from tests.makers.schools import NOON, make_cast

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


def words(cohort, at):
    return [(row.words, row.tone, row.is_to_take) for row in session_rows(cohort=cohort, at=at)]


def test_somebody_sees_the_courses_they_organise_and_no_drafts(cast, organiser, cohort):
    make_cohort(organiser=make_organiser(email="other@organisers.example"))
    make_cohort(organiser=organiser, status=CohortStatus.DRAFT)

    assert list(cohorts_of(organiser)) == [cohort]
    assert list(cohorts_of(cast.rep)) == []


def test_the_navigation_knows_who_organises_something(cast, organiser, cohort):
    assert organisers() == {organiser.pk}


def test_sessions_say_how_far_their_registers_are(cast, cohort, ben):
    to_come = ("To come", "plain", False)
    assert words(cohort, NOON) == [to_come, to_come]
    assert words(cohort, ON_THE_DAY) == [("Register to take", "warn", True), to_come]

    take(cohort, {ben: "attended"})
    assert words(cohort, ON_THE_DAY) == [("Register taken", "ok", False), to_come]

    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    assert words(cohort, ON_THE_DAY)[0] == ("1 of 2 marked", "warn", True)


def test_nobody_booked_and_called_off_have_words_of_their_own(cast, cohort):
    assert words(cohort, ON_THE_DAY)[0] == ("Nobody booked", "plain", False)

    cancel_cohort(cohort=cohort, reason="Ill", by=cast.hub_manager, at=NOON)

    assert {row[0] for row in words(Cohort.objects.get(), ON_THE_DAY)} == {"Called off"}


def test_the_room_puts_registers_to_take_first_and_what_is_over_last(cast, organiser, cohort, ben):
    later = make_running_cohort(organiser=organiser, starts_at=ON_THE_DAY + timedelta(days=40))

    room = room_of(person=organiser, at=ON_THE_DAY)
    assert [(row.cohort, s.session) for row, s in room.to_take] == [
        (cohort, sessions_of(cohort)[0])
    ]
    assert [row.cohort for row in room.running] == [cohort, later]
    assert room.over == []

    over = room_of(person=organiser, at=ON_THE_DAY + timedelta(days=8))
    assert [row.cohort for row in over.running] == [later]
    assert [(row.cohort, row.places) for row in over.over] == [(cohort, 1)]


@pytest.mark.parametrize("cohorts", [1, 3])
def test_the_room_takes_two_queries_however_many_courses(
    organiser, cohorts, django_assert_num_queries
):
    for _ in range(cohorts):
        make_running_cohort(organiser=organiser, sessions=2)

    with django_assert_num_queries(2):
        room = room_of(person=organiser, at=ON_THE_DAY)
        assert len([s for row in room.running for s in row.sessions]) == 2 * cohorts


def test_the_desk_counts_sessions_that_are_over_and_not_fully_marked(cast, cohort, ben):
    first, second = sessions_of(cohort)
    assert list(registers_not_taken(at=first.starts_at)) == []
    assert list(registers_not_taken(at=first.ends_at)) == [first]

    assert list(registers_not_taken(at=second.ends_at + timedelta(days=60))) == []

    take(cohort, {ben: "attended"})
    assert list(registers_not_taken(at=first.ends_at)) == []
    assert list(registers_not_taken(at=second.ends_at)) == [second]


def test_a_course_nobody_booked_leaves_no_register_to_take(cohort):
    assert not registers_not_taken(at=ON_THE_DAY + timedelta(days=60)).exists()
