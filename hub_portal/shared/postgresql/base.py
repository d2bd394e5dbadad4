"""Django's PostgreSQL, with two things of a kept connection: how it is looked at, what it knows.

Django asks `SELECT 1` at the beginning of each request. A server that has hung up has said so
already: its word, or the end of the line, waits to be read. See docs/decisions/0010.

A question that was told to the server once in a connection is asked by its name afterwards, and
neither read nor planned again: most of what a small question costs. See docs/decisions/0028.
"""

import select
from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base

MOST_KNOWN = 100
"""So many questions a connection remembers; with one more it forgets them and begins again."""


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's in everything else."""

    tells_questions = True
    """Off where statements are written down to be repeated by somebody else (in benchmarks)."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection to a server that knows no question of ours yet."""
        self.known: set[str] = set()
        return super().get_new_connection(conn_params)

    def knows(self, name: str) -> bool:
        """Whether the server was told a question of this name in this connection."""
        self.ensure_connection()
        return name in self.known

    def learn(self, name: str, kinds: Sequence[str], sql: str, values: Sequence[Any]) -> None:
        """Tell the server a question and its name, with parameters of these kinds.

        `sql` and its constants are as a cursor takes them. Like the rest of what sets up a
        connection this is not counted among a page's queries.
        """
        self.validate_no_broken_transaction()
        parameters = f"({', '.join(kinds)})" if kinds else ""
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            if len(self.known) >= MOST_KNOWN:
                cursor.execute("DEALLOCATE ALL")
                self.known.clear()
            cursor.execute(f"PREPARE {name} {parameters} AS {sql}", values)
        self.known.add(name)

    def is_usable(self) -> bool:
        """Whether nothing waits to be read on a connection that was asked nothing.

        After an error it is asked, as Django does.
        """
        if self.errors_occurred or self.connection is None or self.connection.closed:
            return super().is_usable()
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return not line.poll(0)
