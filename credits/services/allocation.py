"""Running an allocation, taking one back, correcting one roll, and schools that join."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum

from credits import rules
from credits.choices import AccountKind, EntryKind
from credits.errors import (
    AlreadyAllocated,
    NothingToShare,
    PlanHasChanged,
    ReasonNeeded,
    RunWasSpent,
)
from credits.models import (
    Account,
    AllocationLine,
    AllocationOmission,
    AllocationRun,
    Instalment,
    Transfer,
)
from credits.services.ledger import Holder, Move, NewEntry, lock_accounts, post, reversal_of
from credits.services.planning import AllocationPlan, Choices, plan_allocation
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import build_act, record_act, record_acts
from schools.models import Person, PupilRoll, School, SchoolYear
from schools.services.calendar import terms_left


def run_allocation(
    *, instalment: Instalment, choices: Choices, shown: str, by: Person, at: datetime
) -> AllocationRun:
    """Share an instalment's pool among the member schools. Rules CR-2 to CR-4.

    `shown` is the fingerprint of the preview; other figures are refused. Run twice, it
    changes nothing.

    Raises: PlanHasChanged, AlreadyAllocated, RollsMissing, ReasonsMissing, NothingToShare,
    SharesCannotBeMet, NotEnoughInPot.
    """
    with transaction.atomic():
        locked = (
            Instalment.objects.select_for_update(no_key=True, of=("self",))
            .select_related("funding__year")
            .get(pk=instalment.pk)
        )
        plan = plan_allocation(instalment=locked, choices=choices, on=london_date(at))
        live = locked.runs.filter(taken_back_at__isnull=True).first()
        if live:
            return _same_run(live, plan)
        plan.refuse_if_incomplete()
        if plan.fingerprint != shown:
            raise PlanHasChanged
        [entry] = post([_allocation_entry(plan)], by=by, at=at)
        run = AllocationRun.objects.create(
            instalment=locked,
            census_on=choices.census_on,
            definition=choices.definition,
            pool_credits=plan.pool,
            rate_numerator=plan.rate.numerator,
            rate_denominator=plan.rate.denominator,
            lump_sum=locked.funding.lump_sum,
            floor=locked.funding.floor,
            cap=locked.funding.cap,
            entry=entry,
            run_by=by,
            run_at=at,
        )
        _write_lines(run, plan)
        record_act(
            verb="allocation.run",
            subject=f"allocation_run:{run.pk}",
            by=by,
            at=at,
            after={"pool": plan.pool, "schools": len(plan.lines)},
        )
    return run


def take_back(*, run: AllocationRun, reason: str, by: Person, at: datetime) -> AllocationRun:
    """Take a whole run back while nobody has spent from it. Rule CR-4.

    Raises: ReasonNeeded; RunWasSpent naming the schools that have less available than the
    run gave them; CannotBeReversed when it was taken back before.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        locked = (
            AllocationRun.objects.select_for_update(no_key=True, of=("self",))
            .select_related("entry", "instalment__funding")
            .get(pk=run.pk)
        )
        undo = reversal_of(locked.entry)
        accounts = lock_accounts(
            holder for move in undo.moves for holder in (move.debit, move.credit)
        )
        _refuse_if_spent(undo, accounts)
        post([undo], by=by, at=at)
        locked.taken_back_by, locked.taken_back_at = by, at
        locked.save(update_fields=["taken_back_by", "taken_back_at"])
        record_act(
            verb="allocation.taken_back",
            subject=f"allocation_run:{run.pk}",
            by=by,
            at=at,
            reason=reason.strip(),
        )
    return locked


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


