"""What the clock does for the newsletter: drafts, reminders, sending, missed issues. Rule NL-1.

All of it in London time. What is to happen once has a key; what is asked every minute (is an issue
due, is one through) locks the issue and looks again, and so does no harm however often it runs.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from hub_portal.clock.services.due import Due
from newsletter.choices import HAS_A_SLOT, IssueStatus
from newsletter.emails import hub_mails
from newsletter.models import Issue
from newsletter.rules import Rhythm, next_slot
from newsletter.services.drafting import draft_for_slot
from newsletter.services.issues import become, last_moment_of, lock_issue
from newsletter.services.sending import finish_issue, send_issue_due
from newsletter.services.settings import rhythm_of, the_newsletter
from schools.models import Person
from schools.services.calendar import hub_calendar

DRAFT = "newsletter.draft"
REMIND = "newsletter.remind"
SEND_DUE = "newsletter.send_due"
CLOSE = "newsletter.close"
DAY_BEFORE = "day_before"
AT_ITS_TIME = "at_its_time"


def what_is_due(at: datetime) -> list[Due]:
    """Everything that is due at this instant."""
    newsletter = the_newsletter()
    rhythm = rhythm_of(newsletter)
    waiting = list(Issue.objects.to_come().order_by("slot_at", "pk"))
    due = list(_reminders(waiting, rhythm, at=at))
    if newsletter.is_weekly:
        due += _draft(rhythm, at=at)
    if any(issue.status == IssueStatus.APPROVED and issue.slot_at <= at for issue in waiting):
        due.append(Due(None, SEND_DUE))
    too_late = any(at > rhythm.last_moment(issue.slot_at) for issue in waiting)
    if too_late or Issue.objects.on_their_way().exists():
        due.append(Due(None, CLOSE))
    return due


def draft_what_is_due(*, slot_at: datetime, by: Person, at: datetime) -> Issue | None:
    """Draft the issue of a slot, unless its time has gone by meanwhile."""
    return draft_for_slot(slot_at=slot_at, by=by, at=at) if slot_at > at else None


def send_what_is_due(*, by: Person, at: datetime) -> int:
    """Send every approved issue whose time has come; returns how many went now."""
    due = Issue.objects.due(at=at).order_by("slot_at", "pk")
    return sum(send_issue_due(issue=issue, by=by, at=at) for issue in due)


def close_what_is_over(*, by: Person, at: datetime) -> None:
    """Call sent what is through, and missed what was not approved or sent in its hours of grace."""
    for issue in Issue.objects.on_their_way().order_by("pk"):
        finish_issue(issue=issue, by=by, at=at)
    for issue in Issue.objects.to_come().order_by("pk"):
        miss_issue(issue=issue, by=by, at=at)


def miss_issue(*, issue: Issue, by: Person, at: datetime) -> bool:
    """Mark an issue whose hours of grace are over as missed, and tell the hub managers by mail."""
    with transaction.atomic():
        issue = lock_issue(issue)
        if issue.status not in HAS_A_SLOT or at <= last_moment_of(issue):
            return False
        was_approved = issue.status == IssueStatus.APPROVED
        become(issue, IssueStatus.MISSED, verb="issue.missed", by=by, at=at, ended_at=at)
        hub_mails.missed(issue=issue, was_approved=was_approved, to=_hub_managers(), at=at)
    return True


def remind_of(*, issue: Issue, when: str, at: datetime) -> int:
    """Point out to the hub managers that an issue nobody has approved is about to go, or was to.

    Returns how many mails are new; none for one that is a draft no more.
    """
    with transaction.atomic():
        issue = lock_issue(issue)
        if issue.status != IssueStatus.DRAFT:
            return 0
        last_moment = last_moment_of(issue)
        return hub_mails.not_approved(
            issue=issue, when=when, until=last_moment, to=_hub_managers(), at=at
        )


def is_still_a_draft(about: str) -> bool:
    """Whether a reminder still says what is so: "issue:12:2026-12-04T07:00:00+00:00"."""
    _, pk, slot_at = about.split(":", 2)
    drafts = Issue.objects.filter(pk=int(pk), status=IssueStatus.DRAFT)
    return drafts.filter(slot_at=datetime.fromisoformat(slot_at)).exists()


def _draft(rhythm: Rhythm, *, at: datetime) -> Iterator[Due]:
    """The next slot in term, from the days before on which its issue drafts itself."""
    slot = next_slot(after=at, rhythm=rhythm, calendar=hub_calendar())
    if slot is not None and rhythm.drafted_at(slot.at) <= at:
        yield Due(f"{DRAFT}:{slot.on}", DRAFT, (slot.at.isoformat(),))


def _reminders(waiting: list[Issue], rhythm: Rhythm, *, at: datetime) -> Iterator[Due]:
    """The afternoon before, for an issue begun by then; and at its time."""
    for issue in waiting:
        if issue.status != IssueStatus.DRAFT:
            continue
        reminded_at = rhythm.reminded_at(issue.slot_at)
        of_the_slot = f"{REMIND}:{issue.pk}:{issue.slot_at.isoformat()}"
        if reminded_at <= at < issue.slot_at and issue.drafted_at < reminded_at:
            yield Due(f"{of_the_slot}:{DAY_BEFORE}", REMIND, (issue.pk, DAY_BEFORE))
        if issue.slot_at <= at <= rhythm.last_moment(issue.slot_at):
            yield Due(f"{of_the_slot}:{AT_ITS_TIME}", REMIND, (issue.pk, AT_ITS_TIME))


def _hub_managers() -> list[Person]:
    managers = Person.objects.hub_managers().filter(email__isnull=False)
    return list(managers.order_by("pk"))
