"""Things that happen once: the key decides, whoever asks and however often."""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery import current_app

from hub_portal.clock.models import Occurrence
from hub_portal.shared.doorbell import ring
from hub_portal.shared.insert_new import insert_new

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5

log = logging.getLogger(__name__)


def claim_once(key: str, at: datetime) -> bool:
    """True for the one caller who may do the thing named by this key; False for all others.

    Called in the transaction of the thing itself, so that a rollback gives the key back.
    """
    return bool(insert_new([Occurrence(key=key, at=at, done_at=at)], key="key"))


def arrange_once(*, key: str, task: str, args: list[Any], at: datetime) -> bool:
    """Have a task carried out once for this key; True if it was not arranged before."""
    row = Occurrence(key=key, at=at, task=task, args=args, lease_until=at + LEASE)
    new = insert_new([row], key="key")
    for occurrence in new:
        ring("clock.carry_out", occurrence.pk)
    return bool(new)


def carry_out(*, occurrence_id: int, at: datetime) -> bool:
    """Run the task of one arranged occurrence and note that it is done.

    True if it ran to its end here. A task that raises is tried again when its lease is over,
    five times in all, and is then shown as failed.
    """
    row = Occurrence.objects.unfinished().filter(pk=occurrence_id).first()
    if row is None or not _take(row, at=at):
        return False
    task = current_app.tasks[row.task]
    try:
        task(*row.args)
    except Exception:
        if row.attempts + 1 >= MOST_ATTEMPTS:
            Occurrence.objects.filter(pk=row.pk, done_at=None).update(failed_at=at)
        raise
    Occurrence.objects.filter(pk=row.pk).update(done_at=at, failed_at=None)
    return True


def ring_again_what_nobody_is_at(*, at: datetime) -> int:
    """Ring for arranged things whose lease is over; returns how many.

    One that has killed its worker five times is given up and shown as failed.
    """
    left_alone = Occurrence.objects.nobody_is_at(at=at)
    left_alone.filter(attempts__gte=MOST_ATTEMPTS).update(failed_at=at)
    forgotten = list(left_alone.order_by("pk")[:200])
    for row in forgotten:
        log.warning("occurrence.rung_again", extra={"key": row.key})
        ring("clock.carry_out", row.pk)
    return len(forgotten)


def _take(row: Occurrence, *, at: datetime) -> bool:
    """Compare and set: of several workers with the same ring, one goes on."""
    untouched = Occurrence.objects.unfinished().filter(pk=row.pk, attempts=row.attempts)
    if row.attempts:
        untouched = untouched.filter(lease_until__lte=at)
    return bool(untouched.update(attempts=row.attempts + 1, lease_until=at + LEASE))
