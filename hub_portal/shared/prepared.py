"""Questions that every page asks: the ORM writes their SQL once in a process.

    @prepared(school=BigIntegerField(), at=DateTimeField())
    def next_bookings(school: Any, at: Any) -> QuerySet[Booking]:
        return Booking.objects.filter(school=school).upcoming(at).order_by("pk")

    next_bookings(school=school.pk, at=at)  # a list, as list() of the queryset would be

A question may lock what it reads (`select_for_update`), inside a transaction as always.

Most of what a page costs is not the database but Django putting the same SQL together again
(decision 22). The queryset is written with a `Given` for everything that differs from one asking
to the next; only those values are new. A value is never None and never a list: both would be
another SQL. PostgreSQL is told a question that is asked again, and plans it no more (decision 28).
"""

import functools
import itertools
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from psycopg2.extensions import AsIs

NUMBERS = itertools.count(1)
"""No two questions of a process have one name, whatever their functions are called."""


class Given(Expression):
    """A value that is not known yet when the SQL is written."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: Any) -> tuple[str, list[Any]]:
        """Holds its place among the values by itself."""
        return "%s", [self]


@dataclass(frozen=True)
class _Written:
    """A queryset whose SQL is written."""

    name: str
    fields: "dict[str, Field[Any, Any]]"
    rows_of: type[Any]
    told: SimpleNamespace
    compiler: SQLCompiler
    sql: str
    values: tuple[Any, ...]
    locks: bool
    askings: Iterator[int] = field(default_factory=itertools.count)

    def rows(self, given: dict[str, Any]) -> list[Any]:
        """As the queryset would give them, with these values."""
        connection = connections[DEFAULT_DB_ALIAS]
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction.")
        statement = self._statement(given, connection)
        compiler: Any = copy(self.compiler)  # of this asking: other threads may ask as well
        compiler.connection = connection
        compiler.as_sql = lambda: statement
        query = SimpleNamespace(get_compiler=lambda *_, **__: compiler)
        try:
            return list(self.rows_of(SimpleNamespace(**vars(self.told), query=query)))
        except NotSupportedError:
            connection.close_at = 0  # a migration changed a column: the next request is told anew
            raise

    def _statement(self, given: dict[str, Any], connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The whole question with its values; where the server knows it, from the second time on,
        its name with those given."""
        values = {
            name: field.get_db_prep_value(given[name], connection)  # as this engine takes it
            for name, field in self.fields.items()
        }
        is_asked_again = next(self.askings) > 0
        if not (is_asked_again and getattr(connection, "tells_questions", False)):
            return self.sql, self._filled_in(values)
        if not connection.knows(self.name):
            kinds = [str(field.db_type(connection)) for field in self.fields.values()]
            numbers = {name: AsIs(f"${number}") for number, name in enumerate(self.fields, 1)}
            connection.learn(self.name, kinds, self.sql, self._filled_in(numbers))
        places = f"({', '.join(['%s'] * len(values))})" if values else ""
        return f"EXECUTE {self.name} {places}", tuple(values.values())

    def _filled_in(self, values: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(values[each.name] if isinstance(each, Given) else each for each in self.values)


def prepared(
    **fields: "Field[Any, Any]",
) -> Callable[[Callable[..., "QuerySet[Any, Any]"]], Callable[..., list[Any]]]:
    """Write the SQL of a question once; `fields` say what is given each time, and of what kind."""

    def of(question: Callable[..., "QuerySet[Any, Any]"]) -> Callable[..., list[Any]]:
        @functools.cache
        def written() -> _Written:
            given = {name: Given(name, field) for name, field in fields.items()}
            name = f"{question.__name__.strip('_')}_{next(NUMBERS)}"
            return _write(question(**given), name, fields)

        @functools.wraps(question)
        def asking(**given: Any) -> list[Any]:
            if given.keys() != fields.keys() or None in given.values():
                raise TypeError(f"{question.__name__} is asked with {', '.join(fields)}.")
            return written().rows(given)

        return asking

    return of


def _write(queryset: Any, name: str, fields: "dict[str, Field[Any, Any]]") -> _Written:
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
    rows_of = queryset._iterable_class
    return _Written(name, fields, rows_of, told, compiler, sql, tuple(values), locks)
