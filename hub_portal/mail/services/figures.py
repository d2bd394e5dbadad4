"""How mail stands: for the desk, for `manage status`, and why one mail waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from hub_portal.clock.services.heartbeats import last_beat
from hub_portal.mail.choices import UNFINISHED, ClosedFor, Failure, Priority, Status
from hub_portal.mail.models import Delivery, MailGate
from hub_portal.mail.services.gate import first_priority_held, the_gate
from hub_portal.mail.services.sender import HEARTBEAT
from hub_portal.shared.wording import clock_time, day

LATE_AFTER = timedelta(minutes=15)
DEAD_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class MailFigures:
    """Mail at one instant. `is_well` is False when somebody should look.

    `oldest_due_at` leaves mails to many out: a newsletter may take hours, or be held back.
    """

    waiting: int
    oldest_due_at: datetime | None
    failed: int
    in_doubt: int
    gate: str
    gate_is_open: bool
    sender_seen_at: datetime | None
    is_well: bool


def mail_figures(at: datetime) -> MailFigures:
    """Count the outbox. Failed mails count until they are tried again or stopped."""
    counts = Delivery.objects.filter(status__in=[*UNFINISHED, Status.FAILED]).aggregate(
        waiting=Count("pk", filter=Q(status__in=UNFINISHED)),
        oldest_due_at=Min(
            "not_before",
            filter=Q(status__in=UNFINISHED, not_before__lte=at, priority__lt=Priority.BULK),
        ),
        failed=Count("pk", filter=Q(status=Status.FAILED)),
        in_doubt=Count("pk", filter=Q(status=Status.FAILED, failure=Failure.IN_DOUBT)),
    )
    gate = the_gate()
    is_open = gate.closed_for == ClosedFor.NOTHING and not _is_in_trouble(gate, at=at)
    seen_at = last_beat(HEARTBEAT)
    oldest = counts["oldest_due_at"]
    return MailFigures(
        **counts,
        gate=gate_in_words(gate, at=at),
        gate_is_open=is_open,
        sender_seen_at=seen_at,
        is_well=is_open
        and not counts["failed"]
        and (oldest is None or at - oldest < LATE_AFTER)
        and seen_at is not None
        and at - seen_at < DEAD_AFTER,
    )


def gate_in_words(gate: MailGate, *, at: datetime) -> str:
    """The state of the gate as a sentence."""
    if gate.closed_for != ClosedFor.NOTHING:
        return f"The mail gate is {gate.get_closed_for_display()}: {gate.reason}"
    if _is_in_trouble(gate, at=at):
        return (
            f"The mail server cannot be used; tried again at {_clock(gate.trouble_until)}. "
            f"It said: {gate.trouble}"
        )
    return "The mail gate is open."


def why_waiting(delivery: Delivery, gate: MailGate, *, at: datetime) -> str:
    """Why a mail has not gone yet, as a sentence; '' if it does not wait."""
    if delivery.status in (Status.CLAIMED, Status.SENDING):
        if delivery.lease_until is not None and delivery.lease_until <= at:
            return "Its sender has not been heard of; another takes it within a minute."
        return "A sender has it."
    if delivery.status != Status.WAITING:
        return ""
    if delivery.body.held_back_at is not None:
        return "It is held back with all mails of the same words, until they are let go."
    if delivery.not_before > at:
        until = _clock(delivery.not_before)
        if delivery.answer:
            return f"Waits until {until}, since the last answer was: {delivery.answer}"
        return f"It is to go at {until}."
    if delivery.priority >= first_priority_held(gate, at=at):
        return gate_in_words(gate, at=at)
    return "It goes with the next run of the sender, within a minute."


def _is_in_trouble(gate: MailGate, *, at: datetime) -> bool:
    return gate.trouble_until is not None and gate.trouble_until > at


def _clock(at: datetime | None) -> str:
    return f"{clock_time(at)} on {day(at)}" if at else ""
