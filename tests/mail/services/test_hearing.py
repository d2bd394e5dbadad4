"""Rule NL-3: what is heard of a mail afterwards counts if it is about one of ours, and once."""

from datetime import timedelta

import pytest

from hub_portal.mail.choices import Failure, Priority, Status, SuppressedFor
from hub_portal.mail.models import Attempt, Delivery, Suppression
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import sender
from hub_portal.mail.services.deliveries import try_again
from hub_portal.mail.services.hearing import Report, hear_of_a_bounce, hear_of_a_complaint
from hub_portal.mail.services.suppressions import lift
from hub_portal.trail.models import Act
from tests.makers.mail import NOON, AnsweringTransport, make_hub_manager, make_mail, reread

pytestmark = pytest.mark.django_db

TO = "gone@school.example"
A_DAY = timedelta(days=1)
GONE = Answer(Stage.REPORT, 550, "5.1.1 nobody here")
AT_THE_DOOR = Answer(Stage.RECIPIENT, 550, "5.1.1 nobody here")


def send(*, days=0, to=TO, answers=(), key=None, **facts):
    """One mail that the relay took, or answered otherwise."""
    at = NOON + A_DAY * days
    mail = make_mail(key=key or f"mail:{days}:{to}", to=to, at=at, **facts)
    transport = AnsweringTransport(*answers)
    sender.send_due(transport=transport, now=lambda: at, is_told_to_stop=lambda: False)
    return reread(mail)


def report_of(mail, *, to=None, answer=GONE, **facts):
    facts = {"message_id": mail.message_id, "addresses": frozenset({to or mail.to}), **facts}
    return Report(answer=answer, **facts)


def hear(mail, *, days=0, told="one", **facts):
    at = NOON + A_DAY * days + timedelta(hours=1)
    return hear_of_a_bounce(report_of(mail, **facts), told=told, at=at)


def suppressed():
    return list(Suppression.objects.in_force().values_list("address", "suppressed_for"))


def test_a_report_makes_a_sent_mail_one_that_bounced():
    mail = send()

    assert hear(mail)

    after = reread(mail)
    words = "550 5.1.1 nobody here (in a report afterwards)"
    assert (after.status, after.failure, after.answer) == (Status.FAILED, Failure.BOUNCED, words)
    assert after.finished_at == mail.finished_at
    attempts = Attempt.objects.values_list("delivery", "verdict", "answer", "at")
    assert list(attempts) == [(mail.pk, "bounced", words, NOON + timedelta(hours=1))]


def test_two_on_two_days_keep_newsletters_from_the_address_and_nothing_else():
    hear(send(), told="one")
    assert suppressed() == []

    hear(send(days=1), days=1, told="two")

    assert suppressed() == [(TO, SuppressedFor.BULK)]
    assert send(days=2, priority=Priority.BULK, key="bulk").status == Status.SUPPRESSED
    assert send(days=2, key="booking").status == Status.SENT
    assert Act.objects.get(verb="mail.suppress").by.is_portal


@pytest.mark.parametrize("first", ["door", "report"])
def test_bounces_at_the_door_and_in_reports_are_counted_together(first):
    for days in (0, 1):
        if (first == "door") == (days == 0):
            send(days=days, answers=[AT_THE_DOOR])
        else:
            hear(send(days=days), days=days)

    assert suppressed() == [(TO, SuppressedFor.BULK)]


def test_the_day_is_that_of_the_mail_however_late_its_report_comes():
    first, second = send(), send(days=1)

    hear(first, days=5, told="one")
    assert suppressed() == []
    hear(second, days=5, told="two")

    assert suppressed() == [(TO, SuppressedFor.BULK)]


def test_two_mails_of_one_day_are_one_day_though_reported_on_two():
    first, second = send(key="a"), send(key="b")

    hear(first, told="one")
    hear(second, days=1, told="two")

    assert suppressed() == []


def test_a_mail_that_was_taken_and_did_not_come_back_begins_the_count_anew():
    hear(send(), told="one")
    send(days=1)
    hear(send(days=2), days=2, told="two")

    assert suppressed() == []


