"""A server that refuses mails to many one after the other is not asked all the rest."""

from datetime import timedelta

import pytest

from hub_portal.mail.choices import ClosedFor, Priority
from hub_portal.mail.models import Delivery
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import halting, sender
from hub_portal.mail.services.gate import set_gate, the_gate
from hub_portal.mail.services.halting import REFUSALS_IN_A_ROW
from hub_portal.trail.models import Act
from tests.makers.mail import (
    ACCEPTED,
    NOON,
    AnsweringTransport,
    make_hub_manager,
    make_issue,
    make_mail,
    make_readers,
)

pytestmark = pytest.mark.django_db

REFUSED = Answer(Stage.CONTENT, 554, "5.7.1 looks like spam")
BOUNCE = Answer(Stage.RECIPIENT, 550, "5.1.1 nobody here")
REASON = (
    "The mail server refused 10 in a row of “This week at the hub”. "
    "It said: 554 5.7.1 looks like spam (handing over the message)"
)


def send(*answers, at=NOON):
    transport = AnsweringTransport(*answers)
    sender.send_due(transport=transport, now=lambda: at, is_told_to_stop=lambda: False)
    return [to for to, _, _ in transport.sent]


def test_ten_refusals_in_a_row_close_the_gate_for_mail_to_many_and_ordinary_mail_goes_on():
    make_hub_manager()
    make_issue(make_readers(60))

    assert len(send(*[REFUSED] * 60)) == REFUSALS_IN_A_ROW + 1  # and the word to the hub manager

    assert (the_gate().closed_for, the_gate().reason) == (ClosedFor.BULK, REASON)
    assert Delivery.objects.filter(status="waiting").count() == 50
    ordinary = make_mail(to="rep@school.example")
    assert send() == [ordinary.to]


def test_a_sender_refused_after_another_has_closed_the_gate_goes_no_further():
    manager = make_hub_manager()
    make_issue(make_readers(60))

    class ClosedMeanwhile(AnsweringTransport):
        def send(self, **mail):
            if not self.sent:
                set_gate(closed_for=ClosedFor.BULK, reason="Refused", by=manager, at=NOON)
            return super().send(**mail)

    transport = ClosedMeanwhile(*[REFUSED] * 60)
    sender.send_due(transport=transport, now=lambda: NOON, is_told_to_stop=lambda: False)

    assert len(transport.sent) == 1
    assert Delivery.objects.filter(status="waiting").count() == 59


def test_a_halt_is_an_act_of_the_portal_and_each_hub_manager_is_told_once():
    managers = [make_hub_manager(), make_hub_manager(email="second@hub.example")]
    make_issue(make_readers(60))

    send(*[REFUSED] * 60)
    send(*[REFUSED] * 60)

    act = Act.objects.get(verb="mail.set_gate")
    assert (act.by.is_portal, act.reason, act.after) == (True, REASON, {"closed_for": "bulk"})
    told = Delivery.objects.filter(kind="desk.mail_halted").order_by("recipient")
    assert [mail.to for mail in told] == [manager.email for manager in managers]
    assert [mail.priority for mail in told] == [Priority.ORDINARY] * 2
    assert all(REASON in mail.body.text for mail in told)


@pytest.mark.parametrize(
    "answers",
    [
        [REFUSED] * 9,
        [*[REFUSED] * 9, ACCEPTED, *[REFUSED] * 9],
        [*[REFUSED] * 9, *[BOUNCE] * 9],
        [BOUNCE] * 30,
    ],
)
def test_fewer_in_a_row_and_bounces_close_nothing(answers):
    make_issue(make_readers(60))

    assert len(send(*answers)) == 60
    assert the_gate().closed_for == ClosedFor.NOTHING


def test_bounces_between_refusals_do_not_make_a_row_shorter():
    make_issue(make_readers(60))

    assert len(send(*[REFUSED, BOUNCE] * 30)) == 2 * REFUSALS_IN_A_ROW - 1
    assert the_gate().closed_for == ClosedFor.BULK


def test_a_row_is_counted_across_runs_and_whatever_goes_between():
    body = make_issue(make_readers(5))
    send(*[REFUSED] * 5)
    make_mail(key="between")
    send()
    make_issue(make_readers(5, at_school="other.example"), body=body)

    assert len(send(*[REFUSED] * 5, at=NOON + timedelta(hours=1))) == 5
    assert the_gate().closed_for == ClosedFor.BULK


def test_two_bodies_are_two_rows():
    make_issue(make_readers(5))
    make_issue(make_readers(9, at_school="other.example"))

    assert len(send(*[REFUSED] * 14)) == 14
    assert the_gate().closed_for == ClosedFor.NOTHING


def test_refusals_of_ordinary_mail_close_nothing():
    for n in range(12):
        make_mail(key=f"{n}")

    assert len(send(*[REFUSED] * 12)) == 12
    assert the_gate().closed_for == ClosedFor.NOTHING


def test_the_gate_opened_again_counts_from_then_on():
    manager = make_hub_manager()
    make_issue(make_readers(60))
    send(*[REFUSED] * 10)
    later = NOON + timedelta(hours=1)
    set_gate(closed_for=ClosedFor.NOTHING, reason="mended", by=manager, at=later)

    later += timedelta(minutes=1)
    assert len(send(*[REFUSED] * 9, at=later)) == 50
    assert the_gate().closed_for == ClosedFor.NOTHING


def test_a_gate_the_hub_has_closed_meanwhile_stays_as_it_is(monkeypatch):
    """The refusal that would close it ends the batch all the same."""
    manager = make_hub_manager()
    make_issue(make_readers(60))
    looked = halting._were_all_refused

    def closed_meanwhile(delivery, gate):
        found = looked(delivery, gate)
        if found and the_gate().closed_for == ClosedFor.NOTHING:
            words = {"closed_for": ClosedFor.ALL_BUT_SIGN_IN, "reason": "moving"}
            set_gate(**words, by=manager, at=NOON - timedelta(hours=1))
        return found

    monkeypatch.setattr(halting, "_were_all_refused", closed_meanwhile)

    assert len(send(*[REFUSED] * 60)) == REFUSALS_IN_A_ROW
    assert the_gate().reason == "moving"
    assert not Delivery.objects.filter(kind="desk.mail_halted").exists()
