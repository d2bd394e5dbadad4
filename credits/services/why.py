"""Why a school has as many credits as it has, told so that it can be checked on paper.

Rules CR-2 to CR-4: every share of the year with its roll, weight, rate, exact share and
remainder; corrections and what a school got for joining; runs that were taken back.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Min, Q

from credits import rules
from credits.choices import EntryKind
from credits.models import AllocationLine, AllocationRun, JournalEntry
from schools.models import PupilRoll, School, SchoolYear


@dataclass(frozen=True)
class Extras:
    """What was left of a pool after whole credits, and the least remainder that got one."""

    schools: int
    least_remainder: Decimal | None


@dataclass(frozen=True)
class CorrectedRoll:
    """One correction of a share: the new roll, what it comes to, and what was moved."""

    entry: JournalEntry
    roll: PupilRoll
    weight: int
    at_the_rate: Fraction
    new_figure: int
    moved: int
    is_undone: bool


@dataclass(frozen=True)
class Share:
    """One run's share: the line as it was kept, and what followed."""

    line: AllocationLine
    extras: Extras
    corrections: Sequence[CorrectedRoll]

    @property
    def run(self) -> AllocationRun:
        return self.line.run

    @property
    def at_the_rate(self) -> Fraction:
        """Weight × rate, before floor and cap."""
        return self.line.weight * self.run.rate

    @property
    def is_at_the_floor(self) -> bool:
        return self.at_the_rate < self.run.floor

    @property
    def is_at_the_cap(self) -> bool:
        return self.run.cap is not None and self.at_the_rate > self.run.cap

    @property
    def whole(self) -> int:
        """The whole credits of the exact share, before what was left was given out."""
        return int(self.line.exact_share)

    @property
    def got_one_more(self) -> bool:
        return self.line.credits > self.whole


@dataclass(frozen=True)
class Joining:
    """What a school got of a run for the terms left when it joined."""

    entry: JournalEntry
    run: AllocationRun
    roll: PupilRoll
    weight: int
    terms: int
    credits: int

    @property
    def exact(self) -> Fraction:
        return self.weight * self.run.rate * self.terms / 3


@dataclass(frozen=True)
class Why:
    """Everything that explains one school's allocation of one year."""

    year: SchoolYear
    shares: Sequence[Share]
    taken_back: Sequence[Share]
    joinings: Sequence[Joining]


def why_this_many(school: School, year: SchoolYear) -> Why:
    """The shares of a school in a year, with what followed them."""
    lines = list(
        AllocationLine.objects.filter(school=school, run__instalment__funding__year=year)
        .select_related("run__instalment", "roll")
        .order_by("run__instalment__number", "pk")
    )
    corrections = _corrections_of(lines)
    extras = _extras_of({line.run_id for line in lines})
    shares = [Share(line, extras[line.run_id], corrections[line.pk]) for line in lines]
    return Why(
        year=year,
        shares=[share for share in shares if share.run.taken_back_at is None],
        taken_back=[share for share in shares if share.run.taken_back_at],
        joinings=_joinings_of(school, year),
    )


def _extras_of(run_ids: set[int]) -> dict[int, Extras]:
    """Of each run: how many schools got one credit more, and the least of their remainders."""
    with_one_more = Q(lines__credits__gt=F("lines__exact_share"))
    runs = AllocationRun.objects.filter(pk__in=run_ids).annotate(
        schools=Count("lines", filter=with_one_more),
        least=Min("lines__remainder", filter=with_one_more),
    )
    return {
        pk: Extras(schools, least)
        for pk, schools, least in runs.values_list("pk", "schools", "least")
    }


def _corrections_of(lines: Sequence[AllocationLine]) -> dict[int, list[CorrectedRoll]]:
    by_about = {f"allocation_line:{line.pk}": line for line in lines}
    entries = _with_amounts(
        JournalEntry.objects.filter(kind=EntryKind.CORRECTION, about__in=by_about)
    )
    rolls = _rolls_of(entries)
    found: dict[int, list[CorrectedRoll]] = defaultdict(list)
    for entry in entries:
        line, roll = by_about[entry.about], rolls[entry.memo["roll"]]
        found[line.pk].append(_corrected(entry, line, roll))
    return found


def _corrected(entry: JournalEntry, line: AllocationLine, roll: PupilRoll) -> CorrectedRoll:
    run = line.run
    weight = run.lump_sum + roll.pupils
    [transfer] = entry.transfers.all()
    gave = transfer.credit_account.school_id == line.school_id
    return CorrectedRoll(
        entry=entry,
        roll=roll,
        weight=weight,
        at_the_rate=weight * run.rate,
        new_figure=rules.share_at_rate(weight=weight, rate=run.rate, floor=run.floor, cap=run.cap),
        moved=transfer.amount if gave else -transfer.amount,
        is_undone=bool(getattr(entry, "reversed_by", None)),
    )


def _joinings_of(school: School, year: SchoolYear) -> list[Joining]:
    entries = _with_amounts(
        JournalEntry.objects.about(f"school:{school.pk}").filter(
            kind=EntryKind.JOINER,
            reversed_by__isnull=True,
            transfers__credit_account__year=year,
        )
    )
    rolls = _rolls_of(entries)
    runs = AllocationRun.objects.select_related("instalment").in_bulk(
        [entry.memo["run"] for entry in entries]
    )
    return [
        Joining(
            entry=entry,
            run=runs[entry.memo["run"]],
            roll=rolls[entry.memo["roll"]],
            weight=runs[entry.memo["run"]].lump_sum + rolls[entry.memo["roll"]].pupils,
            terms=entry.memo["terms"],
            credits=sum(transfer.amount for transfer in entry.transfers.all()),
        )
        for entry in entries
    ]


def _with_amounts(entries: Any) -> list[JournalEntry]:
    return list(
        entries.select_related("reversed_by")
        .prefetch_related("transfers__credit_account")
        .order_by("pk")
    )


def _rolls_of(entries: Sequence[JournalEntry]) -> dict[int, PupilRoll]:
    return PupilRoll.objects.in_bulk([entry.memo["roll"] for entry in entries])
