"""An issue goes: frozen and put in the outbox in one transaction, paused, resumed, ended.

Rules NL-1 and NL-2. Whatever crashes, an issue is frozen once: its row is locked, read again, and
moves on only from *approved*; each delivery has a key of its own besides.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from hub_portal.mail.models import Body
from hub_portal.mail.services.many import (
    freeze_body,
    hold_back,
    let_go,
    progress_of,
    put_in_outbox_for_many,
    stop_all,
)
from hub_portal.shared.context import hub_identity
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from newsletter.choices import IssueStatus, Why
from newsletter.emails import hub_mails
from newsletter.emails.issue_mails import ISSUE, headers_of_issue, rendered_issue
from newsletter.errors import ReasonNeeded
from newsletter.models import Issue, Recipient
from newsletter.services.approving import approve_locked, make_a_draft_again
from newsletter.services.issues import (
    become,
    last_moment_of,
    lock_issue,
    refuse_unless_it_is,
    refuse_unless_it_may_become,
    subject_of,
)
from newsletter.services.recipients import write_recipients
from newsletter.services.saying import what_is_said
from schools.models import Person


@retried
def send_issue_due(*, issue: Issue, by: Person, at: datetime) -> bool:
    """Send an approved issue whose time has come; whether it went now.

    Called as often as one likes: what has gone, was taken back or cancelled since, or is past its
    hours of grace, is left as it is. Rule NL-1.
    """
    with transaction.atomic():
        issue = lock_issue(issue)
        is_due = issue.status == IssueStatus.APPROVED and issue.slot_at <= at
        if not is_due or at > last_moment_of(issue):
            return False
        _freeze_and_send(issue, by=by, at=at)
    return True


@retried
def send_now(*, issue: Issue, by: Person, at: datetime) -> Issue:
    """Send an issue at once, whatever its time; a draft, or one that missed it, is approved first.

    Pressed twice it goes once.

    Raises: IssueMayNotBecome, NothingInTheIssue.
    """
    with transaction.atomic():
        issue = lock_issue(issue)
        if issue.status == IssueStatus.SENDING:
            return issue
        if issue.status == IssueStatus.MISSED:
            make_a_draft_again(issue, verb="issue.taken_up", by=by, at=at)
        if issue.status == IssueStatus.DRAFT:
            approve_locked(issue, by=by, at=at)
        refuse_unless_it_is(issue, IssueStatus.APPROVED)
        _freeze_and_send(issue, by=by, at=at)
    return issue


@retried
def pause_issue(*, issue: Issue, reason: str, by: Person, at: datetime) -> Issue:
    """Let no more mails of an issue go until it is resumed.

    Raises: ReasonNeeded, IssueMayNotBecome.
    """
    _refuse_without(reason)
    with transaction.atomic():
        issue = lock_issue(issue)
        become(
            issue,
            IssueStatus.PAUSED,
            verb="issue.paused",
            by=by,
            at=at,
            said=reason,
            reason=reason,
        )
        for body in bodies_of(issue):
            hold_back(body=body, at=at)
    return issue


@retried
def resume_issue(*, issue: Issue, by: Person, at: datetime) -> Issue:
    """Let a paused issue go on.

    Raises: IssueMayNotBecome.
    """
    with transaction.atomic():
        issue = lock_issue(issue)
        refuse_unless_it_is(issue, IssueStatus.PAUSED)
        become(issue, IssueStatus.SENDING, verb="issue.resumed", by=by, at=at)
        for body in bodies_of(issue):
            let_go(body=body, at=at)
    return issue


@retried
def cancel_issue(*, issue: Issue, reason: str, by: Person, at: datetime) -> Issue:
    """Call an issue off for good; of one on its way, whatever has not gone yet.

    Raises: ReasonNeeded, IssueMayNotBecome.
    """
    _refuse_without(reason)
    with transaction.atomic():
        issue = lock_issue(issue)
        refuse_unless_it_may_become(issue, IssueStatus.CANCELLED)
        stopped = sum(stop_all(body=body, at=at) for body in bodies_of(issue))
        become(
            issue,
            IssueStatus.CANCELLED,
            verb="issue.cancelled",
            by=by,
            at=at,
            said=reason,
            after={"stopped": stopped},
            reason=reason,
            ended_at=at,
        )
    return issue


@retried
def finish_issue(*, issue: Issue, by: Person, at: datetime) -> bool:
    """Call an issue sent once none of its mails waits any more; whether it is sent now."""
    with transaction.atomic():
        issue = lock_issue(issue)
        if issue.status != IssueStatus.SENDING:
            return False
        if any(progress_of(body=body).unfinished for body in bodies_of(issue)):
            return False
        become(issue, IssueStatus.SENT, verb="issue.sent", by=by, at=at, ended_at=at)
    return True


def send_test(*, issue: Issue, by: Person, at: datetime) -> bool:
    """Send an issue as it stands to the hub manager alone, as often as they like.

    False for somebody without an address.
    """
    if not by.email:
        return False
    mail = rendered_issue(what_is_said(issue, at=at), for_members=True)
    with transaction.atomic():
        hub_mails.test_issue(issue=issue, mail=mail, to=by, at=at)
        record_act(verb="issue.tested", subject=subject_of(issue), by=by, at=at)
    return True


def bodies_of(issue: Issue) -> list[Body]:
    """The two frozen mails of an issue, its members' and everybody's; none before it went."""
    return [body for body in (issue.body, issue.public_body) if body is not None]


def _freeze_and_send(issue: Issue, *, by: Person, at: datetime) -> None:
    """Recipients, bodies and deliveries of a locked, approved issue. Rule NL-2."""
    write_recipients(issue, on=london_date(at))
    mails = {
        "body": rendered_issue(what_is_said(issue, at=at), for_members=True),
        "public_body": rendered_issue(
            what_is_said(issue, at=at, public_only=True), for_members=False
        ),
    }
    bodies = {name: freeze_body(html=mail.html, text=mail.text) for name, mail in mails.items()}
    mailed = issue.recipients.mailed()
    become(
        issue,
        IssueStatus.SENDING,
        verb="issue.sending",
        by=by,
        at=at,
        after={"mails": mailed.count(), "left_out": issue.recipients.left_out().count()},
        frozen_at=at,
        body=bodies["body"],
        public_body=bodies["public_body"],
    )
    of_members = mailed.exclude(why=Why.SUBSCRIBER)
    others = mailed.filter(why=Why.SUBSCRIBER)
    for body, whom in ((bodies["body"], of_members), (bodies["public_body"], others)):
        put_in_outbox_for_many(
            body=body,
            kind=ISSUE,
            subject=issue.subject,
            headers=headers_of_issue(),
            reply_to=hub_identity().email,
            to_whom=_as_deliveries(whom),
            at=at,
        )


def _as_deliveries(whom: "QuerySet[Recipient]") -> QuerySet[Any, Any]:
    """The recipients as the columns of the outbox; `about` is that of `about_issue`."""
    about = (
        Value("subscription:"),
        Cast("subscription_id", CharField()),
        Value(":"),
        Cast("subscription__link_version", CharField()),
        Value(":issue:"),
        Cast("issue_id", CharField()),
    )
    return whom.values(
        dedupe_key=F("key"),
        to=F("subscription__address"),
        recipient_id=F("subscription__person_id"),
        about=Concat(*about, output_field=CharField()),
    )


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded
