"""The doorbell: tell a worker, once the transaction is kept, that there is something to do.

The database is the queue and the broker only a doorbell: what a lost ring would have started is
found by the next tick. So a ring is never tried twice, waits a second at most, and never raises;
after one that failed the bell stays silent for a few seconds, so that a page that rings many times
pays for one dead broker once (rule XX-4).
"""

import logging
import time
from functools import lru_cache, partial
from queue import Empty  # what a full pool of producers raises
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError
from kombu.pools import producers

SECONDS_TO_WAIT = 1.0
SECONDS_OF_SILENCE = 10.0
# a broker of folders has none of these and passes them over
TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "socket_connect_timeout": SECONDS_TO_WAIT,
    "socket_timeout": SECONDS_TO_WAIT,
}

log = logging.getLogger(__name__)


class _Bell:
    """Until when this process leaves the broker alone, on the monotonic clock."""

    silent_until = 0.0


def ring(name: str, *ids: int | str) -> None:
    """Ask a worker to run the task of this name, with these ids, once the transaction is kept.

    Only ids travel: never a row, a name, an address or a date.
    """
    for each in ids:
        if type(each) not in (int, str):
            raise TypeError(f"ring() takes ids, not {type(each).__name__}")
    transaction.on_commit(partial(_ring_now, name, *ids), robust=True)


def _ring_now(name: str, *ids: int | str) -> None:
    if time.monotonic() < _Bell.silent_until:
        return
    broker, lost = find_broker()
    try:
        with producers[broker].acquire(block=True, timeout=SECONDS_TO_WAIT) as producer:
            current_app.send_task(name, args=ids, producer=producer, retry=False)
    except lost as error:
        _Bell.silent_until = time.monotonic() + SECONDS_OF_SILENCE
        log.warning("The broker did not hear %s (%s); the tick will.", name, type(error).__name__)


def find_broker() -> tuple[Any, tuple[type[BaseException], ...]]:
    """The broker, and what a lost ring may raise; nothing is connected yet.

    A web process looks for it before its first visitor rings: Redis' client takes a third of a
    second to load.
    """
    standing_for: Any = current_app
    return _broker_of(standing_for._get_current_object())


@lru_cache(maxsize=8)
def _broker_of(app: Any) -> tuple[Any, tuple[type[BaseException], ...]]:
    broker = app.connection_for_write(transport_options=TRANSPORT_OPTIONS)
    return broker, (KombuError, OSError, Empty, *broker.connection_errors, *broker.channel_errors)
