"""An issue in the hub manager's room: its course, the mail, the report, and who may. Rule NL-1."""

from datetime import UTC, datetime, timedelta

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from newsletter.choices import IssueStatus
from newsletter.models import Issue
from tests.makers.issues import (
    FRIDAY,
    deliver_all,
    make_draft,
    make_issue_in,
    make_sending,
    reread,
)
from tests.makers.newsletter import make_item
from tests.makers.schools import NOON, make_finance_officer, sign_in

SURE = {"is_sure": "on"}
WHY = {"is_sure": "on", "reason": "A wrong date"}
ACTS = {
    "approve",
    "take-back",
    "time",
    "send-now",
    "pause",
    "resume",
    "cancel",
    "preview",
    "test",
    "report",
}


@pytest.fixture
def issue(cast):
    return make_draft(by=cast.hub_manager, at=NOON)


def page_of(issue, rest="change/"):
    return f"/admin/newsletter/issue/{issue.pk}/{rest}"


def words_on(answer):
    return " ".join(answer.content.decode().split())


# ---- The list and the page ----------------------------------------------------------------------


def test_the_list_says_what_comes_next(as_manager, issue):
    said = words_on(as_manager.get("/admin/newsletter/issue/"))

    assert "Issue 1 goes on Friday 4 December 2026, 7am." in said
    assert "Begin an issue" in said


@pytest.mark.parametrize(
    ("status", "says", "offers"),
    [
        (
            "draft",
            "A draft. It goes on Friday 4 December 2026, 7am if you approve it by then.",
            {"approve", "time", "send-now", "cancel", "preview", "test"},
        ),
        (
            "approved",
            "Approved. It goes on Friday 4 December 2026, 7am.",
            {"take-back", "time", "send-now", "cancel", "preview", "test"},
        ),
        ("sending", "It is being sent.", {"pause", "cancel", "preview", "test", "report"}),
        ("paused", "Paused: A wrong date", {"resume", "cancel", "preview", "test", "report"}),
        (
            "sent",
            "Sent to 2 schools on Friday 4 December 2026, 7am.",
            {"preview", "test", "report"},
        ),
        ("cancelled", "Cancelled: No news", {"preview", "test"}),
        (
            "missed",
            "It missed its time, Friday 4 December 2026, 7am. Nothing was sent.",
            {"time", "send-now", "preview", "test"},
        ),
    ],
)
def test_the_page_says_where_it_stands_and_offers_what_may_be_done(
    as_manager, cast, status, says, offers
):
    issue = make_issue_in(IssueStatus(status), by=cast.hub_manager, at=NOON)

    said = words_on(as_manager.get(page_of(issue)))

    assert says in said
    assert {act for act in ACTS if f'href="{page_of(issue, act)}/"' in said} == offers


def test_the_page_asks_as_much_for_many_items_as_for_few(
    as_manager, issue, django_assert_max_num_queries
):
    for _ in range(12):
        make_item(issue)

    with django_assert_max_num_queries(40):
        as_manager.get(page_of(issue))


def test_progress_is_shown_while_it_goes_and_can_be_refreshed_without_a_script(as_manager, cast):
    issue = make_sending(by=cast.hub_manager, at=NOON)
    Delivery.objects.filter(to="rita@our.example").update(status="sent", finished_at=FRIDAY)

    said = words_on(as_manager.get(page_of(issue)))

    assert "<b>Sending</b> · 1 of 2 mails" in said
    assert f'<a href="{page_of(issue)}">Refresh</a>' in said
    assert f'data-hx-get="{page_of(issue)}"' in said


# ---- Its course ---------------------------------------------------------------------------------


def test_an_issue_is_begun_for_the_suggested_time(as_manager, cast):
    form = words_on(as_manager.get("/admin/newsletter/issue/begin/"))
    assert 'value="2026-11-27"' in form
    assert 'value="07:00"' in form

    answer = as_manager.post(
        "/admin/newsletter/issue/begin/", {"on": "2026-12-04", "clock": "07:00"}
    )

    issue = Issue.objects.get()
    assert answer["Location"] == page_of(issue)
    assert (issue.slot_at, issue.drafted_by) == (FRIDAY, cast.hub_manager)


def test_a_time_is_one_of_london(as_manager):
    as_manager.post("/admin/newsletter/issue/begin/", {"on": "2027-06-04", "clock": "07:00"})

    assert Issue.objects.get().slot_at == datetime(2027, 6, 4, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "act", "sent", "becomes"),
    [
        ("draft", "approve", SURE, "approved"),
        ("approved", "take-back", SURE, "draft"),
        ("draft", "send-now", SURE, "sending"),
        ("draft", "cancel", WHY, "cancelled"),
    ],
)
def test_acts_are_done_by_their_pages_and_lead_back(as_manager, cast, status, act, sent, becomes):
    issue = make_issue_in(IssueStatus(status), by=cast.hub_manager, at=NOON)

    assert as_manager.get(page_of(issue, f"{act}/")).status_code == 200
    answer = as_manager.post(page_of(issue, f"{act}/"), sent)

    assert (answer.status_code, answer["Location"]) == (302, page_of(issue))
    assert reread(issue).status == becomes


