"""How far an issue has come, and who exactly got it. Rule NL-2."""

import csv
import io

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.shared.exports import csv_bytes
from hub_portal.trail.models import Act
from newsletter.choices import SubscriptionStatus
from newsletter.services.reports import (
    COLUMNS,
    how_far,
    outcome_in_words,
    record_report_taken,
    report_by_school,
    rows_to_take_away,
    schools_reached,
    sent_in_words,
    subscribers_of,
)
from tests.makers.issues import FRIDAY, deliver_all, make_draft, make_sending
from tests.makers.newsletter import make_subscription
from tests.makers.schools import NOON, make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(cast):
    """Rita got it, Sam's bounced, the office said no, Alone School has nobody, Olive subscribes."""
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()
    make_school(name="Alone School")
    make_subscription(address="office@our.example", status=SubscriptionStatus.UNSUBSCRIBED)
    make_subscription(address="olive@elsewhere.example")
    issue = make_sending(by=cast.hub_manager, at=NOON)
    Delivery.objects.filter(to="rita@our.example").update(status="sent", finished_at=FRIDAY)
    Delivery.objects.filter(to="sam@their.example").update(
        status="failed", failure="bounced", finished_at=FRIDAY
    )
    return issue


def test_how_far_counts_the_mails_by_what_became_of_them(issue):
    far = how_far(issue)

    assert (far.mails, far.sent, far.failed, far.unfinished, far.ended) == (3, 1, 1, 1, 2)


def test_how_far_is_nothing_before_an_issue_went(cast):
    assert how_far(make_draft(by=cast.hub_manager, at=NOON)).mails == 0


def test_the_report_says_school_by_school_who_got_it_and_why_not(issue):
    said = {
        school.name: (
            school.was_reached,
            [(row.get_why_display(), outcome_in_words(row)) for row in school.recipients],
        )
        for school in report_by_school(issue)
    }

    assert said == {
        "Alone School": (
            False,
            [("steering group rep", "not sent: no address on record")],
        ),
        "Berrymede Junior School": (
            False,
            [("steering group rep", "failed: the address does not take mail")],
        ),
        "Lampton School": (
            True,
            [("school office", "not sent: unsubscribed"), ("steering group rep", "sent")],
        ),
    }
    assert [outcome_in_words(row) for row in subscribers_of(issue)] == ["waiting"]


def test_sent_in_words_counts_the_schools(cast, issue):
    assert (schools_reached(issue).schools, schools_reached(issue).reached) == (3, 1)
    assert sent_in_words(issue) == "sent to 1 of 3 schools"

    issue.recipients.filter(left_out="no_address").delete()
    Delivery.objects.filter(status="failed").update(status="sent", failure="")
    deliver_all(issue)

    assert sent_in_words(issue) == "sent to 2 schools"


def test_the_report_is_taken_away_with_a_column_for_everything_and_an_act(cast, issue):
    taken = csv_bytes(columns=COLUMNS, rows=rows_to_take_away(issue)).decode("utf-8-sig")
    record_report_taken(issue=issue, form="csv", by=cast.hub_manager, at=NOON)

    assert list(csv.reader(io.StringIO(taken))) == [
        ["School", "As", "Name", "Address", "Outcome", "When"],
        ["Alone School", "steering group rep", "", "", "not sent: no address on record", ""],
        [
            "Berrymede Junior School",
            "steering group rep",
            "Sam Stranger",
            "sam@their.example",
            "failed: the address does not take mail",
            "2026-12-04 07:00",
        ],
        ["Lampton School", "school office", "", "office@our.example", "not sent: unsubscribed", ""],
        [
            "Lampton School",
            "steering group rep",
            "Rita Rep",
            "rita@our.example",
            "sent",
            "2026-12-04 07:00",
        ],
        ["", "subscriber", "", "olive@elsewhere.example", "waiting", ""],
    ]
    act = Act.objects.latest("pk")
    assert (act.verb, act.subject, act.after) == (
        "recipients.exported",
        f"issue:{issue.pk}",
        {"format": "csv"},
    )
