"""Two beats at once, and two workers at one thing: what is due is arranged and done once."""

import time
from functools import partial

import pytest
from celery import current_app
from django.db import IntegrityError

from hub_portal.clock.models import Occurrence
from hub_portal.clock.services import due, jobs, occurrences
from hub_portal.clock.services.due import Due, register_due, tick
from hub_portal.clock.services.occurrences import carry_out
from tests.makers.schools import NOON
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
THINGS = 5


@pytest.fixture
def rung(monkeypatch):
    heard = []
    for module in (due, occurrences, jobs):
        monkeypatch.setattr(module, "ring", lambda *words: heard.append(words))
    return heard


@pytest.fixture
def done(monkeypatch):
    """Five things that are due, and which of them were done."""
    monkeypatch.setattr(due, "_REGISTERED", {})
    seen = []

    def note(number):
        time.sleep(0.02)
        seen.append(number)

    current_app.task(name="tests.noted")(note)
    register_due(
        "tests", lambda at: [Due(f"tests:{n}", "tests.noted", (n,)) for n in range(THINGS)]
    )
    yield seen
    current_app.tasks.unregister("tests.noted")


def test_eight_beats_at_once_arrange_each_thing_once(rung, done):
    arranged = all_at_once([partial(tick, at=NOON)] * AT_ONCE)

    assert sum(arranged) == THINGS
    assert Occurrence.objects.count() == THINGS
    assert len([words for words in rung if words[0] == "clock.carry_out"]) == THINGS


def test_eight_workers_at_one_thing_do_it_once(rung, done):
    tick(at=NOON)
    row = Occurrence.objects.get(key="tests:3")

    did = all_at_once([partial(carry_out, occurrence_id=row.pk, at=NOON)] * AT_ONCE)

    assert sorted(did) == [False] * (AT_ONCE - 1) + [True]
    assert done == [3]


def test_beats_that_look_before_they_write_stumble(rung, done, monkeypatch):
    """The negative control: without the insert by key, the same eight do not come through."""

    def look_then_write(rows, key):
        [row] = rows
        if Occurrence.objects.filter(key=row.key).exists():
            return []
        time.sleep(0.05)
        row.save(force_insert=True)
        return [row]

    monkeypatch.setattr(occurrences, "insert_new", look_then_write)

    results = all_at_once([partial(tick, at=NOON)] * AT_ONCE)

    stumbled = of_kind(results, ExceptionGroup)
    assert stumbled
    assert all(group.subgroup(IntegrityError) for group in stumbled)
