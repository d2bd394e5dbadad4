"""The gate, as the hub manager closes and opens it."""

from datetime import timedelta

import pytest

from hub_portal.mail.choices import ClosedFor, Priority
from hub_portal.mail.errors import ReasonMissing
from hub_portal.mail.models import MailGate
from hub_portal.mail.services import sender
from hub_portal.mail.services.gate import (
    close_for_trouble,
    first_priority_held,
    set_gate,
    set_mail_limits,
    the_gate,
)
from hub_portal.trail.models import Act
from tests.makers.mail import NOON, AnsweringTransport, make_hub_manager, make_mail

pytestmark = pytest.mark.django_db


def set_to(closed_for, *, by=None, reason="the server moves today"):
    return set_gate(closed_for=closed_for, reason=reason, by=by or make_hub_manager(), at=NOON)


@pytest.mark.parametrize(
    ("closed_for", "go"),
    [
        (ClosedFor.NOTHING, [0, 1, 2]),
        (ClosedFor.BULK, [0, 1]),
        (ClosedFor.ALL_BUT_SIGN_IN, [0]),
        (ClosedFor.EVERYTHING, []),
    ],
)
def test_a_closed_gate_holds_what_it_is_closed_for(closed_for, go):
    for priority in Priority:
        make_mail(key=f"{priority}", to=f"p{priority}@x.example", priority=priority)
    set_to(closed_for)
    transport = AnsweringTransport()

    sender.send_due(transport=transport, now=lambda: NOON)

    assert [to for to, _, _ in transport.sent] == [f"p{n}@x.example" for n in go]


def test_set_gate_is_an_act():
    manager = make_hub_manager()

    set_to(ClosedFor.BULK, by=manager)

    act = Act.objects.get()
    assert (act.verb, act.by_id, act.reason) == (
        "mail.set_gate",
        manager.pk,
        "the server moves today",
    )
    assert (act.before, act.after) == ({"closed_for": "nothing"}, {"closed_for": "bulk"})


def test_set_gate_without_a_reason_is_refused():
    with pytest.raises(ReasonMissing):
        set_to(ClosedFor.BULK, reason="  ")

    assert the_gate().closed_for == ClosedFor.NOTHING
    assert not Act.objects.exists()


def test_opening_the_gate_forgets_the_trouble():
    close_for_trouble(words="down", at=NOON)

    set_to(ClosedFor.NOTHING)

    assert first_priority_held(the_gate(), at=NOON) == Priority.BULK + 1


def test_trouble_does_not_open_a_gate_the_hub_closed_for_everything():
    set_to(ClosedFor.EVERYTHING)
    close_for_trouble(words="down", at=NOON)

    assert first_priority_held(the_gate(), at=NOON) == Priority.SIGN_IN
    assert first_priority_held(the_gate(), at=NOON + timedelta(hours=1)) == Priority.SIGN_IN


def test_set_mail_limits_is_an_act():
    set_mail_limits(messages_per_minute=30, days_bodies_are_kept=60, by=make_hub_manager(), at=NOON)

    gate = MailGate.objects.get()
    assert (gate.messages_per_minute, gate.days_bodies_are_kept) == (30, 60)
    assert Act.objects.get().after == {"messages_per_minute": 30, "days_bodies_are_kept": 60}
