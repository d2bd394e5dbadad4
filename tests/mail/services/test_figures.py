"""How mail stands, and why a mail waits."""

from datetime import timedelta

import pytest

from hub_portal.clock.services.heartbeats import beat
from hub_portal.mail.choices import ClosedFor, Priority
from hub_portal.mail.models import Delivery
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import sender
from hub_portal.mail.services.figures import mail_figures, why_waiting
from hub_portal.mail.services.gate import close_for_trouble, set_gate, the_gate
from hub_portal.mail.services.many import hold_back
from hub_portal.mail.services.sender import HEARTBEAT
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

LATER = Answer(Stage.RECIPIENT, 451, "greylisted")


def why(mail, at=NOON):
    return why_waiting(reread(mail), the_gate(), at=at)


def test_mail_figures_count_the_outbox():
    make_mail(key="1", not_before=NOON - timedelta(minutes=3))
    make_mail(key="2", not_before=NOON + timedelta(days=1))
    for n, failure in enumerate(("bounced", "in_doubt")):
        mail = make_mail(key=f"f{n}")
        Delivery.objects.filter(pk=mail.pk).update(
            status="failed", failure=failure, finished_at=NOON
        )

    figures = mail_figures(NOON)

    assert (figures.waiting, figures.failed, figures.in_doubt) == (2, 2, 1)
    assert figures.oldest_due_at == NOON - timedelta(minutes=3)
    assert (figures.gate, figures.gate_is_open) == ("The mail gate is open.", True)
    assert figures.is_well is False


def test_mail_is_well_when_all_went_and_the_sender_lives():
    make_mail()
    sender.send_due(transport=AnsweringTransport(), now=lambda: NOON)

    assert mail_figures(NOON).is_well is True
    assert mail_figures(NOON + timedelta(minutes=6)).is_well is False


def test_why_waiting_tells_each_reason():
    mail = make_mail()
    assert why(mail) == "It goes with the next run of the sender, within a minute."

    later = make_mail(key="later", not_before=NOON + timedelta(hours=1))
    assert why(later) == "It is to go at 1pm on Friday 20 November 2026."

    sender.send_due(transport=AnsweringTransport(LATER), now=lambda: NOON)
    assert why(mail) == (
        "Waits until 12:02pm on Friday 20 November 2026, since the last answer was: "
        "451 greylisted (naming the recipient)"
    )

    at = NOON + timedelta(minutes=2)
    close_for_trouble(words="ConnectionRefusedError", at=at)
    assert why(mail, at) == (
        "The mail server cannot be used; tried again at 12:03pm on Friday 20 November 2026. "
        "It said: ConnectionRefusedError"
    )

    set_gate(closed_for=ClosedFor.BULK, reason="a bad link", by=make_hub_manager(), at=at)
    bulk = make_mail(key="bulk", priority=Priority.BULK)
    assert why(bulk, at) == (
        "The mail gate is closed for newsletters and letters to many: a bad link"
    )
    assert why(mail, at) == "It goes with the next run of the sender, within a minute."


def test_why_waiting_of_a_mail_in_hand_and_of_one_that_went():
    mail = make_mail()
    held = {"status": "sending", "holder": "x", "lease_until": NOON + timedelta(minutes=5)}
    Delivery.objects.update(**held)

    assert why(mail) == "A sender has it."
    assert why(mail, NOON + timedelta(minutes=5)) == (
        "Its sender has not been heard of; another takes it within a minute."
    )
    Delivery.objects.update(status="sent", holder="", lease_until=None, finished_at=NOON)
    assert why(mail) == ""


def test_a_newsletter_that_takes_its_time_is_not_late_but_a_booking_mail_is():
    beat(name=HEARTBEAT, at=NOON)
    make_issue(make_readers(3), at=NOON - timedelta(hours=2))

    assert (mail_figures(NOON).oldest_due_at, mail_figures(NOON).is_well) == (None, True)

    make_mail(at=NOON - timedelta(hours=2))
    assert mail_figures(NOON).is_well is False


def test_why_waiting_says_that_a_body_is_held_back():
    body = make_issue(make_readers(1))
    hold_back(body=body, at=NOON)

    assert why_waiting(Delivery.objects.get(), the_gate(), at=NOON) == (
        "It is held back with all mails of the same words, until they are let go."
    )
