"""Spending that waits for the headteacher: asked, answered once, lapsed in time. Rule CR-14.

Places and credits are held from the asking on. What a verdict does to the commitment is its own
app's (`registry.ApprovalKind`); the row here says who answered, when and why.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from credits import emails
from credits.choices import APPROVAL_MOVES, ApprovalStatus
from credits.errors import ApprovalAnswered, MayNotApprove, ReasonNeeded, TooLateToApprove
from credits.models import Approval
from credits.services.registry import approval_kind
from credits.services.spending_limits import headteachers_of
from hub_portal.shared.london import end_of_day, london_date
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import deadline_in_words
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School
from schools.rules import ONE_DAY


def ask_for_approval(
    *, about: str, school: School, credits: int, answer_by: datetime, by: Person, at: datetime
) -> Approval:
    """Ask the headteacher about a commitment just made, in its transaction.

    Raises: TooLateToApprove.
    """
    if answer_by <= at:
        raise TooLateToApprove
    approval = Approval.objects.create(
        about=about,
        school=school,
        credits=credits,
        asked_by=by,
        asked_at=at,
        answer_by=answer_by,
    )
    _record(approval, "approval.asked", by=by, at=at)
    kind = approval_kind(about)
    emails.approval_asked(
        approval=approval,
        facts=kind.facts(about),
        holds_credits=kind.holds_credits,
        authorisers=headteachers_of(school),
        at=at,
    )
    return approval


@retried
def approve_spending(*, approval_id: int, by: Person, at: datetime) -> Approval:
    """Say yes: the commitment stands and everybody concerned is told.

    Raises: MayNotApprove, ApprovalAnswered.
    """
    with transaction.atomic():
        approval = _lock(approval_id)
        _refuse_unless_it_may_be_answered(approval, by=by, at=at)
        _become(approval, ApprovalStatus.APPROVED, by=by, at=at)
        approval_kind(approval.about).approved(about=approval.about, by=by, at=at)
    return approval


@retried
def decline_spending(*, approval_id: int, reason: str, by: Person, at: datetime) -> Approval:
    """Say no, with a reason: everything returns, and whoever asked is told why.

    Raises: ReasonNeeded, MayNotApprove, ApprovalAnswered.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        approval = _lock(approval_id)
        _refuse_unless_it_may_be_answered(approval, by=by, at=at)
        approval.reason = reason.strip()
        _become(approval, ApprovalStatus.DECLINED, by=by, at=at)
        approval_kind(approval.about).declined(about=approval.about, by=by, at=at)
        emails.approval_refused(approval=approval, **_facts(approval), at=at)
    return approval


def lapse_overdue_approvals(
    *, by: Person, at: datetime, abouts: Collection[str] | None = None
) -> int:
    """Let go of what nobody answered in time, each in a transaction of its own; how many.

    Two clocks at once do no harm.
    """
    overdue = Approval.objects.overdue(at).order_by("pk")
    if abouts is not None:
        overdue = overdue.filter(about__in=abouts)
    ids = list(overdue.values_list("pk", flat=True))
    return sum(_lapse(approval_id, by=by, at=at) for approval_id in ids)


@retried
def _lapse(approval_id: int, *, by: Person, at: datetime) -> bool:
    with transaction.atomic():
        approval = _lock(approval_id)
        if approval.status != ApprovalStatus.ASKED or at < approval.answer_by:
            return False
        _become(approval, ApprovalStatus.LAPSED, by=by, at=at)
        approval_kind(approval.about).lapsed(about=approval.about, by=by, at=at)
        emails.approval_refused(approval=approval, **_facts(approval), at=at)
    return True


def reduce_request(*, about: str, credits: int, by: Person, at: datetime) -> None:
    """Part of what waits was given up, or all of it: then nothing is left to answer.

    Called under the lock of the commitment, in the transaction that gives it up.
    """
    approval = Approval.objects.asked().filter(about=about).first()
    if approval is None:
        return
    if not credits:
        _become(approval, ApprovalStatus.WITHDRAWN, by=by, at=at)
        return
    approval.credits = credits
    approval.save(update_fields=["credits"])
    _record(approval, "approval.reduced", by=by, at=at)


def remind_of_approvals(*, at: datetime) -> int:
    """The day before a request lapses, tell who asked and who may answer; once. How many."""
    tomorrow = end_of_day(london_date(at) + ONE_DAY)
    due = Approval.objects.asked().filter(
        answer_by__gt=at, answer_by__lte=tomorrow, reminded_at__isnull=True
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(_remind(approval_id, at=at) for approval_id in ids)


@retried
def _remind(approval_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        approval = Approval.objects.select_for_update(no_key=True, of=("self",)).get(pk=approval_id)
        if approval.reminded_at is not None or approval.status != ApprovalStatus.ASKED:
            return False
        approval.reminded_at = at
        approval.save(update_fields=["reminded_at"])
        authorisers = headteachers_of(approval.school)
        emails.approval_lapses_soon(
            approval=approval, **_facts(approval), authorisers=authorisers, at=at
        )
    return True


def waits_still(about: str) -> bool:
    """A request answered before its mail went needs no mail: "approval:12"."""
    return Approval.objects.asked().filter(pk=int(about.partition(":")[2])).exists()


def _facts(approval: Approval) -> dict[str, Any]:
    """What a mail says of the commitment: the facts, and whether it holds credits."""
    kind = approval_kind(approval.about)
    return {"facts": kind.facts(approval.about), "holds_credits": kind.holds_credits}


def _lock(approval_id: int) -> Approval:
    """Lock what is to be approved, then the request itself, and read it again."""
    about = Approval.objects.values_list("about", flat=True).get(pk=approval_id)
    approval_kind(about).lock(about)
    approval: Approval = (
        Approval.objects.select_for_update(no_key=True, of=("self",))
        .select_related("school", "asked_by")
        .get(pk=approval_id)
    )
    return approval


def _refuse_unless_it_may_be_answered(approval: Approval, *, by: Person, at: datetime) -> None:
    if by not in headteachers_of(approval.school):
        raise MayNotApprove(school=approval.school.name)
    if approval.status == ApprovalStatus.ASKED and at >= approval.answer_by:
        raise ApprovalAnswered(
            f"This was to be answered by {deadline_in_words(approval.answer_by)}."
        )


def _become(approval: Approval, status: ApprovalStatus, *, by: Person, at: datetime) -> None:
    if status not in APPROVAL_MOVES[ApprovalStatus(approval.status)]:
        answered = f" by {approval.answered_by}" if approval.answered_by else ""
        raise ApprovalAnswered(
            f"This was {approval.get_status_display().lower()} already{answered}: the first "
            "answer counts."
        )
    approval.status, approval.answered_by, approval.answered_at = status, by, at
    approval.save(update_fields=["status", "answered_by", "answered_at", "reason"])
    _record(approval, f"approval.{status}", by=by, at=at)


def _record(approval: Approval, verb: str, *, by: Person, at: datetime) -> None:
    record_act(
        verb=verb,
        subject=f"approval:{approval.pk}",
        school=f"school:{approval.school_id}",
        by=by,
        at=at,
        reason=approval.reason,
        after={"about": approval.about, "credits": approval.credits},
    )
