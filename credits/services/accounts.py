"""Accounts: which is meant, locking them in one order, opening those that do not exist yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Q, QuerySet

from credits.choices import HUB_ACCOUNTS, SCHOOL_ACCOUNTS, AccountKind
from credits.models import Account
from hub_portal.shared.prepared import prepared

ACCOUNTS_AT_ONCE = 5000
FEW = 4
"""So many accounts of schools are asked for in a question that is written once."""

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
    rows = _few(wanted) if _are_few_of_schools(wanted) else _locking(_matching(wanted))
    return {holder: row for row in rows if (holder := holder_of(row)) in wanted}


def _locking(matching: Q) -> "QuerySet[Account]":
    return (
        Account.objects.filter(matching)
        .annotate(year_closed_at=F("year__closed_at"))
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )


def _are_few_of_schools(wanted: set[Holder]) -> bool:
    return 0 < len(wanted) <= FEW and all(holder.school_id for holder in wanted)


def _few(wanted: set[Holder]) -> list[Account]:
    """What a booking locks, asked in a question that is written once."""
    given: dict[str, object] = {}
    for number, holder in enumerate(wanted):
        given |= {
            f"school_{number}": holder.school_id,
            f"year_{number}": holder.year_id,
            f"kind_{number}": holder.kind.value,
        }
    return _so_many(len(wanted))(**given)


@lru_cache(maxsize=FEW)
def _so_many(number: int) -> Callable[..., list[Account]]:
    asked: dict[str, Any] = {}
    for each in range(number):
        asked |= {f"school_{each}": BigIntegerField(), f"year_{each}": BigIntegerField()}
        asked |= {f"kind_{each}": CharField()}

    @prepared(**asked)
    def accounts(**of: Any) -> "QuerySet[Account]":
        holders = (
            Q(school=of[f"school_{each}"], year=of[f"year_{each}"], kind=of[f"kind_{each}"])
            for each in range(number)
        )
        return _locking(reduce(or_, holders))

    return accounts


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
