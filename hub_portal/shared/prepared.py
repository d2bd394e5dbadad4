"""Questions that every page asks: the ORM writes their SQL once in a process.

    @prepared(school=BigIntegerField(), at=DateTimeField())
    def next_bookings(school: Any, at: Any) -> QuerySet[Booking]:
        return Booking.objects.filter(school=school).upcoming(at).order_by("pk")

    next_bookings(school=school.pk, at=at)  # a list, as list() of the queryset would be

A question may lock what it reads (`select_for_update`), inside a transaction as always.

Most of what a page costs is not the database but Django putting the same SQL together again
(decision 22). The queryset is written with a `Given` for everything that differs from one asking
to the next; only those values are new. A value is never None and never a list: both would be
another SQL.
"""

import functools
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError


class Given(Expression):
    """A value that is not known yet when the SQL is written."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, list[Any]]:
        """Holds its place among the values by itself."""
        return "%s", [self]

    def value(self, given: dict[str, Any], connection: Any) -> Any:
        """What was given, as this engine takes it."""
        return self.output_field.get_db_prep_value(given[self.name], connection)


@dataclass(frozen=True)
class _Written:
    """A queryset whose SQL is written."""

    rows_of: type[Any]
    told: SimpleNamespace
    compiler: SQLCompiler
    sql: str
    values: tuple[Any, ...]
    locks: bool

    def rows(self, given: dict[str, Any]) -> list[Any]:
        """As the queryset would give them, with these values."""
        connection = connections[DEFAULT_DB_ALIAS]
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction.")
        values = tuple(
            each.value(given, connection) if isinstance(each, Given) else each
            for each in self.values
        )
        compiler: Any = copy(self.compiler)  # of this asking: other threads may ask as well
        compiler.connection = connection
        compiler.as_sql = lambda: (self.sql, values)
        query = SimpleNamespace(get_compiler=lambda *_, **__: compiler)
        return list(self.rows_of(SimpleNamespace(**vars(self.told), query=query)))


def prepared(
    **fields: "Field[Any, Any]",
) -> Callable[[Callable[..., "QuerySet[Any, Any]"]], Callable[..., list[Any]]]:
    """Write the SQL of a question once; `fields` say what is given each time, and of what kind."""

    def of(question: Callable[..., "QuerySet[Any, Any]"]) -> Callable[..., list[Any]]:
        @functools.cache
        def written() -> _Written:
            given = {name: Given(name, field) for name, field in fields.items()}
            return _write(question(**given))

        @functools.wraps(question)
        def asking(**given: Any) -> list[Any]:
            if given.keys() != fields.keys() or None in given.values():
                raise TypeError(f"{question.__name__} is asked with {', '.join(fields)}.")
            return written().rows(given)

        return asking

    return of


def _write(queryset: Any) -> _Written:
    if queryset._prefetch_related_lookups:
        raise TypeError("What is fetched beside is a question of its own.")
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, values = compiler.as_sql()
    told = SimpleNamespace(
        db=DEFAULT_DB_ALIAS,
        model=queryset.model,
        _fields=queryset._fields,
        _known_related_objects=queryset._known_related_objects,
    )
    compiler.connection = None  # each asking has that of its thread
    has_locks = connections[DEFAULT_DB_ALIAS].features.has_select_for_update
    locks = queryset.query.select_for_update and has_locks
    return _Written(queryset._iterable_class, told, compiler, sql, tuple(values), locks)
