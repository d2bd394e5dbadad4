"""Rule NL-3: two bounces on two days end the newsletter for an address, and nothing else."""

import itertools
from datetime import timedelta

import pytest

from hub_portal.mail.choices import Priority, SuppressedFor
from hub_portal.mail.models import Suppression
from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services import sender
from hub_portal.mail.services.suppressions import lift
from hub_portal.trail.models import Act
from tests.makers.mail import ACCEPTED, NOON, AnsweringTransport, make_hub_manager, make_mail

pytestmark = pytest.mark.django_db

BOUNCE = Answer(Stage.RECIPIENT, 550, "5.1.1 nobody here")
REFUSED = Answer(Stage.CONTENT, 554, "5.7.1 looks like spam")
A_DAY = timedelta(days=1)
TO = "gone@school.example"
numbers = itertools.count(1)


def send(answer, *, days=0, to=TO, **facts):
    """One mail to the address, on a later day, with this answer."""
    at = NOON + A_DAY * days
    mail = make_mail(key=f"mail:{next(numbers)}", to=to, at=at, **facts)
    transport = AnsweringTransport(answer)
    sender.send_due(transport=transport, now=lambda: at, is_told_to_stop=lambda: False)
    mail.refresh_from_db()
    return mail.status


def suppressed():
    rows = Suppression.objects.in_force()
    return list(rows.values_list("address", "suppressed_for"))


def test_a_second_bounce_on_another_day_keeps_newsletters_from_the_address():
    send(BOUNCE)
    assert suppressed() == []

    send(BOUNCE, days=1)

    assert suppressed() == [(TO, SuppressedFor.BULK)]
    row = Suppression.objects.get()
    assert row.reason == (
        "Mail to it bounced on two different days. The mail server said: "
        "550 5.1.1 nobody here (naming the recipient)"
    )
    assert row.made_by.is_portal
    assert Act.objects.get(verb="mail.suppress").by.is_portal


def test_newsletters_are_then_left_out_and_ordinary_mail_still_goes():
    send(BOUNCE)
    send(BOUNCE, days=1)

    assert send(ACCEPTED, days=2, priority=Priority.BULK) == "suppressed"
    assert send(ACCEPTED, days=2) == "sent"


def test_two_bounces_on_one_day_are_one():
    send(BOUNCE)
    send(BOUNCE)

    assert suppressed() == []


def test_a_mail_that_arrived_between_begins_the_count_anew():
    send(BOUNCE)
    send(ACCEPTED, days=1)
    send(BOUNCE, days=2)

    assert suppressed() == []


@pytest.mark.parametrize(("answer", "other"), [(REFUSED, TO), (BOUNCE, "another@school.example")])
def test_a_refusal_and_a_bounce_of_another_address_do_not_count(answer, other):
    send(BOUNCE)
    send(answer, days=1, to=other)

    assert suppressed() == []


def test_a_third_bounce_suppresses_once_and_letting_it_go_begins_the_count_anew():
    send(BOUNCE)
    send(BOUNCE, days=1)
    send(BOUNCE, days=2)
    assert Suppression.objects.count() == 1

    lift(
        suppression_id=Suppression.objects.get().pk,
        reason="It works again",
        by=make_hub_manager(),
        at=NOON + A_DAY * 3,
    )

    assert send(BOUNCE, days=4) == "failed"
    assert suppressed() == []
    assert send(BOUNCE, days=5) == "failed"
    assert suppressed() == [(TO, SuppressedFor.BULK)]
