"""The states of an issue × its verbs: every cell, as a table. Rule NL-1."""

from datetime import timedelta

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from newsletter.choices import IssueStatus
from newsletter.errors import IssueMayNotBecome
from newsletter.models import Issue, Recipient
from newsletter.services.approving import approve_issue, change_slot, take_approval_back
from newsletter.services.clock import miss_issue
from newsletter.services.sending import (
    cancel_issue,
    finish_issue,
    pause_issue,
    resume_issue,
    send_issue_due,
    send_now,
    send_test,
)
from tests.makers.issues import AFTER_GRACE, FRIDAY, deliver_all, make_issue_in, reread
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db

DRAFT, APPROVED, SENDING, PAUSED, SENT, CANCELLED, MISSED = IssueStatus
REFUSED = IssueMayNotBecome
LEFT = "left as it is"
"""A verb of the clock, or one that is done already: no error, and nothing is written."""

VERBS = {
    "approve": lambda issue, **who: approve_issue(issue=issue, at=NOON, **who),
    "take back": lambda issue, **who: take_approval_back(issue=issue, at=NOON, **who),
    "change its time": lambda issue, **who: change_slot(
        issue=issue, slot_at=FRIDAY + timedelta(days=3), at=NOON, **who
    ),
    "send at its time": lambda issue, **who: send_issue_due(issue=issue, at=FRIDAY, **who),
    "send now": lambda issue, **who: send_now(issue=issue, at=NOON, **who),
    "pause": lambda issue, **who: pause_issue(issue=issue, reason="Wait", at=FRIDAY, **who),
    "resume": lambda issue, **who: resume_issue(issue=issue, at=FRIDAY, **who),
    "cancel": lambda issue, **who: cancel_issue(issue=issue, reason="No", at=FRIDAY, **who),
    "finish": lambda issue, **who: finish_issue(issue=issue, at=FRIDAY, **who),
    "miss": lambda issue, **who: miss_issue(issue=issue, at=AFTER_GRACE, **who),
    "test": lambda issue, **who: send_test(issue=issue, at=NOON, **who),
}

# verb: draft, approved, sending, paused, sent, cancelled, missed
TABLE = {
    "approve": (APPROVED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED),
    "take back": (REFUSED, DRAFT, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED),
    "change its time": (DRAFT, APPROVED, REFUSED, REFUSED, REFUSED, REFUSED, DRAFT),
    "send at its time": (LEFT, SENDING, LEFT, LEFT, LEFT, LEFT, LEFT),
    "send now": (SENDING, SENDING, LEFT, REFUSED, REFUSED, REFUSED, SENDING),
    "pause": (REFUSED, REFUSED, PAUSED, REFUSED, REFUSED, REFUSED, REFUSED),
    "resume": (REFUSED, REFUSED, REFUSED, SENDING, REFUSED, REFUSED, REFUSED),
    "cancel": (CANCELLED, CANCELLED, CANCELLED, CANCELLED, REFUSED, REFUSED, REFUSED),
    "finish": (LEFT, LEFT, SENT, LEFT, LEFT, LEFT, LEFT),
    "miss": (MISSED, MISSED, LEFT, LEFT, LEFT, LEFT, LEFT),
    "test": (DRAFT, APPROVED, SENDING, PAUSED, SENT, CANCELLED, MISSED),
}
CELLS = [
    pytest.param(verb, status, outcome, id=f"{verb}-{status}")
    for verb, row in TABLE.items()
    for status, outcome in zip(IssueStatus, row, strict=True)
]


def everything():
    return (
        list(Issue.objects.order_by("pk").values()),
        Recipient.objects.count(),
        list(Delivery.objects.order_by("pk").values_list("dedupe_key", "status")),
        Act.objects.count(),
    )


def test_the_table_has_every_verb_and_every_state():
    assert set(TABLE) == set(VERBS)
    assert {len(row) for row in TABLE.values()} == {len(IssueStatus)}


@pytest.mark.parametrize(("verb", "status", "outcome"), CELLS)
def test_every_verb_in_every_state(cast, verb, status, outcome):
    issue = make_issue_in(status, by=cast.hub_manager, at=NOON)
    if verb == "finish":
        deliver_all(issue) if issue.body else None
    before = everything()

    if outcome is REFUSED:
        with pytest.raises(IssueMayNotBecome):
            VERBS[verb](issue, by=cast.hub_manager)
    else:
        VERBS[verb](issue, by=cast.hub_manager)

    if outcome in (REFUSED, LEFT):
        assert everything() == before
    else:
        assert reread(issue).status == outcome
        assert Act.objects.count() > before[-1]
