"""What stands in a draft: own items, blocks, their order; and nothing else is edited."""

import pytest

from hub_portal.trail.models import Act
from newsletter.choices import Audience, IssueStatus, ItemKind
from newsletter.errors import BlockIsInTheIssue, IssueIsNotADraft
from newsletter.models import Item
from newsletter.services.items import (
    add_block,
    add_item,
    blocks_not_in,
    change_item,
    change_words,
    copy_last_issue,
    move_item,
    remove_item,
)
from tests.makers.issues import FRIDAY, make_draft, make_issue_in, reread
from tests.makers.newsletter import make_issue, make_item, make_sent
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(cast):
    return make_draft(by=cast.hub_manager, at=NOON)


def order_of(issue):
    return list(issue.items.in_order().values_list("position", "heading"))


def test_an_own_item_stands_before_the_blocks_and_after_those_written_before(cast, issue):
    add_item(
        issue=issue,
        heading="A new SLE",
        text="<p>Ann <script>x</script>joins.</p>",
        audience=Audience.MEMBERS,
        by=cast.hub_manager,
        at=NOON,
    )

    assert order_of(issue) == [
        (1, "Well done"),
        (2, "A new SLE"),
        (3, "Courses with places"),
        (4, "Booking closes soon"),
        (5, "Full, but places come free"),
        (6, "Fabulinus Tickets"),
    ]
    item = issue.items.get(position=2)
    assert (item.text, item.audience, item.kind) == ("<p>Ann joins.</p>", "members", "own")
    act = Act.objects.latest("pk")
    assert (act.verb, act.subject) == ("item.added", f"issue:{issue.pk}")
    assert act.after == {"item": item.pk, "kind": "own", "position": 2}


def test_items_move_up_and_down_and_stop_at_the_ends(cast, issue):
    first, second = issue.items.in_order()[:2]

    move_item(item=first, up=False, by=cast.hub_manager, at=NOON)
    assert order_of(issue)[:2] == [(1, "Courses with places"), (2, "Well done")]
    acts = Act.objects.count()
    move_item(item=second, up=True, by=cast.hub_manager, at=NOON)
    assert order_of(issue)[:2] == [(1, "Courses with places"), (2, "Well done")]
    assert Act.objects.count() == acts
    move_item(item=first, up=True, by=cast.hub_manager, at=NOON)
    assert order_of(issue)[:2] == [(1, "Well done"), (2, "Courses with places")]


def test_removing_an_item_numbers_the_others_anew(cast, issue):
    remove_item(item=issue.items.get(position=2), by=cast.hub_manager, at=NOON)

    assert [position for position, _ in order_of(issue)] == [1, 2, 3, 4]
    assert blocks_not_in(issue) == [ItemKind.COURSES_WITH_PLACES]
    assert Act.objects.latest("pk").verb == "item.removed"


def test_a_block_stands_in_an_issue_once(cast, issue):
    remove_item(item=issue.items.get(kind="tickets"), by=cast.hub_manager, at=NOON)

    add_block(issue=issue, kind=ItemKind.TICKETS, by=cast.hub_manager, at=NOON)
    with pytest.raises(BlockIsInTheIssue):
        add_block(issue=issue, kind=ItemKind.TICKETS, by=cast.hub_manager, at=NOON)

    assert order_of(issue)[-1] == (5, "Fabulinus Tickets")
    assert issue.items.filter(kind="tickets").count() == 1


def test_of_a_block_heading_and_readers_are_changed_and_nothing_else(cast, issue):
    block = issue.items.get(kind="full")

    change_item(
        item=block,
        heading="Waiting lists",
        audience=Audience.MEMBERS,
        text="<p>Mine</p>",
        by=cast.hub_manager,
        at=NOON,
    )

    block = Item.objects.get(pk=block.pk)
    assert (block.heading, block.audience, block.text) == ("Waiting lists", "members", "")


def test_words_are_kept_as_the_cleaner_leaves_them(cast, issue):
    change_words(
        issue=issue,
        subject="Places in January",
        opening="Dear all,\n\nmore below.",
        by=cast.hub_manager,
        at=NOON,
    )

    issue = reread(issue)
    assert issue.subject == "Places in January"
    assert issue.opening == "<p>Dear all,</p><p>more below.</p>"


def test_last_weeks_own_items_are_copied_once_and_its_blocks_are_not(cast):
    last = make_issue(number=1, slot_at=FRIDAY)
    make_item(last, heading="Sports day", audience=Audience.MEMBERS)
    make_item(last, kind=ItemKind.TICKETS)
    make_sent(last)
    issue = make_draft(by=cast.hub_manager, at=NOON, slot_at=FRIDAY.replace(day=11))

    assert copy_last_issue(issue=issue, by=cast.hub_manager, at=NOON) == 1
    assert copy_last_issue(issue=issue, by=cast.hub_manager, at=NOON) == 0

    copied = issue.items.get(heading="Sports day")
    assert (copied.position, copied.audience, copied.text) == (
        2,
        "members",
        "<p>Forty pupils sang.</p>",
    )
    assert issue.items.count() == 6


def test_there_is_nothing_to_copy_before_an_issue_was_sent(cast, issue):
    acts = Act.objects.count()

    assert copy_last_issue(issue=issue, by=cast.hub_manager, at=NOON) == 0
    assert Act.objects.count() == acts


EDITS = {
    "words": lambda issue, **who: change_words(issue=issue, subject="S", opening="", **who),
    "add": lambda issue, **who: add_item(issue=issue, heading="H", text="T", **who),
    "change": lambda issue, **who: change_item(item=issue.items.first(), heading="H", **who),
    "remove": lambda issue, **who: remove_item(item=issue.items.first(), **who),
    "move": lambda issue, **who: move_item(item=issue.items.in_order()[0], up=False, **who),
    "block": lambda issue, **who: add_block(issue=issue, kind=ItemKind.TICKETS, **who),
    "copy": lambda issue, **who: copy_last_issue(issue=issue, **who),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("status", [s for s in IssueStatus if s != IssueStatus.DRAFT])
def test_only_a_draft_is_edited(cast, status, edit):
    issue = make_issue_in(status, by=cast.hub_manager, at=NOON)
    before = (list(issue.items.in_order().values()), Act.objects.count(), issue.subject)

    with pytest.raises(IssueIsNotADraft):
        EDITS[edit](issue, by=cast.hub_manager, at=NOON)

    assert (list(issue.items.in_order().values()), Act.objects.count(), reread(issue).subject) == (
        before
    )
