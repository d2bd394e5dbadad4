"""The books' own guards in the database, beside the append-only ones.

An account's totals may only become what its transfers add up to: a stale `save()`, a
forged balance or an update by hand is refused on both engines, whoever tries it.
"""

from credits.models import Account, Transfer
from hub_portal.shared.append_only import Guard

_ACCOUNT = Account._meta.db_table
_TRANSFER = Transfer._meta.db_table


def totals_guard() -> list[Guard]:
    """Guards of the account table: totals follow transfers, and no account goes away."""
    sums = " OR ".join(
        f"NEW.{total} <> (SELECT COALESCE(SUM(amount), 0)"  # noqa: S608 (names of our own tables)
        f" FROM {_TRANSFER} WHERE {column} = NEW.id)"
        for total, column in (("debits", "debit_account_id"), ("credits", "credit_account_id"))
    )
    moved = (
        "(NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.year_id <> OLD.year_id "
        "OR COALESCE(NEW.school_id, 0) <> COALESCE(OLD.school_id, 0))"
    )
    return [
        Guard(
            _ACCOUNT,
            f"{_ACCOUNT}_totals_follow_transfers",
            "UPDATE",
            "account totals follow the transfers",
            sums,
        ),
        Guard(
            _ACCOUNT,
            f"{_ACCOUNT}_stays_itself",
            "UPDATE",
            "an account stays what it is",
            moved,
        ),
        Guard(
            _ACCOUNT,
            f"{_ACCOUNT}_starts_empty",
            "INSERT",
            "an account starts empty",
            "NEW.debits <> 0 OR NEW.credits <> 0",
        ),
        Guard(_ACCOUNT, f"{_ACCOUNT}_no_delete", "DELETE", "an account is never deleted"),
    ]
