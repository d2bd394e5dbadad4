"""An issue goes: frozen and put in the outbox in one transaction, once. Rules NL-1 and NL-2."""

from datetime import timedelta

import pytest

from hub_portal.mail.models import Body, Delivery
from hub_portal.trail.models import Act
from newsletter.choices import Audience, IssueStatus, ItemKind
from newsletter.errors import ReasonNeeded
from newsletter.models import Recipient
from newsletter.services import sending
from newsletter.services.approving import approve_issue
from newsletter.services.items import add_item
from newsletter.services.sending import (
    cancel_issue,
    finish_issue,
    pause_issue,
    resume_issue,
    send_issue_due,
    send_now,
    send_test,
)
from tests.makers.issues import (
    AFTER_GRACE,
    FRIDAY,
    deliver_all,
    make_approved,
    make_draft,
    make_issue_in,
    make_sending,
    reread,
)
from tests.makers.newsletter import make_subscription
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db


def outbox(issue):
    mails = Delivery.objects.filter(kind="newsletter.issue").order_by("pk")
    return [
        (mail.dedupe_key, mail.to, mail.status, mail.body_id == issue.body_id) for mail in mails
    ]


def test_send_issue_due_freezes_and_mails_everybody_once(cast):
    make_subscription(address="olive@elsewhere.example")
    issue = make_approved(by=cast.hub_manager, at=NOON)

    assert send_issue_due(issue=issue, by=cast.hub_manager, at=FRIDAY) is True
    assert send_issue_due(issue=issue, by=cast.hub_manager, at=FRIDAY) is False

    issue = reread(issue)
    assert (issue.status, issue.frozen_at) == (IssueStatus.SENDING, FRIDAY)
    start = f"issue:{issue.pk}"
    olive = issue.recipients.get(why="subscriber")
    assert sorted(outbox(issue)) == sorted(
        [
            (f"{start}:person:{cast.rep.pk}", "rita@our.example", "waiting", True),
            (f"{start}:person:{cast.stranger.pk}", "sam@their.example", "waiting", True),
            (olive.key, "olive@elsewhere.example", "waiting", False),
        ]
    )
    mail = Delivery.objects.get(to="rita@our.example")
    rita = issue.recipients.get(subscription__address="rita@our.example").subscription
    assert mail.about == f"subscription:{rita.pk}:1:issue:{issue.pk}"
    assert (mail.recipient, mail.subject, mail.is_bulk) == (cast.rep, issue.subject, True)
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    act = Act.objects.get(verb="issue.sending")
    assert act.after == {"status": "sending", "mails": 3, "left_out": 0}


def test_other_subscribers_are_not_sent_what_is_for_members(cast):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    add_item(
        issue=issue,
        heading="Members meet",
        text="<p>At noon.</p>",
        audience=Audience.MEMBERS,
        by=cast.hub_manager,
        at=NOON,
    )
    approve_issue(issue=issue, by=cast.hub_manager, at=NOON)

    send_issue_due(issue=issue, by=cast.hub_manager, at=FRIDAY)

    issue = reread(issue)
    assert "Members meet" in issue.body.html
    assert "MEMBERS MEET" in issue.body.text
    assert "Members meet" not in issue.public_body.html
    assert "MEMBERS MEET" not in issue.public_body.text
    assert "Well done" in issue.public_body.html


@pytest.mark.parametrize(
    "at",
    [FRIDAY - timedelta(seconds=1), AFTER_GRACE],
    ids=["before its time", "after its hours of grace"],
)
def test_send_issue_due_leaves_alone_what_is_not_due(cast, at):
    issue = make_approved(by=cast.hub_manager, at=NOON)
    acts = Act.objects.count()

    assert send_issue_due(issue=issue, by=cast.hub_manager, at=at) is False

    assert reread(issue).status == IssueStatus.APPROVED
    assert not Recipient.objects.exists()
    assert not Body.objects.exists()
    assert Act.objects.count() == acts


def test_a_failure_while_it_is_sent_leaves_nothing_behind(cast, monkeypatch):
    issue = make_approved(by=cast.hub_manager, at=NOON)
    acts = Act.objects.count()

    def breaks(**_words):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(sending, "put_in_outbox_for_many", breaks)
    with pytest.raises(RuntimeError):
        send_issue_due(issue=issue, by=cast.hub_manager, at=FRIDAY)

    assert reread(issue).status == IssueStatus.APPROVED
    assert (Recipient.objects.count(), Body.objects.count()) == (0, 0)
    assert Act.objects.count() == acts


