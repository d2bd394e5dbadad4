"""Two workers at the slot, and a hub manager who changes her mind: an issue goes once or never.

The negative controls take the issue's lock away: then it must break.
"""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection

from hub_portal.mail.models import Body, Delivery
from hub_portal.trail.models import Act
from newsletter.choices import IssueStatus
from newsletter.errors import IssueMayNotBecome, SlotTaken
from newsletter.models import Issue, Recipient
from newsletter.services import approving, sending
from newsletter.services.approving import approve_issue, take_approval_back
from newsletter.services.drafting import draft_for_slot, draft_issue
from newsletter.services.sending import cancel_issue, send_issue_due, send_now
from tests.makers.issues import FRIDAY, make_approved, make_draft, reread
from tests.makers.schools import NOON, make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def without_the_lock(monkeypatch):
    """The control: every verb reads the issue and takes its time before it writes."""

    def look_and_pause(issue):
        found = Issue.objects.get(pk=issue.pk)
        time.sleep(0.2)
        return found

    for service in (approving, sending):
        monkeypatch.setattr(service, "lock_issue", look_and_pause)
        if connection.vendor == "sqlite":
            # there the write lock does the work, so the control does without a transaction
            monkeypatch.setattr(service, "transaction", SimpleNamespace(atomic=nullcontext))


def acts_of(issue, *verbs):
    acts = Act.objects.filter(subject=f"issue:{issue.pk}", verb__in=verbs)
    return list(acts.order_by("pk").values_list("verb", flat=True))


def test_six_workers_at_the_slot_send_an_issue_once(cast):
    issue = make_approved(by=cast.hub_manager, at=NOON)

    went = all_at_once(
        [partial(send_issue_due, issue=issue, by=cast.hub_manager, at=FRIDAY)] * AT_ONCE
    )

    assert sorted(went) == [False] * (AT_ONCE - 1) + [True]
    assert Delivery.objects.filter(kind="newsletter.issue").count() == 2
    assert (Recipient.objects.count(), Body.objects.count()) == (2, 2)
    assert acts_of(issue, "issue.sending") == ["issue.sending"]


def test_without_the_lock_workers_at_the_slot_get_in_each_others_way(cast, without_the_lock):
    issue = make_approved(by=cast.hub_manager, at=NOON)

    went = all_at_once(
        [partial(send_issue_due, issue=issue, by=cast.hub_manager, at=FRIDAY)] * AT_ONCE
    )

    assert of_kind(went, Exception) or went.count(True) > 1


def test_the_slot_and_a_hub_manager_who_sends_now_are_one_sending(cast):
    issue = make_approved(by=cast.hub_manager, at=NOON)
    who = {"issue": issue, "by": cast.hub_manager, "at": FRIDAY}

    results = all_at_once([partial(send_issue_due, **who), partial(send_now, **who)] * 3)

    assert of_kind(results, Exception) == []
    assert reread(issue).status == IssueStatus.SENDING
    assert acts_of(issue, "issue.sending") == ["issue.sending"]
    assert Delivery.objects.filter(kind="newsletter.issue").count() == 2


@pytest.mark.parametrize("round_number", range(3))
def test_approved_and_cancelled_at_once_it_is_cancelled_in_the_end(cast, round_number):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    who = {"issue": issue, "by": cast.hub_manager, "at": NOON}

    results = all_at_once(
        [partial(approve_issue, **who), partial(cancel_issue, reason="A wrong date", **who)]
    )

    refused = of_kind(results, Exception)
    assert [type(error) for error in refused] in ([], [IssueMayNotBecome])
    assert reread(issue).status == IssueStatus.CANCELLED
    expected = ["issue.cancelled"] if refused else ["issue.approved", "issue.cancelled"]
    assert acts_of(issue, "issue.approved", "issue.cancelled") == expected


def test_without_the_lock_a_cancelled_issue_may_be_approved(cast, without_the_lock):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    who = {"issue": issue, "by": cast.hub_manager, "at": NOON}
    broken = 0

    for _ in range(3):
        Issue.objects.filter(pk=issue.pk).update(
            status="draft", ended_at=None, approved_at=None, approved_by=None
        )
        results = all_at_once(
            [partial(cancel_issue, reason="A wrong date", **who), partial(approve_issue, **who)]
        )
        both_went = not of_kind(results, IssueMayNotBecome)
        broken += both_went

    assert broken


@pytest.mark.parametrize("round_number", range(3))
def test_taken_back_at_its_time_it_goes_or_it_does_not(cast, round_number):
    issue = make_approved(by=cast.hub_manager, at=NOON)
    who = {"issue": issue, "by": cast.hub_manager, "at": FRIDAY}

    sent, taken_back = all_at_once(
        [partial(send_issue_due, **who), partial(take_approval_back, **who)]
    )

    went = sent is True
    assert went == isinstance(taken_back, IssueMayNotBecome)
    assert reread(issue).status == (IssueStatus.SENDING if went else IssueStatus.DRAFT)
    assert Delivery.objects.filter(kind="newsletter.issue").count() == (2 if went else 0)
    assert Recipient.objects.count() == (2 if went else 0)


def test_two_clocks_and_a_hub_manager_begin_the_issue_of_a_slot_once(cast):
    who = {"slot_at": FRIDAY, "by": cast.hub_manager, "at": NOON}

    results = all_at_once([partial(draft_for_slot, **who)] * 4 + [partial(draft_issue, **who)] * 2)

    assert [type(error) for error in of_kind(results, Exception)] in (
        [SlotTaken],
        [SlotTaken, SlotTaken],
    )
    assert len(of_kind(results, Issue)) == 1
    assert list(Issue.objects.values_list("number", "slot_at")) == [(1, FRIDAY)]
