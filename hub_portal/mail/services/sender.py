"""The sender: empties the outbox, and loses nothing whatever dies under it.

The protocol, for each mail: claimed under a lease → asked whether it is still true → its
attachments made, outside any transaction → claimed to sending by compare-and-set, which is the
fence against a sender that was frozen past its lease, and the evidence if this one dies → sent →
sending to sent. A sender killed between the last two leaves one mail in doubt, which is sent
once more with the same Message-ID: nothing lost, at most one duplicate for each sender killed.

Mails to many differ in two things only: the questions before the fence are asked once for what is
left of the batch, and the message is cast in a mould where it would else be composed.
"""

import logging
import math
import secrets
import time
from collections.abc import Callable, Sequence
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
from hub_portal.mail.services.halting import halt_when_refused_in_a_row
from hub_portal.mail.services.moulding import Moulds
from hub_portal.mail.services.preparing import Known, attachments_of, learn
from hub_portal.mail.services.stopping import must_stop
from hub_portal.mail.services.transports import Transport, transport_in_use
from hub_portal.shared import london
from hub_portal.shared.doorbell import ring

HEARTBEAT = "mail.sender"
SECONDS_A_RUN_TAKES = 15.0
SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_AN_ANSWER_HOLDS = 5.0
NEVER = -math.inf

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
    known: dict[int, Known] = field(default_factory=dict)
    asked_at: float = NEVER
    moulds: Moulds = field(init=False)

    def __post_init__(self) -> None:
        self.moulds = Moulds(self.identity)

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
    """Send a batch, until the run is over, a sign-in code waits that must go first, or the gate
    was closed under it."""
    run.asked_at = NEVER
    for place, delivery in enumerate(claimed):
        if run.is_over() or _must_make_way(run, delivery):
            break
        if _send_one(run, delivery, rest=claimed[place:]) is Verdict.REFUSED and (
            halt_when_refused_in_a_row(delivery, at=run.now())
        ):
            break
    give_back(holder=run.holder)


def _must_make_way(run: Run, delivery: Delivery) -> bool:
    if delivery.priority == Priority.SIGN_IN:
        return False
    if time.monotonic() - run.looked_at < SECONDS_BETWEEN_LOOKS:
        return False
    run.looked_at = time.monotonic()
    return sign_in_mail_is_due(at=run.now())


def _send_one(run: Run, delivery: Delivery, *, rest: Sequence[Delivery]) -> Verdict | None:
    try:
        known = _known(run, delivery, rest)
        message = b"" if known.ending else _message(run, delivery, known)
    except Exception as error:  # one mail that cannot be prepared must not hold up the others
        log.exception("mail.unready", extra={"delivery": delivery.pk})
        outcomes.note_unready(delivery, error=error, at=run.now())
        return None
    if known.ending:
        outcomes.end_unsent(delivery, status=known.ending, at=run.now())
        return None
    if not outcomes.begin_sending(delivery, at=run.now()):
        return None
    answer = run.transport.send(
        sender=run.identity.address,
        to=wire_address(delivery.to),
        message=message,
        message_id=delivery.message_id,
    )
    verdict = outcomes.note_answer(delivery, answer=answer, at=run.now())
    _learn(run, verdict)
    return verdict


def _known(run: Run, delivery: Delivery, rest: Sequence[Delivery]) -> Known:
    """What is known of a mail now: asked for it alone, or for all mails to many of the batch."""
    if delivery.is_bulk:
        if time.monotonic() - run.asked_at > SECONDS_AN_ANSWER_HOLDS:
            run.known = _known_of_all(run, [each for each in rest if each.is_bulk])
        if delivery.pk in run.known:
            return run.known[delivery.pk]
    return learn([delivery], at=run.now())[delivery.pk]


def _known_of_all(run: Run, deliveries: Sequence[Delivery]) -> dict[int, Known]:
    run.asked_at = time.monotonic()
    try:
        return learn(deliveries, at=run.now())
    except Exception:  # one of them cannot be answered for: each is asked about by itself
        log.exception("mail.batch_unready", extra={"deliveries": len(deliveries)})
        return {}


def _message(run: Run, delivery: Delivery, known: Known) -> bytes:
    attachments = attachments_of(delivery, at=run.now())
    if delivery.is_bulk and not attachments:
        return run.moulds.message(delivery, personal=known.values, at=run.now())
    return compose(
        delivery,
        attachments=attachments,
        identity=run.identity,
        at=run.now(),
        personal=known.values,
    )


def _learn(run: Run, verdict: Verdict) -> None:
    """What one mail's fate says about the next: trouble ends the run, success the trouble."""
    if verdict in (Verdict.TROUBLE, Verdict.IN_DOUBT):
        run.met_trouble = True
    elif verdict is Verdict.SENT:
        run.sent += 1
        if run.gate_had_trouble:
            gate.note_that_mail_goes_out()
            run.gate_had_trouble = False
