"""Putting one school right at the year's published rate: a corrected roll, a school that joins.

Rule CR-4. Both are paid out of the reserve.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet, Sum

from credits import rules
from credits.choices import AccountKind, EntryKind
from credits.errors import NotAMember, NothingToShare
from credits.models import AllocationLine, AllocationRun, JournalEntry, Transfer
from credits.services.accounts import Holder, lock_accounts
from credits.services.figures import figures_of
from credits.services.ledger import Move, NewEntry, post
from credits.services.reasons import given_reason
from hub_portal.shared.errors import Refused
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person, PupilRoll, School, SchoolYear
from schools.services.calendar import terms_left


@dataclass(frozen=True)
class Correction:
    """What a corrected roll changes for one school, over all runs of the year.

    `owed` is the new figure less what the school was given; `moved` is what could be
    moved; the rest of a reduction stays reported.
    """

    owed: int
    moved: int

    @property
    def not_recovered(self) -> int:
        return self.moved - self.owed


@dataclass(frozen=True)
class Step:
    """The change of one line: what is owed on it, and what of that is moved now."""

    line: AllocationLine
    owed: int
    moved: int


@retried
def correct_roll(
    *, school: School, year: SchoolYear, roll: PupilRoll, reason: str, by: Person, at: datetime
) -> Correction:
    """Put one school right at the year's published rate, out of the reserve. Rule CR-4.

    A reduction takes what is free and reports the rest. Repeated, it moves nothing more.

    Raises: ReasonNeeded; Refused for another school's roll; NothingToShare when the year
    has no run with this school; NotEnoughInPot when the reserve cannot pay.
    """
    why = given_reason(reason)
    with transaction.atomic():
        _lock_live_runs(year)
        steps = _steps(school, year, roll, free=_lock_available(school, year))
        correction = _summed(steps)
        post([_correction_entry(step, year, roll) for step in steps if step.moved], by=by, at=at)
        if correction.owed:
            record_act(
                verb="allocation.corrected",
                subject=f"school:{school.pk}",
                school=f"school:{school.pk}",
                by=by,
                at=at,
                reason=why,
                after={"roll": roll.pk, "owed": correction.owed, "moved": correction.moved},
            )
    return correction


def foreseen_correction(*, school: School, year: SchoolYear, roll: PupilRoll) -> Correction:
    """What correcting this roll would change now; the page says it first.

    Raises: Refused for another school's roll; NothingToShare.
    """
    free = figures_of(school, year).available
    return _summed(_steps(school, year, roll, free=free))


@retried
def welcome_joiner(
    *, school: School, year: SchoolYear, roll: PupilRoll, by: Person, at: datetime
) -> int:
    """Give a school that joined its part of the year, from the reserve. Rule CR-4.

    The published rate × weight × terms left ÷ 3, rounded down, for every run of the year
    it has no share in. Returns the credits given; repeated, it is refused.

    Raises: NotAMember; Refused for another school's roll; NothingToShare when there is
    nothing to give; NotEnoughInPot with the figure.
    """
    with transaction.atomic():
        _lock_live_runs(year)
        entries = _joiner_entries(school, year, roll, at)
        post(entries, by=by, at=at)
        given = sum(entry.moves[0].amount for entry in entries)
        record_act(
            verb="allocation.joiner",
            subject=f"school:{school.pk}",
            school=f"school:{school.pk}",
            by=by,
            at=at,
            after={"roll": roll.pk, "credits": given},
        )
    return given


def foreseen_joiner_share(
    *, school: School, year: SchoolYear, roll: PupilRoll, at: datetime
) -> int:
    """What a school that joined would be given now; the page says it first.

    Raises: as `welcome_joiner`, but for the reserve.
    """
    return sum(entry.moves[0].amount for entry in _joiner_entries(school, year, roll, at))


def _lock_live_runs(year: SchoolYear) -> None:
    """A run is not taken back while its rate is being used."""
    runs = AllocationRun.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(runs.filter(instalment__funding__year=year, taken_back_at__isnull=True))


def _lock_available(school: School, year: SchoolYear) -> int:
    """What the school has free, with the two accounts of a correction locked."""
    available = Holder(school.pk, year.pk, AccountKind.AVAILABLE)
    reserve = Holder(None, year.pk, AccountKind.RESERVE)
    return lock_accounts([available, reserve])[available].balance


def _steps(school: School, year: SchoolYear, roll: PupilRoll, *, free: int) -> list[Step]:
    _refuse_a_roll_of_another(school, roll)
    lines = AllocationLine.objects.filter(
        school=school, run__instalment__funding__year=year, run__taken_back_at__isnull=True
    )
    steps: list[Step] = []
    for line in lines.select_related("run").order_by("pk"):
        owed = _new_figure(line, roll) - line.credits - _corrected_so_far(line)
        moved = max(owed, -free) if owed < 0 else owed
        free += moved
        steps.append(Step(line, owed, moved))
    if not steps:
        raise NothingToShare(f"{school} has no share in a run of {year}.")
    return steps


def _summed(steps: list[Step]) -> Correction:
    return Correction(
        owed=sum(step.owed for step in steps), moved=sum(step.moved for step in steps)
    )


def _new_figure(line: AllocationLine, roll: PupilRoll) -> int:
    run = line.run
    return rules.share_at_rate(
        weight=run.lump_sum + roll.pupils, rate=run.rate, floor=run.floor, cap=run.cap
    )


def _corrected_so_far(line: AllocationLine) -> int:
    """Net credits that earlier corrections of this line gave, reversals included."""
    about = Transfer.objects.filter(entry__about=f"allocation_line:{line.pk}")
    given = about.filter(credit_account__kind=AccountKind.AVAILABLE)
    taken = about.filter(debit_account__kind=AccountKind.AVAILABLE)
    return _total(given) - _total(taken)


def _total(transfers: "QuerySet[Transfer]") -> int:
    return transfers.aggregate(total=Sum("amount"))["total"] or 0


def _correction_entry(step: Step, year: SchoolYear, roll: PupilRoll) -> NewEntry:
    available = Holder(step.line.school_id, year.pk, AccountKind.AVAILABLE)
    reserve = Holder(None, year.pk, AccountKind.RESERVE)
    debit, credit = (reserve, available) if step.moved > 0 else (available, reserve)
    about = f"allocation_line:{step.line.pk}"
    return NewEntry(
        key=f"{about}:correction:{JournalEntry.objects.about(about).count() + 1}",
        kind=EntryKind.CORRECTION,
        about=about,
        memo={"run": step.line.run_id, "roll": roll.pk},
        moves=(Move(debit, credit, abs(step.moved)),),
    )


def _joiner_entries(
    school: School, year: SchoolYear, roll: PupilRoll, at: datetime
) -> list[NewEntry]:
    _refuse_a_roll_of_another(school, roll)
    if not School.objects.members(london_date(at)).filter(pk=school.pk).exists():
        raise NotAMember(school=school.name)
    terms = terms_left(year=year, on=london_date(at))
    shares = [
        (
            run,
            rules.joiner_share(weight=run.lump_sum + roll.pupils, rate=run.rate, terms_left=terms),
        )
        for run in _runs_without(school, year)
    ]
    memo = {"roll": roll.pk, "terms": terms}
    entries = [_joiner_entry(run, school, year, memo, share) for run, share in shares if share]
    if not entries:
        raise NothingToShare(f"There is nothing of {year} to give {school}.")
    return entries


def _runs_without(school: School, year: SchoolYear) -> list[AllocationRun]:
    """Live runs of the year from which the school has neither a line nor a joiner's share."""
    welcomed = JournalEntry.objects.about(f"school:{school.pk}").filter(
        kind=EntryKind.JOINER, reversed_by__isnull=True
    )
    given = {memo["run"] for memo in welcomed.values_list("memo", flat=True)}
    runs = AllocationRun.objects.filter(
        instalment__funding__year=year, taken_back_at__isnull=True
    ).exclude(lines__school=school)
    return list(runs.exclude(pk__in=given).order_by("pk"))


def _joiner_entry(
    run: AllocationRun, school: School, year: SchoolYear, memo: dict[str, int], share: int
) -> NewEntry:
    about, key = f"school:{school.pk}", f"allocation_run:{run.pk}:joiner:{school.pk}"
    times = JournalEntry.objects.filter(key__startswith=f"{key}:").count()
    return NewEntry(
        key=f"{key}:{times + 1}",
        kind=EntryKind.JOINER,
        about=about,
        memo={"run": run.pk, **memo},
        moves=(
            Move(
                Holder(None, year.pk, AccountKind.RESERVE),
                Holder(school.pk, year.pk, AccountKind.AVAILABLE),
                share,
            ),
        ),
    )


def _refuse_a_roll_of_another(school: School, roll: PupilRoll) -> None:
    if roll.school_id != school.pk:
        raise Refused(f"This roll is not one of {school}’s.")
