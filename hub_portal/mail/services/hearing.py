"""What is heard of a mail after its server took it: that it bounced, or that it was called junk.

Rule NL-3. Only what is about a mail of ours counts: it names the Message-ID that was fixed when the
mail was written, and the very address, and the mail went within the last fourteen days. Each report
counts once, however often it is told and whatever way it came (a mailbox, a webhook).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from hub_portal.clock.services.occurrences import claim_once
from hub_portal.mail.choices import Failure, Status
from hub_portal.mail.models import Attempt, Delivery, Suppression
from hub_portal.mail.rules import Answer, Verdict, judge
from hub_portal.mail.services.bouncing import (
    keep_newsletters_from,
    suppress_when_it_bounces_again,
)
from hub_portal.mail.services.composing import wire_address

COUNTS_FOR = timedelta(days=14)
CALLED_JUNK = "Somebody at this address told their mail provider that a mail of ours is junk."

WENT = Q(status=Status.SENT) | Q(status=Status.FAILED, failure=Failure.IN_DOUBT)


@dataclass(frozen=True)
class Report:
    """What another mail server says of one mail: which, to whom it was, and what became of it.

    `addresses` are in lower case: a mail that was passed on has the one we wrote to, and the last.
    """

    message_id: str
    addresses: frozenset[str]
    answer: Answer


def hear_of_a_bounce(report: Report, *, told: str, at: datetime) -> bool:
    """Count a bounce that was reported afterwards; whether it is one of ours, and news.

    `told` names the telling, the same whenever it is repeated.
    """
    if judge(report.answer) is not Verdict.BOUNCED:
        return False
    words = str(report.answer)[:500]
    with transaction.atomic():
        delivery = _ours(report, at=at)
        if delivery is None or not claim_once(f"mail.bounce:{told}", at):
            return False
        delivery.status, delivery.failure, delivery.answer = Status.FAILED, Failure.BOUNCED, words
        delivery.save(update_fields=["status", "failure", "answer"])
        Attempt.objects.create(delivery=delivery, at=at, verdict=Failure.BOUNCED, answer=words)
        suppress_when_it_bounces_again(delivery, answer=words, at=at)
    return True


def hear_of_a_complaint(report: Report, *, told: str, at: datetime) -> bool:
    """End newsletters for an address whose owner called a mail of ours junk; whether it is news.

    Raises nothing for what is not ours. Mails about bookings still go.
    """
    with transaction.atomic():
        delivery = _ours(report, at=at)
        if delivery is None or not claim_once(f"mail.complaint:{told}", at):
            return False
        address = delivery.to.lower()
        if not Suppression.objects.in_force().filter(address=address).exists():
            keep_newsletters_from(address, reason=CALLED_JUNK, at=at)
    return True


def _ours(report: Report, *, at: datetime) -> Delivery | None:
    """The mail a report is about, locked, if it went from here to that address not long ago."""
    went = Delivery.objects.filter(WENT, finished_at__gt=at - COUNTS_FOR)
    delivery = went.filter(message_id=report.message_id).select_for_update(no_key=True).first()
    if delivery is None or wire_address(delivery.to).lower() not in report.addresses:
        return None
    return delivery
