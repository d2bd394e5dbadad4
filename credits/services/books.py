"""The books check: proves the ledger and every app's rows against it. Rule CR-13.

Each check also continues a chain of hashes over entries, transfers and acts. Its head
goes out by mail, so that even who may lift the database's guards cannot rewrite history
unseen.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from credits import emails
from credits.models import BooksCheck, JournalEntry
from credits.services import proofs
from credits.services.registry import proofs as proofs_of_other_apps
from hub_portal.trail.models import Act
from schools.models import Person

START_OF_CHAIN = "0" * 64

TIME_TO_COMMIT = timedelta(minutes=10)
"""Younger rows wait for the next check: a lower number may still be committing."""

HISTORY_CHANGED = "Entries or acts that an earlier check had seen have changed since."


def reconcile_ledger(*, by: Person, at: datetime) -> BooksCheck:
    """Check the books and keep the result; no differences means they are proved. Rule CR-13."""
    with _one_moment():
        found = [*proofs.differences(), *_history_that_changed()]
        for name, proof in sorted(proofs_of_other_apps().items()):
            found.extend(f"{name}: {difference}" for difference in proof())
        last_entry = _newest(JournalEntry.objects.filter(posted_at__lte=at - TIME_TO_COMMIT))
        last_act = _newest(Act.objects.filter(at__lte=at - TIME_TO_COMMIT))
        return BooksCheck.objects.create(
            at=at,
            by=by,
            differences=found,
            entries_checked=JournalEntry.objects.count(),
            last_entry=last_entry,
            last_act=last_act,
            head=_head(last_entry, last_act),
        )


def nightly_check(*, by: Person, at: datetime) -> BooksCheck:
    """Check the books and mail the result, with the head of the chain, to the hub's own staff.

    The check is a transaction of its own, for its one moment. Stopped between the two, the
    clock has the whole made again: a check too many does no harm.
    """
    check = reconcile_ledger(by=by, at=at)
    emails.books_checked(check=check, at=at)
    return check


def latest_books_check() -> BooksCheck | None:
    """The last check of the books, for the desk."""
    return BooksCheck.objects.order_by("pk").last()


@contextmanager
def _one_moment() -> Iterator[None]:
    """Every proof sees the same moment: a booking between two of them is no difference.

    SQLite holds the write lock for it; PostgreSQL is asked for one snapshot.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _history_that_changed() -> list[str]:
    """The chain worked out afresh must reach the head that a check wrote down before.

    A check that found history changed is no measure for the next: it stays found.
    """
    for check in BooksCheck.objects.order_by("-pk").iterator(chunk_size=50):
        if HISTORY_CHANGED not in check.differences:
            same = _head(check.last_entry, check.last_act) == check.head
            return [] if same else [HISTORY_CHANGED]
    return []


def _newest(rows: "QuerySet[Any]") -> int:
    newest: int | None = rows.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _head(last_entry: int, last_act: int) -> str:
    """The head of a hash chain over entries with their transfers, then over acts."""
    entries = JournalEntry.objects.filter(pk__lte=last_entry).order_by("pk", "transfers__pk")
    acts = Act.objects.filter(pk__lte=last_act).order_by("pk")
    head = _linked(START_OF_CHAIN, entries.values_list(*_OF_AN_ENTRY).iterator(chunk_size=5000))
    return _linked(head, acts.values_list(*_OF_AN_ACT).iterator(chunk_size=5000))


_OF_AN_ENTRY = (
    "pk",
    "key",
    "fingerprint",
    "kind",
    "effective_on",
    "posted_at",
    "by",
    "about",
    "memo",
    "reverses",
    "transfers__pk",
    "transfers__debit_account",
    "transfers__credit_account",
    "transfers__amount",
    "transfers__for_person",
)
_OF_AN_ACT = (
    "pk",
    "at",
    "by",
    "seen_as",
    "verb",
    "subject",
    "school",
    "reason",
    "before",
    "after",
)


def _linked(head: str, rows: Iterable[tuple[Any, ...]]) -> str:
    for row in rows:
        link = json.dumps(row, sort_keys=True, default=str)
        head = hashlib.sha256(f"{head}{link}".encode()).hexdigest()
    return head
