"""Rows that are written once: the guard in Python, and the triggers on both engines.

A model registers here when its app is ready. The triggers are put up after every
`migrate` and taken down before one that has work to do, since Django rebuilds SQLite
tables when it alters them. Reading which are missing is for readiness and the books check.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Never

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_GUARDS: dict[str, "Guard"] = {}


class AppendOnlyError(TypeError):
    """Somebody wrote code that changes a row that is never changed: a bug, not a refusal."""


@dataclass(frozen=True)
class Guard:
    """A trigger that refuses a change, in the words of both engines.

    `condition` (SQL over NEW and OLD) narrows it; empty refuses every such change.
    """

    table: str
    name: str
    event: str
    message: str
    condition: str = ""


class AppendOnlyModel(models.Model):
    """A row that is inserted once and never saved again or deleted."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"{self._meta.label} is never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise AppendOnlyError(f"{self._meta.label} is never deleted")


def register_append_only(model: type[models.Model]) -> None:
    """Refuse update, delete and truncate of this model's table, in the database itself."""
    table = model._meta.db_table
    for event in ("UPDATE", "DELETE"):
        register_guard(
            Guard(table, f"{table}_no_{event.lower()}", event, f"{table} is append-only")
        )


def register_guard(guard: Guard) -> None:
    """Add one guard of an app's own; a registration repeated changes nothing."""
    _GUARDS[guard.name] = guard


def install_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Put up every registered trigger whose table exists, in one transaction."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for guard in _GUARDS.values():
            if guard.table in tables:
                for statement in _creating(connection, guard):
                    cursor.execute(statement)


def drop_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take down every registered trigger: for migrations and the flush between tests."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in _GUARDS.values():
            if guard.table in tables:
                for statement in _dropping(connection, guard):
                    cursor.execute(statement)


@contextmanager
def triggers_lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Without the triggers for a moment; for the base of transactional tests only."""
    drop_triggers(using)
    try:
        yield
    finally:
        install_triggers(using)


def missing_triggers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of registered triggers that the database does not have, in order."""
    connection = connections[using]
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(name for name in _expected(connection) if name not in present)


def append_only_tables() -> list[str]:
    """The tables of which no row is ever changed: the application's role may only add to them."""
    never = {event: set[str]() for event in ("UPDATE", "DELETE")}
    for guard in _GUARDS.values():
        if guard.event in never and not guard.condition:
            never[guard.event].add(guard.table)
    return sorted(never["UPDATE"] & never["DELETE"])


def lift_before_migrating(*, plan: list[Any], using: str, **_: Any) -> None:
    """Take the triggers down before a migration that has work to do (signal receiver).

    Only SQLite loses them by rebuilding tables; PostgreSQL keeps its triggers throughout.
    """
    if plan and connections[using].vendor == "sqlite":
        drop_triggers(using)


def restore_after_migrating(*, using: str, **_: Any) -> None:
    """Put the triggers up again after migrating (signal receiver)."""
    install_triggers(using)


def _expected(connection: BaseDatabaseWrapper) -> Iterator[str]:
    for guard in _GUARDS.values():
        yield guard.name
    if connection.vendor == "postgresql":
        for table in sorted({g.table for g in _GUARDS.values() if g.event == "DELETE"}):
            yield f"{table}_no_truncate"


def _creating(connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
    if connection.vendor == "sqlite":
        when = f"WHEN {guard.condition} " if guard.condition else ""
        return [
            f'DROP TRIGGER IF EXISTS "{guard.name}"',
            (
                f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" {when}'
                f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
            ),
        ]
    test = f"IF {guard.condition} THEN {_refusal(guard)} END IF;" if guard.condition else ""
    body = test or _refusal(guard)
    function = f"{guard.name}_refuses"
    answer = "RETURN OLD;" if guard.event == "DELETE" else "RETURN NEW;"
    statements = [
        (
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$guard$ BEGIN {body} {answer} END $guard$"
        ),
        (
            f'CREATE OR REPLACE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{function}"()'
        ),
    ]
    if guard.event == "DELETE":
        statements.append(
            f'CREATE OR REPLACE TRIGGER "{guard.table}_no_truncate" BEFORE TRUNCATE '
            f'ON "{guard.table}" FOR EACH STATEMENT EXECUTE FUNCTION "{function}"()'
        )
    return statements


def _refusal(guard: Guard) -> str:
    return f"RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'integrity_constraint_violation';"


def _dropping(connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
    if connection.vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{guard.name}"']
    statements = [f'DROP TRIGGER IF EXISTS "{guard.name}" ON "{guard.table}"']
    if guard.event == "DELETE":
        statements.append(f'DROP TRIGGER IF EXISTS "{guard.table}_no_truncate" ON "{guard.table}"')
    return statements
