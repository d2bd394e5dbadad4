"""What happens once, happens once."""

import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connections, transaction

from hub_portal.clock.models import Occurrence
from hub_portal.clock.services import occurrences
from hub_portal.clock.services.occurrences import arrange_once, carry_out, claim_once
from tests.makers.mail import NOON


@pytest.fixture
def counted(monkeypatch):
    """A task that notes its arguments, and raises as often as it is told to."""
    calls, errors = [], []

    @current_app.task(name="tests.counted")
    def task(*args):
        calls.append(args)
        if errors:
            raise errors.pop()

    task.errors = errors
    task.calls = calls
    yield task
    current_app.tasks.unregister("tests.counted")


@pytest.fixture
def rung(monkeypatch):
    heard = []
    monkeypatch.setattr(occurrences, "ring", lambda *words: heard.append(words))
    return heard


@pytest.mark.django_db
def test_claim_once_is_true_for_the_first_caller_only():
    assert claim_once("books_check:2026-11-20", NOON) is True
    assert claim_once("books_check:2026-11-20", NOON) is False
    assert claim_once("books_check:2026-11-21", NOON) is True


@pytest.mark.django_db
def test_claim_once_is_given_back_by_a_rollback():
    with transaction.atomic():
        claim_once("a", NOON)
        transaction.set_rollback(True)

    assert claim_once("a", NOON) is True


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_claim_once_has_one_winner_among_sixteen_at_once():
    barrier, won = threading.Barrier(16), []

    def claim():
        barrier.wait()
        won.append(claim_once("a", NOON))
        connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 15 + [True]


@pytest.mark.django_db
def test_arrange_once_rings_once_for_a_key(rung):
    assert arrange_once(key="k", task="tests.counted", args=[7], at=NOON) is True
    assert arrange_once(key="k", task="tests.counted", args=[7], at=NOON) is False

    row = Occurrence.objects.get()
    assert rung == [("clock.carry_out", row.pk)]


@pytest.mark.django_db
def test_carry_out_runs_the_task_once_however_often_it_is_rung(rung, counted):
    arrange_once(key="k", task="tests.counted", args=[7], at=NOON)
    row = Occurrence.objects.get()

    ran = [carry_out(occurrence_id=row.pk, at=NOON) for _ in range(3)]

    assert ran == [True, False, False]
    assert counted.calls == [(7,)]


@pytest.mark.django_db
def test_carry_out_leaves_alone_what_another_worker_is_at(rung, counted):
    arrange_once(key="k", task="tests.counted", args=[], at=NOON)
    Occurrence.objects.update(attempts=1, lease_until=NOON + timedelta(minutes=1))

    assert carry_out(occurrence_id=Occurrence.objects.get().pk, at=NOON) is False

    assert counted.calls == []


@pytest.mark.django_db
def test_a_lost_ring_is_rung_again_when_the_lease_is_over(rung, counted):
    arrange_once(key="k", task="tests.counted", args=[], at=NOON)
    row = Occurrence.objects.get()
    rung.clear()

    assert occurrences.ring_again_what_nobody_is_at(at=NOON) == 0
    assert occurrences.ring_again_what_nobody_is_at(at=NOON + occurrences.LEASE) == 1

    assert rung == [("clock.carry_out", row.pk)]
    assert carry_out(occurrence_id=row.pk, at=NOON + occurrences.LEASE) is True
    assert occurrences.ring_again_what_nobody_is_at(at=NOON + 9 * occurrences.LEASE) == 0


@pytest.mark.django_db
def test_a_task_that_raises_is_tried_five_times_and_then_shown_as_failed(rung, counted):
    arrange_once(key="k", task="tests.counted", args=[], at=NOON)
    row = Occurrence.objects.get()
    counted.errors.extend(ValueError() for _ in range(9))

    at = NOON
    for _ in range(5):
        with pytest.raises(ValueError):  # noqa: PT011 the task's own
            carry_out(occurrence_id=row.pk, at=at)
        at += occurrences.LEASE

    row.refresh_from_db()
    assert (row.done_at, row.failed_at is not None, row.attempts) == (None, True, 5)
    assert carry_out(occurrence_id=row.pk, at=at) is False
    assert len(counted.calls) == 5


@pytest.mark.django_db
def test_a_task_that_kills_its_worker_five_times_is_given_up(rung):
    arrange_once(key="k", task="tests.counted", args=[], at=NOON)
    Occurrence.objects.update(attempts=5)

    occurrences.ring_again_what_nobody_is_at(at=NOON + occurrences.LEASE)

    assert Occurrence.objects.get().failed_at == NOON + occurrences.LEASE
