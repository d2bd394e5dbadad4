"""What somebody attended goes along when two records of them become one. Rule PE-5."""

from datetime import timedelta

import pytest

from cpd.models import Attendance, Certificate, Evaluation
from cpd.services.delegates import Delegate
from cpd.services.hours import hours_of
from cpd.services.proofs import differences
from cpd.services.substituting import substitute_delegate
from schools.errors import RecordsNotMerged
from schools.services.merging import merge_people, merger_of
from tests.makers.certificates import issue
from tests.makers.cpd import give_credits, make_booking
from tests.makers.evaluations import ask, complete, make_completed, make_evaluation_form
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    sessions_of,
    take,
)
from tests.makers.schools import NOON, make_cast, make_colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def cohort():
    make_evaluation_form()
    return make_running_cohort(organiser=make_organiser(), sessions=2)


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


def merge(cast, stays, goes):
    return merge_people(
        stays=stays, goes=goes, reason="The same person", by=cast.hub_manager, at=NOON
    )


def test_marks_evaluations_and_certificates_go_over(cast, cohort, tom):
    [booking] = make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep)
    ask(cohort)
    issue(cohort)
    goes = booking.delegate

    shown = merger_of(stays=tom, goes=goes)
    merge(cast, tom, goes)

    assert {"2 register marks", "1 evaluation", "1 certificate"} <= set(shown.moving)
    for rows in (Attendance, Evaluation, Certificate):
        assert set(rows.objects.values_list("person", flat=True)) == {tom.pk}
    assert [course.cohort for course in hours_of(person=tom).courses] == [cohort]
    assert differences() == []


def test_two_who_sat_in_one_course_on_one_place_stay_two_records(cast, cohort, tom):
    first, second = sessions_of(cohort)
    place = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    before = place.delegate
    take(cohort, {place: "attended"}, session=first)
    substitute_delegate(
        booking_id=place.pk,
        to=Delegate(person_id=tom.pk),
        by=cast.hub_manager,
        at=ON_THE_DAY + timedelta(days=2),
        reason="Long illness",
    )
    take(cohort, {place: "attended"}, session=second)
    complete(cohort)
    assert len(issue(cohort)) == 2

    with pytest.raises(RecordsNotMerged, match="Both were at “Coaching conversations”"):
        merge(cast, tom, before)
    assert Attendance.objects.filter(person=before).count() == 1
