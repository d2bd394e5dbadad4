"""The four figures of a school's year, the same everywhere. Rule CR-6.

received = committed + spent + available, always; received opens into its parts.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from credits.choices import AccountKind, EntryKind
from credits.models import Account, Transfer
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
    return figures_of_schools([school.pk], year).get(school.pk, Figures())


def figures_of_schools(schools: Iterable[int] | None, year: SchoolYear) -> dict[int, Figures]:
    """The four figures per school id, in one query; None means every school."""
    accounts = Account.objects.in_year(year).of_schools()
    if schools is not None:
        accounts = accounts.filter(school__in=list(schools))
    balances: dict[int, dict[str, int]] = defaultdict(dict)
    for school_id, kind, balance in accounts.values_list("school", "kind", "balance"):
        balances[school_id][kind] = balance
    return {school_id: Figures(**kinds) for school_id, kinds in balances.items()}


def received_of(school: School, year: SchoolYear) -> Received:
    """What the school received, opened into its parts. Rule CR-6."""
    parts: dict[str, int] = defaultdict(int)
    arrived = Transfer.objects.filter(
        credit_account__school=school,
        credit_account__year=year,
        credit_account__kind=AccountKind.AVAILABLE,
    ).exclude(debit_account__school=school, debit_account__year=year)
    left = Transfer.objects.filter(
        debit_account__school=school,
        debit_account__year=year,
        debit_account__kind=AccountKind.AVAILABLE,
    ).exclude(credit_account__school=school, credit_account__year=year)
    for transfers, sign in ((arrived, 1), (left, -1)):
        moved = transfers.values_list("entry__kind", "entry__reverses__kind").annotate(
            total=Sum("amount")
        )
        for kind, reversed_kind, total in moved:
            _add_part(parts, EntryKind(reversed_kind or kind), sign * total, bool(reversed_kind))
    return Received(**parts)


def _add_part(parts: dict[str, int], kind: EntryKind, credits: int, is_reversal: bool) -> None:
    if kind == EntryKind.TRANSFER:
        moves_in = (credits > 0) is not is_reversal
        parts["moved_in" if moves_in else "moved_out"] += credits if moves_in else -credits
    elif kind in _CORRECTIONS:
        parts["corrections"] += credits
    else:
        parts["allocated"] += credits


_CORRECTIONS = frozenset({EntryKind.CORRECTION, EntryKind.ADJUSTMENT})
"""The headings of Rule CR-6 know no "adjustments" of their own: they correct."""
