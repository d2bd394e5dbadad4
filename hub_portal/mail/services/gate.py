"""The gate all mail leaves by: closed by the hub by hand, or by trouble for a while."""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from hub_portal.mail.choices import FIRST_PRIORITY_HELD, ClosedFor, Priority
from hub_portal.mail.errors import ReasonMissing
from hub_portal.mail.models import MailGate
from hub_portal.mail.rules import closed_after, may_send_now
from hub_portal.shared.doorbell import ring
from hub_portal.trail.services.acts import record_act

THE_ONE = 1
NOBODY_HELD = Priority.BULK + 1


def the_gate() -> MailGate:
    """The gate as it stands."""
    return MailGate.objects.get_or_create(pk=THE_ONE)[0]


def set_gate(*, closed_for: ClosedFor, reason: str, by: AbstractBaseUser, at: datetime) -> MailGate:
    """Open the gate or close it, for all mail or some. What trouble closed opens with it.

    Raises:
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        gate = _locked()
        before = gate.closed_for
        gate.closed_for, gate.reason = closed_for, reason.strip()
        gate.changed_by_id, gate.changed_at = by.pk, at
        _forget_trouble(gate)
        gate.save()
        record_act(
            verb="mail.set_gate",
            subject="mail_gate:1",
            by=by,
            at=at,
            reason=gate.reason,
            before={"closed_for": before},
            after={"closed_for": closed_for},
        )
        ring("mail.send_due")
    return gate


def set_mail_limits(
    *,
    messages_per_minute: int | None,
    days_bodies_are_kept: int,
    by: AbstractBaseUser,
    at: datetime,
) -> MailGate:
    """Change the cap the mail server asks for, and how long the words of mails are kept."""
    with transaction.atomic():
        gate = _locked()
        before = _limits(gate)
        gate.messages_per_minute = messages_per_minute
        gate.days_bodies_are_kept = days_bodies_are_kept
        gate.save(update_fields=["messages_per_minute", "days_bodies_are_kept"])
        record_act(
            verb="mail.set_limits",
            subject="mail_gate:1",
            by=by,
            at=at,
            before=before,
            after=_limits(gate),
        )
    return gate


def first_priority_held(gate: MailGate, *, at: datetime) -> int:
    """The first priority that waits now, with all after it.

    Sign-in codes always try a gate that trouble closed: they are few, live ten minutes, and
    the first that gets through shows that the trouble is over.
    """
    by_hand = FIRST_PRIORITY_HELD[gate.closed_for]
    if gate.trouble_until is not None and gate.trouble_until > at:
        return min(by_hand, Priority.ORDINARY)
    return by_hand


def close_for_trouble(*, words: str, at: datetime) -> datetime:
    """Close the gate for a while, longer each time no mail got through between; until when."""
    with transaction.atomic():
        gate = _locked()
        gate.trouble = words[:500]
        if gate.trouble_until is None or gate.trouble_until <= at:
            gate.troubles_in_a_row += 1
            gate.trouble_until = at + closed_after(troubles_in_a_row=gate.troubles_in_a_row)
        gate.save(update_fields=["trouble", "trouble_until", "troubles_in_a_row"])
    return gate.trouble_until


def note_that_mail_goes_out() -> None:
    """A mail got through: whatever trouble there was is over."""
    with transaction.atomic():
        gate = _locked()
        _forget_trouble(gate)
        gate.save(update_fields=["trouble", "trouble_until", "troubles_in_a_row"])


def allowance(*, most: int, at: datetime) -> int:
    """How many messages the cap lets go now, `most` without a cap. Called by a claim, in its
    transaction, which then says with `use_allowance` how many it took."""
    gate = _locked()
    if gate.messages_per_minute is None:
        return most
    since = at - gate.counted_at if gate.counted_at else timedelta(minutes=1)
    gate.may_send = may_send_now(
        left=gate.may_send, since=since, per_minute=gate.messages_per_minute
    )
    gate.counted_at = at
    gate.save(update_fields=["may_send", "counted_at"])
    return max(0, min(most, int(gate.may_send)))


def use_allowance(*, messages: int) -> None:
    """Count messages against the cap."""
    MailGate.objects.filter(pk=THE_ONE).update(may_send=F("may_send") - messages)


def _locked() -> MailGate:
    MailGate.objects.get_or_create(pk=THE_ONE)
    return MailGate.objects.select_for_update(no_key=True).get(pk=THE_ONE)


def _forget_trouble(gate: MailGate) -> None:
    gate.trouble, gate.trouble_until, gate.troubles_in_a_row = "", None, 0


def _limits(gate: MailGate) -> dict[str, int | None]:
    return {
        "messages_per_minute": gate.messages_per_minute,
        "days_bodies_are_kept": gate.days_bodies_are_kept,
    }
