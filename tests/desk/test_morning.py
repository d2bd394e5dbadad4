"""The desk's list by mail, on each working morning on which something waits. Rule BK-11."""

from datetime import UTC, datetime

import pytest

from hub_portal.clock.services import due
from hub_portal.desk.morning import MORNING_LIST, send_morning_list
from hub_portal.desk.to_do import what_needs_doing
from hub_portal.mail.models import Delivery
from schools.models import Person
from tests.makers.schools import make_cast, make_finance_officer

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
"""A Friday."""


@pytest.fixture
def cast():
    return make_cast()


def test_it_says_what_stands_on_the_desk_to_each_hub_manager_once(cast):
    make_finance_officer()

    for _ in range(2):
        send_morning_list(at=MORNING)

    mail = Delivery.objects.select_related("body").get(kind=MORNING_LIST)
    assert mail.to == "manager@hub.example"
    waiting = what_needs_doing(at=MORNING)
    assert waiting
    for words in (mail.body.text, mail.body.html):
        assert all(each.sentence in words for each in waiting)
        assert "/admin/" in words


def test_an_empty_desk_sends_nothing(cast, monkeypatch):
    monkeypatch.setattr("hub_portal.desk.morning.what_needs_doing", lambda at: [])

    assert send_morning_list(at=MORNING) == 0
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("day", [(2026, 11, 21), (2026, 11, 22), (2026, 12, 25)])
def test_weekends_and_bank_holidays_wait_for_the_next_working_day(cast, day):
    assert send_morning_list(at=datetime(*day, 7, 0, tzinfo=UTC)) == 0


def test_whoever_no_longer_signs_in_is_not_written_to(cast):
    Person.objects.filter(pk=cast.hub_manager.pk).update(is_active=False)

    assert send_morning_list(at=MORNING) == 0


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2027, 3, 28, 5, 59, tzinfo=UTC), "2027-03-27"),
        (datetime(2027, 3, 28, 6, 0, tzinfo=UTC), "2027-03-28"),
        (datetime(2027, 10, 31, 6, 59, tzinfo=UTC), "2027-10-30"),
        (datetime(2027, 10, 31, 7, 0, tzinfo=UTC), "2027-10-31"),
    ],
)
def test_it_is_due_at_seven_by_londons_clock(at, day):
    [what] = due._REGISTERED["desk.morning_list"](at)

    assert what.key == f"desk.morning_list:{day}"
