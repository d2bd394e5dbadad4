"""How an issue begins: by hand, or by the clock once for its day. Rule NL-1."""

from datetime import timedelta

import pytest

from hub_portal.trail.models import Act
from newsletter.choices import IssueStatus
from newsletter.errors import SlotIsPast, SlotTaken
from newsletter.models import Issue, Item
from newsletter.services.drafting import draft_for_slot, draft_issue, suggested_slot
from newsletter.services.sending import cancel_issue
from tests.makers.issues import FRIDAY, make_draft
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db


def test_a_draft_has_the_blocks_in_their_usual_order_and_the_next_number(cast):
    first = draft_issue(slot_at=FRIDAY, by=cast.hub_manager, at=NOON)
    second = draft_issue(slot_at=FRIDAY + timedelta(weeks=1), by=cast.hub_manager, at=NOON)

    assert (first.number, second.number) == (1, 2)
    assert (first.status, first.slot_at) == (IssueStatus.DRAFT, FRIDAY)
    assert first.subject == "The weekly newsletter, Friday 4 December 2026"
    assert list(first.items.in_order().values_list("position", "kind", "audience")) == [
        (1, "courses", "public"),
        (2, "closing", "public"),
        (3, "full", "public"),
        (4, "tickets", "public"),
    ]
    act = Act.objects.filter(verb="issue.drafted").order_by("pk").first()
    assert (act.subject, act.by, act.after) == (
        f"issue:{first.pk}",
        cast.hub_manager,
        {"number": 1, "slot_at": "2026-12-04T07:00:00+00:00"},
    )


@pytest.mark.parametrize(
    ("slot_at", "refusal"), [(NOON, SlotIsPast), (FRIDAY, SlotTaken)], ids=["past", "taken"]
)
def test_draft_issue_is_refused_for_a_time_that_cannot_be(cast, slot_at, refusal):
    make_draft(by=cast.hub_manager, at=NOON)
    items, acts = Item.objects.count(), Act.objects.count()

    with pytest.raises(refusal):
        draft_issue(slot_at=slot_at, by=cast.hub_manager, at=NOON)

    assert (Issue.objects.count(), Item.objects.count(), Act.objects.count()) == (1, items, acts)


def test_a_cancelled_issue_leaves_its_time_to_another(cast):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    cancel_issue(issue=issue, reason="Written anew", by=cast.hub_manager, at=NOON)

    again = draft_issue(slot_at=FRIDAY, by=cast.hub_manager, at=NOON)

    assert (again.number, again.slot_at) == (2, FRIDAY)


def test_the_clock_drafts_the_issue_of_a_slot_once(cast):
    drafted = draft_for_slot(slot_at=FRIDAY, by=cast.hub_manager, at=NOON)
    again = draft_for_slot(slot_at=FRIDAY, by=cast.hub_manager, at=NOON)

    assert drafted.number == 1
    assert again is None
    assert Issue.objects.count() == 1


def test_the_clock_drafts_no_second_issue_after_the_first_was_moved_to_another_day(cast):
    drafted = draft_for_slot(slot_at=FRIDAY, by=cast.hub_manager, at=NOON)
    Issue.objects.filter(pk=drafted.pk).update(slot_at=FRIDAY + timedelta(days=3))

    assert draft_for_slot(slot_at=FRIDAY, by=cast.hub_manager, at=NOON) is None
    assert Issue.objects.count() == 1


def test_the_clock_drafts_nothing_on_a_day_whose_issue_was_begun_by_hand_or_cancelled(cast):
    issue = make_draft(by=cast.hub_manager, at=NOON, slot_at=FRIDAY + timedelta(hours=2))

    assert draft_for_slot(slot_at=FRIDAY, by=cast.hub_manager, at=NOON) is None
    cancel_issue(issue=issue, reason="No news", by=cast.hub_manager, at=NOON)
    assert draft_for_slot(slot_at=FRIDAY, by=cast.hub_manager, at=NOON) is None
    assert Issue.objects.count() == 1


def test_suggested_slot_is_the_next_in_term_that_no_issue_has(cast):
    assert suggested_slot(at=NOON) == FRIDAY - timedelta(weeks=1)

    make_draft(by=cast.hub_manager, at=NOON, slot_at=FRIDAY - timedelta(weeks=1))

    assert suggested_slot(at=NOON) == FRIDAY
