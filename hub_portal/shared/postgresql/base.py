"""Django's PostgreSQL; a kept connection is looked at before a request uses it, not asked.

Django asks `SELECT 1` at the beginning of each request. A server that has hung up has said so
already: its word, or the end of the line, waits to be read. See docs/decisions/0010.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's in everything else."""

    def is_usable(self) -> bool:
        """Whether nothing waits to be read on a connection that was asked nothing.

        After an error it is asked, as Django does.
        """
        if self.errors_occurred or self.connection is None or self.connection.closed:
            return super().is_usable()
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return not line.poll(0)
