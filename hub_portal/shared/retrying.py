"""Trying a short transaction again when the database asks for it, with the same key.

A deadlock, a lock that could not be had in time, or SQLite's "database is locked" says
nothing about the act itself: the same call may simply be made again.
"""

import functools
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 3
PAUSE_SECONDS = 0.05
DEADLOCK = "40P01"
LOCK_NOT_AVAILABLE = "55P03"
SERIALIZATION_FAILURE = "40001"


def retried(act: Callable[P, R]) -> Callable[P, R]:
    """Make the act again, at most three times in all, when the database was only busy.

    Inside somebody else's transaction nothing is retried: that transaction is lost already.
    """

    @functools.wraps(act)
    def calling(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS):
            try:
                return act(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or not _was_only_busy(error):
                    raise
                time.sleep(PAUSE_SECONDS * attempt)
        return act(*args, **kwargs)

    return calling


def _was_only_busy(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "pgcode", None)
    if code is not None:
        return code in (DEADLOCK, LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE)
    return "database is locked" in str(error)
