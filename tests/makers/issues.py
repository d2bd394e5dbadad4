"""Issues of the newsletter as the services bring them about, and an issue in each of its states."""

from datetime import UTC, datetime, timedelta

from hub_portal.mail.choices import UNFINISHED, Status
from hub_portal.mail.models import Delivery
from newsletter.choices import IssueStatus
from newsletter.models import Issue
from newsletter.services.approving import approve_issue
from newsletter.services.clock import miss_issue
from newsletter.services.drafting import draft_issue
from newsletter.services.items import add_item
from newsletter.services.sending import (
    cancel_issue,
    finish_issue,
    pause_issue,
    send_issue_due,
)
from newsletter.services.settings import change_newsletter

FRIDAY = datetime(2026, 12, 4, 7, 0, tzinfo=UTC)
"""A Friday at seven in term, well after NOON; London keeps UTC then."""

AFTER_GRACE = FRIDAY + timedelta(hours=6, minutes=1)


def make_weekly(*, by, at, **settings):
    """The newsletter drafts itself each week in term."""
    return change_newsletter(by=by, at=at, is_weekly=True, **settings)


def make_draft(*, by, at, slot_at=FRIDAY):
    """A draft with a word in it."""
    issue = draft_issue(slot_at=slot_at, by=by, at=at)
    add_item(issue=issue, heading="Well done", text="<p>Forty pupils sang.</p>", by=by, at=at)
    return issue


def make_approved(*, by, at, slot_at=FRIDAY):
    return approve_issue(issue=make_draft(by=by, at=at, slot_at=slot_at), by=by, at=at)


def make_sending(*, by, at, slot_at=FRIDAY):
    """An issue on its way since its time."""
    issue = make_approved(by=by, at=at, slot_at=slot_at)
    assert send_issue_due(issue=issue, by=by, at=slot_at)
    return reread(issue)


def make_issue_in(status, *, by, at):
    """An issue in this state, brought there by the verbs that lead to it."""
    if status == IssueStatus.DRAFT:
        return make_draft(by=by, at=at)
    if status == IssueStatus.APPROVED:
        return make_approved(by=by, at=at)
    if status == IssueStatus.CANCELLED:
        issue = make_draft(by=by, at=at)
        return cancel_issue(issue=issue, reason="No news", by=by, at=at)
    if status == IssueStatus.MISSED:
        issue = make_draft(by=by, at=at)
        assert miss_issue(issue=issue, by=by, at=AFTER_GRACE)
        return reread(issue)
    issue = make_sending(by=by, at=at)
    if status == IssueStatus.PAUSED:
        return pause_issue(issue=issue, reason="A wrong date", by=by, at=FRIDAY)
    if status == IssueStatus.SENT:
        deliver_all(issue)
        assert finish_issue(issue=issue, by=by, at=FRIDAY)
        return reread(issue)
    return issue


def deliver_all(issue, *, at=FRIDAY):
    """As if the sender had sent every mail of the issue."""

    mails = Delivery.objects.filter(body__in=(issue.body, issue.public_body))
    mails.filter(status__in=UNFINISHED).update(
        status=Status.SENT, finished_at=at, holder="", lease_until=None
    )


def reread(issue):
    return Issue.objects.get(pk=issue.pk)
