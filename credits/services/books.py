"""The books check: proves the ledger, and every app's rows against it. Rule CR-13."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from credits.choices import NEVER_NEGATIVE, AccountKind, EntryKind
from credits.models import Account, BooksCheck, JournalEntry, Transfer
from credits.services.registry import proofs
from hub_portal.shared.append_only import missing_triggers
from hub_portal.trail.models import Act
from schools.models import Person

START_OF_CHAIN = "0" * 64

TIME_TO_COMMIT = timedelta(minutes=10)
"""Younger rows wait for the next check: a lower number may still be committing."""


def reconcile_ledger(*, by: Person, at: datetime) -> BooksCheck:
    """Check the books and keep the result; no differences means they are proved. Rule CR-13."""
    differences = [
        *_totals_that_differ(),
        *_accounts_below_zero(),
        *_pots_that_differ(),
        *_guards_that_are_missing(),
        *_history_that_changed(),
    ]
    for name, proof in sorted(proofs().items()):
        differences.extend(f"{name}: {difference}" for difference in proof())
    return _keep(differences, by=by, at=at)


def _totals_that_differ() -> list[str]:
    """Account totals equal their transfers, so balances sum to zero."""
    debited = dict(Transfer.objects.values_list("debit_account").annotate(Sum("amount")))
    credited = dict(Transfer.objects.values_list("credit_account").annotate(Sum("amount")))
    differences = [
        f"Account {pk}: its totals are {debits} and {credits}, its transfers say "
        f"{debited.get(pk, 0)} and {credited.get(pk, 0)}."
        for pk, debits, credits in Account.objects.order_by("pk").values_list(
            "pk", "debits", "credits"
        )
        if (debits, credits) != (debited.get(pk, 0), credited.get(pk, 0))
    ]
    total = Account.objects.aggregate(total=Coalesce(Sum("balance"), 0))["total"]
    if total:
        differences.append(f"All balances together are {total}, not 0.")
    empty = JournalEntry.objects.filter(transfers__isnull=True).count()
    if empty:
        differences.append(f"{empty} journal entries have no transfer.")
    return differences


def _accounts_below_zero() -> list[str]:
    below = Account.objects.filter(kind__in=NEVER_NEGATIVE, credits__lt=F("debits"))
    return [f"Account {account.pk} is below zero." for account in below.order_by("pk")]


def _pots_that_differ() -> list[str]:
    """Pool and reserve hold what was funded into them less what went to schools."""
    differences = []
    for pot in (AccountKind.POOL, AccountKind.RESERVE):
        odd = Transfer.objects.filter(
            (Q(debit_account__kind=pot) | Q(credit_account__kind=pot))
            & ~Q(entry__kind__in=_KINDS_OF_POT[pot])
            & ~Q(entry__reverses__kind__in=_KINDS_OF_POT[pot])
        ).count()
        if odd:
            differences.append(f"{odd} transfers of another kind touch the {pot.label.lower()}.")
    return differences


_KINDS_OF_POT = {
    AccountKind.POOL: (EntryKind.FUND, EntryKind.ALLOCATE),
    AccountKind.RESERVE: (
        EntryKind.FUND,
        EntryKind.CORRECTION,
        EntryKind.JOINER,
        EntryKind.ADJUSTMENT,
    ),
}


def _guards_that_are_missing() -> list[str]:
    return [f"The database guard {name} is missing." for name in missing_triggers()]


def _history_that_changed() -> list[str]:
    """The chain worked out afresh must reach the head that the last check wrote down."""
    last = BooksCheck.objects.order_by("pk").last()
    if last is None or _chain(last.last_entry, last.last_act) == last.head:
        return []
    return ["Entries or acts written before the last check have changed since."]


def _keep(differences: list[str], *, by: Person, at: datetime) -> BooksCheck:
    settled = at - TIME_TO_COMMIT
    last_entry = _newest(JournalEntry.objects.filter(posted_at__lte=settled))
    last_act = _newest(Act.objects.filter(at__lte=settled))
    return BooksCheck.objects.create(
        at=at,
        by=by,
        differences=differences,
        entries_checked=JournalEntry.objects.count(),
        last_entry=last_entry,
        last_act=last_act,
        head=_chain(last_entry, last_act),
    )


def _newest(rows: QuerySet[Any]) -> int:
    newest: int | None = rows.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _chain(last_entry: int, last_act: int) -> str:
    """The head of a hash chain over entries with their transfers, then over acts."""
    entries = JournalEntry.objects.filter(pk__lte=last_entry).order_by("pk", "transfers__pk")
    acts = Act.objects.filter(pk__lte=last_act).order_by("pk")
    head = _linked(START_OF_CHAIN, entries.values_list(*_CHAINED_OF_AN_ENTRY))
    return _linked(head, acts.values_list("pk", "at", "by", "verb", "subject", "reason"))


_CHAINED_OF_AN_ENTRY = (
    "pk",
    "key",
    "fingerprint",
    "effective_on",
    "by",
    "transfers__debit_account",
    "transfers__credit_account",
    "transfers__amount",
)


def _linked(head: str, rows: "QuerySet[Any, tuple[Any, ...]]") -> str:
    for row in rows.iterator(chunk_size=5000):
        link = "|".join(str(value) for value in row)
        head = hashlib.sha256(f"{head}|{link}".encode()).hexdigest()
    return head
