"""A school's dated lines: what moved its credits, for whom, and what was left each time.

The credits page, its downloads and every statement read these same lines, in the order of
their days and, within a day, of their posting. A settlement is a line that moves nothing,
since what was committed was not available any more.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from credits.choices import SCHOOL_ACCOUNTS, AccountKind, EntryKind
from credits.models import Account, Transfer
from credits.services.figures import Accounts, Received, accounts_of, add_up_received
from credits.services.line_words import words_for
from credits.services.registry import described
from hub_portal.shared.prepared import prepared
from hub_portal.trail.models import Act
from schools.models import Appointment, School, SchoolYear
from schools.rules import initial_and_surname


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
    every = _rows().filter(Q(debit_account__in=own) | Q(credit_account__in=own))
    rows = [row for row in every if until is None or row.on <= until]
    gains = [_gain(row, own) for row in rows]
    before = sum(1 for row in rows if since is not None and row.on < since)
    opening = sum(gains[:before])
    after = itertools.accumulate(gains[before:], initial=opening)
    next(after)
    return Statement(opening, _as_lines(rows[before:], after, own))


def newest_lines(
    own: Accounts, *, start: int, stop: int, closing: int
) -> tuple[StatementLine, ...]:
    """Some of the lines, counted from the newest: a page of the credits page.

    `closing` is what was available after the newest of all; from there each line's balance
    is counted back.
    """
    newer = _newest(0, start, only_moved=True)(**_given(own)) if start else ()
    available = closing - sum(_gain(row, own) for row in newer)
    found = _newest(start, stop)(**_given(own))
    balances = itertools.accumulate((-_gain(row, own) for row in found), initial=available)
    return _as_lines(found, balances, own)


def year_in_brief(own: Accounts) -> YearInBrief:
    """The lines of these accounts by day and by kind, in one query."""
    lines, available = 0, 0
    by_day: dict[date, int] = {}
    crossing: list[tuple[str, str | None, int]] = []
    for on, kind, reverses, debit, credit, count, moved in _sums(**_given(own)):
        lines, available = lines + count, available + moved * _sign(debit, credit, own)
        by_day[on] = available
        if (debit in own) != (credit in own):
            crossing.append((kind, reverses, moved if credit in own else -moved))
    return YearInBrief(lines, tuple(by_day.items()), add_up_received(crossing))


def _given(own: Accounts) -> dict[str, int]:
    """A school's accounts as a prepared question is given them; no account has the number 0."""
    numbers = {kind.value: pk for pk, kind in own.items()}
    return dict.fromkeys(_KINDS, 0) | numbers


def _touches(own: Mapping[str, Any]) -> Q:
    """Transfers into, out of or within these accounts; no account need be joined for it."""
    touched = Q()
    for account in own.values():
        touched |= Q(debit_account=account) | Q(credit_account=account)
    return touched


def _sign(debit: int, credit: int, own: Accounts) -> int:
    """How what is available changes with each credit: it grows, shrinks or stays."""
    gained = own.get(credit) == AccountKind.AVAILABLE
    return gained - (own.get(debit) == AccountKind.AVAILABLE)


def _gain(row: Any, own: Accounts) -> int:
    gain: int = row.amount * _sign(row.debit_account, row.credit_account, own)
    return gain


_KINDS = [kind.value for kind in SCHOOL_ACCOUNTS]
_GIVEN: dict[str, Any] = {kind: BigIntegerField() for kind in _KINDS}


@prepared(**_GIVEN)
def _sums(**own: Any) -> "QuerySet[Transfer, Any]":
    """Transfers counted and added up by day, kind and accounts."""
    return (
        Transfer.objects.filter(_touches(own))
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


@lru_cache(maxsize=16)
def _newest(start: int, stop: int, *, only_moved: bool = False) -> Callable[..., list[Any]]:
    """Some rows of lines, counted from the newest; perhaps what they moved and no more."""

    @prepared(**_GIVEN)
    def newest(**own: Any) -> "QuerySet[Transfer, Any]":
        rows = _rows().filter(_touches(own)).reverse()
        if only_moved:
            rows = rows.values_list("amount", "debit_account", "credit_account", named=True)
        return rows[start:stop]

    return newest


def _rows() -> "QuerySet[Transfer, Any]":
    """What lines are made of, oldest first.

    Names and reasons are looked up row by row, so that a page of twenty asks for twenty. A
    movement for a person stays within one school, and is shown with that school's own name
    for them (Rule PE-1).
    """
    known_as = Appointment.objects.filter(
        school__accounts=OuterRef("debit_account"), person=OuterRef("for_person")
    ).exclude(known_as="")
    why = Act.objects.filter(
        subject=Concat(Value("entry:"), Cast(OuterRef("entry_id"), CharField()))
    )
    return (
        Transfer.objects.annotate(
            on=F("entry__effective_on"),
            name=Coalesce(
                Subquery(known_as.order_by("-pk").values("known_as")[:1]),
                F("for_person__full_name"),
                Value(""),
            ),
            why=Subquery(why.order_by("pk").values("reason")[:1]),
            debit_school=_school_of("debit_account"),
            credit_school=_school_of("credit_account"),
        )
        .values_list(*_OF_A_LINE, named=True)
        .order_by("on", "pk")
    )


def _school_of(account: str) -> Subquery:
    return Subquery(Account.objects.filter(pk=OuterRef(account)).values("school__name"))


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
    "debit_school",
    "credit_school",
    "amount",
    "name",
    "why",
)


def _as_lines(
    rows: Sequence[Any], balances: Iterable[int], own: Accounts
) -> tuple[StatementLine, ...]:
    words = described({row.entry__about for row in rows if row.entry__about})
    return tuple(
        _as_line(row, balance, words.get(row.entry__about, ""), own)
        for row, balance in zip(rows, balances, strict=False)
    )


_SAYS_WHY = (EntryKind.ADJUSTMENT, EntryKind.TRANSFER)


def _as_line(row: Any, available: int, subject: str, own: Accounts) -> StatementLine:
    debit, credit = own.get(row.debit_account), own.get(row.credit_account)
    other_school = row.debit_school if credit else row.credit_school
    return StatementLine(
        on=row.on,
        kind=EntryKind(row.entry__kind),
        what=words_for(
            kind=EntryKind(row.entry__reverses__kind or row.entry__kind),
            is_reversal=bool(row.entry__reverses__kind),
            way=(debit, credit),
            subject=subject,
            memo=row.entry__memo,
            other_school=other_school or "",
            arrives=credit is not None,
        ),
        who=initial_and_surname(row.name),
        why=row.why or "" if row.entry__kind in _SAYS_WHY else "",
        reference=f"J{row.entry}",
        amount=row.amount,
        gain=_gain(row, own),
        available=available,
    )
