"""The clock and the newsletter: real ticks, minute by minute, through what a year holds. NL-1.

Each test lets time pass: a tick asks what is due, and what it rings for is carried out at once.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from celery import current_app

from hub_portal.clock.services import due, jobs, occurrences
from hub_portal.clock.services.due import tick
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.trail.models import Act
from newsletter.choices import IssueStatus, Weekday
from newsletter.models import Issue
from newsletter.services import approving, clock
from newsletter.services.approving import approve_issue, change_slot
from newsletter.services.drafting import draft_issue
from newsletter.services.items import add_item
from schools.models import Term
from tests.makers.issues import (
    AFTER_GRACE,
    FRIDAY,
    deliver_all,
    make_approved,
    make_draft,
    make_weekly,
    reread,
)
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def time_passes(monkeypatch):
    """Ticks from one instant to another; every ring is heard by a worker at once."""
    monkeypatch.setattr(due, "_REGISTERED", {"newsletter.issues": clock.what_is_due})
    current_app.loader.import_default_modules()
    rung = []
    for module in (due, occurrences, jobs, approving):
        monkeypatch.setattr(module, "ring", lambda *words: rung.append(words))

    def passing(*, since, until, step=MINUTE):
        at = since
        while at <= until:
            with time_machine.travel(at, tick=False):
                tick(at=at)
                while rung:
                    name, *args = rung.pop(0)
                    current_app.tasks[name](*args)
            at += step

    return passing


def sent_at():
    """When issues went, by the act."""
    acts = Act.objects.filter(verb="issue.sending").order_by("pk")
    return list(acts.values_list("at", flat=True))


def slots():
    return list(Issue.objects.order_by("number").values_list("slot_at", flat=True))


def mails_to_the_hub():
    mails = Delivery.objects.filter(to="manager@hub.example").order_by("pk")
    return list(mails.values_list("kind", "created_at"))


# ---- A usual week -------------------------------------------------------------------------------


def test_a_week_drafts_itself_two_days_before_and_goes_at_its_time_once_approved(cast, time_passes):
    make_weekly(by=cast.hub_manager, at=NOON)
    wednesday = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)

    time_passes(since=wednesday - 5 * MINUTE, until=wednesday - MINUTE)
    assert slots() == []
    time_passes(since=wednesday, until=wednesday + 5 * MINUTE)
    [issue] = Issue.objects.all()
    assert (issue.slot_at, issue.drafted_at, issue.drafted_by.is_portal) == (
        FRIDAY,
        wednesday,
        True,
    )

    add_item(issue=issue, heading="News", text="Some.", by=cast.hub_manager, at=wednesday)
    approve_issue(issue=issue, by=cast.hub_manager, at=wednesday + HOUR)
    time_passes(since=FRIDAY - 3 * MINUTE, until=FRIDAY + 3 * MINUTE)

    assert sent_at() == [FRIDAY]
    assert Delivery.objects.filter(kind="newsletter.issue").count() == 2
    deliver_all(reread(issue))
    time_passes(since=FRIDAY + 4 * MINUTE, until=FRIDAY + 5 * MINUTE)
    assert reread(issue).status == IssueStatus.SENT
    assert mails_to_the_hub() == []


def test_nothing_drafts_itself_while_the_newsletter_is_begun_by_hand(cast, time_passes):
    time_passes(since=NOON, until=NOON + 14 * DAY, step=HOUR)

    assert slots() == []


def test_not_approved_it_is_pointed_out_twice_and_then_missed_and_said_once_each(cast, time_passes):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    afternoon = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)

    time_passes(since=afternoon - HOUR, until=AFTER_GRACE + HOUR, step=MINUTE * 10)
    last = AFTER_GRACE + 9 * MINUTE

    assert mails_to_the_hub() == [
        ("newsletter.reminder", afternoon),
        ("newsletter.reminder", FRIDAY),
        ("newsletter.missed", last),
    ]
    assert (reread(issue).status, reread(issue).ended_at) == (IssueStatus.MISSED, last)
    assert Delivery.objects.filter(kind="newsletter.issue").count() == 0


def test_one_begun_after_the_afternoon_is_not_pointed_out_before_its_time(cast, time_passes):
    evening = datetime(2026, 12, 3, 20, 0, tzinfo=UTC)
    make_draft(by=cast.hub_manager, at=evening)

    time_passes(since=evening, until=FRIDAY - MINUTE, step=MINUTE * 15)

    assert mails_to_the_hub() == []


def test_a_reminder_is_not_true_any_more_once_the_issue_is_approved_or_moved(cast, time_passes):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    time_passes(since=FRIDAY - 16 * HOUR, until=FRIDAY - 16 * HOUR)
    mail = Delivery.objects.get(kind="newsletter.reminder")
    is_still_true = mail_kind(mail.kind).is_still_true

    assert is_still_true(mail.about)
    change_slot(issue=issue, slot_at=FRIDAY + DAY, by=cast.hub_manager, at=FRIDAY - HOUR)
    assert not is_still_true(mail.about)


def test_approved_within_the_hours_of_grace_it_goes_with_the_next_tick(cast, time_passes):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    late = FRIDAY + 5 * HOUR
    time_passes(since=FRIDAY, until=FRIDAY + 3 * MINUTE)
    approve_issue(issue=issue, by=cast.hub_manager, at=late)

    time_passes(since=late + MINUTE, until=late + 3 * MINUTE)

    assert sent_at() == [late + MINUTE]


@pytest.mark.parametrize(
    ("hours_down", "outcome"), [(5, IssueStatus.SENDING), (7, IssueStatus.MISSED)]
)
def test_a_portal_that_was_down_sends_within_the_hours_of_grace_and_later_misses(
    cast, time_passes, hours_down, outcome
):
    issue = make_approved(by=cast.hub_manager, at=NOON)
    back = FRIDAY + hours_down * HOUR

    time_passes(since=back, until=back + 3 * MINUTE)

    assert reread(issue).status == outcome
    assert sent_at() == ([back] if outcome == IssueStatus.SENDING else [])
    told = Delivery.objects.filter(kind="newsletter.missed").select_related("body")
    assert ["the portal was not running" in mail.body.text for mail in told] == (
        [] if outcome == IssueStatus.SENDING else [True]
    )


def test_one_that_missed_its_time_goes_at_another_and_is_pointed_out_anew(cast, time_passes):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    time_passes(since=AFTER_GRACE, until=AFTER_GRACE)
    change_slot(issue=issue, slot_at=FRIDAY + 3 * DAY, by=cast.hub_manager, at=AFTER_GRACE)

    time_passes(since=FRIDAY + 3 * DAY, until=FRIDAY + 3 * DAY + 2 * MINUTE)

    assert [kind for kind, _ in mails_to_the_hub()] == [
        "newsletter.missed",
        "newsletter.reminder",
    ]


# ---- Holidays -----------------------------------------------------------------------------------


def test_half_term_and_holidays_have_no_issue(cast, time_passes):
    """From 12 October 2026: half term is 26 to 30 October, Christmas from 19 December."""
    make_weekly(by=cast.hub_manager, at=NOON)

    time_passes(
        since=datetime(2026, 10, 12, tzinfo=UTC),
        until=datetime(2027, 1, 9, tzinfo=UTC),
        step=12 * HOUR,
    )

    half_terms = list(Term.objects.filter(starts_on__year=2026, name="autumn"))
    assert [(t.half_term_starts_on, t.half_term_ends_on) for t in half_terms] == [
        (date(2026, 10, 26), date(2026, 10, 30))
    ]
    assert [f"{slot:%d %b}" for slot in slots()] == [
        "16 Oct",
        "23 Oct",
        "06 Nov",
        "13 Nov",
        "20 Nov",
        "27 Nov",
        "04 Dec",
        "11 Dec",
        "18 Dec",
        "08 Jan",
    ]


def test_without_terms_on_record_nothing_drafts_itself(cast, time_passes):
    make_weekly(by=cast.hub_manager, at=NOON)
    Term.objects.all().delete()

    time_passes(since=NOON, until=NOON + 14 * DAY, step=12 * HOUR)

    assert slots() == []


# ---- The clocks change --------------------------------------------------------------------------

AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)
"""At 2am summer time clocks go back to 1am: 1:30am comes at 00:30 UTC and again at 01:30."""

SPRING = datetime(2027, 3, 28, tzinfo=UTC)
"""At 1am clocks go on to 2am: 1:30am never comes."""


def test_when_the_clocks_go_back_an_hour_that_comes_twice_sends_once(cast, time_passes):
    make_weekly(by=cast.hub_manager, at=NOON, weekday=Weekday.SUNDAY, hour=time(1, 30))
    drafted = AUTUMN - 2 * DAY + timedelta(minutes=30)  # Friday 1:30am, summer time
    time_passes(since=drafted - 2 * MINUTE, until=drafted + 2 * MINUTE)
    [issue] = Issue.objects.all()
    assert (issue.slot_at, issue.drafted_at) == (AUTUMN + timedelta(minutes=30), drafted)
    add_item(issue=issue, heading="News", text="Some.", by=cast.hub_manager, at=drafted)
    approve_issue(issue=issue, by=cast.hub_manager, at=drafted + HOUR)

    time_passes(since=AUTUMN, until=AUTUMN + 3 * HOUR)

    assert sent_at() == [AUTUMN + timedelta(minutes=30)]
    assert Issue.objects.count() == 1


def test_when_the_clocks_go_on_an_hour_that_is_skipped_sends_once(cast, time_passes):
    spring_term = Term.objects.get(name="spring", starts_on__year=2027)
    spring_term.ends_on = date(2027, 4, 1)
    spring_term.save()
    make_weekly(by=cast.hub_manager, at=NOON, weekday=Weekday.SUNDAY, hour=time(1, 30))
    drafted = SPRING - 2 * DAY + timedelta(hours=1, minutes=30)  # Friday 1:30am, winter time
    time_passes(since=drafted, until=drafted + 2 * MINUTE)
    [issue] = Issue.objects.all()
    add_item(issue=issue, heading="News", text="Some.", by=cast.hub_manager, at=drafted)
    approve_issue(issue=issue, by=cast.hub_manager, at=drafted + HOUR)

    time_passes(since=SPRING, until=SPRING + 3 * HOUR)

    assert issue.slot_at == SPRING + timedelta(hours=1, minutes=30)
    assert sent_at() == [issue.slot_at]


def test_seven_in_the_morning_is_seven_in_london_on_both_sides_of_a_change(cast, time_passes):
    make_weekly(by=cast.hub_manager, at=NOON)

    time_passes(
        since=datetime(2026, 10, 20, tzinfo=UTC),
        until=datetime(2026, 11, 5, tzinfo=UTC),
        step=6 * HOUR,
    )

    assert slots() == [
        datetime(2026, 10, 23, 6, 0, tzinfo=UTC),
        datetime(2026, 11, 6, 7, 0, tzinfo=UTC),
    ]


def test_an_issue_by_hand_goes_in_the_holidays_too(cast, time_passes):
    christmas = datetime(2026, 12, 29, 9, 0, tzinfo=UTC)
    issue = draft_issue(slot_at=christmas, by=cast.hub_manager, at=NOON)
    add_item(issue=issue, heading="News", text="Some.", by=cast.hub_manager, at=NOON)
    approve_issue(issue=issue, by=cast.hub_manager, at=NOON)

    time_passes(since=christmas, until=christmas + MINUTE)

    assert sent_at() == [christmas]
