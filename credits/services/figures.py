"""The four figures of a school's year, the same everywhere. Rule CR-6.

received = committed + spent + available, always; received opens into its parts.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Sum

from credits.choices import AccountKind, EntryKind
from credits.models import Account, Transfer
from hub_portal.shared.prepared import prepared
from schools.models import School, SchoolYear


@dataclass(frozen=True)
class Figures:
    """Whole credits of one school in one school year."""

    committed: int = 0
    spent: int = 0
    available: int = 0

    @property
    def received(self) -> int:
        return self.committed + self.spent + self.available


@dataclass(frozen=True)
class Received:
    """Where what a school received came from; the parts add up to it."""

    allocated: int = 0
    corrections: int = 0
    carried_in: int = 0
    earned: int = 0
    moved_in: int = 0
    moved_out: int = 0
    carried_out: int = 0
    lapsed: int = 0

    @property
    def total(self) -> int:
        comes_in = self.allocated + self.corrections + self.carried_in + self.earned
        return comes_in + self.moved_in - self.moved_out - self.carried_out - self.lapsed


def figures_of(school: School, year: SchoolYear) -> Figures:
    """The four figures of one school and year; zeros where nothing was ever received."""
    return Figures(**dict(_balances(school=school.pk, year=year.pk)))


def figures_of_schools(schools: Iterable[int] | None, year: SchoolYear) -> dict[int, Figures]:
    """The four figures per school id, in one query; None means every school."""
    rows = Account.objects.of_schools().filter(year=year)
    if schools is not None:
        rows = rows.filter(school__in=list(schools))
    balances: dict[int, dict[str, int]] = defaultdict(dict)
    for school_id, kind, balance in rows.values_list("school", "kind", "balance"):
        balances[school_id][kind] = balance
    return {school_id: Figures(**kinds) for school_id, kinds in balances.items()}


@prepared(school=BigIntegerField(), year=BigIntegerField())
def _balances(school: Any, year: Any) -> "QuerySet[Account, Any]":
    """What a school has in a year, by kind."""
    own = Account.objects.of_schools().filter(school=school, year=year)
    return own.values_list("kind", "balance")


Accounts = Mapping[int, AccountKind]
"""A school's own accounts of a year: id → kind."""


@dataclass(frozen=True)
class YearOfSchool:
    """A school's figures of one year, and the accounts they are the balances of."""

    year: SchoolYear
    figures: Figures
    accounts: Accounts


def years_of(school: School) -> list[YearOfSchool]:
    """Every year in which the school had credits, newest first."""
    rows = _balances_by_year(school=school.pk)
    return [
        _year_of_school(SchoolYear(*year), [row[3:] for row in own])
        for year, own in itertools.groupby(rows, key=lambda row: row[:3])
    ]


@prepared(school=BigIntegerField())
def _balances_by_year(school: Any) -> "QuerySet[Account, Any]":
    """Newest year first."""
    accounts = Account.objects.of_schools().filter(school=school).order_by("-year__starts_on")
    of_the_year = ("year__pk", "year__starts_on", "year__closed_at")
    return accounts.values_list(*of_the_year, "pk", "kind", "balance")


def _year_of_school(year: SchoolYear, accounts: Sequence[tuple[int, str, int]]) -> YearOfSchool:
    return YearOfSchool(
        year=year,
        figures=Figures(**{kind: balance for _, kind, balance in accounts}),
        accounts={pk: AccountKind(kind) for pk, kind, _ in accounts},
    )


def accounts_of(school: School, year: SchoolYear) -> Accounts:
    """The school's own accounts of a year."""
    own = Account.objects.for_school(school).in_year(year).values_list("pk", "kind")
    return {pk: AccountKind(kind) for pk, kind in own}


def received_of(school: School, year: SchoolYear) -> Received:
    """What the school received, opened into its parts. Rule CR-6."""
    own = accounts_of(school, year)
    arrived = Transfer.objects.filter(credit_account__in=own).exclude(debit_account__in=own)
    left = Transfer.objects.filter(debit_account__in=own).exclude(credit_account__in=own)
    return add_up_received(
        (kind, reverses, sign * total)
        for transfers, sign in ((arrived, 1), (left, -1))
        for kind, reverses, total in transfers.values_list(
            "entry__kind", "entry__reverses__kind"
        ).annotate(total=Sum("amount"))
    )


def add_up_received(crossing: Iterable[tuple[str, str | None, int]]) -> Received:
    """The parts from what crossed the school's border.

    Each is the kind of entry, the kind it reverses if it is a reversal, and the credits:
    above zero when they came in. A TRANSFER reversed takes back what it had moved; what a
    school that leaves gives to the reserve has moved out.
    """
    parts: dict[str, int] = defaultdict(int)
    for kind, reverses, credits in crossing:
        undone = EntryKind(reverses or kind)
        if undone == EntryKind.TRANSFER:
            came_in = (credits > 0) is not bool(reverses)
            parts["moved_in" if came_in else "moved_out"] += credits if came_in else -credits
        elif undone == EntryKind.LEAVE:
            parts["moved_out"] -= credits
        else:
            parts["corrections" if undone in _CORRECTIONS else "allocated"] += credits
    return Received(**parts)


_CORRECTIONS = frozenset({EntryKind.CORRECTION, EntryKind.ADJUSTMENT})
"""The headings of Rule CR-6 know no "adjustments" of their own: they correct."""
