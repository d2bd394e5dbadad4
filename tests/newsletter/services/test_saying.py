"""What an issue says, to members and to everybody, before its approval and after."""

import pytest

from newsletter.choices import Audience, ItemKind
from newsletter.services.saying import freeze_items, let_items_refill, parts_of, what_is_said
from newsletter.services.settings import change_newsletter
from tests.makers.cpd import make_cohort, make_programme
from tests.makers.newsletter import make_issue, make_item
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db


def headings(said):
    return [part.heading for part in said.parts]


def titles(issue):
    return [line.title for part in parts_of(issue, at=NOON) for line in part.lines]


def test_an_issue_says_its_items_in_order_and_ends_with_the_words_of_the_newsletter(cast):
    change_newsletter(
        by=cast.hub_manager, at=NOON, title="Hub news", sign_off="<p>See you there.</p>"
    )
    issue = make_issue(subject="Places in January", opening="<p>Good morning.</p>")
    make_item(issue, heading="Second", position=2)
    make_item(issue, heading="First", position=1)

    said = what_is_said(issue, at=NOON)

    assert (said.title, said.subject) == ("Hub news", "Places in January")
    assert headings(said) == ["First", "Second"]
    assert (said.opening.text, said.sign_off.text) == ("Good morning.", "See you there.")


def test_what_is_for_members_is_not_said_to_everybody(cast):
    issue = make_issue()
    make_item(issue, heading="For all")
    make_item(issue, heading="For members", audience=Audience.MEMBERS)

    assert headings(what_is_said(issue, at=NOON)) == ["For all", "For members"]
    assert headings(what_is_said(issue, at=NOON, public_only=True)) == ["For all"]


def test_an_empty_block_is_not_said_but_shown_to_whoever_edits(cast):
    issue = make_issue()
    make_item(issue, kind=ItemKind.FULL_COURSES, heading="Full")

    assert headings(what_is_said(issue, at=NOON)) == []
    assert [part.is_empty for part in parts_of(issue, at=NOON)] == [True]


def test_blocks_refill_until_they_are_frozen_and_again_once_that_is_taken_back(cast):
    issue = make_issue()
    make_item(issue, kind=ItemKind.COURSES_WITH_PLACES, heading="Courses")
    make_cohort(programme=make_programme(title="Before"))
    assert titles(issue) == ["Before"]

    freeze_items(issue, at=NOON)
    make_cohort(programme=make_programme(title="Since"))
    assert titles(issue) == ["Before"]

    let_items_refill(issue)
    assert titles(issue) == ["Before", "Since"]


def test_freezing_keeps_every_item_in_plain_words_for_the_search(cast):
    make_cohort(programme=make_programme(title="Coaching"))
    issue = make_issue()
    own = make_item(issue, text="<p>Forty <strong>pupils</strong> sang.</p>")
    block = make_item(issue, kind=ItemKind.COURSES_WITH_PLACES, heading="Courses")

    freeze_items(issue, at=NOON)

    own.refresh_from_db()
    block.refresh_from_db()
    assert own.words == "Well done, Berrymede\nForty pupils sang."
    assert block.words.startswith("Courses\nCoaching. Thursday 14 January 2027")
    assert (own.frozen, block.frozen[0]["title"]) == (None, "Coaching")


def test_words_are_cleaned_however_they_came_in(cast):
    issue = make_issue(opening="<script>alert(1)</script><p>Good morning</p>")

    assert what_is_said(issue, at=NOON).opening == "<p>Good morning</p>"
