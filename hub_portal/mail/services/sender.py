"""The sender: empties the outbox, and loses nothing whatever dies under it.

The protocol, for each mail: claimed under a lease → asked whether it is still true → its
attachments made, outside any transaction → claimed to sending by compare-and-set, which is the
fence against a sender that was frozen past its lease, and the evidence if this one dies → sent →
sending to sent. A sender killed between the last two leaves one mail in doubt, which is sent
once more with the same Message-ID: nothing lost, at most one duplicate for each sender killed.
"""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hub_portal.clock.services.heartbeats import beat
from hub_portal.mail.choices import Priority
from hub_portal.mail.models import Delivery
from hub_portal.mail.rules import Verdict
from hub_portal.mail.services import gate, outcomes
from hub_portal.mail.services.claiming import (
    claim_due,
    give_back,
    let_expire,
    sign_in_mail_is_due,
    something_may_go,
)
from hub_portal.mail.services.composing import Identity, compose, identity_in_use, wire_address
from hub_portal.mail.services.preparing import attachments_of, why_not_to_go
from hub_portal.mail.services.stopping import must_stop
from hub_portal.mail.services.transports import Transport, transport_in_use
from hub_portal.shared import london
from hub_portal.shared.doorbell import ring

HEARTBEAT = "mail.sender"
SECONDS_A_RUN_TAKES = 15.0
SECONDS_BETWEEN_LOOKS = 2.0

log = logging.getLogger(__name__)


@dataclass
class Run:
    """One sender at work: its name on the leases, its way out, its clock, its time."""

    transport: Transport
    now: Callable[[], datetime]
    is_told_to_stop: Callable[[], bool]
    ends_at: float
    identity: Identity
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    sent: int = 0
    met_trouble: bool = False
    gate_had_trouble: bool = False
    looked_at: float = 0.0

    def is_over(self) -> bool:
        """A run ends soon, so that a worker that is to stop need not be waited for."""
        return self.met_trouble or self.is_told_to_stop() or time.monotonic() >= self.ends_at


def send_due(
    *,
    transport: Transport | None = None,
    now: Callable[[], datetime] = london.now,
    is_told_to_stop: Callable[[], bool] = must_stop,
    for_seconds: float = SECONDS_A_RUN_TAKES,
) -> int:
    """Send what is due, for a quarter of a minute at most; returns how many mails went.

    What is left then rings for itself. Any number of senders may run at once.
    """
    beat(name=HEARTBEAT, at=now())
    let_expire(at=now())
    run = Run(
        transport=transport or transport_in_use(),
        now=now,
        is_told_to_stop=is_told_to_stop,
        ends_at=time.monotonic() + for_seconds,
        identity=identity_in_use(),
        gate_had_trouble=gate.the_gate().troubles_in_a_row > 0,
    )
    try:
        while not run.is_over():
            claimed = claim_due(holder=run.holder, at=now())
            if not claimed:
                break
            _send_in_turn(run, claimed)
    finally:
        give_back(holder=run.holder)
        run.transport.close()
    if not run.met_trouble and not run.is_told_to_stop() and something_may_go(at=now()):
        ring("mail.send_due")
    return run.sent


def _send_in_turn(run: Run, claimed: list[Delivery]) -> None:
    """Send a batch, until the run is over or a sign-in code waits that must go first."""
    for delivery in claimed:
        if run.is_over() or _must_make_way(run, delivery):
            break
        _send_one(run, delivery)
    give_back(holder=run.holder)


def _must_make_way(run: Run, delivery: Delivery) -> bool:
    if delivery.priority == Priority.SIGN_IN:
        return False
    if time.monotonic() - run.looked_at < SECONDS_BETWEEN_LOOKS:
        return False
    run.looked_at = time.monotonic()
    return sign_in_mail_is_due(at=run.now())


def _send_one(run: Run, delivery: Delivery) -> None:
    try:
        ending = why_not_to_go(delivery, at=run.now())
        message = b"" if ending else _message(run, delivery)
    except Exception as error:  # one mail that cannot be prepared must not hold up the others
        log.exception("mail.unready", extra={"delivery": delivery.pk})
        outcomes.note_unready(delivery, error=error, at=run.now())
        return
    if ending:
        outcomes.end_unsent(delivery, status=ending, at=run.now())
    elif outcomes.begin_sending(delivery, at=run.now()):
        answer = run.transport.send(
            sender=run.identity.address,
            to=wire_address(delivery.to),
            message=message,
            message_id=delivery.message_id,
        )
        _learn(run, outcomes.note_answer(delivery, answer=answer, at=run.now()))


def _message(run: Run, delivery: Delivery) -> bytes:
    attachments = attachments_of(delivery, at=run.now())
    return compose(delivery, attachments=attachments, identity=run.identity, at=run.now())


def _learn(run: Run, verdict: Verdict) -> None:
    """What one mail's fate says about the next: trouble ends the run, success the trouble."""
    if verdict in (Verdict.TROUBLE, Verdict.IN_DOUBT):
        run.met_trouble = True
    elif verdict is Verdict.SENT:
        run.sent += 1
        if run.gate_had_trouble:
            gate.note_that_mail_goes_out()
            run.gate_had_trouble = False
