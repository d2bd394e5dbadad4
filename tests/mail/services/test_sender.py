"""The sender, step by step, against a way out that answers as it is told."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from hub_portal.clock.services.heartbeats import last_beat
from hub_portal.mail.choices import ClosedFor, Priority, SuppressedFor
from hub_portal.mail.models import Attachment, AttachmentContent, Delivery
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import kinds, sender
from hub_portal.mail.services.claiming import LEASE, claim_due
from hub_portal.mail.services.gate import set_gate, the_gate
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.mail.services.suppressions import suppress
from tests.makers.mail import (
    NOON,
    AnsweringTransport,
    make_hub_manager,
    make_issue,
    make_mail,
    make_readers,
    reread,
)

pytestmark = pytest.mark.django_db

LATER = Answer(Stage.RECIPIENT, 451, "4.7.1 greylisted")
BOUNCE = Answer(Stage.RECIPIENT, 550, "5.1.1 nobody here")
REFUSED = Answer(Stage.CONTENT, 554, "5.6.0 no")
TROUBLE = Answer(Stage.CONNECTING, 0, "ConnectionRefusedError")
SILENCE = Answer(Stage.CONTENT, 0, "SMTPServerDisconnected")


@pytest.fixture
def rung(monkeypatch):
    heard = []
    monkeypatch.setattr(sender, "ring", lambda *words: heard.append(words))
    return heard


@pytest.fixture(autouse=True)
def no_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_KINDS", {})


def send(*answers, at=NOON, **words):
    transport = words.pop("transport", None) or AnsweringTransport(*answers)
    sender.send_due(
        transport=transport,
        now=lambda: at,
        is_told_to_stop=words.pop("is_told_to_stop", lambda: False),
        **words,
    )
    assert transport.is_closed
    assert not Delivery.objects.filter(status__in=["claimed", "sending"]).exists()
    return [to for to, _, _ in transport.sent]


def state(mail):
    mail = reread(mail)
    return mail.status, mail.failure, mail.attempts, mail.doubts


def test_a_due_mail_is_sent_once():
    mail = make_mail()

    assert send() == [mail.to]
    assert send() == []
    assert state(mail) == ("sent", "", 1, 0)
    assert reread(mail).finished_at == NOON


def test_a_mail_whose_time_has_not_come_waits():
    mail = make_mail(not_before=NOON + timedelta(minutes=1))

    assert send() == []
    assert send(at=NOON + timedelta(minutes=1)) == [mail.to]


def test_sign_in_codes_go_first_and_newsletters_last():
    for n, priority in enumerate((Priority.BULK, Priority.ORDINARY, Priority.SIGN_IN)):
        make_mail(key=f"{n}", to=f"p{priority}@school.example", priority=priority)

    assert send() == ["p0@school.example", "p1@school.example", "p2@school.example"]


def test_more_than_one_claim_is_emptied_in_one_run():
    for n in range(120):
        make_mail(key=f"{n}", to=f"t{n:03}@school.example")

    assert send() == [f"t{n:03}@school.example" for n in range(120)]


def test_a_mail_that_has_expired_is_not_sent_and_its_secret_is_blanked():
    mail = make_mail(expires_at=NOON, sealed={"code": "ABC"})

    assert send() == []
    assert state(mail) == ("expired", "", 0, 0)
    assert reread(mail).sealed == ""


def test_a_mail_that_is_no_longer_true_is_not_sent():
    asked = []
    register_mail_kind("tests.letter", is_still_true=lambda about: asked.append(about))
    mail = make_mail()

    assert send() == []
    assert state(mail) == ("untrue", "", 0, 0)
    assert asked == ["booking:1"]


@pytest.mark.parametrize(
    ("suppressed_for", "priority", "status"),
    [
        (SuppressedFor.BULK, Priority.BULK, "suppressed"),
        (SuppressedFor.BULK, Priority.ORDINARY, "sent"),
        (SuppressedFor.EVERYTHING, Priority.ORDINARY, "suppressed"),
        (SuppressedFor.EVERYTHING, Priority.SIGN_IN, "suppressed"),
    ],
)
def test_a_suppressed_address_is_sent_nothing_of_that_sort(suppressed_for, priority, status):
    suppress(
        address="Teacher@School.example",
        suppressed_for=suppressed_for,
        reason="asked by phone",
        by=make_hub_manager(),
        at=NOON,
    )
    mail = make_mail(priority=priority)

    send()

    assert reread(mail).status == status


def test_a_4xx_waits_longer_each_time_and_is_then_given_up():
    mail, at = make_mail(), NOON
    waits = []

    for _ in range(16):
        send(LATER, at=at)
        row = reread(mail)
        waits.append(row.not_before - at)
        at = row.not_before

    assert waits[:3] == [timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=10)]
    assert state(mail) == ("failed", "gave_up", 16, 0)
    assert mail.unlucky_attempts.count() == 16


def test_a_5xx_about_the_recipient_is_a_bounce_and_the_next_mail_goes():
    first = make_mail(key="1", to="gone@school.example")
    second = make_mail(key="2")

    assert send(BOUNCE) == [first.to, second.to]
    assert state(first) == ("failed", "bounced", 1, 0)
    assert state(second) == ("sent", "", 1, 0)
    assert reread(first).answer == "550 5.1.1 nobody here (naming the recipient)"


def test_a_5xx_about_the_message_is_a_refusal():
    mail = make_mail()

    send(REFUSED)

    assert state(mail) == ("failed", "refused", 1, 0)


def test_no_connection_closes_the_gate_and_charges_nobody():
    mails = [make_mail(key=f"{n}") for n in range(3)]

    assert len(send(TROUBLE)) == 1
    assert {state(mail) for mail in mails} == {("waiting", "", 0, 0)}
    assert the_gate().trouble_until == NOON + timedelta(minutes=1)
    assert send(at=NOON + timedelta(seconds=59)) == []

    assert len(send(at=NOON + timedelta(minutes=1))) == 3
    assert (the_gate().trouble, the_gate().trouble_until) == ("", None)


def test_trouble_on_and_on_closes_the_gate_for_longer():
    make_mail()
    at, closed = NOON, []

    for _ in range(6):
        send(TROUBLE, at=at)
        until = the_gate().trouble_until
        closed.append((until - at) // timedelta(minutes=1))
        at = until

    assert closed == [1, 2, 4, 8, 15, 15]


def test_a_sign_in_code_tries_a_gate_that_trouble_closed_and_opens_it():
    ordinary = make_mail(key="1")
    send(TROUBLE)
    code = make_mail(key="2", to="rep@school.example", priority=Priority.SIGN_IN)
    at = NOON + timedelta(seconds=10)

    assert send(TROUBLE, at=at) == ["rep@school.example"]
    assert the_gate().troubles_in_a_row == 1
    assert send(at=at + timedelta(seconds=15)) == ["rep@school.example"]
    assert the_gate().trouble_until is None
    assert state(code) == ("sent", "", 1, 0)
    assert send(at=NOON + timedelta(minutes=1)) == [ordinary.to]


def test_silence_after_the_message_is_doubt_and_twice_is_failed_and_shown():
    mail = make_mail(sealed={"code": "ABC"})

    send(SILENCE)
    assert state(mail) == ("waiting", "", 0, 1)
    assert reread(mail).sealed != ""

    transport = AnsweringTransport(SILENCE)
    send(transport=transport, at=the_gate().trouble_until)
    assert state(mail) == ("failed", "in_doubt", 1, 2)
    assert transport.sent[0][1] == mail.message_id
    assert reread(mail).sealed == ""


def test_a_mail_left_in_sending_past_its_lease_is_sent_once_more_with_the_same_id():
    mail = make_mail()
    claim_due(holder="dead", at=NOON)
    Delivery.objects.update(status="sending")
    transport = AnsweringTransport()

    sender.send_due(transport=transport, now=lambda: NOON + LEASE - timedelta(seconds=1))
    assert transport.sent == []
    send(transport=transport, at=NOON + LEASE)

    assert [id for _, id, _ in transport.sent] == [mail.message_id]
    assert state(mail) == ("sent", "", 1, 1)


def test_a_mail_left_in_sending_twice_has_failed():
    mail = make_mail()
    claim_due(holder="dead", at=NOON)
    Delivery.objects.update(status="sending", doubts=1)

    assert send(at=NOON + LEASE) == []
    assert state(mail) == ("failed", "in_doubt", 0, 2)


def test_a_mail_only_claimed_by_a_dead_sender_is_not_in_doubt():
    mail = make_mail()
    claim_due(holder="dead", at=NOON)

    assert send(at=NOON + LEASE) == [mail.to]
    assert state(mail) == ("sent", "", 1, 0)


def test_a_sender_that_lost_its_lease_before_sending_sends_nothing():
    make_mail()

    class TakenMeanwhile(AnsweringTransport):
        pass

    def stolen(_about):
        Delivery.objects.update(holder="another", lease_until=NOON + LEASE)
        return True

    register_mail_kind("tests.letter", is_still_true=stolen)
    transport = TakenMeanwhile()
    sender.send_due(transport=transport, now=lambda: NOON)

    assert transport.sent == []
    assert Delivery.objects.get().holder == "another"


def test_a_sender_that_lost_its_lease_while_sending_writes_nothing():
    mail = make_mail()

    class Frozen(AnsweringTransport):
        def send(self, **words):
            Delivery.objects.update(status="claimed", holder="another", doubts=1)
            return super().send(**words)

    sender.send_due(transport=Frozen(), now=lambda: NOON)

    row = reread(mail)
    assert (row.status, row.holder, row.doubts, row.attempts) == ("claimed", "another", 1, 0)


def test_a_sender_told_to_stop_gives_back_what_it_has_not_begun():
    for n in range(5):
        make_mail(key=f"{n}")
    words = iter([False, False, False, True, True, True])

    assert len(send(is_told_to_stop=lambda: next(words))) == 2
    assert sorted(Delivery.objects.values_list("status", flat=True)) == (
        ["sent"] * 2 + ["waiting"] * 3
    )


def test_a_run_that_is_over_gives_back_and_rings_for_the_rest(rung):
    for n in range(5):
        make_mail(key=f"{n}")

    assert send(for_seconds=0.0) == []
    assert rung == [("mail.send_due",)]
    assert len(send()) == 5
    assert len(rung) == 1


def test_a_sign_in_code_does_not_wait_behind_a_batch(monkeypatch):
    monkeypatch.setattr(sender, "SECONDS_BETWEEN_LOOKS", 0.0)
    for n in range(5):
        make_mail(key=f"{n}", to=f"b{n}@school.example", priority=Priority.BULK)

    class Asked(AnsweringTransport):
        def send(self, **words):
            if not self.sent:
                make_mail(key="code", to="rep@school.example", priority=Priority.SIGN_IN)
            return super().send(**words)

    sent = send(transport=Asked())

    assert sent[:3] == ["b0@school.example", "rep@school.example", "b1@school.example"]
    assert len(sent) == 6


def test_one_mail_that_cannot_be_prepared_does_not_hold_up_the_others():
    def made(about):
        if about == "booking:bad":
            raise LookupError
        return ()

    register_mail_kind("tests.letter", make_attachments=made)
    bad, good = make_mail(key="1", about="booking:bad"), make_mail(key="2")

    assert send() == [good.to]
    assert state(bad) == ("waiting", "", 1, 0)
    assert reread(bad).answer == "not ready: LookupError"


def test_attachments_are_made_once_and_kept_once_for_all():
    calls = []

    def made(about):
        calls.append(about)
        return [MadeAttachment("a.txt", "text/plain", b"the same for all")]

    register_mail_kind("tests.letter", make_attachments=made)
    make_mail(key="1")
    make_mail(key="2")
    transport = AnsweringTransport(LATER)

    send(transport=transport)
    send(transport=transport, at=NOON + timedelta(minutes=2))

    assert len(calls) == 2
    assert [b"dGhlIHNhbWUgZm9yIGFsbA==" in raw for _, _, raw in transport.sent] == [True] * 3
    assert (Attachment.objects.count(), AttachmentContent.objects.count()) == (2, 1)


def test_an_attachment_that_carries_a_right_is_made_again_and_never_kept():
    calls = []

    def made(about):
        calls.append(about)
        return [
            MadeAttachment("kept.txt", "text/plain", b"kept"),
            MadeAttachment("ticket.pdf", "application/pdf", b"MARKER", carries_a_right=True),
        ]

    register_mail_kind("tests.letter", make_attachments=made)
    make_mail()
    transport = AnsweringTransport(LATER)

    send(transport=transport)
    send(transport=transport, at=NOON + timedelta(minutes=2))

    assert len(calls) == 2
    assert [b"TUFSS0VS" in raw for _, _, raw in transport.sent] == [True, True]
    assert [bytes(row.content) for row in AttachmentContent.objects.all()] == [b"kept"]
    assert list(Attachment.objects.values_list("name", "size", "content__size").order_by("pk")) == [
        ("kept.txt", 4, 4),
        ("ticket.pdf", 6, None),
    ]


def test_a_cap_lets_so_many_through_a_minute_and_sign_in_codes_besides():
    gate = the_gate()
    gate.messages_per_minute = 3
    gate.save()
    for n in range(8):
        make_mail(key=f"{n}")

    assert len(send()) == 3
    make_mail(key="code", to="rep@school.example", priority=Priority.SIGN_IN)
    assert send() == ["rep@school.example"]
    assert len(send(at=NOON + timedelta(seconds=40))) == 1
    assert len(send(at=NOON + timedelta(seconds=100))) == 3
    assert len(send(at=NOON + timedelta(minutes=9))) == 1


def test_the_sender_notes_that_it_is_alive():
    send()

    assert last_beat(sender.HEARTBEAT) == NOON


# ---- Mails to many ------------------------------------------------------------------------------


def links_of(abouts):
    return {about: {"unsubscribe": f"https://hub.example/u/{about}/"} for about in abouts}


def test_mails_to_many_are_asked_about_once_a_batch_and_carry_their_own_values():
    asked, valued = [], []

    def which(abouts):
        asked.append(len(abouts))
        return set(abouts)

    def values_of(abouts):
        valued.append(len(abouts))
        return links_of(abouts)

    register_mail_kind("tests.issue", which_are_still_true=which, values_of=values_of)
    make_issue(make_readers(120))
    transport = AnsweringTransport()

    assert len(send(transport=transport)) == 120
    assert (asked, valued) == ([50, 50, 20], [50, 50, 20])
    about = dict(Delivery.objects.values_list("message_id", "about"))
    for _, message_id, raw in transport.sent:
        link = f"https://hub.example/u/{about[message_id]}/"
        message = message_from_bytes(raw, policy=default)
        assert message["List-Unsubscribe"] == f"<{link}>"
        assert link in message.get_body("plain").get_content()
        assert link in message.get_body("html").get_content()
    assert b"%%" not in b"".join(raw for _, _, raw in transport.sent)
    assert not Delivery.objects.filter(replacements__has_key="unsubscribe").exists()


def test_of_mails_to_many_those_no_longer_true_or_suppressed_do_not_go():
    suppress(
        address="reader1@school.example",
        suppressed_for=SuppressedFor.BULK,
        reason="bounced twice",
        by=make_hub_manager(),
        at=NOON,
    )
    make_issue(make_readers(4))
    untrue = Delivery.objects.get(to="reader2@school.example")
    register_mail_kind(
        "tests.issue", which_are_still_true=lambda abouts: set(abouts) - {untrue.about}
    )

    assert send() == ["reader0@school.example", "reader3@school.example"]
    assert dict(Delivery.objects.values_list("to", "status")) == {
        "reader0@school.example": "sent",
        "reader1@school.example": "suppressed",
        "reader2@school.example": "untrue",
        "reader3@school.example": "sent",
    }


def test_a_kind_with_the_single_question_is_asked_once_for_each_about():
    asked = []
    register_mail_kind("tests.issue", is_still_true=lambda about: not asked.append(about))
    make_issue(make_readers(20, about=Value("issue:12")))

    assert len(send()) == 20
    assert asked == ["issue:12"]


def test_mails_to_many_are_asked_about_again_when_the_answer_is_old(monkeypatch):
    """Whoever unsubscribes while a slow server takes its time gets none."""
    monkeypatch.setattr(sender, "SECONDS_AN_ANSWER_HOLDS", 0.0)
    gone = set()

    class Slow(AnsweringTransport):
        def send(self, **words):
            gone.add(Delivery.objects.get(to="reader2@school.example").about)
            return super().send(**words)

    register_mail_kind("tests.issue", which_are_still_true=lambda abouts: set(abouts) - gone)
    make_issue(make_readers(4))

    sent = send(transport=Slow())

    assert sent == [f"reader{n}@school.example" for n in (0, 1, 3)]


def test_one_mail_to_many_that_cannot_be_prepared_does_not_hold_up_the_others():
    make_issue(make_readers(5))
    bad = Delivery.objects.get(to="reader2@school.example")

    def values_of(abouts):
        if bad.about in abouts:
            raise LookupError
        return links_of(abouts)

    register_mail_kind("tests.issue", values_of=values_of)

    assert send() == [f"reader{n}@school.example" for n in (0, 1, 3, 4)]
    assert state(bad) == ("waiting", "", 1, 0)


def test_a_mail_to_many_is_two_statements_and_nothing_is_asked_of_it_alone(monkeypatch):
    monkeypatch.setattr(sender, "SECONDS_BETWEEN_LOOKS", 3600.0)
    register_mail_kind("tests.issue", values_of=links_of)
    send()  # makes the rows there is one of
    counts = []
    for readers in (make_readers(10, at_school="a.example"), make_readers(40)):
        make_issue(readers)
        with CaptureQueriesContext(connection) as queries:
            send()
        counts.append(len(queries))

    assert counts[1] - counts[0] == 2 * 30


def test_a_gate_closed_for_many_stops_a_run_within_a_batch():
    make_issue(make_readers(120))
    ordinary = make_mail(to="rep@school.example", not_before=NOON + timedelta(minutes=1))

    class Closing(AnsweringTransport):
        def send(self, **words):
            if len(self.sent) == 10:
                words_ = {"closed_for": ClosedFor.BULK, "reason": "a mistake in it"}
                set_gate(**words_, by=make_hub_manager(), at=NOON)
            return super().send(**words)

    assert len(send(transport=Closing())) == 50
    assert Delivery.objects.filter(status="waiting").count() == 71
    assert send(at=NOON + timedelta(minutes=1)) == [ordinary.to]


def test_a_mail_to_many_with_something_attached_carries_it():
    made = MadeAttachment("a.txt", "text/plain", b"the same for all")
    register_mail_kind("tests.issue", values_of=links_of, make_attachments=lambda _about: [made])
    make_issue(make_readers(3))
    transport = AnsweringTransport()

    send(transport=transport)

    assert [b"dGhlIHNhbWUgZm9yIGFsbA==" in raw for _, _, raw in transport.sent] == [True] * 3
    assert AttachmentContent.objects.count() == 1
