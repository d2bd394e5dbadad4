"""What waits for somebody at a school: a list on their overview, one line per kind of thing.

This module knows no app. An app says what it may ask for from `AppConfig.ready`:

    register_to_do(places_to_name, order=20)

and the overview shows what there is, in that order. A provider is asked once a page and makes at
most one query.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ToDo:
    """One thing to do: a sentence, and the link that leads to doing it."""

    sentence: str
    url: str
    link: str


Provider = Callable[[Any, Any, datetime], Iterable[ToDo]]

_providers: list[tuple[int, Provider]] = []


def register_to_do(provider: Provider, *, order: int) -> None:
    """Offer things to do; the provider is given the person, the school and the instant."""
    _providers.append((order, provider))
    _providers.sort(key=lambda pair: pair[0])


def to_do_list(*, person: Any, school: Any, at: datetime) -> list[ToDo]:
    """Everything that waits for this person at this school now."""
    return [todo for _, provider in _providers for todo in provider(person, school, at)]
