"""Inserting rows whose key may be there already, on both engines.

Django's `ignore_conflicts` says INSERT OR IGNORE on SQLite, which swallows CHECK and NOT NULL
failures too. Here only the named key may be in the way; anything else is an error.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

from django.db import connections, models, router, transaction
from django.db.models import sql

Row = TypeVar("Row", bound=models.Model)
AnyField: TypeAlias = "models.Field[Any, Any]"


def insert_new(rows: Sequence[Row], *, key: str) -> list[Row]:
    """Insert the rows whose `key` is not in the table yet.

    Returns those that were inserted, with their primary keys, in the order given.
    """
    if not rows:
        return []
    model = type(rows[0])
    using = router.db_for_write(model)
    connection = connections[using]
    fields = [
        field
        for field in _columns(model)
        if not isinstance(field, models.AutoField) and not field.generated
    ]
    size = max(connection.ops.bulk_batch_size([f.name for f in fields], rows), 1)
    inserted: dict[object, object] = {}
    with transaction.atomic(using=using, savepoint=False):
        for start in range(0, len(rows), size):
            inserted |= _insert(model, fields, rows[start : start + size], key, using)
    new = [row for row in rows if getattr(row, key) in inserted]
    for row in new:
        row.pk = inserted[getattr(row, key)]
        row._state.adding, row._state.db = False, using
    return new


def _insert(
    model: type[Row],
    fields: list[AnyField],
    rows: Sequence[Row],
    key: str,
    using: str,
) -> dict[object, object]:
    """One INSERT … ON CONFLICT (key) DO NOTHING; the primary keys it gave, by key."""
    connection = connections[using]
    query = sql.InsertQuery(model)
    query.insert_values(fields, list(rows))
    [(statement, parameters)] = query.get_compiler(using=using).as_sql()
    column = {field.name: connection.ops.quote_name(field.column) for field in _columns(model)}
    key_column, pk_column = column[key], column[model._meta.pk.name]
    unless_there = f"ON CONFLICT ({key_column}) DO NOTHING RETURNING {key_column}, {pk_column}"
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} {unless_there}", parameters)
        return dict(cursor.fetchall())


def _columns(model: type[models.Model]) -> list[AnyField]:
    return list(model._meta.local_concrete_fields)
