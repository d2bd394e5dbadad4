"""Tables of states and verbs, written as they are read.

                     issued     redeemed        used
    withdraw_ticket  withdrawn  TicketNotLive   TicketNotLive

One cell is what a verb makes of a row in a state: the state it has afterwards, with something
written; `=` when it changes nothing at all; the name of a refusal, which changes nothing either; or
`-` where there is no such row.
"""

import importlib
import inspect
import pkgutil

import cpd.services
import credits.services
from hub_portal.shared.errors import PortalError
from tests.cpd.state_machine.seen import changed_tables, every_table

NO_SUCH_ROW = "-"
NOTHING_WRITTEN = "="


def read(text):
    """The states of a table, and its cells as (verb, state, cell)."""
    heading, *rows = [line.split() for line in text.strip().splitlines()]
    for row in rows:
        assert len(row) == len(heading) + 1, f"{row[0]} has not a cell for every state"
    cells = [
        (verb, state, cell)
        for verb, *outcomes in rows
        for state, cell in zip(heading, outcomes, strict=True)
    ]
    return heading, cells


def to_try(text):
    return [cell for cell in read(text)[1] if cell[2] != NO_SUCH_ROW]


def outcome_of(row, verb):
    """What became of a row: its state, `=`, or the refusal, in which case nothing was written."""
    before = every_table()
    try:
        verb()
    except PortalError as refusal:
        assert changed_tables(before) == set()
        return type(refusal).__name__
    if not changed_tables(before):
        return NOTHING_WRITTEN
    row.refresh_from_db()
    return str(row.status)


def verbs_about(name):
    """Every service verb of courses and credits that takes this: `booking_id` at a moment."""
    found = set()
    for package in (cpd.services, credits.services):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for verb, function in vars(importlib.import_module(module.name)).items():
                is_public = inspect.isfunction(function) and not verb.startswith("_")
                if is_public and inspect.unwrap(function).__module__ == module.name:
                    parameters = inspect.signature(function).parameters
                    if {name, "by", "at"} <= parameters.keys():
                        found.add(verb)
    return found
