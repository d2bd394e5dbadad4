"""The mailbox of bounces, read from a real IMAP server over TLS. Rule NL-3."""

import logging
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings

from hub_portal.mail.choices import Status
from hub_portal.mail.models import BounceMailbox, Delivery, Suppression
from hub_portal.mail.services import bounce_mailbox, schedule, sender
from hub_portal.mail.services.bounce_mailbox import (
    is_to_be_read,
    mailbox_in_words,
    read_bounces,
)
from hub_portal.mail.services.reading_reports import MOST_BYTES
from hub_portal.shared import readiness
from tests.faults.harness import environment, wait_until
from tests.makers.bounces import imap_mailbox, make_report
from tests.makers.mail import NOON, AnsweringTransport, make_mail, reread

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=10)
A_LETTER = b"From: olive@school.example\r\nSubject: Thank you\r\n\r\nHow kind of you.\r\n"


@pytest.fixture
def mailbox(tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with imap_mailbox(tmp_path) as opened:
        yield opened


@pytest.fixture
def opened(mailbox, settings):
    """Starts the server with its wishes, and has the portal know it."""

    def start(*wishes, **others):
        mailbox.end()
        settings.BOUNCE_MAILBOX = mailbox.start(*wishes) | others
        return mailbox

    return start


def send(key="mail:1", *, to="gone@school.example", at=NOON):
    mail = make_mail(key=key, to=to, at=at)
    transport = AnsweringTransport()
    sender.send_due(transport=transport, now=lambda: at, is_told_to_stop=lambda: False)
    return reread(mail)


def bounced():
    return sorted(Delivery.objects.filter(failure="bounced").values_list("dedupe_key", flat=True))


def test_without_a_mailbox_nothing_is_opened_and_nothing_is_amiss(settings):
    assert settings.BOUNCE_MAILBOX is None
    assert read_bounces(at=NOON) == 0
    assert not is_to_be_read(at=NOON)
    assert mailbox_in_words(at=NOON) == (True, "no mailbox is set up")
    assert BounceMailbox.objects.count() == 0


def test_bounces_are_counted_and_marked_and_everything_else_stays_unread(opened):
    mailbox = opened()
    first, second, third = (send(f"mail:{n}", to=f"gone{n}@school.example") for n in range(3))
    mailbox.put(A_LETTER)
    mailbox.put(make_report(first))
    mailbox.put(make_report(second, action="delayed"))
    mailbox.put(make_report(third))
    mailbox.put(make_report(third, message_id=f"<{'f' * 32}@hub.example>"))

    assert read_bounces(at=LATER) == 2

    assert bounced() == ["mail:0", "mail:2"]
    assert mailbox.seen() == [2, 4]
    assert mailbox_in_words(at=LATER) == (True, "last read at 12:10pm on Friday 20 November 2026")


def test_what_was_looked_at_is_not_asked_for_again(opened):
    mailbox = opened()
    mailbox.put(make_report(send()))
    mailbox.put(A_LETTER)
    read_bounces(at=LATER)
    asked = mailbox.handed_out()

    assert read_bounces(at=LATER) == 0
    assert mailbox.handed_out() == asked

    mailbox.put(make_report(send("mail:2", to="two@school.example")))
    assert read_bounces(at=LATER) == 1
    assert [uid for uid, _ in mailbox.handed_out()] == [1, 2, 3]


def test_a_new_numbering_begins_at_the_first_and_counts_nothing_twice(opened):
    mailbox = opened()
    mail = send()
    mailbox.put(make_report(mail))
    assert read_bounces(at=LATER) == 1
    Delivery.objects.filter(pk=mail.pk).update(status=Status.SENT, failure="")  # tried again

    mailbox = opened("--numbering", "8")

    assert read_bounces(at=LATER) == 0
    assert [uid for uid, _ in mailbox.handed_out()] == [1, 1]
    assert BounceMailbox.objects.get().numbering == 8
    assert bounced() == []


def test_messages_of_more_than_two_weeks_ago_are_left_alone(opened):
    mailbox = opened()
    mail = send()
    mailbox.put(make_report(mail), at=NOON - timedelta(days=16))
    mailbox.put(A_LETTER)

    assert read_bounces(at=LATER) == 0
    assert [uid for uid, _ in mailbox.handed_out()] == [2]


def test_of_twenty_megabytes_the_head_is_fetched_and_the_next_message_is_read(opened):
    mailbox = opened()
    mail = send()
    mailbox.put(b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"x" * 20_000_000)
    mailbox.put(b"\x00\xff" * 500)
    mailbox.put(b"")
    mailbox.put(make_report(mail))

    assert read_bounces(at=LATER) == 1

    assert [size for _, size in mailbox.handed_out()][:3] == [MOST_BYTES, 1000, 0]
    assert mailbox.seen() == [4]


def test_a_connection_lost_before_the_marking_counts_once(opened):
    mailbox = opened("--trouble", "no-marking")
    mail = send()
    mailbox.put(make_report(mail))
    mailbox.put(make_report(send("mail:2", to="two@school.example")))

    assert read_bounces(at=LATER) == 0  # it was cut off in the middle
    assert bounced() == ["mail:1"]

    opened()
    assert read_bounces(at=LATER) == 1
    assert bounced() == ["mail:1", "mail:2"]
    assert mailbox.seen() == [2]


def test_of_two_workers_at_once_one_counts(opened):
    mailbox = opened()
    mailbox.put(make_report(send()))
    read_bounces(at=LATER)
    row = BounceMailbox.objects.get()

    # the step the second comes to, with what it fetched before the first was through
    message = make_report(send("mail:2", to="two@school.example"))
    looked = bounce_mailbox._look_at(message, numbering=row.numbering, uid=1, at=LATER)

    assert (looked, bounced()) == (0, ["mail:1"])
    assert BounceMailbox.objects.get().read_up_to == 1


@pytest.mark.parametrize(
    ("wishes", "others", "says"),
    [
        ((), {"password": "wrong"}, "its mail server refuses the name or the password"),
        ((), {"folder": "Bouncés"}, "it has no folder of that name"),
        ((), {"host": "127.0.0.1"}, "its mail server cannot prove who it is (its certificate)"),
        ((), {"port": 1}, "its mail server cannot be reached"),
        (("--trouble", "cut"), {}, "its mail server cannot be reached"),
        (
            ("--trouble", "garbage"),
            {},
            "its mail server answers what the portal does not understand",
        ),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_said_and_read_once_it_can(
    opened, wishes, others, says, caplog
):
    mailbox = opened(*wishes, **others)
    mailbox.put(make_report(send()))

    with caplog.at_level(logging.INFO):
        assert read_bounces(at=LATER) == 0

    sentence = f"the mailbox cannot be read: {says}; never read"
    assert mailbox_in_words(at=LATER) == (False, sentence)
    found = readiness.status(at=LATER)["bounces"]
    assert (found.is_fine, found.says) == (False, sentence)
    said = [(record.message, vars(record)["trouble"]) for record in caplog.records]
    assert said == [("mail.bounces_unread", BounceMailbox.objects.get().trouble)]
    assert bounced() == []

    opened()
    assert read_bounces(at=LATER) == 1
    assert mailbox_in_words(at=LATER)[0]


def test_a_server_that_says_nothing_is_not_waited_for_long(opened, monkeypatch):
    monkeypatch.setattr("hub_portal.mail.services.bounce_mailbox.SECONDS_TO_WAIT", 0.3)
    opened("--trouble", "silence")

    assert read_bounces(at=LATER) == 0
    assert "cannot be reached" in mailbox_in_words(at=LATER)[1]


def test_a_mailbox_nobody_has_read_for_an_hour_is_said(opened):
    opened()
    assert mailbox_in_words(at=NOON) == (True, "not read yet")
    read_bounces(at=NOON)

    assert mailbox_in_words(at=NOON + timedelta(minutes=59))[0]
    assert not mailbox_in_words(at=NOON + timedelta(minutes=60))[0]


def test_the_clock_has_it_read_every_five_minutes(opened):
    opened()
    read = []

    for minute in range(12):
        at = NOON + timedelta(minutes=minute)
        if schedule._read_the_mailbox(at):
            read_bounces(at=at + timedelta(seconds=2))  # a worker comes to it a little later
            read.append(minute)

    assert read == [0, 5, 10]


def test_a_run_ends_in_time_and_rings_for_the_rest(opened, monkeypatch):
    mailbox = opened()
    mailbox.put(A_LETTER)
    rung = []
    monkeypatch.setattr("hub_portal.mail.services.bounce_mailbox.SECONDS_A_RUN_TAKES", 0.0)
    monkeypatch.setattr("hub_portal.mail.services.bounce_mailbox.ring", rung.append)

    assert read_bounces(at=LATER) == 0

    assert rung == ["mail.read_bounces"]
    assert mailbox.handed_out() == []


READ = """
import os, django
django.setup()
from django.conf import settings
from datetime import datetime
from hub_portal.mail.services.bounce_mailbox import read_bounces
input()
read_bounces(at=datetime.fromisoformat(os.environ["AT"]))
"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_before_the_marking_leaves_nothing_to_count_twice(opened):
    mailbox = opened()
    mail = send()
    send("mail:2", to="gone@school.example", at=NOON + timedelta(days=1))
    mailbox.put(make_report(mail))
    given = portal_settings.BOUNCE_MAILBOX
    url = f"imaps://bounces%40hub.example:open%20%22sesame%22@localhost:{given['port']}/INBOX"
    worker = subprocess.Popen(
        [sys.executable, "-c", READ],
        cwd=portal_settings.BASE_DIR,
        env=environment(email_url="filemail:///nowhere")
        | {
            "BOUNCES_URL": url,
            "AT": LATER.isoformat(),
            "SSL_CERT_FILE": os.environ["SSL_CERT_FILE"],
        },
        stdin=subprocess.PIPE,
        text=True,
    )
    mailbox.kill_in_place_of_the_next_marking(worker.pid)
    worker.stdin.write("\n")
    worker.stdin.close()
    wait_until(lambda: worker.poll() is not None, what="the worker was killed")

    assert worker.returncode == -9
    assert bounced() == ["mail:1"]
    assert mailbox.seen() == []

    assert read_bounces(at=LATER) == 0
    assert bounced() == ["mail:1"]
    assert Suppression.objects.count() == 0
