"""An issue is approved, its approval taken back, its time changed. Rule NL-1."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hub_portal.shared.doorbell import ring
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from newsletter.choices import HAS_A_SLOT, IssueStatus
from newsletter.errors import ApprovedTooLate, NothingInTheIssue, SlotTaken
from newsletter.models import Issue
from newsletter.services.issues import (
    NOT_APPROVED,
    become,
    last_moment_of,
    lock_issue,
    refuse_a_slot_that_cannot_be,
    refuse_unless_it_is,
    refuse_unless_it_may_become,
    subject_of,
)
from newsletter.services.saying import freeze_items, let_items_refill, what_is_said
from schools.models import Person


@retried
def approve_issue(*, issue: Issue, by: Person, at: datetime) -> Issue:
    """Approve an issue: its blocks stop refilling, and it goes at its time.

    Approved within the hours of grace † after its time it goes at once.

    Raises: IssueMayNotBecome, ApprovedTooLate, NothingInTheIssue.
    """
    with transaction.atomic():
        issue = lock_issue(issue)
        refuse_unless_it_may_become(issue, IssueStatus.APPROVED)
        if at > last_moment_of(issue):
            raise ApprovedTooLate
        approve_locked(issue, by=by, at=at)
        if issue.slot_at <= at:
            ring("newsletter.send_due")
    return issue


@retried
def take_approval_back(*, issue: Issue, by: Person, at: datetime) -> Issue:
    """Make a draft of an approved issue again: its blocks refill.

    Raises: IssueMayNotBecome.
    """
    with transaction.atomic():
        issue = lock_issue(issue)
        refuse_unless_it_is(issue, IssueStatus.APPROVED)
        make_a_draft_again(issue, verb="issue.taken_back", by=by, at=at)
    return issue


@retried
def change_slot(*, issue: Issue, slot_at: datetime, by: Person, at: datetime) -> Issue:
    """Give an issue another time. One that missed its time is a draft again.

    Raises: IssueMayNotBecome, SlotIsPast, SlotTaken.
    """
    try:
        with transaction.atomic():
            return _change_slot(lock_issue(issue), slot_at=slot_at, by=by, at=at)
    except IntegrityError as error:
        raise SlotTaken from error  # another issue was given it a moment ago


def approve_locked(issue: Issue, *, by: Person, at: datetime) -> None:
    """Approve an issue whose lock is held.

    Raises: NothingInTheIssue.
    """
    said = what_is_said(issue, at=at)
    if not said.opening.text.strip() and not said.parts:
        raise NothingInTheIssue
    freeze_items(issue, at=at)
    become(
        issue,
        IssueStatus.APPROVED,
        verb="issue.approved",
        by=by,
        at=at,
        approved_at=at,
        approved_by=by,
    )


def make_a_draft_again(issue: Issue, *, verb: str, by: Person, at: datetime) -> None:
    """Undo the approval of an issue whose lock is held."""
    let_items_refill(issue)
    become(issue, IssueStatus.DRAFT, verb=verb, by=by, at=at, ended_at=None, **NOT_APPROVED)


def _change_slot(issue: Issue, *, slot_at: datetime, by: Person, at: datetime) -> Issue:
    if issue.status not in HAS_A_SLOT:
        refuse_unless_it_may_become(issue, IssueStatus.DRAFT)
    refuse_a_slot_that_cannot_be(slot_at, at=at, issue=issue)
    before, issue.slot_at = issue.slot_at, slot_at
    issue.save(update_fields=["slot_at"])
    record_act(
        verb="issue.moved",
        subject=subject_of(issue),
        by=by,
        at=at,
        before={"slot_at": before.isoformat()},
        after={"slot_at": slot_at.isoformat()},
    )
    if issue.status == IssueStatus.MISSED:
        make_a_draft_again(issue, verb="issue.taken_up", by=by, at=at)
    return issue
