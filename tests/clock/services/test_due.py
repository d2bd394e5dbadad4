"""The tick: what is due is done once, whoever ticks and however late."""

from datetime import UTC, datetime, time, timedelta

import pytest
from celery import current_app

from hub_portal.clock.models import Heartbeat, Occurrence
from hub_portal.clock.services import due, jobs, occurrences
from hub_portal.clock.services.due import Due, daily, register_due, tick
from tests.makers.mail import NOON


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """Only what a test registers is due."""
    monkeypatch.setattr(due, "_REGISTERED", {})


def do_nothing(*_args):
    """A task of which only the name matters."""


@pytest.fixture(autouse=True)
def tasks():
    """The tasks that are due here."""
    names = ("tests.task", "tests.nightly", "mail.send_due")
    missing = [name for name in names if name not in current_app.tasks]
    for name in missing:
        current_app.task(name=name)(do_nothing)
    yield
    for name in missing:
        current_app.tasks.unregister(name)


@pytest.fixture
def rung(monkeypatch):
    heard = []
    for module in (due, occurrences, jobs):
        monkeypatch.setattr(module, "ring", lambda *words: heard.append(words))
    return heard


@pytest.mark.django_db
def test_tick_arranges_what_is_due_once_though_it_ticks_twice(rung):
    register_due("tests", lambda at: [Due("tests:1", "tests.task", (7,))])

    assert [tick(at=NOON), tick(at=NOON), tick(at=NOON + timedelta(minutes=1))] == [1, 0, 0]

    row = Occurrence.objects.get()
    assert (row.key, row.task, row.args) == ("tests:1", "tests.task", [7])
    assert rung == [("clock.carry_out", row.pk)]


@pytest.mark.django_db
def test_tick_takes_plain_tuples_and_rings_what_has_no_key_each_time(rung):
    register_due("tests", lambda at: [(None, "mail.send_due", ())])

    tick(at=NOON)
    tick(at=NOON)

    assert rung == [("mail.send_due",), ("mail.send_due",)]
    assert not Occurrence.objects.exists()


@pytest.mark.django_db
def test_tick_asks_everybody_though_one_cannot_answer(rung):
    def broken(_at):
        raise ValueError

    register_due("broken", broken)
    register_due("tests", lambda at: [Due("tests:1", "tests.task")])

    with pytest.raises(ExceptionGroup):
        tick(at=NOON)

    assert Occurrence.objects.get().key == "tests:1"


@pytest.mark.django_db
def test_tick_refuses_the_name_of_no_task(rung):
    register_due("tests", lambda at: [Due("tests:1", "tests.misspelt")])

    with pytest.raises(ExceptionGroup):
        tick(at=NOON)

    assert not Occurrence.objects.exists()
    assert rung == []


@pytest.mark.django_db
def test_tick_notes_that_it_is_alive(rung):
    tick(at=NOON)

    assert Heartbeat.objects.get(name="clock.tick").at == NOON


@pytest.mark.django_db
@pytest.mark.parametrize(
    "starts",
    [
        pytest.param(datetime(2027, 3, 27, 12, 0, tzinfo=UTC), id="forward"),
        pytest.param(datetime(2026, 10, 24, 12, 0, tzinfo=UTC), id="back"),
    ],
)
def test_a_daily_task_runs_once_a_day_over_a_change_of_the_clocks(rung, starts):
    register_due("tests", daily("tests.nightly", time(1, 30)))
    tick(at=starts)
    rung.clear()

    for minutes in range(0, 2 * 24 * 60, 7):
        tick(at=starts + timedelta(minutes=minutes))
        Occurrence.objects.filter(done_at=None).update(done_at=NOON)

    assert len(rung) == 2
    assert Occurrence.objects.count() == 3


@pytest.mark.django_db
def test_a_portal_that_was_down_catches_up_on_the_last_day_missed(rung):
    register_due("tests", daily("tests.nightly", time(23, 50)))

    tick(at=datetime(2026, 11, 21, 0, 20, tzinfo=UTC))

    assert Occurrence.objects.get().key == "tests.nightly:2026-11-20"
