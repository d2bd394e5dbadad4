"""Tickets by award year and school, and reminding those who wait. Rule FT-5."""

from datetime import date, timedelta

import pytest

from cpd.choices import TicketStatus
from cpd.models import FabulinusTicket
from cpd.services.ticket_report import (
    REPORT,
    TICKETS,
    TicketFigures,
    remind_of_all,
    ticket_figures,
    ticket_report,
    tickets_with_school,
    totals_of,
    waiting_tickets,
)
from hub_portal.mail.models import Delivery
from hub_portal.shared.exports import csv_text
from schools.errors import OnlyTheHub
from tests.makers.schools import NOON, make_appointment, make_cast
from tests.makers.tickets import code_of, make_ticket, make_ticket_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def tickets(cast):
    """Two at our school, one at theirs, one nowhere; and one withdrawn."""
    made = {
        "ours": make_ticket(),
        "ours redeemed": make_ticket_in(TicketStatus.REDEEMED),
        "theirs": make_ticket(award_on=date(2025, 7, 10)),
        "nowhere": make_ticket_in(TicketStatus.EXPIRED),
        "withdrawn": make_ticket_in(TicketStatus.WITHDRAWN),
    }
    for name, school in (
        ("ours", cast.our_school),
        ("ours redeemed", cast.our_school),
        ("theirs", cast.strangers_school),
    ):
        make_appointment(person=made[name].person, school=school)
    return made


def lines(at=NOON):
    return [
        (
            str(line.award_year),
            line.school,
            line.issued,
            line.redeemed,
            line.unredeemed,
            line.expiring,
            line.expired,
        )
        for line in ticket_report(at=at)
    ]


def test_the_report_counts_by_award_year_and_school(tickets):
    assert lines() == [
        ("2025/26", "Lampton School", 2, 1, 1, 0, 0),
        ("2025/26", "No school on record", 1, 0, 0, 0, 1),
        ("2024/25", "Berrymede Junior School", 1, 0, 1, 0, 0),
    ]
    assert totals_of(ticket_report(at=NOON)) == {
        "issued": 4,
        "redeemed": 1,
        "unredeemed": 2,
        "expiring": 0,
        "expired": 1,
    }


def test_ending_soon_is_ninety_days_and_past_is_expired_before_the_clock_says_so(tickets):
    end = NOON.replace(year=2027, month=8, day=31)

    assert lines(end - timedelta(days=91))[2][4:] == (1, 0, 0)
    assert lines(end - timedelta(days=90))[2][4:] == (1, 1, 0)
    assert lines(end + timedelta(days=1))[2][4:] == (0, 0, 1)


def test_a_holder_of_two_posts_counts_once(cast, tickets):
    person = tickets["ours"].person
    make_appointment(person=person, school=cast.strangers_school, from_on=date(2026, 10, 1))

    assert lines()[0][:3] == ("2025/26", "Lampton School", 2)


def test_an_empty_hub_has_an_empty_report(cast):
    assert ticket_report(at=NOON) == []


def test_the_report_asks_once(tickets, django_assert_num_queries):
    with django_assert_num_queries(1):
        ticket_report(at=NOON)


def test_the_desk_shows_what_waits_what_ends_and_what_is_to_come(tickets):
    assert ticket_figures(at=NOON) == TicketFigures(to_redeem=2, redeemed=1, expiring=0)


def test_those_who_wait_are_reminded_by_line_once_a_day(cast, tickets):
    ours = {"award_year": "2025/26", "school": str(cast.our_school.pk)}

    assert remind_of_all(**ours, by=cast.hub_manager, at=NOON) == 1
    assert remind_of_all(**ours, by=cast.hub_manager, at=NOON) == 0
    assert remind_of_all(by=cast.hub_manager, at=NOON) == 1
    reminded = Delivery.objects.filter(kind="cpd.ticket.reminder").order_by("pk")
    assert [mail.to for mail in reminded] == [tickets["ours"].email, tickets["theirs"].email]


@pytest.mark.parametrize(
    "asked",
    [
        {"award_year": "nonsense"},
        {"school": "x"},
        {"award_year": "0000/01"},
        {"school": "9" * 40},
        {"award_year": "2025/26", "school": "999999"},
        {"award_year": "1999/00"},
        {"school": "none"},
    ],
)
def test_a_line_that_is_not_there_reminds_nobody(cast, tickets, asked):
    assert not waiting_tickets(**asked, at=NOON).exists()
    assert remind_of_all(**asked, by=cast.hub_manager, at=NOON) == 0


def test_only_the_hub_reminds(cast, tickets):
    with pytest.raises(OnlyTheHub):
        remind_of_all(by=cast.rep, at=NOON)

    assert not Delivery.objects.filter(kind="cpd.ticket.reminder").exists()


def test_what_is_taken_away_says_no_code(cast, tickets):
    rows = tickets_with_school().order_by("pk")
    names = [column.header for column in TICKETS]
    text = "".join(csv_text(names, ([column.value(row) for column in TICKETS] for row in rows)))

    assert text.count("\n") == 6
    assert "Lampton School" in text
    for ticket in FabulinusTicket.objects.all():
        assert code_of(ticket) not in text
    assert [column.header for column in REPORT][2:] == [
        "Issued",
        "Redeemed",
        "Unredeemed",
        "Ending within 90 days",
        "Expired",
    ]
