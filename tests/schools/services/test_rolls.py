"""Rolls are facts with a source; the last one entered counts. Rule SC-3."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hub_portal.shared.append_only import AppendOnlyError
from hub_portal.trail.models import Act
from schools.choices import RollDefinition, RollSource
from schools.errors import CensusDateWrong, NoSuchNumberOfPupils, ReasonNeeded
from schools.models import PupilRoll
from schools.services.rolls import census_days_offered, enter_roll_by_hand, rolls_on_record
from tests.makers.rolls import JANUARY_2019, make_roll
from tests.makers.schools import NOON, make_hub_manager, make_school

pytestmark = pytest.mark.django_db
HEADCOUNT, TO_11 = RollDefinition.HEADCOUNT, RollDefinition.RECEPTION_TO_YEAR_11


@pytest.fixture
def hub_manager():
    return make_hub_manager()


def enter(school, by, **facts):
    given = {
        "census_on": JANUARY_2019,
        "pupils": 485,
        "definition": HEADCOUNT,
        "reason": "The school’s own census return",
        **facts,
    }
    return enter_roll_by_hand(school=school, by=by, at=NOON, **given)


def test_a_roll_entered_by_hand_keeps_its_reason_who_and_when(hub_manager):
    school = make_school()

    roll = enter(school, hub_manager)

    assert (roll.source, roll.reason, roll.entered_by, roll.entered_at) == (
        RollSource.BY_HAND,
        "The school’s own census return",
        hub_manager,
        NOON,
    )
    act = Act.objects.get()
    assert (act.verb, act.school, act.reason) == (
        "roll.entered_by_hand",
        f"school:{school.pk}",
        "The school’s own census return",
    )


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"reason": " "}, ReasonNeeded),
        ({"census_on": NOON.date() + timedelta(days=1)}, CensusDateWrong),
        ({"pupils": -1}, NoSuchNumberOfPupils),
        ({"pupils": 20_001}, NoSuchNumberOfPupils),
    ],
)
def test_a_roll_by_hand_is_refused_without_sense_and_nothing_is_written(
    hub_manager, facts, refusal
):
    school = make_school()

    with pytest.raises(refusal):
        enter(school, hub_manager, **facts)

    assert not PupilRoll.objects.exists()
    assert not Act.objects.exists()


def test_a_new_roll_never_overwrites_an_old_one_and_counts(hub_manager):
    school = make_school()
    make_roll(school=school, by=hub_manager, pupils=1500)
    make_roll(school=school, by=hub_manager, pupils=1195, definition=TO_11)
    make_roll(school=school, by=hub_manager, pupils=1400, census_on=date(2018, 1, 18))

    enter(school, hub_manager, pupils=1530)

    assert PupilRoll.objects.count() == 4
    on_record = rolls_on_record([school], definition=HEADCOUNT)
    assert [(roll.census_on, roll.pupils) for roll in on_record[school.pk]] == [
        (date(2018, 1, 18), 1400),
        (JANUARY_2019, 1530),
    ]
    assert [r.pupils for r in rolls_on_record([school], definition=TO_11)[school.pk]] == [1195]


def test_a_roll_is_never_changed_or_deleted(hub_manager):
    roll = make_roll(school=make_school(), by=hub_manager, pupils=1500)

    roll.pupils = 9
    with pytest.raises(AppendOnlyError):
        roll.save()
    with pytest.raises(AppendOnlyError):
        roll.delete()
    for attempt in (lambda: PupilRoll.objects.update(pupils=9), PupilRoll.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()

    assert PupilRoll.objects.get().pupils == 1500


def test_census_days_that_have_been_are_offered_newest_first():
    offered = census_days_offered(on=date(2026, 1, 15))

    assert [day.on for day in offered][:2] == [date(2026, 1, 15), date(2025, 10, 2)]
