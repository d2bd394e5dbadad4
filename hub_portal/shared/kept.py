"""Facts the hub manager changes a few times a year, asked for by every page: kept for a moment.

    @kept_for_a_moment
    def hub_calendar() -> HubCalendar: ...

A process asks the database for them once in a few seconds instead of several times a page. Only
for what is the same for everybody and harms nobody by being a moment old: bank holidays, terms,
policies, the hub's name. Never for what is counted, paid, held or allowed.
"""

import functools
import time
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import transaction

Asked = ParamSpec("Asked")
Fact = TypeVar("Fact")


def kept_for_a_moment(read: Callable[Asked, Fact]) -> Callable[Asked, Fact]:
    """Ask `read` at most once in SECONDS_FACTS_ARE_KEPT for the same arguments.

    Everybody is given the same fact, so it is one that nobody changes. What is read inside a
    transaction is kept once that is: it may be undone yet.
    """
    kept: dict[Any, tuple[float, Fact]] = {}

    @functools.wraps(read)
    def reading(*args: Asked.args, **kwargs: Asked.kwargs) -> Fact:
        asked = (args, tuple(sorted(kwargs.items())))
        at = time.monotonic()
        until, fact = kept.get(asked, (at, None))
        if fact is not None and at < until:
            return fact
        fact = read(*args, **kwargs)
        if settings.SECONDS_FACTS_ARE_KEPT:
            until = at + settings.SECONDS_FACTS_ARE_KEPT
            transaction.on_commit(partial(kept.__setitem__, asked, (until, fact)))
        return fact

    return reading
