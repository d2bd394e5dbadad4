"""An issue under its lock, and how it moves from one state to the next. Rule NL-1.

Every verb of an issue locks its row first, reads it again and then decides; its items are moved
only under that lock. Acts and deliveries come after, as everywhere.
"""

from datetime import datetime
from typing import Any

from hub_portal.trail.services.acts import record_act
from newsletter.choices import GAVE_ITS_SLOT_UP, ISSUE_MOVES, MAY_BE_EDITED, IssueStatus
from newsletter.errors import IssueIsNotADraft, IssueMayNotBecome, SlotIsPast, SlotTaken
from newsletter.models import Issue
from newsletter.services.settings import rhythm_of, the_newsletter
from schools.models import Person

NOT_APPROVED: dict[str, Any] = {"approved_at": None, "approved_by": None}


def lock_issue(issue: Issue) -> Issue:
    """The issue as it stands now, and nobody else's until this transaction is over."""
    locked: Issue = Issue.objects.select_for_update(no_key=True).get(pk=issue.pk)
    return locked


def lock_draft(issue: Issue) -> Issue:
    """The same for whoever is about to edit it.

    Raises: IssueIsNotADraft.
    """
    locked = lock_issue(issue)
    if locked.status not in MAY_BE_EDITED:
        raise IssueIsNotADraft
    return locked


def refuse_unless_it_may_become(issue: Issue, status: IssueStatus) -> None:
    """Raises: IssueMayNotBecome, unless the table of moves has this one."""
    if status not in ISSUE_MOVES[issue.status]:
        raise _refusal(issue)


def refuse_unless_it_is(issue: Issue, status: IssueStatus) -> None:
    """For a verb that leads from one state alone. Raises: IssueMayNotBecome."""
    if issue.status != status:
        raise _refusal(issue)


def become(
    issue: Issue,
    status: IssueStatus,
    *,
    verb: str,
    by: Person,
    at: datetime,
    said: str = "",
    after: dict[str, Any] | None = None,
    **fields: Any,
) -> Issue:
    """Move a locked issue to its next state with what goes with it, and write the act.

    `said` is the reason that was given, kept in the trail.
    """
    refuse_unless_it_may_become(issue, status)
    before = issue.status
    issue.status = status
    for name, value in fields.items():
        setattr(issue, name, value)
    issue.save(update_fields=["status", *fields])
    record_act(
        verb=verb,
        subject=subject_of(issue),
        by=by,
        at=at,
        reason=said,
        before={"status": before},
        after={"status": str(status), **(after or {})},
    )
    return issue


def subject_of(issue: Issue) -> str:
    """How the trail calls an issue."""
    return f"issue:{issue.pk}"


def last_moment_of(issue: Issue) -> datetime:
    """Until when an approved issue still goes. Rule NL-1."""
    return rhythm_of(the_newsletter()).last_moment(issue.slot_at)


def refuse_a_slot_that_cannot_be(
    slot_at: datetime, *, at: datetime, issue: Issue | None = None
) -> None:
    """Raises: SlotIsPast, SlotTaken."""
    if slot_at <= at:
        raise SlotIsPast
    others = Issue.objects.filter(slot_at=slot_at).exclude(status__in=GAVE_ITS_SLOT_UP)
    if others.exclude(pk=issue.pk if issue else None).exists():
        raise SlotTaken


def _refusal(issue: Issue) -> IssueMayNotBecome:
    return IssueMayNotBecome(f"{issue} is {issue.get_status_display()}: this is not possible.")
