"""What the machine looks at: every table, every state, and every act that went with it."""

from django.apps import apps
from django.db import connection

from cpd.models import Booking, Certificate, Cohort, FabulinusTicket, Offer, WaitingEntry
from credits.models import Approval, JournalEntry, Transfer
from hub_portal.trail.models import Act

STATES = {
    "booking": Booking,
    "waiting_entry": WaitingEntry,
    "offer": Offer,
    "ticket": FabulinusTicket,
    "approval": Approval,
    "cohort": Cohort,
    "certificate": Certificate,
}
"""Rows with a state, by the name that acts know them by."""

WRITTEN_ONCE = (JournalEntry, Transfer, Act)


def every_table():
    """Each table of the portal with all its rows, as a number that changes when they do."""
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models if model._meta.managed})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(" UNION ALL ".join(_AS_ONE_NUMBER.format(table) for table in tables))
            return dict(cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = hash(tuple(cursor.fetchall()))
        return found


_AS_ONE_NUMBER = """
    SELECT '{0}', md5(string_agg(one::text, '|' ORDER BY one::text)) FROM "{0}" one
"""


def changed_tables(before):
    """The names of the tables that are not as they were."""
    now = every_table()
    return {table for table, rows in now.items() if before[table] != rows}


def states():
    """Every row that has a state: "booking:3" → "cancelled"."""
    return {
        f"{name}:{pk}": status
        for name, model in STATES.items()
        for pk, status in model.objects.values_list("pk", "status")
    }


def written_once():
    """Every row that may never change, in the order of writing."""
    return [list(model.objects.order_by("pk").values_list()) for model in WRITTEN_ONCE]
