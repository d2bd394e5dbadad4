"""What waits for somebody at a school: a list on their overview, one line per kind of thing.

This module knows no app. An app says what it may ask for from `AppConfig.ready`:

    register_to_do("cpd.to_name", rows=places_to_name, words=in_words, order=20)

and the overview shows what there is, in that order. All of it is one question to the database:
each kind gives the rows that wait, in the same few columns, and then says them in words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, DateTimeField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from hub_portal.shared.prepared import prepared

NOTHING = {
    "waiting_pk": Value(0, output_field=BigIntegerField()),
    "waiting_number": Value(0, output_field=BigIntegerField()),
    "waiting_name": Value("", output_field=TextField()),
    "waiting_title": Value("", output_field=TextField()),
    "waiting_at": Cast(Value(None), output_field=DateTimeField()),
}
"""The columns of what waits, and what stands in one that a kind has nothing for."""


@dataclass(frozen=True)
class ToDo:
    """One thing to do: a sentence, and the link that leads to doing it."""

    sentence: str
    url: str
    link: str


class Waiting(NamedTuple):
    """One row of what waits; each kind says what it means by the columns."""

    kind: str
    pk: int
    number: int
    name: str
    title: str
    at: Any
    """An instant, or None for a kind that has none."""


Rows = Callable[[Any, Any], "QuerySet[Any, Any]"]
"""The rows that wait at a school (its id) at an instant: `waiting_rows` of a queryset."""

Words = Callable[[Sequence[Waiting], Any, datetime], Iterable[ToDo]]
"""What to say of them (at least one row, ordered by `at`, then `pk`) to a school, at an instant."""


@dataclass(frozen=True)
class _Kind:
    name: str
    rows: Rows
    words: Words
    order: int


_kinds: list[_Kind] = []


def register_to_do(name: str, *, rows: Rows, words: Words, order: int) -> None:
    """Offer things to do; the rows are asked for in one question with those of all others."""
    _kinds.append(_Kind(name, rows, words, order))
    _kinds.sort(key=lambda kind: kind.order)


def waiting_rows(queryset: "QuerySet[Any, Any]", **columns: Any) -> "QuerySet[Any, Any]":
    """A queryset as rows of what waits, with the columns it has: pk, number, name, title, at.

    To count, group it by `.values("school")` and give `number=Count("pk")`.
    """
    has = {f"waiting_{column}": value for column, value in columns.items()}
    return queryset.order_by().annotate(**{**NOTHING, **has})


def to_do_list(*, school: Any, at: datetime) -> list[ToDo]:
    """Everything that waits at this school now, in one question."""
    waiting: dict[str, list[Waiting]] = {kind.name: [] for kind in _kinds}
    for row in _question(tuple(_kinds))(school=school.pk, at=at) if _kinds else ():
        waiting[row[0]].append(Waiting(*row))
    return [
        todo
        for kind in _kinds
        if waiting[kind.name]
        for todo in kind.words(sorted(waiting[kind.name], key=_soonest_first), school, at)
    ]


@cache
def _question(kinds: tuple[_Kind, ...]) -> Callable[..., list[tuple[Any, ...]]]:
    """All kinds in one question."""

    @prepared(school=BigIntegerField(), at=DateTimeField())
    def all_that_waits(school: Any, at: Any) -> "QuerySet[Any, Any]":
        first, *rest = (_as_rows(kind, school, at) for kind in kinds)
        return first.union(*rest, all=True)

    return all_that_waits


def _as_rows(kind: _Kind, school: Any, at: Any) -> "QuerySet[Any, Any]":
    of_kind = Value(kind.name, output_field=TextField())
    return kind.rows(school, at).annotate(waiting_as=of_kind).values_list("waiting_as", *NOTHING)


def _soonest_first(row: Waiting) -> tuple[float, int]:
    return (row.at.timestamp() if row.at else 0.0), row.pk
