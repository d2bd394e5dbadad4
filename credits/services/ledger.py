"""The ledger: the only writer of entries, transfers and account totals. Rule CR-5.

`post()` is called once in the transaction of its cause. It inserts the entries by key,
locks the accounts in primary-key order as late as that order allows, checks, inserts the
transfers and moves the totals. An entry balances by its shape: every transfer has one
debit account and one credit account.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, models, transaction
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from credits.choices import NEVER_NEGATIVE, REVERSIBLE, AccountKind, EntryKind
from credits.errors import (
    CannotBeReversed,
    KeyUsedOtherwise,
    NotEnoughCredits,
    NotEnoughInPot,
    YearIsClosed,
)
from credits.models import Account, JournalEntry, Transfer
from hub_portal.shared.insert_new import insert_new
from hub_portal.shared.london import london_date
from schools.models import Person

MANY_SCHOOLS = 500
"""Above this, a whole kind of a year is locked rather than schools one by one."""


class Holder(NamedTuple):
    """Which account is meant: of a school (or the hub, None), a school year, of a kind."""

    school_id: int | None
    year_id: int
    kind: AccountKind


@dataclass(frozen=True)
class Move:
    """Whole credits that are to go from one account to another."""

    debit: Holder
    credit: Holder
    amount: int
    for_person_id: int | None = None


@dataclass(frozen=True)
class NewEntry:
    """An entry to be posted; the key says which act of the hub it is."""

    key: str
    kind: EntryKind
    moves: tuple[Move, ...]
    about: str = ""
    memo: Mapping[str, Any] = field(default_factory=dict)
    reverses_id: int | None = None

    @property
    def fingerprint(self) -> str:
        """What makes it the same act: everything but who and when."""
        payload = [self.kind, self.about, self.memo, self.moves, self.reverses_id]
        text = json.dumps(payload, sort_keys=True, default=_plain, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def post(entries: Sequence[NewEntry], *, by: Person, at: datetime) -> list[JournalEntry]:
    """Post entries to the books, all or none; one with a known key changes nothing.

    Raises: KeyUsedOtherwise, YearIsClosed, NotEnoughCredits, NotEnoughInPot.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("post() belongs in the transaction of its cause")
    written: dict[str, JournalEntry] = {}
    fresh: list[tuple[JournalEntry, NewEntry]] = []
    for new in sorted(entries, key=lambda entry: entry.key):
        entry, is_fresh = _insert_by_key(new, by=by, at=at)
        written[new.key] = entry
        if is_fresh:
            fresh.append((entry, new))
    if fresh:
        _move_credits(fresh)
    return [written[new.key] for new in entries]


def reversal_of(entry: JournalEntry, *, reason_code: str = "") -> NewEntry:
    """The entry that undoes another, once. Rule CR-5.

    Raises: CannotBeReversed for bookings, support, purchases and reversals.
    """
    if entry.kind not in REVERSIBLE:
        raise CannotBeReversed("This entry is undone by its own page, not by a reversal.")
    if JournalEntry.objects.filter(reverses=entry).exists():
        raise CannotBeReversed("This entry has been reversed already.")
    moves = tuple(
        Move(
            debit=holder_of(transfer.credit_account),
            credit=holder_of(transfer.debit_account),
            amount=transfer.amount,
            for_person_id=transfer.for_person_id,
        )
        for transfer in entry.transfers.select_related("debit_account", "credit_account")
    )
    return NewEntry(
        key=f"entry:{entry.pk}:reversal",
        kind=EntryKind.REVERSAL,
        moves=moves,
        about=entry.about,
        memo={"reason": reason_code} if reason_code else {},
        reverses_id=entry.pk,
    )


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


