"""Mailgun calls: signed, about a mail of ours and new, or nothing is counted. Rule NL-3."""

import hashlib
import hmac
import json
import logging
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hub_portal.mail import views
from hub_portal.mail.models import Attempt, Delivery, Suppression
from hub_portal.mail.services import sender
from hub_portal.shared.london import now
from tests.makers.mail import AnsweringTransport, make_mail, reread

pytestmark = pytest.mark.django_db

KEY = "key-of-the-account"
TO = "gone@school.example"
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def set_up(settings):
    settings.MAILGUN_WEBHOOK_KEY = KEY


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def send(*, days_ago=0, key="mail:1", to=TO):
    at = now() - A_DAY * days_ago
    mail = make_mail(key=key, to=to, at=at)
    transport = AnsweringTransport()
    sender.send_due(transport=transport, now=lambda: at, is_told_to_stop=lambda: False)
    return reread(mail)


def call_about(mail, *, key=KEY, signed_at=None, token=None, **facts):
    """What Mailgun posts of a mail that failed for good, signed now."""
    token = token or secrets.token_hex(25)
    timestamp = str(int((signed_at or now()).timestamp()))
    digest = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256)
    event = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "timestamp": (signed_at or now()).timestamp(),
        "recipient": mail.to,
        "message": {"headers": {"message-id": mail.message_id.strip("<>"), "to": mail.to}},
        "delivery-status": {"code": 550, "message": "5.1.1 no such user", "description": ""},
        **facts,
    }
    signature = {"timestamp": timestamp, "token": token, "signature": digest.hexdigest()}
    return {"signature": signature, "event-data": event}


def post(client, call, *, content_type="application/json"):
    body = call if isinstance(call, bytes) else json.dumps(call).encode()
    address = reverse("mail:mailgun")
    return client.post(address, data=body, content_type=content_type).status_code


def bounced():
    return sorted(Delivery.objects.filter(failure="bounced").values_list("dedupe_key", flat=True))


def suppressed():
    return list(Suppression.objects.in_force().values_list("address", "suppressed_for"))


def test_a_signed_bounce_of_our_mail_is_counted_like_any_other(client):
    before = send(days_ago=1)
    mail = send(key="mail:2")
    assert post(client, call_about(before)) == 200
    assert suppressed() == []

    assert post(client, call_about(mail)) == 200

    assert bounced() == ["mail:1", "mail:2"]
    assert reread(mail).answer == "550 5.1.1 no such user (in a report afterwards)"
    assert suppressed() == [(TO, "bulk")]


@pytest.mark.parametrize(
    "facts",
    [
        {"reason": "generic"},
        {"delivery-status": {"message": "550 5.1.1 no such user"}},
        {"delivery-status": {"message": "550-5.1.1 The email account does not exist"}},
        {"delivery-status": {"message": "", "description": "Not delivered to a bounced address"}},
        {"reason": "suppress-bounce", "delivery-status": None},
        {"recipient": "Gone@School.example"},
    ],
)
def test_the_words_of_their_server_or_the_reason_of_mailgun_make_it_a_bounce(client, facts):
    mail = send()

    assert post(client, call_about(mail, **facts)) == 200

    assert bounced() == ["mail:1"]


def test_a_call_that_is_repeated_counts_once(client):
    mail = send()
    call = call_about(mail)
    assert [post(client, call), post(client, call)] == [200, 200]
    assert Attempt.objects.count() == 1

    Delivery.objects.filter(pk=mail.pk).update(status="sent", failure="")  # tried again
    assert post(client, call) == 200

    assert bounced() == []


def test_a_complaint_ends_newsletters_at_once(client):
    mail = send()

    assert post(client, call_about(mail, event="complained", severity=None)) == 200

    assert suppressed() == [(TO, "bulk")]
    assert bounced() == []


