"""The school hears on the next school day who did not come."""

from datetime import UTC, datetime, timedelta

import pytest

from cpd.models import Attendance
from cpd.services.absences import tell_of_absences
from hub_portal.mail.models import Delivery
from schools.models import Appointment
from tests.makers.cpd import give_credits, make_booking
from tests.makers.registers import ON_THE_DAY, make_organiser, make_running_cohort, take
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

NEXT_MORNING = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)  # a Friday in term


@pytest.fixture
def cast():
    cast = make_cast()
    for school in (cast.our_school, cast.strangers_school):
        give_credits(school=school)
    return cast


@pytest.fixture
def cohort():
    return make_running_cohort(organiser=make_organiser())


@pytest.fixture
def booked(cast, cohort):
    """Three of ours and one of theirs."""
    ours = [
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name=name)
        for name in ("Ann Lee", "Ben Shah", "Cal Cook")
    ]
    theirs = make_booking(
        cohort=cohort, school=cast.strangers_school, by=cast.stranger, full_name="Stan Stranger"
    )
    Delivery.objects.all().delete()
    return [*ours, theirs]


def mails():
    return sorted(Delivery.objects.values_list("kind", "to", "subject"))


def test_each_school_hears_once_of_its_own_people(booked, cohort):
    ann, ben, cal, stan = booked
    take(
        cohort,
        {
            ann: "did_not_attend",
            ben: "did_not_attend",
            cal: "apologies",
            stan: "did_not_attend",
        },
    )

    assert tell_of_absences(at=NEXT_MORNING) == 2
    assert tell_of_absences(at=NEXT_MORNING + timedelta(hours=1)) == 0

    assert mails() == [
        ("cpd.absent.school", "rita@our.example", "2 colleagues did not attend"),
        ("cpd.absent.school", "sam@their.example", "1 colleague did not attend"),
    ]
    ours = Delivery.objects.get(to="rita@our.example").body.text
    assert "Ann Lee" in ours
    assert "Ben Shah" in ours
    assert "Cal Cook" not in ours
    assert "Stan Stranger" not in ours


def test_not_on_the_day_itself(booked, cohort):
    take(cohort, {booked[0]: "did_not_attend"})

    assert tell_of_absences(at=ON_THE_DAY + timedelta(hours=5)) == 0
    assert mails() == []


@pytest.mark.parametrize("day", [16, 17])
def test_a_weekend_waits_for_the_next_school_day(booked, cohort, day):
    take(cohort, {booked[0]: "did_not_attend"})

    assert tell_of_absences(at=NEXT_MORNING.replace(day=day)) == 0
    assert tell_of_absences(at=NEXT_MORNING.replace(day=18)) == 1


def test_a_mark_put_right_in_the_meantime_is_not_told(booked, cohort):
    take(cohort, {booked[0]: "did_not_attend"})
    take(cohort, {booked[0]: "attended"})

    assert tell_of_absences(at=NEXT_MORNING) == 0


def test_a_register_taken_late_is_told_late_and_an_old_one_is_no_news(booked, cohort):
    ann, ben, *_ = booked
    take(cohort, {ann: "did_not_attend"}, at=ON_THE_DAY + timedelta(days=10))
    assert tell_of_absences(at=NEXT_MORNING + timedelta(days=10)) == 1

    take(cohort, {ben: "did_not_attend"}, at=ON_THE_DAY + timedelta(days=30))
    assert tell_of_absences(at=NEXT_MORNING + timedelta(days=31)) == 0


def test_a_mark_made_after_the_morning_s_run_is_told_by_the_next_one_that_comes(booked, cohort):
    ann, ben, *_ = booked
    take(cohort, {ann: "did_not_attend"})
    tell_of_absences(at=NEXT_MORNING)
    take(cohort, {ben: "did_not_attend"}, at=NEXT_MORNING + timedelta(hours=1))

    assert tell_of_absences(at=NEXT_MORNING + timedelta(hours=2)) == 1
    assert len(mails()) == 2


def test_marked_absent_again_after_it_was_told_is_told_again(booked, cohort):
    ann = booked[0]
    take(cohort, {ann: "did_not_attend"})
    tell_of_absences(at=NEXT_MORNING)
    take(cohort, {ann: "attended"}, at=NEXT_MORNING)
    take(cohort, {ann: "did_not_attend"}, at=NEXT_MORNING + timedelta(hours=1))

    assert tell_of_absences(at=NEXT_MORNING + timedelta(days=3)) == 1
    assert Attendance.objects.get().told_at == NEXT_MORNING + timedelta(days=3)


def test_a_school_without_a_voice_is_told_through_whoever_booked(cast, booked, cohort):
    Appointment.objects.filter(school=cast.our_school).update(to_on=NOON.date())
    take(cohort, {booked[0]: "did_not_attend"})

    tell_of_absences(at=NEXT_MORNING)

    assert [to for _, to, _ in mails()] == ["rita@our.example"]
