"""What is due: each app says so when asked, and the tick asks every minute.

A task's name is checked against those the worker knows. An app registers when it is ready:

    register_due("credits.books_check", daily("credits.reconcile_ledger", time(2, 30)))
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any, NamedTuple

from celery import current_app

from hub_portal.clock.rules import last_day_due
from hub_portal.clock.services import jobs, occurrences
from hub_portal.clock.services.heartbeats import beat
from hub_portal.shared.doorbell import ring

log = logging.getLogger(__name__)


class Due(NamedTuple):
    """A task that is due. With a key it is carried out once for that key, whatever crashes;
    without one it is only rung, for a task that does no harm however often it runs."""

    key: str | None
    task: str
    args: tuple[Any, ...] = ()


WhatIsDue = Callable[[datetime], Iterable[Due | tuple[str | None, str, tuple[Any, ...]]]]

_REGISTERED: dict[str, WhatIsDue] = {}


def register_due(name: str, what_is_due: WhatIsDue) -> None:
    """Have the tick ask this function what is due."""
    _REGISTERED[name] = what_is_due


def daily(task: str, clock: time, args: tuple[Any, ...] = ()) -> WhatIsDue:
    """A task of every day, from this London time on; late if the portal was down, never twice."""

    def what_is_due(at: datetime) -> list[Due]:
        day = last_day_due(clock=clock, at=at)
        return [Due(f"{task}:{day.isoformat()}", task, args)]

    return what_is_due


def tick(*, at: datetime) -> int:
    """Ring for everything that is due now; returns how many things were new.

    Two ticks at once, a late one and a repeated one do no harm: keys and leases decide. An
    app that cannot answer does not keep the others waiting; its error is raised at the end.
    """
    beat(name="clock.tick", at=at)
    arranged, broken = 0, []
    for name, what_is_due in _REGISTERED.items():
        try:
            arranged += sum(_arrange(Due(*due), at=at) for due in what_is_due(at))
        except Exception as error:
            log.exception("clock.what_is_due_failed", extra={"due": name})
            broken.append(error)
    occurrences.ring_again_what_nobody_is_at(at=at)
    jobs.ring_again_what_nobody_is_at(at=at)
    if broken:
        raise ExceptionGroup("some apps could not say what is due", broken)
    return arranged


def _arrange(due: Due, *, at: datetime) -> bool:
    if due.task not in current_app.tasks:
        raise LookupError(f"what is due names {due.task!r}, and there is no such task")
    if due.key is None:
        ring(due.task, *due.args)
        return False
    return occurrences.arrange_once(key=due.key, task=due.task, args=list(due.args), at=at)
