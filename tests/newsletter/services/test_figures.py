"""What the desk says of the newsletter. Rule NL-1."""

from datetime import UTC, datetime, timedelta

import pytest

from hub_portal.desk.services import desk_at
from hub_portal.desk.to_do import what_needs_doing
from newsletter.choices import IssueStatus
from newsletter.services.figures import issues_to_look_at, rhythm_in_words
from newsletter.services.news import send_news
from schools.models import Term
from tests.makers.issues import AFTER_GRACE, FRIDAY, make_approved, make_issue_in, make_weekly
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "at", "says"),
    [
        ("draft", NOON, ["waits to be approved: it goes on Friday 4 December 2026, 7am"]),
        (
            "draft",
            FRIDAY + timedelta(hours=1),
            ["was to go at 7am and is not approved: until 1pm it goes at once when you approve it"],
        ),
        ("approved", NOON, []),
        ("sending", FRIDAY, []),
        ("paused", FRIDAY, ["of the newsletter is paused: A wrong date"]),
        (
            "missed",
            AFTER_GRACE,
            ["missed its time, Friday 4 December 2026, 7am: send it now, or give it another time"],
        ),
        ("missed", AFTER_GRACE + timedelta(days=8), []),
        ("cancelled", NOON, []),
        ("sent", FRIDAY, []),
    ],
)
def test_the_desk_says_what_waits(cast, status, at, says):
    make_issue_in(IssueStatus(status), by=cast.hub_manager, at=NOON)

    assert issues_to_look_at(at=at) == [f"Issue 1 {words}" for words in says]


def test_the_desk_lists_issues_and_news_with_the_room_where_it_is_done(cast):
    make_issue_in(IssueStatus.DRAFT, by=cast.hub_manager, at=NOON)
    send_news(school=cast.our_school, heading="Sports", text="We won.", by=cast.rep, at=NOON)

    said = {todo.sentence: todo.room for todo in what_needs_doing(at=NOON)}

    issue = "Issue 1 waits to be approved: it goes on Friday 4 December 2026, 7am"
    assert said[issue] == "admin:newsletter_issue_changelist"
    assert said["1 piece of news from schools to look at"] == "admin:newsletter_news_changelist"


def test_rhythm_begun_by_hand(cast):
    assert rhythm_in_words(at=NOON) == "No issue waits; one is begun by hand."

    make_approved(by=cast.hub_manager, at=NOON)

    assert rhythm_in_words(at=NOON) == "Issue 1 goes on Friday 4 December 2026, 7am."


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (
            NOON,
            (
                "The next issue drafts itself on Wednesday 25 November 2026, and goes on Friday 27 "
                "November 2026, 7am."
            ),
        ),
        (
            datetime(2026, 10, 25, 12, tzinfo=UTC),
            (
                "None on Friday 30 October 2026: half term. The next issue drafts itself on "
                "Wednesday 4 November 2026, and goes on Friday 6 November 2026, 7am."
            ),
        ),
        (
            datetime(2026, 12, 19, 12, tzinfo=UTC),
            (
                "None on Friday 25 December 2026 and Friday 1 January 2027: holidays. The next "
                "issue drafts itself on Wednesday 6 January 2027, and goes on Friday 8 January "
                "2027, 7am."
            ),
        ),
    ],
    ids=["in term", "half term", "Christmas"],
)
def test_the_desk_says_which_weeks_have_no_issue_and_why(cast, at, says):
    make_weekly(by=cast.hub_manager, at=NOON)

    assert rhythm_in_words(at=at) == says
    assert desk_at(at=at).newsletter == says


def test_a_week_without_one_is_said_beside_an_issue_begun_by_hand(cast):
    make_weekly(by=cast.hub_manager, at=NOON)
    christmas = datetime(2026, 12, 29, 9, 0, tzinfo=UTC)
    make_approved(by=cast.hub_manager, at=NOON, slot_at=christmas)

    assert rhythm_in_words(at=datetime(2026, 12, 19, 12, tzinfo=UTC)) == (
        "None on Friday 25 December 2026: holidays. Issue 1 goes on Tuesday 29 December 2026, 9am."
    )


def test_without_terms_the_desk_says_why_nothing_drafts_itself(cast):
    make_weekly(by=cast.hub_manager, at=NOON)
    Term.objects.all().delete()

    assert rhythm_in_words(at=NOON) == (
        "No issue drafts itself: no term is on record for the weeks to come."
    )
