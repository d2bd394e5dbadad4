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
from typing import Any

from django.db import connection, models, transaction

from credits.choices import NEVER_NEGATIVE, REVERSIBLE, WAYS, AccountKind, EntryKind
from credits.errors import (
    CannotBeReversed,
    KeyUsedOtherwise,
    NotEnoughCredits,
    NotEnoughInPot,
    YearIsClosed,
)
from credits.models import Account, JournalEntry, Transfer
from credits.services.accounts import ACCOUNTS_AT_ONCE, Holder, holder_of, lock_accounts
from hub_portal.shared.insert_new import insert_new
from hub_portal.shared.london import london_date
from schools.models import Person


@dataclass(frozen=True)
class Move:
    """Whole credits that are to go from one account to another."""

    debit: Holder
    credit: Holder
    amount: int
    for_person_id: int | None = None


@dataclass(frozen=True)
class NewEntry:
    """An entry to be posted; the key says which act of the hub it is.

    It moves at least one credit: what costs nothing never reaches the books.
    """

    key: str
    kind: EntryKind
    moves: tuple[Move, ...]
    about: str = ""
    memo: Mapping[str, Any] = field(default_factory=dict)
    reverses_id: int | None = None

    def __post_init__(self) -> None:
        if not self.moves or any(move.amount < 1 for move in self.moves):
            raise ValueError(f"{self.key} moves no credits")
        ways = WAYS[self.kind]
        if any((move.debit.kind, move.credit.kind) not in ways for move in self.moves):
            raise ValueError(f"{self.key} moves credits where a {self.kind} never does")

    @property
    def fingerprint(self) -> str:
        """What makes it the same act: everything but who and when."""
        payload = [self.kind, self.about, self.memo, self.moves, self.reverses_id]
        text = json.dumps(payload, sort_keys=True, default=_plain, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def post(entries: Sequence[NewEntry], *, by: Person, at: datetime) -> list[JournalEntry]:
    """Post entries to the books, all or none; one with a known key changes nothing.

    A refusal dooms the whole transaction of its cause, so that the keys are rolled back
    with it and only what was done is remembered.

    Raises: KeyUsedOtherwise, YearIsClosed, NotEnoughCredits, NotEnoughInPot.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("post() belongs in the transaction of its cause")
    written: dict[str, JournalEntry] = {}
    fresh: list[tuple[JournalEntry, NewEntry]] = []
    with transaction.atomic(savepoint=False):
        for new in sorted(entries, key=lambda entry: entry.key):
            entry, is_fresh = _insert_by_key(new, by=by, at=at)
            written[new.key] = entry
            if is_fresh:
                fresh.append((entry, new))
        if fresh:
            _move_credits(sorted(fresh, key=lambda each: _takes_from_a_school(each[1])))
    return [written[new.key] for new in entries]


def reversal_of(entry: JournalEntry) -> NewEntry:
    """The entry that undoes another, once, with the accounts of both locked. Rule CR-5.

    An entry is never changed, so it cannot be locked itself; its accounts are, and of two
    reversals at once the second finds the first.

    Raises: CannotBeReversed for bookings, support, purchases and reversals.
    """
    if entry.kind not in REVERSIBLE:
        raise CannotBeReversed("This entry is undone by its own page, not by a reversal.")
    moves = tuple(
        Move(
            debit=holder_of(transfer.credit_account),
            credit=holder_of(transfer.debit_account),
            amount=transfer.amount,
            for_person_id=transfer.for_person_id,
        )
        for transfer in entry.transfers.select_related("debit_account", "credit_account").order_by(
            "pk"
        )
    )
    lock_accounts(holders_in(moves))
    if JournalEntry.objects.filter(reverses=entry).exists():
        raise CannotBeReversed("This entry has been reversed already.")
    return NewEntry(
        key=f"entry:{entry.pk}:reversal",
        kind=EntryKind.REVERSAL,
        moves=moves,
        about=entry.about,
        memo=entry.memo,
        reverses_id=entry.pk,
    )


def holders_in(moves: Iterable[Move]) -> set[Holder]:
    """Every account that these moves touch."""
    return {holder for move in moves for holder in (move.debit, move.credit)}


def net_change(moves: Iterable[Move]) -> dict[Holder, int]:
    """By how much each account's balance changes once all of these are made."""
    change: dict[Holder, int] = defaultdict(int)
    for move in moves:
        change[move.debit] -= move.amount
        change[move.credit] += move.amount
    return change


def _takes_from_a_school(new: NewEntry) -> bool:
    """What comes in is written before what goes out: no line of a statement is below zero."""
    return any(move.debit.kind == AccountKind.AVAILABLE for move in new.moves)


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
    accounts = lock_accounts(holders_in(moves))
    _refuse_what_the_books_forbid(moves, accounts)
    Transfer.objects.bulk_create(
        [
            Transfer(
                entry_id=entry.pk,
                debit_account_id=accounts[move.debit].pk,
                credit_account_id=accounts[move.credit].pk,
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
    change = net_change(moves)
    for holder in sorted(change, key=lambda holder: accounts[holder].pk):
        account = accounts[holder]
        if holder.kind == AccountKind.AVAILABLE and account.year_closed_at:
            raise YearIsClosed(year=str(account.year))
        if holder.kind in NEVER_NEGATIVE and account.balance + change[holder] < 0:
            _refuse_shortage(account, needed=-change[holder])


def _refuse_shortage(account: Account, *, needed: int) -> None:
    if account.kind == AccountKind.COMMITTED:
        raise ValueError(f"more would leave account {account.pk} than was ever committed to it")
    if account.school_id is None:
        raise NotEnoughInPot(
            pot=account.get_kind_display().lower(), available=account.balance, needed=needed
        )
    raise NotEnoughCredits(available=account.balance, needed=needed, school_id=account.school_id)


def _add_up(accounts: Iterable[Account]) -> None:
    """Set the totals of locked accounts to what their transfers add up to.

    Sound because transfers are inserted only under these locks; the trigger on the
    account table refuses anything else. Said in SQL, since every booking says it.
    """
    keys = [account.pk for account in accounts]
    with connection.cursor() as cursor:
        for start in range(0, len(keys), ACCOUNTS_AT_ONCE):
            some = keys[start : start + ACCOUNTS_AT_ONCE]
            cursor.execute(_TOTALS.format(", ".join(["%s"] * len(some))), some)


_SUM = "(SELECT COALESCE(SUM(amount), 0) FROM credits_transfer WHERE {} = credits_account.id)"
_TOTALS = (
    f"UPDATE credits_account SET debits = {_SUM.format('debit_account_id')}, "  # noqa: S608
    f"credits = {_SUM.format('credit_account_id')} WHERE id IN ({{}})"
)


def _plain(value: object) -> object:
    if isinstance(value, Move):
        return [list(value.debit), list(value.credit), value.amount, value.for_person_id]
    if isinstance(value, models.Model):
        raise TypeError("a memo holds codes and ids, never rows")
    return str(value)
