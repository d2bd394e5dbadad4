"""The database taken out and put in by its own tools: pg_dump and pg_restore, SQLite's backup.

What signs people in does not go along: sessions and the cache are kept as tables without rows.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.extensions import make_dsn

WITHOUT_ROWS = ("django_session", settings.CACHES["default"]["LOCATION"])
OF_THE_ADDRESS = ("dbname", "user", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")
NO_PROGRAM = """\
{name} is not on this machine.
  Debian/Ubuntu: sudo apt-get install postgresql-client   (as new as the server, or newer)"""


@contextlib.contextmanager
def one_moment() -> Iterator[str]:
    """All that is read in the block is of one moment; gives the name pg_dump finds it by.

    SQLite holds the write lock for it, so this should not last.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            yield ""
            return
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dump_database(path: Path, *, moment: str) -> None:
    """The database as it is at this moment, in one file."""
    if connection.vendor == "sqlite":
        _copy_sqlite(path)
        return
    left_empty = [f"--exclude-table-data={table}" for table in WITHOUT_ROWS]
    # the archive compresses; whose tables they are and who may what is said where it is restored
    form = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
    _run("pg_dump", *form, *left_empty, f"--snapshot={moment}", f"--file={path}")


def load_database(path: Path) -> None:
    """Put a dumped database into this one, which is empty: whole or not at all."""
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(path)) as source:
            connection.ensure_connection()
            source.backup(connection.connection)
    else:
        connection.close()
        whole = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        _run("pg_restore", *whole, str(path))
    connection.close()  # what was known of the tables is no longer so


def tables() -> list[str]:
    """The tables there are, in order."""
    return sorted(connection.introspection.table_names())


def rows_of_tables() -> dict[str, int]:
    """How many rows each table has, counting those of sessions and cache as none."""
    counted = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            counted[table] = 0 if table in WITHOUT_ROWS else cursor.fetchone()[0]
    return counted


def applied_migrations() -> list[str]:
    """The migrations these tables have been through."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _copy_sqlite(path: Path) -> None:
    # a connection of its own: this one holds the write lock, and what is copied is kept already
    source = sqlite3.connect(connection.settings_dict["NAME"])
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only unlinked
        for table in WITHOUT_ROWS:
            with contextlib.suppress(sqlite3.OperationalError):  # there is no cache yet
                copy.execute(f'DELETE FROM "{table}"')  # noqa: S608
        copy.commit()


def _run(name: str, *words: str) -> None:
    """One of PostgreSQL's programs on this database; no list of processes shows its password."""
    parameters = connection.get_connection_params()
    address = make_dsn(**{part: parameters[part] for part in OF_THE_ADDRESS if part in parameters})
    done = subprocess.run(
        [_program(name), "--no-password", f"--dbname={address}", *words],
        env={**os.environ, "PGPASSWORD": str(parameters.get("password") or "")},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CommandError(f"{name} did not manage:\n{done.stderr.strip()}")


def _program(name: str) -> str:
    """The newest that is installed: Debian keeps one folder for each version."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = str(newest) if newest else shutil.which(name)
    if not found:
        raise CommandError(NO_PROGRAM.format(name=name))
    return found
