"""What becomes of a mail in a sender's hands. Every move is a compare-and-set by its holder.

A sender that has lost its lease writes nothing: whoever has the mail now says what became of it.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hub_portal.mail.choices import Failure, Priority, Status
from hub_portal.mail.models import Attempt, Delivery
from hub_portal.mail.rules import Answer, Verdict, judge, wait_after
from hub_portal.mail.services.bouncing import suppress_when_it_bounces_again
from hub_portal.mail.services.claiming import DOUBTS_ALLOWED, LEASE
from hub_portal.mail.services.gate import close_for_trouble

SIGN_IN_TRIES_AGAIN_AFTER = timedelta(seconds=15)

log = logging.getLogger(__name__)


def begin_sending(delivery: Delivery, *, at: datetime) -> bool:
    """Claimed to sending; False if the lease was lost, and then the mail is not to be sent."""
    return _move(delivery, Status.CLAIMED, status=Status.SENDING, lease_until=at + LEASE)


def end_unsent(delivery: Delivery, *, status: Status, at: datetime) -> None:
    """A claimed mail that is not to go after all: expired, suppressed, no longer true."""
    _end(delivery, Status.CLAIMED, status=status, finished_at=at)


def note_unready(delivery: Delivery, *, error: Exception, at: datetime) -> None:
    """A claimed mail that could not be prepared: later, and in the end it has failed."""
    words = f"not ready: {type(error).__name__}"
    _wait_or_fail(delivery, Status.CLAIMED, words=words, failure=Failure.UNREADY, at=at)


def note_answer(delivery: Delivery, *, answer: Answer, at: datetime) -> Verdict:
    """Write down what the mail server said to a mail that was being sent."""
    verdict = judge(answer)
    words = str(answer)[:500]
    if verdict is Verdict.SENT:
        _end(
            delivery,
            Status.SENDING,
            status=Status.SENT,
            finished_at=at,
            attempts=delivery.attempts + 1,
            answer=words,
        )
    elif verdict is Verdict.LATER:
        _wait_or_fail(delivery, Status.SENDING, words=words, failure=Failure.GAVE_UP, at=at)
    elif verdict is Verdict.TROUBLE:
        _wait_for_the_gate(delivery, words=words, at=at)
    elif verdict is Verdict.IN_DOUBT:
        _doubt(delivery, words=words, at=at)
    elif verdict is Verdict.BOUNCED:
        with transaction.atomic():
            _fail(delivery, Status.SENDING, words=words, failure=Failure.BOUNCED, at=at)
            suppress_when_it_bounces_again(delivery, answer=words, at=at)
    else:
        _fail(delivery, Status.SENDING, words=words, failure=Failure.REFUSED, at=at)
    return verdict


def _wait_or_fail(
    delivery: Delivery, held: Status, *, words: str, failure: Failure, at: datetime
) -> None:
    """Asked to come again: wait longer each time, and at last give up."""
    wait = wait_after(attempts=delivery.attempts + 1, priority=delivery.priority)
    if wait is None:
        _fail(delivery, held, words=words, failure=failure, at=at)
        return
    with transaction.atomic():
        if _wait(delivery, held, until=at + wait, answer=words, attempts=delivery.attempts + 1):
            _remember(delivery, Verdict.LATER, words=words, at=at)


def _wait_for_the_gate(delivery: Delivery, *, words: str, at: datetime) -> None:
    """Trouble is about us: the gate closes for a while and the mail is charged nothing."""
    with transaction.atomic():
        until = close_for_trouble(words=words, at=at)
        if delivery.priority == Priority.SIGN_IN:
            until = at + SIGN_IN_TRIES_AGAIN_AFTER
        _wait(delivery, Status.SENDING, until=until, answer=words)


def _doubt(delivery: Delivery, *, words: str, at: datetime) -> None:
    """Silence after the message was handed over: once more later, and twice is failed.

    The gate closes too: a server that drops every mail would else put all of them in doubt.
    """
    with transaction.atomic():
        until = close_for_trouble(words=words, at=at)
        doubts = delivery.doubts + 1
        if doubts > DOUBTS_ALLOWED:
            failure = Failure.IN_DOUBT
            _fail(delivery, Status.SENDING, words=words, failure=failure, at=at, doubts=doubts)
        elif _wait(delivery, Status.SENDING, until=until, answer=words, doubts=doubts):
            _remember(delivery, Verdict.IN_DOUBT, words=words, at=at)


def _fail(
    delivery: Delivery, held: Status, *, words: str, failure: Failure, at: datetime, **fields: Any
) -> None:
    with transaction.atomic():
        if _end(
            delivery,
            held,
            status=Status.FAILED,
            failure=failure,
            finished_at=at,
            answer=words,
            attempts=delivery.attempts + 1,
            **fields,
        ):
            _remember(delivery, failure.value, words=words, at=at)


def _wait(delivery: Delivery, held: Status, *, until: datetime, **fields: Any) -> bool:
    return _move(
        delivery,
        held,
        status=Status.WAITING,
        not_before=until,
        holder="",
        lease_until=None,
        **fields,
    )


def _end(delivery: Delivery, held: Status, **fields: Any) -> bool:
    """The mail is over; a secret it carried is blanked."""
    return _move(delivery, held, holder="", lease_until=None, sealed="", **fields)


def _move(delivery: Delivery, held: Status, **fields: Any) -> bool:
    """The move, if the mail is still in its holder's hands and in the state it left it in."""
    ours = Delivery.objects.filter(pk=delivery.pk, status=held, holder=delivery.holder)
    if ours.update(**fields):
        return True
    log.warning("mail.lease_lost", extra={"delivery": delivery.pk})
    return False


def _remember(delivery: Delivery, verdict: str, *, words: str, at: datetime) -> None:
    Attempt.objects.create(delivery=delivery, at=at, verdict=verdict, answer=words)
