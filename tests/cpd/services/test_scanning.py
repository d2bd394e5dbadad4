"""What the pages at the door show."""

from datetime import timedelta

import pytest

from cpd.services.scanning import LATEST, door_page, shown_code
from tests.makers.cpd import give_credits, make_booking
from tests.makers.door import scan
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    sessions_of,
    take,
)
from tests.makers.schools import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=300)
    return cast


@pytest.fixture
def cohort():
    return make_running_cohort(organiser=make_organiser(), sessions=2, places_per_school=20)


def booked(cast, cohort, name):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name=name)


def test_who_came_last_stands_first_and_the_away_are_not_among_them(cast, cohort):
    places = [booked(cast, cohort, f"Delegate {number}") for number in range(LATEST + 2)]
    for number, place in enumerate(places[:-1]):
        scan(cohort, place, at=ON_THE_DAY + timedelta(minutes=number))
    take(cohort, {places[-1]: "did_not_attend"}, at=ON_THE_DAY + timedelta(minutes=30))

    shown = door_page(session=sessions_of(cohort)[0], at=ON_THE_DAY + timedelta(hours=1))

    assert [line.name for line in shown.latest] == [
        f"Delegate {number}" for number in range(LATEST, 0, -1)
    ]
    assert shown.count == f"{LATEST + 1} of {LATEST + 2}"
    assert shown.is_open


@pytest.mark.parametrize(
    ("days", "why_not"),
    [
        (-1, "This register opens on Thursday 14 January 2027, the day of the session."),
        (0, ""),
        (1, "This session was on Thursday 14 January 2027: codes are scanned on the day itself."),
    ],
)
def test_the_door_is_open_on_its_day(cohort, days, why_not):
    session = sessions_of(cohort)[0]

    assert door_page(session=session, at=ON_THE_DAY + timedelta(days=days)).why_not == why_not


def test_a_code_is_explained_to_its_organiser_and_the_hub_alone(cast, cohort):
    ann = booked(cast, cohort, "Ann Lee")
    scan(cohort, ann)

    for person in (cohort.organiser, cast.hub_manager):
        shown = shown_code(place=ann, person=person, at=ON_THE_DAY)
        assert [(each.pk, since) for each, since in shown.sessions] == [
            (sessions_of(cohort)[0].pk, "2:30pm")
        ]
        assert shown.next_session == sessions_of(cohort)[1]
    for person in (cast.rep, cast.stranger, ann.delegate):
        assert shown_code(place=ann, person=person, at=ON_THE_DAY) is None
