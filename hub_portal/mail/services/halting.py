"""Halting mail to many: a server that refuses one after the other is not asked all the rest.

Each refusal costs the portal some of its good name with that server; what is wrong with a mail to
many is wrong with all of them. The gate closes for such mail, the hub managers are told, and one
of them opens it again. Sign-in codes and ordinary mail go on.
"""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from hub_portal.mail.choices import ClosedFor, Failure, Priority, Status
from hub_portal.mail.models import Delivery, MailGate
from hub_portal.mail.services.gate import set_gate, the_gate

REFUSALS_IN_A_ROW = 10

Tell = Callable[[str, datetime], object]
_tell: list[Tell] = []


def register_told_of_a_halt(tell: Tell) -> None:
    """Name who is told, in the transaction that closes the gate: given the reason and when."""
    _tell.append(tell)


def halt_when_refused_in_a_row(delivery: Delivery, *, at: datetime) -> bool:
    """Close the gate for mail to many if this refusal is one too many; whether it is closed.

    Counted are the last mails of its body that the server took or refused, whoever sent them,
    since the gate was last set. Bounces say nothing: they are about an address. Where another
    sender has closed it meanwhile, this one goes no further either.
    """
    if not delivery.is_bulk:
        return False
    gate = the_gate()
    if gate.closed_for != ClosedFor.NOTHING:
        return True
    if not _were_all_refused(delivery, gate):
        return False
    with transaction.atomic():
        gate = MailGate.objects.select_for_update(no_key=True).get()
        if gate.closed_for == ClosedFor.NOTHING and _were_all_refused(delivery, gate):
            portal = get_user_model().objects.portal()
            reason = (
                f"The mail server refused {REFUSALS_IN_A_ROW} in a row of "
                f"“{delivery.subject}”. It said: {_last_answer(delivery)}"
            )[:500]
            set_gate(closed_for=ClosedFor.BULK, reason=reason, by=portal, at=at)
            for tell in _tell:
                tell(reason, at)
            return True
    return gate.closed_for != ClosedFor.NOTHING


def _were_all_refused(delivery: Delivery, gate: MailGate) -> bool:
    answered = Delivery.objects.filter(
        Q(status=Status.SENT) | Q(status=Status.FAILED, failure=Failure.REFUSED),
        body=delivery.body_id,
        priority__gte=Priority.BULK,
    )
    if gate.changed_at is not None:
        answered = answered.filter(finished_at__gt=gate.changed_at)
    last = answered.order_by("-finished_at", "-pk").values_list("status", flat=True)
    return list(last[:REFUSALS_IN_A_ROW]) == [Status.FAILED] * REFUSALS_IN_A_ROW


def _last_answer(delivery: Delivery) -> str:
    return Delivery.objects.values_list("answer", flat=True).get(pk=delivery.pk)
