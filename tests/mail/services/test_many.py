"""One mail to many: a frozen body, and its deliveries made by the database."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, F, Value
from django.test.utils import CaptureQueriesContext

from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services import kinds, many, sender
from hub_portal.mail.services.claiming import claim_due
from hub_portal.mail.services.many import (
    Progress,
    freeze_body,
    hold_back,
    let_go,
    progress_of,
    put_in_outbox_for_many,
    stop_all,
)
from hub_portal.mail.services.outcomes import begin_sending
from tests.makers.mail import (
    NOON,
    AnsweringTransport,
    make_issue,
    make_mail,
    make_readers,
    make_somebody,
    to_readers,
)

pytestmark = pytest.mark.django_db

NONE_YET = Progress(
    waiting=0,
    on_their_way=0,
    sent=0,
    failed=0,
    bounced=0,
    suppressed=0,
    untrue=0,
    stopped=0,
    expired=0,
    is_held_back=False,
)


def progress(**counts):
    return Progress(**{**vars(NONE_YET), **counts})


@pytest.fixture(autouse=True)
def no_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_KINDS", {})


@pytest.fixture
def rung(monkeypatch):
    heard = []
    monkeypatch.setattr(many, "ring", lambda *words: heard.append(words))
    return heard


def put(to_whom, **words):
    given = {
        "kind": "tests.issue",
        "subject": "News",
        "headers": {"List-Id": "<news.hub.example>"},
        "reply_to": "office@hub.example",
        "at": NOON,
        **words,
    }
    body = given.pop("body", None) or freeze_body(html="<p>News</p>", text="News\n")
    return put_in_outbox_for_many(body=body, to_whom=to_whom, **given)


def nobody():
    return get_user_model().objects.none()


def send(at=NOON, transport=None):
    transport = transport or AnsweringTransport()
    sender.send_due(transport=transport, now=lambda: at, is_told_to_stop=lambda: False)
    return [to for to, _, _ in transport.sent]


def test_every_row_of_to_whom_is_a_waiting_mail_that_says_all_that_one_by_one_would(rung):
    person = make_somebody()
    one_by_one = make_mail(
        key="one",
        kind="tests.issue",
        priority=2,
        subject="News",
        text="News\n",
        html="<p>News</p>",
        headers={"List-Id": "<news.hub.example>"},
        reply_to="office@hub.example",
        recipient=person,
        about=f"subscription:{person.pk}:1:issue:12",
    )

    assert put(to_readers(get_user_model().objects.filter(pk=person.pk))) == 1

    made = Delivery.objects.get(dedupe_key=f"issue:12:person:{person.pk}")
    other = {"id", "dedupe_key", "message_id", "body_id"}
    same = [field.attname for field in Delivery._meta.concrete_fields if field.attname not in other]
    assert {name: getattr(made, name) for name in same} == {
        name: getattr(Delivery.objects.get(pk=one_by_one.pk), name) for name in same
    }
    assert made.body.digest == one_by_one.body.digest
    assert rung == [("mail.send_due",)]


def test_every_row_has_a_message_id_of_its_own_that_is_random(rung):
    put(make_readers(300))

    ids = set(Delivery.objects.values_list("message_id", flat=True))
    assert len(ids) == 300
    assert all(re.fullmatch(r"<[0-9a-f]{32}@hub\.example>", each) for each in ids)


def test_rows_whose_key_is_there_are_passed_over_and_nobody_is_rung_for_none(rung):
    readers = make_readers(5)
    put(readers.filter(email__lt="reader3"))

    assert put(readers) == 2
    assert put(readers) == 0
    assert Delivery.objects.count() == 5
    assert len(rung) == 2


def test_two_rows_with_one_key_are_one_mail(rung):
    readers = make_readers(2, dedupe_key=Value("issue:12:address:x"))

    assert put(readers) == 1


def test_nobody_to_mail_is_no_mail(rung):
    assert put(to_readers(nobody())) == 0
    assert put(make_readers(1).filter(pk=0)) == 0
    assert rung == []


def test_a_recipient_that_is_nobody_s_account_is_null(rung):
    assert put(make_readers(2, recipient_id=Value(None, BigIntegerField()))) == 2
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {None}


def test_any_number_of_mails_is_one_statement(rung):
    body = freeze_body(html="", text="News\n")
    counts = []
    for readers in (make_readers(1, at_school="a.example"), make_readers(40)):
        with CaptureQueriesContext(connection) as queries:
            put(readers, body=body)
        counts.append(len(queries))

    assert counts == [1, 1]


def test_a_row_that_breaks_a_constraint_undoes_all_and_is_not_passed_over(rung):
    readers = make_readers(3, to=Value(None, CharField()))

    with pytest.raises(IntegrityError), transaction.atomic():
        put(readers)

    assert not Delivery.objects.exists()
    assert rung == []


def test_mails_go_when_their_cause_is_rolled_back(rung):
    with transaction.atomic():
        make_issue(make_readers(3))
        transaction.set_rollback(True)

    assert not Delivery.objects.exists()
    assert not Body.objects.exists()


@pytest.mark.parametrize(
    "words", [{"subject": "News\nBcc: all@x.example"}, {"headers": {"X": "a\rBcc: b@x.example"}}]
)
def test_a_header_of_more_than_one_line_is_refused(rung, words):
    with pytest.raises(ValueError, match="more than one line"):
        put(make_readers(1), **words)

    assert not Delivery.objects.exists()


def test_other_columns_than_the_four_are_refused(rung):
    with pytest.raises(ValueError, match="to_whom has the columns"):
        put(make_readers(1, subject=F("email")))


def test_what_is_held_back_waits_and_goes_when_it_is_let_go(rung):
    held, other = make_issue(make_readers(3)), make_mail(priority=2)

    assert hold_back(body=held, at=NOON) == 3
    assert progress_of(body=held) == progress(waiting=3, is_held_back=True)
    assert send() == [other.to]

    rung.clear()
    assert let_go(body=held, at=NOON) == 3
    assert rung == [("mail.send_due",)]
    assert len(send()) == 3
    assert progress_of(body=held) == progress(sent=3)


def test_what_a_sender_gives_back_of_a_held_back_body_waits_too():
    body = make_issue(make_readers(3))
    claim_due(holder="dying", at=NOON)
    hold_back(body=body, at=NOON)

    assert send(at=NOON + timedelta(hours=1)) == []
    assert progress_of(body=body) == progress(on_their_way=3, is_held_back=True)
    let_go(body=body, at=NOON)
    assert len(send(at=NOON + timedelta(hours=1))) == 3


def test_what_is_stopped_never_goes_not_even_what_a_sender_has_claimed():
    body = make_issue(make_readers(60))
    hold_back(body=body, at=NOON)
    let_go(body=body, at=NOON)
    first, *_ = claim_due(holder="slow", at=NOON)

    assert stop_all(body=body, at=NOON) == 60
    assert progress_of(body=body) == progress(stopped=60)
    assert not begin_sending(first, at=NOON)
    assert send() == []
    assert hold_back(body=body, at=NOON) == 0
    assert progress_of(body=body).is_held_back is False


def test_what_was_being_sent_when_all_was_stopped_is_stopped_when_it_would_go_again():
    body = make_issue(make_readers(2))
    claim_due(holder="dying", at=NOON)
    Delivery.objects.filter(to="reader0@school.example").update(status="sending")

    assert stop_all(body=body, at=NOON) == 1
    assert progress_of(body=body) == progress(on_their_way=1, stopped=1)
    assert send(at=NOON + timedelta(hours=1)) == []
    assert progress_of(body=body) == progress(stopped=2)


def test_progress_counts_by_what_became_of_each():
    body = make_issue(make_readers(9))
    pks = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    ends = ["sent", "sent", "suppressed", "untrue", "expired"]
    for pk, status in zip(pks, ends, strict=False):
        Delivery.objects.filter(pk=pk).update(status=status, finished_at=NOON)
    for pk, failure in zip(pks[5:], ("bounced", "refused"), strict=False):
        failed = {"status": "failed", "failure": failure, "finished_at": NOON}
        Delivery.objects.filter(pk=pk).update(**failed)

    found = progress_of(body=body)

    assert found == progress(
        waiting=2, sent=2, failed=2, bounced=1, suppressed=1, untrue=1, expired=1
    )
    assert (found.unfinished, found.all) == (2, 9)