def _insert_by_key(new: NewEntry, *, by: Person, at: datetime) -> tuple[JournalEntry, bool]:
    entry = JournalEntry(
        key=new.key,
        fingerprint=new.fingerprint,
        kind=new.kind,
        effective_on=london_date(at),
        posted_at=at,
        by=by,
        about=new.about,
        memo=dict(new.memo),
        reverses_id=new.reverses_id,
    )
    if insert_new([entry], key="key"):
        return entry, True
    known = JournalEntry.objects.get(key=new.key)
    if known.fingerprint != entry.fingerprint:
        raise KeyUsedOtherwise(key=new.key)
    return known, False


def _move_credits(fresh: list[tuple[JournalEntry, NewEntry]]) -> None:
    moves = [move for _, new in fresh for move in new.moves]
    accounts = lock_accounts(holder for move in moves for holder in (move.debit, move.credit))
    _refuse_what_the_books_forbid(moves, accounts)
    Transfer.objects.bulk_create(
        [
            Transfer(
                entry=entry,
                debit_account=accounts[move.debit],
                credit_account=accounts[move.credit],
                amount=move.amount,
                for_person_id=move.for_person_id,
            )
            for entry, new in fresh
            for move in new.moves
        ],
        batch_size=5000,
    )
    _add_up(accounts.values())


def _refuse_what_the_books_forbid(moves: list[Move], accounts: Mapping[Holder, Account]) -> None:
    change: dict[Holder, int] = defaultdict(int)
    for move in moves:
        change[move.debit] -= move.amount
        change[move.credit] += move.amount
    for holder in sorted(change, key=lambda holder: accounts[holder].pk):
        account = accounts[holder]
        if holder.kind == AccountKind.AVAILABLE and account.year.closed_at:
            raise YearIsClosed(year=str(account.year))
        if holder.kind in NEVER_NEGATIVE and account.balance + change[holder] < 0:
            _refuse_shortage(account, needed=-change[holder])


def _refuse_shortage(account: Account, *, needed: int) -> None:
    if account.school_id is None:
        raise NotEnoughInPot(
            pot=account.get_kind_display().lower(), available=account.balance, needed=needed
        )
    raise NotEnoughCredits(available=account.balance, needed=needed)


def _add_up(accounts: Iterable[Account]) -> None:
    """Set the totals of locked accounts to what their transfers add up to.

    Sound because transfers are inserted only under these locks; the trigger on the
    account table refuses anything else.
    """
    debited = Transfer.objects.filter(debit_account=OuterRef("pk")).values("debit_account")
    credited = Transfer.objects.filter(credit_account=OuterRef("pk")).values("credit_account")
    totals = {
        "debits": Coalesce(Subquery(debited.values(total=Sum("amount"))), 0),
        "credits": Coalesce(Subquery(credited.values(total=Sum("amount"))), 0),
    }
    keys = [account.pk for account in accounts]
    for start in range(0, len(keys), 5000):
        Account.objects.filter(pk__in=keys[start : start + 5000]).update(**totals)


def _locked(wanted: set[Holder]) -> dict[Holder, Account]:
    rows = (
        Account.objects.filter(_matching(wanted))
        .select_related("year")
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
    """Insert accounts that do not exist; another transaction may have been quicker."""
    rows = [Account(**holder._asdict()) for holder in sorted(missing, key=_opening_order)]
    try:
        with transaction.atomic():
            Account.objects.bulk_create(rows, batch_size=5000)
    except IntegrityError:
        for row in rows:
            _open_one(row)


def _open_one(row: Account) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not Account.objects.filter(
            school_id=row.school_id, year_id=row.year_id, kind=row.kind
        ).exists():
            raise


def _opening_order(holder: Holder) -> tuple[int, int, str]:
    return (holder.year_id, holder.school_id or 0, holder.kind)


def _plain(value: object) -> object:
    if isinstance(value, Move):
        return [list(value.debit), list(value.credit), value.amount, value.for_person_id]
    if isinstance(value, models.Model):
        raise TypeError("a memo holds codes and ids, never rows")
    return str(value)
