"""A school's dated lines: what moved its credits, for whom, and what was left each time.

The credits page, its downloads and every statement read these same lines, in the order of
their days and, within a day, of their posting. A settlement is a line that moves nothing,
since what was committed was not available any more.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from credits.choices import AccountKind, EntryKind
from credits.models import Account, Transfer
from credits.services.figures import Accounts, Received, accounts_of, add_up_received
from credits.services.line_words import words_for
from credits.services.registry import described
from hub_portal.trail.models import Act
from schools.models import Appointment, Person, School, SchoolYear


@dataclass(frozen=True)
class StatementLine:
    """One movement as a school reads it.

    `amount` is what moved; `gain` by how much that changed what is available (a settlement
    changes nothing); `available` is what was available after it.
    """

    on: date
    kind: EntryKind
    what: str
    who: str
    why: str
    reference: str
    amount: int
    gain: int
    available: int


@dataclass(frozen=True)
class Statement:
    """Dated lines between what was available before them and after them."""

    opening: int
    lines: tuple[StatementLine, ...]

    @property
    def closing(self) -> int:
        return self.lines[-1].available if self.lines else self.opening


@dataclass(frozen=True)
class YearInBrief:
    """A year's lines added up: how many, by day, and what was received."""

    lines: int
    balances: tuple[tuple[date, int], ...]
    received: Received


def statement_of(
    school: School, year: SchoolYear, *, since: date | None = None, until: date | None = None
) -> Statement:
    """The lines of a year's account, or of those days of it, oldest first. Rule CR-10."""
    own = accounts_of(school, year)
    rows = [row for row in _rows(school, own) if until is None or row["on"] <= until]
    gains = [_gain(row, own) for row in rows]
    before = sum(1 for row in rows if since is not None and row["on"] < since)
    opening = sum(gains[:before])
    after = itertools.accumulate(gains[before:], initial=opening)
    next(after)
    return Statement(opening, _as_lines(rows[before:], after, own))


def newest_lines(
    school: School, own: Accounts, *, start: int, stop: int, closing: int
) -> tuple[StatementLine, ...]:
    """Some of the lines, counted from the newest: a page of the credits page.

    `closing` is what was available after the newest of all; from there each line's balance
    is counted back.
    """
    rows = _rows(school, own).reverse()
    newer = Transfer.objects.filter(pk__in=rows.values("pk")[:start]) if start else []
    available = closing - sum(_gain_of(transfer, own) for transfer in newer)
    found = list(rows[start:stop])
    balances = itertools.accumulate((-_gain(row, own) for row in found), initial=available)
    return _as_lines(found, balances, own)


def year_in_brief(own: Accounts) -> YearInBrief:
    """The lines of these accounts by day and by kind, in one query."""
    sums = (
        _touching(own)
        .values_list(
            "entry__effective_on",
            "entry__kind",
            "entry__reverses__kind",
            "debit_account",
            "credit_account",
        )
        .annotate(lines=Count("pk"), moved=Sum("amount"))
        .order_by("entry__effective_on")
    )
    lines, available = 0, 0
    by_day: dict[date, int] = {}
    crossing: list[tuple[str, str | None, int]] = []
    for on, kind, reverses, debit, credit, count, moved in sums:
        lines, available = lines + count, available + moved * _sign(debit, credit, own)
        by_day[on] = available
        if (debit in own) != (credit in own):
            crossing.append((kind, reverses, moved if credit in own else -moved))
    return YearInBrief(lines, tuple(by_day.items()), add_up_received(crossing))


def _touching(own: Accounts) -> "QuerySet[Transfer]":
    """Transfers into, out of or within these accounts; no account need be joined for it."""
    return Transfer.objects.filter(Q(debit_account__in=own) | Q(credit_account__in=own))


def _sign(debit: int, credit: int, own: Accounts) -> int:
    """How what is available changes with each credit: it grows, shrinks or stays."""
    gained = own.get(credit) == AccountKind.AVAILABLE
    return gained - (own.get(debit) == AccountKind.AVAILABLE)


def _gain(row: Mapping[str, Any], own: Accounts) -> int:
    return int(row["amount"]) * _sign(row["debit_account"], row["credit_account"], own)


def _gain_of(transfer: Transfer, own: Accounts) -> int:
    return transfer.amount * _sign(transfer.debit_account_id, transfer.credit_account_id, own)


def _rows(school: School, own: Accounts) -> "QuerySet[Transfer, dict[str, Any]]":
    """What lines are made of, oldest first."""
    known_as = Appointment.objects.filter(school=school, person=OuterRef("for_person")).exclude(
        known_as=""
    )
    why = Act.objects.filter(
        subject=Concat(Value("entry:"), Cast(OuterRef("entry_id"), CharField()))
    )
    return (
        _touching(own)
        .annotate(
            on=F("entry__effective_on"),
            name=Coalesce(
                Subquery(known_as.order_by("-pk").values("known_as")[:1]),
                F("for_person__full_name"),
                Value(""),
            ),
            why=Case(
                When(
                    entry__kind__in=_SAYS_WHY,
                    then=Subquery(why.order_by("pk").values("reason")[:1]),
                ),
                default=Value(""),
                output_field=TextField(),
            ),
        )
        .values(*_OF_A_LINE)
        .order_by("on", "pk")
    )


_SAYS_WHY = (EntryKind.ADJUSTMENT, EntryKind.TRANSFER)
_OF_A_LINE = (
    "pk",
    "on",
    "entry",
    "entry__kind",
    "entry__reverses__kind",
    "entry__about",
    "entry__memo",
    "debit_account",
    "credit_account",
    "amount",
    "name",
    "why",
)


def _as_lines(
    rows: Sequence[Mapping[str, Any]], balances: Iterable[int], own: Accounts
) -> tuple[StatementLine, ...]:
    words = described({row["entry__about"] for row in rows if row["entry__about"]})
    names = _names_of_other_schools(rows, own)
    return tuple(
        _as_line(row, balance, words, names, own)
        for row, balance in zip(rows, balances, strict=False)
    )


def _names_of_other_schools(
    rows: Sequence[Mapping[str, Any]], own: Accounts
) -> dict[int, str | None]:
    """Names by account where credits moved between schools; that is seldom, so asked apart."""
    others = {
        account
        for row in rows
        if EntryKind.TRANSFER in (row["entry__kind"], row["entry__reverses__kind"])
        for account in (row["debit_account"], row["credit_account"])
    } - own.keys()
    if not others:
        return {}
    return dict(Account.objects.filter(pk__in=others).values_list("pk", "school__name"))


def _as_line(
    row: Mapping[str, Any],
    available: int,
    words: Mapping[str, str],
    names: Mapping[int, str | None],
    own: Accounts,
) -> StatementLine:
    debit, credit = row["debit_account"], row["credit_account"]
    arrives = credit in own
    return StatementLine(
        on=row["on"],
        kind=EntryKind(row["entry__kind"]),
        what=words_for(
            kind=EntryKind(row["entry__reverses__kind"] or row["entry__kind"]),
            is_reversal=bool(row["entry__reverses__kind"]),
            way=(own.get(debit), own.get(credit)),
            subject=words.get(row["entry__about"], ""),
            memo=row["entry__memo"],
            other_school=names.get(debit if arrives else credit) or "",
            arrives=arrives,
        ),
        who=Person(full_name=row["name"]).initial_and_surname if row["name"] else "",
        why=row["why"] or "",
        reference=f"J{row['entry']}",
        amount=row["amount"],
        gain=_gain(row, own),
        available=available,
    )