def test_a_report_of_a_mail_from_before_the_hub_let_it_go_does_not_count_again():
    hear(send(), told="one")
    hear(send(days=1), days=1, told="two")
    before = send(days=2)
    row = Suppression.objects.get()
    lift(suppression_id=row.pk, reason="Works", by=make_hub_manager(), at=NOON + A_DAY * 3)

    hear(before, days=4, told="three")
    hear(send(days=5), days=5, told="four")

    assert suppressed() == []


@pytest.mark.parametrize(("days", "counts"), [(0, True), (13, True), (14, False), (40, False)])
def test_a_mail_counts_for_fourteen_days(days, counts):
    mail = send()

    assert hear(mail, days=days) is counts
    assert (reread(mail).status == Status.FAILED) is counts


@pytest.mark.parametrize(
    "facts",
    [
        {"to": "another@school.example"},
        {"addresses": frozenset()},
        {"message_id": f"<{'0' * 32}@hub.example>"},
        {"message_id": ""},
        {"answer": Answer(Stage.REPORT, 550, "5.7.1 not from you")},
        {"answer": Answer(Stage.REPORT, 450, "4.4.7 gave up")},
        {"answer": Answer(Stage.REPORT, 535, "5.7.8 who are you?")},
    ],
)
def test_what_is_not_about_a_mail_of_ours_to_that_address_changes_nothing(facts):
    mail = send()

    assert not hear(mail, **facts)
    assert reread(mail).status == Status.SENT
    assert Attempt.objects.count() == 0


def test_a_mail_that_has_not_gone_cannot_have_bounced():
    mail = make_mail(to=TO, not_before=NOON + A_DAY)

    assert not hear(mail)
    assert reread(mail).status == Status.WAITING


def test_a_mail_in_doubt_went_if_it_bounced():
    silence = Answer(Stage.CONTENT, 0, "")
    mail = make_mail(to=TO)
    Delivery.objects.filter(pk=mail.pk).update(doubts=1)
    transport = AnsweringTransport(silence)
    sender.send_due(transport=transport, now=lambda: NOON, is_told_to_stop=lambda: False)
    assert reread(mail).failure == Failure.IN_DOUBT

    assert hear(mail)
    assert reread(mail).failure == Failure.BOUNCED


def test_an_accented_domain_is_known_by_its_form_on_the_wire():
    mail = send(to="gone@schüle.example")

    assert hear(mail, to="gone@xn--schle-mva.example")


def test_a_report_told_again_counts_once_even_after_the_mail_went_again():
    mail = send()
    assert hear(mail, told="one")
    assert not hear(mail, told="one")

    try_again(delivery_id=mail.pk, reason="It works", by=make_hub_manager(), at=NOON + A_DAY)
    later = NOON + A_DAY
    sender.send_due(
        transport=AnsweringTransport(), now=lambda: later, is_told_to_stop=lambda: False
    )

    assert not hear(mail, days=1, told="one")
    assert reread(mail).status == Status.SENT
    assert hear(mail, days=1, told="two")


def test_a_complaint_ends_newsletters_at_once_and_leaves_the_mail_as_it_is():
    mail = send()

    assert hear_of_a_complaint(report_of(mail), told="one", at=NOON)
    assert not hear_of_a_complaint(report_of(mail), told="one", at=NOON)

    assert suppressed() == [(TO, SuppressedFor.BULK)]
    assert Suppression.objects.get().reason == (
        "Somebody at this address told their mail provider that a mail of ours is junk."
    )
    assert reread(mail).status == Status.SENT
    assert send(days=1, key="booking").status == Status.SENT


def test_a_complaint_about_what_is_not_ours_ends_nothing():
    mail = send()

    assert not hear_of_a_complaint(report_of(mail, to="x@y.example"), told="one", at=NOON)
    assert not hear_of_a_complaint(report_of(mail), told="one", at=NOON + A_DAY * 14)

    assert suppressed() == []


def test_a_complaint_from_an_address_that_gets_nothing_leaves_that_as_it_is():
    mail = send()
    Suppression.objects.create(
        address=TO,
        suppressed_for=SuppressedFor.EVERYTHING,
        reason="Asked for it",
        made_at=NOON,
        made_by=make_hub_manager(),
    )

    assert hear_of_a_complaint(report_of(mail), told="one", at=NOON)

    assert suppressed() == [(TO, SuppressedFor.EVERYTHING)]