def correct_roll(
    *, school: School, year: SchoolYear, roll: PupilRoll, reason: str, by: Person, at: datetime
) -> Correction:
    """Put one school right at the year's published rate, out of the reserve. Rule CR-4.

    Raises: ReasonNeeded; NothingToShare when the year has no run with this school;
    NotEnoughInPot when the reserve cannot pay.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        lines = _live_lines(school, year)
        if not lines:
            raise NothingToShare(f"{school} has no share in a run of {year}.")
        available = Holder(school.pk, year.pk, AccountKind.AVAILABLE)
        reserve = Holder(None, year.pk, AccountKind.RESERVE)
        free = lock_accounts([available, reserve])[available].balance
        owed = moved = 0
        entries: list[NewEntry] = []
        for line in lines:
            change = _new_figure(line, roll) - line.credits - _corrected_so_far(line)
            step = max(change, -free) if change < 0 else change
            owed, moved, free = owed + change, moved + step, free + step
            if step:
                entries.append(_correction_entry(line, roll, step, available, reserve))
        post(entries, by=by, at=at)
        record_act(
            verb="allocation.corrected",
            subject=f"school:{school.pk}",
            school=f"school:{school.pk}",
            by=by,
            at=at,
            reason=reason.strip(),
            after={"roll": roll.pk, "owed": owed, "moved": moved},
        )
    return Correction(owed=owed, moved=moved)


def welcome_joiner(
    *, school: School, year: SchoolYear, roll: PupilRoll, by: Person, at: datetime
) -> int:
    """Give a school that joined its part of the year, from the reserve. Rule CR-4.

    The published rate × weight × terms left ÷ 3, rounded down, for every run of the year
    it has no line in; the credits given. Repeated, it changes nothing.

    Raises: NothingToShare before the year has a run; NotEnoughInPot with the figure.
    """
    with transaction.atomic():
        runs = (
            AllocationRun.objects.select_for_update(no_key=True, of=("self",))
            .filter(instalment__funding__year=year, taken_back_at__isnull=True)
            .exclude(lines__school=school)
            .order_by("pk")
        )
        terms = terms_left(year=year, on=london_date(at))
        entries = [
            _joiner_entry(run, school, year, roll, share)
            for run in runs
            if (
                share := rules.joiner_share(
                    weight=run.lump_sum + roll.pupils, rate=run.rate, terms_left=terms
                )
            )
        ]
        if not entries:
            raise NothingToShare(f"Nothing is left of {year} to give {school}.")
        post(entries, by=by, at=at)
        given = sum(entry.moves[0].amount for entry in entries)
        record_act(
            verb="allocation.joiner",
            subject=f"school:{school.pk}",
            school=f"school:{school.pk}",
            by=by,
            at=at,
            after={"roll": roll.pk, "credits": given, "terms": terms},
        )
    return given


def _same_run(live: AllocationRun, plan: AllocationPlan) -> AllocationRun:
    given = dict(live.lines.values_list("school", "credits"))
    if given == {line.school.pk: line.credits for line in plan.lines}:
        return live
    raise AlreadyAllocated


def _allocation_entry(plan: AllocationPlan) -> NewEntry:
    instalment = plan.instalment
    year_id = instalment.funding.year_id
    attempt = instalment.runs.count() + 1
    pool = Holder(None, year_id, AccountKind.POOL)
    return NewEntry(
        key=f"instalment:{instalment.pk}:allocation:{attempt}",
        kind=EntryKind.ALLOCATE,
        about=f"instalment:{instalment.pk}",
        memo={"instalment": instalment.number, "census": plan.choices.census_on.isoformat()},
        moves=tuple(
            Move(pool, Holder(line.school.pk, year_id, AccountKind.AVAILABLE), line.credits)
            for line in plan.lines
            if line.credits
        ),
    )


def _write_lines(run: AllocationRun, plan: AllocationPlan) -> None:
    AllocationLine.objects.bulk_create(
        [
            AllocationLine(
                run=run,
                school=line.school,
                roll=line.roll,
                pupils=line.roll.pupils,
                weight=line.weight,
                exact_share=_to_nine_places(
                    line.share.exact.numerator, line.share.exact.denominator
                ),
                remainder=_to_nine_places(
                    line.share.remainder.numerator, line.share.remainder.denominator
                ),
                credits=line.credits,
                reason=line.reason,
            )
            for line in plan.lines
        ],
        batch_size=5000,
    )
    AllocationOmission.objects.bulk_create(
        AllocationOmission(run=run, school=school, reason=reason)
        for school, reason in plan.left_out
    )
    record_acts(
        build_act(
            verb="allocation.left_out",
            subject=f"allocation_run:{run.pk}",
            school=f"school:{school.pk}",
            by=run.run_by,
            at=run.run_at,
            reason=reason,
        )
        for school, reason in plan.left_out
    )


def _to_nine_places(numerator: int, denominator: int) -> Decimal:
    """A fraction cut off (never rounded up) at nine decimal places."""
    return Decimal(numerator * 10**9 // denominator).scaleb(-9)


def _refuse_if_spent(undo: NewEntry, accounts: dict[Holder, Account]) -> None:
    short = [
        move.debit.school_id
        for move in undo.moves
        if move.debit.school_id and accounts[move.debit].balance < move.amount
    ]
    if short:
        names = School.objects.filter(pk__in=short).order_by("name").values_list("name", flat=True)
        raise RunWasSpent(schools=list(names))


def _live_lines(school: School, year: SchoolYear) -> list[AllocationLine]:
    return list(
        AllocationLine.objects.filter(
            school=school,
            run__instalment__funding__year=year,
            run__taken_back_at__isnull=True,
        )
        .select_related("run")
        .order_by("pk")
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


def _total(transfers: QuerySet[Transfer]) -> int:
    return transfers.aggregate(total=Sum("amount"))["total"] or 0


def _correction_entry(
    line: AllocationLine, roll: PupilRoll, step: int, available: Holder, reserve: Holder
) -> NewEntry:
    debit, credit = (reserve, available) if step > 0 else (available, reserve)
    so_far = _corrected_so_far(line)
    return NewEntry(
        key=f"allocation_line:{line.pk}:roll:{roll.pk}:after:{so_far}",
        kind=EntryKind.CORRECTION,
        about=f"allocation_line:{line.pk}",
        memo={"roll": roll.pk},
        moves=(Move(debit, credit, abs(step)),),
    )


def _joiner_entry(
    run: AllocationRun, school: School, year: SchoolYear, roll: PupilRoll, share: int
) -> NewEntry:
    return NewEntry(
        key=f"allocation_run:{run.pk}:joiner:{school.pk}",
        kind=EntryKind.JOINER,
        about=f"school:{school.pk}",
        memo={"run": run.pk, "roll": roll.pk},
        moves=(
            Move(
                Holder(None, year.pk, AccountKind.RESERVE),
                Holder(school.pk, year.pk, AccountKind.AVAILABLE),
                share,
            ),
        ),
    )
