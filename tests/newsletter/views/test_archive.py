"""Rule NL-4: the archive and the feed show what was sent to everybody, and nothing else."""

import pytest
from defusedxml import ElementTree

from newsletter.choices import Audience, IssueStatus
from tests.makers.newsletter import make_issue, make_item, make_sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast):
    issue = make_issue(subject="Places in January", opening="<p>Good morning.</p>")
    make_item(issue, heading="Choir", text="<p>Forty pupils sang.</p>")
    make_item(issue, heading="Budget", text="<p>Secret sums.</p>", audience=Audience.MEMBERS)
    return make_sent(issue)


def text(response):
    return response.content.decode()


def test_an_issue_is_shown_as_it_was_sent_without_what_was_for_members(client, sent):
    page = text(client.get(f"/newsletter/{sent.number}/"))

    assert "Places in January" in page
    assert "Forty pupils sang." in page
    assert "Secret sums." not in page
    assert "Budget" not in page


def test_an_issue_page_holds_nobodys_own_links(client, sent):
    page = text(client.get(f"/newsletter/{sent.number}/"))

    assert "unsubscribe" not in page
    assert "%%" not in page


@pytest.mark.parametrize("status", [IssueStatus.DRAFT, IssueStatus.APPROVED, IssueStatus.MISSED])
def test_an_issue_that_never_went_does_not_exist(client, cast, status):
    issue = make_issue(subject="Not yet")
    if status == IssueStatus.MISSED:
        issue.ended_at = issue.slot_at
    issue.status = status
    issue.save()

    assert client.get(f"/newsletter/{issue.number}/").status_code == 404
    assert "Not yet" not in text(client.get("/newsletter/"))
    assert "Not yet" not in text(client.get("/newsletter/rss.xml"))


def test_the_archive_lists_issues_newest_first(client, cast):
    for subject in ("Older", "Newer"):
        make_sent(make_issue(subject=subject))

    page = text(client.get("/newsletter/"))

    assert page.index("Newer") < page.index("Older")


def test_an_empty_archive_says_so(client, cast):
    assert "No issue has been sent yet" in text(client.get("/newsletter/"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("january", True),
        ("morning", True),
        ("forty SANG", True),
        ("forty cats", False),
        ("sums", False),
        ("budget", False),
        ("<p>", False),
    ],
)
def test_a_search_finds_every_word_in_what_everybody_may_read(client, sent, words, found):
    page = text(client.get("/newsletter/", {"q": words}))

    assert ("1 issue found" in page) is found
    assert ("No issue says that" in page) is not found


def test_a_search_for_too_much_is_answered_with_a_sentence(client, sent):
    response = client.get("/newsletter/", {"q": "x" * 500})

    assert response.status_code == 422
    assert "at most 100 characters" in text(response)


def test_the_feed_can_be_read_and_leaves_out_what_was_for_members(client, sent):
    response = client.get("/newsletter/rss.xml")
    [item] = ElementTree.fromstring(response.content).iter("item")

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert item.findtext("title") == "Places in January"
    assert item.findtext("link").endswith(f"/newsletter/{sent.number}/")
    assert "Forty pupils sang." in item.findtext("description")
    assert "Secret sums." not in text(response)


def test_the_archive_asks_as_many_questions_for_many_issues_as_for_one(
    client, sent, django_assert_num_queries
):
    make_sent(make_issue())
    client.get("/newsletter/")
    with django_assert_num_queries(4):
        client.get("/newsletter/")
    for _ in range(3):
        make_sent(make_issue())

    with django_assert_num_queries(4):
        client.get("/newsletter/")
