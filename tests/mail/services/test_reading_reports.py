"""Reports are read out of what mail servers write; what else comes holds none and does no harm."""

import logging
import time

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.mail.rules import judge
from hub_portal.mail.services.reading_reports import MOST_BYTES, reports_in
from tests.makers.bounces import make_report

TO = "gone@school.example"
MAIL = Delivery(to=TO, message_id=f"<{'0a' * 16}@hub.example>", subject="Your place is booked")


def verdicts(message):
    return [judge(report.answer).value for report in reports_in(message)]


def test_a_report_names_the_mail_the_address_and_what_was_said():
    (report,) = reports_in(make_report(MAIL))

    assert report.message_id == MAIL.message_id
    assert report.addresses == {TO}
    assert str(report.answer) == (
        "550 5.1.1 <gone@school.example>: Recipient address rejected: "
        "User unknown in local table (in a report afterwards)"
    )


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ({}, "bounced"),
        ({"said": "smtp; 550-5.1.1 The email account that you tried to reach does not"}, "bounced"),
        ({"said": "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound", "status": "5.1.10"}, "bounced"),
        ({"said": "X-Postfix; unknown user", "status": "5.1.1"}, "bounced"),
        ({"said": "X-Postfix; Host or domain name not found", "status": "5.4.4"}, "bounced"),
        ({"said": "smtp; 550 no such user", "status": "5.0.0"}, "bounced"),
        ({"said": "smtp; 550 no such user", "status": ""}, "bounced"),
        ({"said": "", "status": "5.1.1"}, "bounced"),
        ({"said": "smtp; 552 5.2.2 mailbox full", "status": "5.2.2"}, "bounced"),
        ({"said": "smtp; 550 5.7.1 we take no mail from you", "status": "5.7.1"}, "refused"),
        ({"said": "smtp; 554 looks like spam", "status": "5.0.0"}, "refused"),
        ({"said": "smtp; 550 5.1.8 bad sender", "status": "5.1.8"}, "refused"),
        ({"said": "smtp; 451 4.4.7 tried for five days", "status": "4.4.7"}, "try later"),
        ({"said": "", "status": "4.4.7"}, "try later"),
        ({"said": "smtp; 550 5.7.26 unauthenticated mail", "status": "5.7.26"}, "refused"),
    ],
)
def test_what_is_said_means_what_it_would_at_the_door(words, verdict):
    assert verdicts(make_report(MAIL, **words)) == [verdict]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "", "Failing"])
def test_what_has_not_failed_for_good_is_no_report(action):
    assert reports_in(make_report(MAIL, action=action)) == []
    assert verdicts(make_report(MAIL, action="FAILED")) == ["bounced"]


@pytest.mark.parametrize(
    "gives_back",
    [
        "message/rfc822",
        "text/rfc822-headers",
        "text/rfc822-headers; charset=nonsense-8",
        "message/rfc822-headers",
        "message/global",
    ],
)
def test_the_mail_is_named_by_what_is_given_back(gives_back):
    (report,) = reports_in(make_report(MAIL, gives_back=gives_back))

    assert report.message_id == MAIL.message_id


@pytest.mark.parametrize(
    "message_id", ["<345@hub.example>", "nothing", f"<{'0A' * 16}@hub.example", "<" * 2000]
)
def test_a_message_id_that_is_not_of_our_making_names_nothing(message_id):
    assert reports_in(make_report(MAIL, message_id=message_id)) == []


def test_nothing_given_back_names_nothing():
    assert reports_in(make_report(MAIL, gives_back="text/plain")) == []


def test_a_mail_that_was_passed_on_has_both_addresses():
    report = make_report(MAIL, to="Away@Home.example", original="rfc822;olive+2Bcpd@school.example")

    assert reports_in(report)[0].addresses == {
        "away@home.example",
        "olive+2bcpd@school.example",
        "olive+cpd@school.example",
    }


def test_a_report_that_somebody_forwards_is_none():
    inside = make_report(MAIL)
    forwarded = (
        b"Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n"
        b"Content-Type: message/rfc822\r\n\r\n" + inside + b"\r\n--out--\r\n"
    )

    assert reports_in(forwarded) == []


NESTED = b"".join(
    b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(450)
)
BROKEN = {
    "nothing": b"",
    "a letter": b"From: somebody@school.example\r\nSubject: Re: your mail\r\n\r\nThank you!\r\n",
    "no parts": b"Content-Type: multipart/report; boundary=x\r\n\r\nnothing follows\r\n",
    "no boundary": b"Content-Type: multipart/report\r\n\r\n--x\r\n\r\n",
    "noise": bytes(range(256)) * 1_000,
    "parts in parts": NESTED + b"\r\n" * 100_000,
    "messages in messages": b"Content-Type: message/rfc822\r\n\r\n" * 8_000,
    "messages in a report": make_report(MAIL)
    .replace(b"Reporting-MTA", b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"Reporting-MTA")
    .replace(b"message/delivery-status", b"message/rfc822"),
    "one endless field": make_report(MAIL, message_id="<" + "@a" * 120_000),
    "one endless line": make_report(MAIL, said="smtp; 550 " + "5.1.1 " * 40_000, to="a@" * 9_000),
    "encoded nonsense": make_report(MAIL, gives_back="text/rfc822-headers").replace(
        b"Content-Type: text/rfc822-headers",
        b"Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: base64",
    ),
}


@pytest.mark.parametrize("message", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_or_hostile_holds_no_report_and_takes_no_time(message):
    began = time.process_time()

    assert verdicts(message) in ([], ["bounced"])
    assert not {address for report in reports_in(message) for address in report.addresses} - {TO}
    assert time.process_time() - began < 2


def test_what_breaks_the_parser_is_noted_without_a_word_of_it(caplog):
    with caplog.at_level(logging.WARNING):
        assert reports_in(BROKEN["messages in messages"]) == []

    (record,) = caplog.records
    assert (record.message, record.error) == ("mail.report_unreadable", "RecursionError")


def test_of_a_huge_message_only_the_head_is_read():
    whole = make_report(MAIL).replace(b"--here/relay--", b"x" * 20_000_000)

    assert len(whole) > 50 * MOST_BYTES
    assert verdicts(whole) == ["bounced"]


def test_no_character_of_a_report_breaks_the_database_or_a_line():
    said = "smtp; 550 5.1.1 \x00 no\x1b[31m\x85 user\u2028 \udcff".encode(
        "utf-8", "surrogateescape"
    )
    message = make_report(MAIL, said="SAID").replace(b"SAID", said)

    words = str(reports_in(message)[0].answer)
    assert words.isprintable()
    assert words.startswith("550 5.1.1 no[31m")