def test_send_now_approves_a_draft_and_one_that_missed_its_time(cast):
    draft = make_draft(by=cast.hub_manager, at=NOON, slot_at=FRIDAY + timedelta(weeks=1))
    missed = make_issue_in(IssueStatus.MISSED, by=cast.hub_manager, at=NOON)

    for issue in (draft, missed):
        send_now(issue=issue, by=cast.hub_manager, at=NOON)
        issue = reread(issue)
        assert (issue.status, issue.approved_by) == (IssueStatus.SENDING, cast.hub_manager)
        assert issue.recipients.mailed().count() == 2
    verbs = Act.objects.filter(subject=f"issue:{missed.pk}").order_by("pk")
    assert list(verbs.values_list("verb", flat=True))[-4:] == [
        "issue.missed",
        "issue.taken_up",
        "issue.approved",
        "issue.sending",
    ]


def test_pausing_holds_mails_back_and_resuming_lets_them_go(cast):
    issue = make_sending(by=cast.hub_manager, at=NOON)

    pause_issue(issue=issue, reason="A wrong date", by=cast.hub_manager, at=FRIDAY)
    assert Body.objects.filter(held_back_at__isnull=False).count() == 2
    assert reread(issue).reason == "A wrong date"
    assert finish_issue(issue=issue, by=cast.hub_manager, at=FRIDAY) is False
    resume_issue(issue=issue, by=cast.hub_manager, at=FRIDAY)

    assert Body.objects.filter(held_back_at__isnull=False).count() == 0
    acts = Act.objects.filter(verb__in=("issue.paused", "issue.resumed")).order_by("pk")
    assert list(acts.values_list("verb", "reason")) == [
        ("issue.paused", "A wrong date"),
        ("issue.resumed", ""),
    ]


def test_cancelling_half_way_stops_what_waits_and_the_archive_keeps_it(cast):
    issue = make_sending(by=cast.hub_manager, at=NOON)
    Delivery.objects.filter(to="rita@our.example").update(status="sent", finished_at=FRIDAY)

    issue = cancel_issue(issue=issue, reason="A wrong date", by=cast.hub_manager, at=FRIDAY)

    assert dict(Delivery.objects.values_list("to", "status")) == {
        "rita@our.example": "sent",
        "sam@their.example": "stopped",
    }
    assert (issue.status, issue.ended_at, issue.reason) == ("cancelled", FRIDAY, "A wrong date")
    assert Act.objects.get(verb="issue.cancelled").after == {"status": "cancelled", "stopped": 1}


@pytest.mark.parametrize("verb", [pause_issue, cancel_issue])
def test_pausing_and_cancelling_are_refused_without_a_reason(cast, verb):
    issue = make_sending(by=cast.hub_manager, at=NOON)
    acts = Act.objects.count()

    with pytest.raises(ReasonNeeded):
        verb(issue=issue, reason="  ", by=cast.hub_manager, at=FRIDAY)

    assert reread(issue).status == IssueStatus.SENDING
    assert Act.objects.count() == acts


def test_an_issue_is_sent_when_none_of_its_mails_waits_any_more(cast):
    issue = make_sending(by=cast.hub_manager, at=NOON)

    assert finish_issue(issue=issue, by=cast.hub_manager, at=FRIDAY) is False
    deliver_all(issue)
    assert finish_issue(issue=issue, by=cast.hub_manager, at=FRIDAY) is True

    assert (reread(issue).status, reread(issue).ended_at) == (IssueStatus.SENT, FRIDAY)


def test_a_test_goes_to_the_hub_manager_alone_as_often_as_they_like(cast):
    issue = make_draft(by=cast.hub_manager, at=NOON)

    send_test(issue=issue, by=cast.hub_manager, at=NOON)
    send_test(issue=issue, by=cast.hub_manager, at=NOON + timedelta(seconds=1))

    mails = Delivery.objects.order_by("pk")
    assert [(mail.to, mail.kind, mail.subject) for mail in mails] == [
        (
            "manager@hub.example",
            "newsletter.test",
            "Test: The weekly newsletter, Friday 4 December 2026",
        )
    ] * 2
    assert set(mails[0].replacements) == {"unsubscribe", "preferences"}
    assert reread(issue).status == IssueStatus.DRAFT
    assert not Recipient.objects.exists()


def test_blocks_say_in_the_mail_what_they_said_when_it_was_approved(cast):
    issue = make_approved(by=cast.hub_manager, at=NOON)
    block = issue.items.get(kind=ItemKind.TICKETS)
    block.frozen = [{"title": "9 tickets end", "text": "Ask.", "url": "/ticket/"}]
    block.save()

    send_issue_due(issue=issue, by=cast.hub_manager, at=FRIDAY)

    assert "9 tickets end" in reread(issue).body.text
