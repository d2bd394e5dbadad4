"""A second machine: an empty database of the leg's engine, an empty folder, and manage.py."""

import contextlib
import os
import secrets
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import connection

OWNER = "portal_owner_of_the_tests"
SERVING = "portal_app_of_the_restore"


class Machine:
    """Where a portal is made again. Its database is owned by somebody who is no superuser."""

    def __init__(self, var, *, url):
        self.var, self.url = Path(var), url

    def manage(self, *words):
        """manage.py there: the finished process, with what it said."""
        kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env={
                **kept,
                "DATABASE_URL": self.url,
                "PORTAL_VAR": str(self.var),
                "EMAIL_URL": "dummymail://",
                "DJANGO_SETTINGS_MODULE": "hub_portal.settings",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def python(self, code):
        """A few lines in the portal's shell there."""
        return self.manage("shell", "--no-imports", "-v", "0", "-c", code)

    def asked(self, statement, *, as_=None):
        """Rows, or what refuses the statement."""
        with (
            contextlib.closing(self._connected(as_)) as there,
            contextlib.closing(there.cursor()) as cursor,
        ):
            cursor.execute(statement)
            found = cursor.fetchall() if cursor.description else []
            there.commit()
            return found

    def _connected(self, role):
        if connection.vendor == "sqlite":
            path = self.url.removeprefix("sqlite:///")
            return sqlite3.connect(path, detect_types=sqlite3.PARSE_DECLTYPES)
        return psycopg2.connect(self.url.replace(f"{OWNER}@", f"{role}@") if role else self.url)


@contextlib.contextmanager
def empty_machine(folder):
    """An empty machine while the block runs; on PostgreSQL its database is dropped again."""
    folder.mkdir()
    if connection.vendor == "sqlite":
        yield Machine(folder, url=f"sqlite:///{folder / 'portal.sqlite3'}")
        return
    ours, name = connection.settings_dict, f"machine_{secrets.token_hex(4)}"
    with _owner(), connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" OWNER "{OWNER}" TEMPLATE template0')
        try:
            yield Machine(folder, url=f"postgres://{OWNER}@{ours['HOST']}:{ours['PORT']}/{name}")
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _owner():
    """The role that owns the machines' databases, and the one its restore makes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER])
        if cursor.fetchone():
            yield
            return
        cursor.execute(f'CREATE ROLE "{OWNER}" LOGIN CREATEROLE')
        try:
            yield
        finally:
            cursor.execute(f'DROP ROLE IF EXISTS "{SERVING}"; DROP ROLE "{OWNER}"')
