"""Running an allocation, and taking one back. Rules CR-2 to CR-4."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from credits.choices import AccountKind, EntryKind
from credits.errors import (
    AlreadyAllocated,
    InstalmentWasReversed,
    PlanHasChanged,
    RunWasSpent,
)
from credits.models import (
    AllocationLine,
    AllocationOmission,
    AllocationRun,
    Instalment,
    JournalEntry,
)
from credits.rules import Share
from credits.services.accounts import Holder, lock_accounts
from credits.services.ledger import Move, NewEntry, net_change, post, reversal_of
from credits.services.planning import AllocationPlan, Choices, plan_allocation
from credits.services.reasons import given_reason
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import build_act, record_act, record_acts
from schools.models import Person, School


@retried
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
        if JournalEntry.objects.filter(reverses=locked.entry_id).exists():
            raise InstalmentWasReversed
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


@retried
def take_back(*, run: AllocationRun, reason: str, by: Person, at: datetime) -> AllocationRun:
    """Take a whole run back while nobody has spent from it. Rule CR-4.

    The corrections of its lines and what it gave to schools that joined go back with it.

    Raises: ReasonNeeded; RunWasSpent naming the schools that have less available than the
    run gave them; CannotBeReversed when it was taken back before.
    """
    why = given_reason(reason)
    with transaction.atomic():
        locked = (
            AllocationRun.objects.select_for_update(no_key=True, of=("self",))
            .select_related("entry", "instalment__funding__year")
            .get(pk=run.pk)
        )
        undoing = [reversal_of(entry) for entry in [locked.entry, *what_followed(locked)]]
        _refuse_if_spent(undoing)
        post(undoing, by=by, at=at)
        locked.taken_back_by, locked.taken_back_at = by, at
        locked.save(update_fields=["taken_back_by", "taken_back_at"])
        record_act(
            verb="allocation.taken_back",
            subject=f"allocation_run:{run.pk}",
            by=by,
            at=at,
            reason=why,
        )
    return locked


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
                run_id=run.pk,
                school_id=line.school.pk,
                roll_id=line.roll.pk,
                pupils=line.roll.pupils,
                weight=line.weight,
                exact_share=line.share.whole + _nine_places(line.share),
                remainder=_nine_places(line.share),
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


def _nine_places(share: Share) -> Decimal:
    """A remainder cut off (never rounded up) at nine decimal places."""
    return Decimal(share.left * 10**9 // share.parts).scaleb(-9)


def what_followed(run: AllocationRun) -> list[JournalEntry]:
    """Corrections and joiners at this run's rate that still stand."""
    return list(
        JournalEntry.objects.filter(
            kind__in=(EntryKind.CORRECTION, EntryKind.JOINER),
            memo__run=run.pk,
            reversed_by__isnull=True,
        ).order_by("pk")
    )


def _refuse_if_spent(undoing: list[NewEntry]) -> None:
    change = net_change(move for entry in undoing for move in entry.moves)
    accounts = lock_accounts(change)
    short = [
        holder.school_id
        for holder, credits in change.items()
        if holder.school_id and accounts[holder].balance + credits < 0
    ]
    if short:
        names = School.objects.filter(pk__in=short).order_by("name").values_list("name", flat=True)
        raise RunWasSpent(schools=list(names))