def test_one_on_its_way_is_paused_resumed_and_cancelled(as_manager, cast):
    issue = make_sending(by=cast.hub_manager, at=NOON)

    for act, sent, becomes in (
        ("pause", WHY, "paused"),
        ("resume", SURE, "sending"),
        ("cancel", WHY, "cancelled"),
    ):
        as_manager.post(page_of(issue, f"{act}/"), sent)
        assert reread(issue).status == becomes
    assert set(Delivery.objects.values_list("status", flat=True)) == {"stopped"}


def test_approving_lists_what_may_be_a_mistake(as_manager, issue):
    said = words_on(as_manager.get(page_of(issue, "approve/")))

    assert "“Courses with places” has nothing to tell at the moment, and is left out." in said


@pytest.mark.parametrize(
    ("act", "sent", "says"),
    [
        ("approve", {}, "Tick the box to confirm."),
        ("pause", WHY, "Issue 1 is draft: this is not possible."),
        ("cancel", SURE, "This field is required."),
        ("time", {"on": "2026-11-01", "clock": "07:00"}, "That time is over."),
        ("time", {"on": "nonsense", "clock": "07:00"}, "Enter a valid date."),
    ],
)
def test_a_refusal_is_its_sentence_and_changes_nothing(as_manager, issue, act, sent, says):
    acts = Act.objects.count()

    answer = as_manager.post(page_of(issue, f"{act}/"), sent)

    assert answer.status_code == 422
    assert says in words_on(answer)
    assert (reread(issue).status, reread(issue).slot_at) == (IssueStatus.DRAFT, FRIDAY)
    assert Act.objects.count() == acts


def test_a_test_goes_to_whoever_asks_for_it(as_manager, issue):
    as_manager.post(page_of(issue, "test/"), {})

    mail = Delivery.objects.get()
    assert (mail.to, mail.kind) == ("manager@hub.example", "newsletter.test")


# ---- The mail -----------------------------------------------------------------------------------


def test_the_mail_is_framed_by_our_own_pages_and_can_do_nothing(as_manager, issue):
    preview = as_manager.get(page_of(issue, "preview/"))
    mail = as_manager.get(page_of(issue, "mail/?scheme=dark"))

    assert preview["Content-Security-Policy"].count("frame-src 'self'") == 1
    assert words_on(preview).count("<iframe") == 4
    policy = mail["Content-Security-Policy"]
    assert "sandbox; default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert mail["X-Frame-Options"] == "SAMEORIGIN"
    page = as_manager.get(page_of(issue))
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_mail_is_shown_in_either_scheme_and_with_nobodys_links(as_manager, issue):
    light = as_manager.get(page_of(issue, "mail/?scheme=light")).content.decode()
    dark = as_manager.get(page_of(issue, "mail/?scheme=dark")).content.decode()

    assert "@media not all" in light
    assert "@media all" in dark
    assert "prefers-color-scheme" not in light + dark
    assert "%%" not in light + dark
    assert "Well done" in light


def test_members_items_are_not_in_the_mail_of_other_subscribers(as_manager, issue):
    make_item(issue, heading="Reps meet", audience="members")

    assert "Reps meet" in words_on(as_manager.get(page_of(issue, "mail/")))
    assert "Reps meet" not in words_on(as_manager.get(page_of(issue, "mail/?for=everybody")))


# ---- Afterwards ---------------------------------------------------------------------------------


def test_the_report_says_who_got_it_and_is_taken_away_with_an_act(client, cast):
    sign_in(client, cast.hub_manager, at=NOON)
    issue = make_sending(by=cast.hub_manager, at=NOON)
    deliver_all(issue)

    said = words_on(client.get(page_of(issue, "report/")))
    taken = client.get(page_of(issue, "recipients.csv"))

    assert "2 of 2 schools reached. 2 mails sent." in said
    assert "Steering group rep: Rita Rep" in said
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert Act.objects.filter(verb="recipients.exported").count() == 1
    workbook = client.get(page_of(issue, "recipients.xlsx"))
    assert b"".join(workbook.streaming_content).startswith(b"PK")
    workbook.close()


def test_taking_recipients_away_asks_for_a_fresh_sign_in(client, cast):
    issue = make_sending(by=cast.hub_manager, at=NOON)
    sign_in(client, cast.hub_manager, at=NOON - timedelta(minutes=29))

    assert client.get(page_of(issue, "recipients.csv")).status_code == 302
    assert not Act.objects.filter(verb="recipients.exported").exists()


def test_before_an_issue_went_there_is_no_report(as_manager, issue):
    assert as_manager.get(page_of(issue, "report/")).status_code == 404


# ---- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rest",
    ["change/", "preview/", "mail/", "approve/", "send-now/", "cancel/", "words/", "items/add/"],
)
def test_nobody_but_the_hub_manager_enters(client, cast, issue, rest):
    for person in (make_finance_officer(), cast.rep):
        client.force_login(person)
        for ask in (client.get, client.post):
            assert ask(page_of(issue, rest)).status_code in (302, 403, 404)
    assert reread(issue).status == IssueStatus.DRAFT


def test_an_issue_that_cannot_be_is_not_there(as_manager):
    for key in ("nonsense", "999999999999999999", "-1"):
        assert as_manager.get(f"/admin/newsletter/issue/{key}/change/").status_code == 404
    assert as_manager.get("/admin/newsletter/issue/999/preview/").status_code == 404