@pytest.mark.parametrize(
    "facts",
    [
        {"severity": "temporary"},
        {"event": "delivered"},
        {"event": "opened"},
        {"event": "unsubscribed"},
        {"event": "something new"},
        {"reason": "generic", "delivery-status": {"message": "", "description": "Timed out"}},
        {"reason": "generic", "delivery-status": None},
        {"recipient": "another@school.example"},
        {"recipient": None},
        {"recipient": {"a": 1}},
        {"message": {"headers": {"message-id": f"{'0' * 32}@hub.example"}}},
        {"message": {"headers": {"message-id": "\x00"}}},
        {"message": {"headers": {"message-id": 5}}},
        {"message": None},
        {"timestamp": "soon"},
        {"delivery-status": {"message": "5.7.1 not from you", "code": 550}},
        {"delivery-status": {"message": "550 5.7.1 not from you", "code": 550}},
        {"delivery-status": {"message": "554 looks like spam", "code": 554}},
    ],
)
def test_what_is_signed_and_no_bounce_of_our_mail_is_taken_and_changes_nothing(client, facts):
    mail = send()

    assert post(client, call_about(mail, **facts)) == 200

    assert reread(mail).status == "sent"
    assert (bounced(), suppressed()) == ([], [])


def unsigned(mail):
    return {"event-data": call_about(mail)["event-data"]}


def signed_by_another(mail):
    return call_about(mail, key="another-key")


def signed_two_weeks_ago(mail):
    return call_about(mail, signed_at=now() - A_DAY * 14)


def signed_in_two_weeks(mail):
    return call_about(mail, signed_at=now() + A_DAY * 15)


def signed_with_nonsense(mail):
    call = call_about(mail)
    call["signature"]["timestamp"] = "ü"
    return call


def signed_with_a_list(mail):
    return {**call_about(mail), "signature": [1, 2]}


def a_list(mail):
    return [call_about(mail)]


def nothing(mail):
    return b""


def noise(mail):
    return bytes(range(256))


def nested(mail):
    return b"[" * 200_000


def too_much(mail):
    return b'{"a": "' + b"x" * 6_000_000 + b'"}'


@pytest.mark.parametrize(
    "make",
    [
        unsigned,
        signed_by_another,
        signed_two_weeks_ago,
        signed_in_two_weeks,
        signed_with_nonsense,
        signed_with_a_list,
        a_list,
        nothing,
        noise,
        nested,
        too_much,
    ],
)
def test_what_is_not_signed_now_is_refused(client, make):
    mail = send()

    assert post(client, make(mail)) == 400
    assert post(client, make(mail), content_type="text/plain") == 400

    assert reread(mail).status == "sent"
    assert Attempt.objects.count() == 0


def test_a_signature_two_weeks_old_less_a_minute_still_counts_for_a_mail_of_then(client):
    mail = send(days_ago=13)

    assert post(client, call_about(mail, signed_at=now() - A_DAY * 13)) == 200
    assert bounced() == ["mail:1"]


def test_a_mail_sent_two_weeks_ago_is_too_old(client):
    mail = send(days_ago=14)

    assert post(client, call_about(mail)) == 200
    assert bounced() == []


def test_without_a_key_there_is_nothing_here(client, settings):
    settings.MAILGUN_WEBHOOK_KEY = ""
    mail = send()

    assert post(client, call_about(mail, key="")) == 404
    assert client.get(reverse("mail:mailgun")).status_code == 404
    assert bounced() == []


def test_a_page_is_not_here_either(client):
    assert client.get(reverse("mail:mailgun")).status_code == 405
    assert client.put(reverse("mail:mailgun")).status_code == 405


def test_who_calls_too_often_is_asked_to_call_later(client, monkeypatch):
    monkeypatch.setattr(views, "MOST_CALLS", 2)
    monkeypatch.setattr(views, "A_MINUTE", timedelta(days=400))
    mail = send()

    assert [post(client, b"{}") for _ in range(2)] == [400, 400]
    assert post(client, call_about(mail)) == 429
    assert bounced() == []


def test_the_answer_says_nothing_and_the_log_names_nobody(client, caplog):
    mail = send()
    with caplog.at_level(logging.INFO):
        response = client.post(
            reverse("mail:mailgun"),
            data=json.dumps(call_about(mail, message=None)),
            content_type="application/json",
        )

    assert (response.status_code, response.content) == (200, b"")
    assert "Set-Cookie" not in response.headers
    (record,) = [each for each in caplog.records if each.message == "mail.call_not_understood"]
    assert vars(record)["error"] == "TypeError"
    assert not [each for each in caplog.records if TO in each.getMessage()]
