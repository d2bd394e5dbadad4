"""Accounts: which is meant, locking them in one order, opening those that do not exist yet."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Q

from credits.choices import HUB_ACCOUNTS, SCHOOL_ACCOUNTS, AccountKind
from credits.models import Account

ACCOUNTS_AT_ONCE = 5000
MANY_SCHOOLS = 500
"""Above this, a whole kind of a year is locked rather than schools one by one."""


class Holder(NamedTuple):
    """Which account is meant: of a school (or the hub, None), a school year, of a kind."""

    school_id: int | None
    year_id: int
    kind: AccountKind


def holder_of(account: Account) -> Holder:
    return Holder(account.school_id, account.year_id, AccountKind(account.kind))


def lock_accounts(holders: Iterable[Holder]) -> dict[Holder, Account]:
    """Lock these accounts in primary-key order, opening those that do not exist yet.

    Callers that must read a balance before they decide (a correction as far as credits
    are free) lock first and post after; a lock taken twice in a transaction costs nothing.
    """
    wanted = set(holders)
    found = _locked(wanted)
    missing = wanted - found.keys()
    if missing:
        _open_accounts(missing)
        found = _locked(wanted)
    return found


def _locked(wanted: set[Holder]) -> dict[Holder, Account]:
    rows = (
        Account.objects.filter(_matching(wanted))
        .annotate(year_closed_at=F("year__closed_at"))
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    return {holder: row for row in rows if (holder := holder_of(row)) in wanted}


def _matching(wanted: set[Holder]) -> Q:
    schools: dict[tuple[int, AccountKind], set[int | None]] = defaultdict(set)
    for holder in wanted:
        schools[holder.year_id, holder.kind].add(holder.school_id)
    matching = Q(pk__in=[])
    for (year_id, kind), ids in schools.items():
        kind_of_year = Q(year_id=year_id, kind=kind)
        if ids == {None}:
            matching |= kind_of_year & Q(school__isnull=True)
        elif len(ids) > MANY_SCHOOLS:
            matching |= kind_of_year
        else:
            matching |= kind_of_year & Q(school_id__in=ids)
    return matching


def _open_accounts(missing: set[Holder]) -> None:
    """Insert accounts that do not exist; another transaction may have been quicker.

    All accounts of a school and year, or of the hub, are opened together: a booking finds
    those that the allocation opened, and never opens one while it holds others. Said in
    SQL: only what is unique may be in the way, on both engines, and 72,000 take a moment.
    """
    wanted = sorted(
        {
            (year_id, school_id or 0, kind.value)
            for school_id, year_id, _ in missing
            for kind in (HUB_ACCOUNTS if school_id is None else SCHOOL_ACCOUNTS)
        }
    )
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), ACCOUNTS_AT_ONCE):
            some = wanted[start : start + ACCOUNTS_AT_ONCE]
            cursor.execute(
                _OPENING.format(", ".join(["(%s, %s, %s, 0, 0)"] * len(some))),
                [fact for year, school, kind in some for fact in (year, school or None, kind)],
            )


_OPENING = (
    "INSERT INTO credits_account (year_id, school_id, kind, debits, credits) VALUES {} "
    "ON CONFLICT DO NOTHING"
)
