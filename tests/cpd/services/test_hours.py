"""Hours of CPD: what the registers say, shared out by the length of the sessions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cpd.rules import as_typed_number, cpd_hours
from cpd.services.cohorts import PlannedSession, cancel_cohort, save_sessions
from cpd.services.hours import hours_for, hours_of
from tests.makers.cpd import give_credits, make_booking, make_programme
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    sessions_of,
    take,
)
from tests.makers.schools import make_cast

ALL, HALF, NONE = Decimal(1), Decimal("0.5"), Decimal(0)


@pytest.mark.parametrize(
    ("hours", "sessions", "counts"),
    [
        ("6.0", [(180, ALL), (180, ALL)], "6.0"),
        ("6.0", [(180, ALL), (180, NONE)], "3.0"),
        ("6.0", [(180, ALL), (180, HALF)], "4.5"),
        ("6.0", [(240, ALL), (120, NONE)], "4.0"),
        ("10.0", [(60, ALL), (60, NONE), (60, NONE)], "3.3"),
        ("7.5", [(90, NONE)], "0.0"),
        ("7.5", [], "0"),
    ],
)
def test_hours_are_shared_out_by_length(hours, sessions, counts):
    assert cpd_hours(programme_hours=Decimal(hours), sessions=sessions) == Decimal(counts)


@pytest.mark.parametrize("typed", ["7k3m qx9t 2bfh", " 7K3M-QX9T-2BFH ", "7K3M.QX9T.2BFH"])
def test_a_number_is_known_in_any_case_and_spacing(typed):
    assert as_typed_number(typed) == "7K3MQX9T2BFH"


@pytest.fixture
def cast(db):
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    return cast


@pytest.fixture
def cohort(db):
    programme = make_programme(title="Coaching", hours=9)
    return make_running_cohort(organiser=make_organiser(), programme=programme, sessions=3)


@pytest.fixture
def ben(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)


def test_only_sessions_attended_count_and_the_dates_are_theirs(cohort, ben):
    first, second, third = sessions_of(cohort)
    take(cohort, {ben: "apologies"}, session=first)
    take(cohort, {ben: "attended"}, session=second)
    take(cohort, {ben: "partly"}, session=third)

    course = hours_for(person=ben.delegate, cohort=cohort)

    assert (course.hours, course.sessions_attended, course.sessions) == (Decimal("4.5"), 2, 3)
    assert (course.from_on, course.to_on) == (date(2027, 1, 21), date(2027, 1, 28))


def test_whoever_was_at_no_session_has_no_hours(cohort, ben):
    take(cohort, {ben: "did_not_attend"})

    assert hours_for(person=ben.delegate, cohort=cohort) is None
    assert hours_of(person=ben.delegate).courses == []


def test_a_record_adds_up_newest_first_whoever_booked(cast, cohort, ben):
    later = make_running_cohort(
        organiser=cohort.organiser,
        programme=make_programme(title="Phonics", hours=2),
        starts_at=ON_THE_DAY + timedelta(days=60),
    )
    again = make_booking(
        cohort=later, school=cast.our_school, by=cast.rep, email=ben.delegate.email
    )
    take(cohort, {ben: "attended"})
    take(later, {again: "attended"})

    record = hours_of(person=ben.delegate)

    assert [(course.title, course.hours) for course in record.courses] == [
        ("Phonics", Decimal("2.0")),
        ("Coaching", Decimal("3.0")),
    ]
    assert record.hours == Decimal("5.0")


def test_a_course_called_off_half_way_counts_for_the_sessions_there_were(cast, cohort, ben):
    take(cohort, {ben: "attended"})
    cancel_cohort(
        cohort=cohort, reason="Snow", by=cast.hub_manager, at=ON_THE_DAY + timedelta(days=1)
    )

    [course] = hours_of(person=ben.delegate).courses
    assert (course.hours, course.is_over) == (Decimal("3.0"), True)


def test_a_date_that_was_called_off_after_its_register_counts_for_nobody(cast, cohort, ben):
    first, second, third = sessions_of(cohort)
    take(cohort, {ben: "attended"}, session=first)
    kept = [
        PlannedSession(session.starts_at, session.ends_at, session_id=session.pk)
        for session in (second, third)
    ]
    save_sessions(cohort=cohort, sessions=kept, by=cast.hub_manager, at=ON_THE_DAY)

    assert hours_for(person=ben.delegate, cohort=cohort) is None
    assert hours_of(person=ben.delegate).courses == []


@pytest.mark.parametrize("courses", [1, 3])
def test_a_record_takes_two_queries_however_long(
    cast, ben, cohort, courses, django_assert_num_queries
):
    for number in range(courses):
        one = make_running_cohort(
            organiser=cohort.organiser, starts_at=ON_THE_DAY + timedelta(days=number)
        )
        booking = make_booking(
            cohort=one, school=cast.our_school, by=cast.rep, email=ben.delegate.email
        )
        take(one, {booking: "attended"})

    with django_assert_num_queries(2):
        assert len(hours_of(person=ben.delegate).courses) == courses
