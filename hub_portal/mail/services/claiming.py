"""Taking mails from the outbox: a lease for one sender, so that nobody else sends them.

PostgreSQL skips what another sender has locked; on SQLite the write lock that every
transaction begins with lets one sender claim at a time.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from hub_portal.mail.choices import Failure, Priority, Status
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.gate import allowance, first_priority_held, the_gate, use_allowance

MOST_AT_ONCE = 50
LEASE = timedelta(minutes=5)
DOUBTS_ALLOWED = 1
TWICE_IN_DOUBT = "a sender died, or heard nothing, while sending it; twice"


def claim_due(*, holder: str, at: datetime) -> list[Delivery]:
    """Lease up to fifty mails that may go now to this sender, in the order they are to go.

    A mail some sender took and forgot comes with them; one that it was just sending is in
    doubt, and is given out once more only.
    """
    with transaction.atomic():
        gate = the_gate()
        first_held = first_priority_held(gate, at=at)
        is_capped = gate.messages_per_minute is not None
        allowed = allowance(most=MOST_AT_ONCE, at=at) if is_capped else MOST_AT_ONCE
        if not allowed:  # a cap that is used up makes nobody wait for a sign-in code
            first_held, allowed = min(first_held, Priority.ORDINARY), MOST_AT_ONCE
        _fail_what_is_twice_in_doubt(at=at)
        ids = _ids_to_claim(first_held=first_held, most=allowed, at=at)
        Delivery.objects.filter(pk__in=ids).update(
            doubts=F("doubts") + Case(When(status=Status.SENDING, then=Value(1)), default=Value(0)),
            status=Status.CLAIMED,
            holder=holder,
            lease_until=at + LEASE,
        )
        if is_capped:
            use_allowance(messages=len(ids))
    claimed = Delivery.objects.filter(pk__in=ids).prefetch_related("body")  # many share one
    return sorted(claimed, key=lambda row: (row.priority, row.not_before, row.pk))


def give_back(*, holder: str) -> int:
    """Let others have what this sender claimed and has not begun to send; returns how many."""
    return Delivery.objects.filter(status=Status.CLAIMED, holder=holder).update(
        status=Status.WAITING, holder="", lease_until=None
    )


def let_expire(*, at: datetime) -> int:
    """End the mails that have waited past their time; returns how many."""
    return Delivery.objects.filter(status=Status.WAITING, expires_at__lte=at).update(
        status=Status.EXPIRED, finished_at=at, sealed=""
    )


def sign_in_mail_is_due(*, at: datetime) -> bool:
    """Whether a sign-in code waits, which is to go before anything else."""
    return Delivery.objects.due(at=at).filter(priority=Priority.SIGN_IN).exists()


def something_may_go(*, at: datetime) -> bool:
    """Whether a mail is due that the gate lets through."""
    first_held = first_priority_held(the_gate(), at=at)
    due = Delivery.objects.due(at=at).let_through(first_held=first_held)
    return due.not_held_back().exists()


def _ids_to_claim(*, first_held: int, most: int, at: datetime) -> list[int]:
    passing = (
        Delivery.objects.let_through(first_held=first_held)
        .not_held_back()
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
    )
    ids = list(
        passing.forgotten(at=at).order_by("lease_until", "pk").values_list("pk", flat=True)[:most]
    )
    if len(ids) < most:
        due = passing.due(at=at).order_by("priority", "not_before", "pk")
        ids += due.values_list("pk", flat=True)[: most - len(ids)]
    return ids


def _fail_what_is_twice_in_doubt(*, at: datetime) -> None:
    doubtful = Delivery.objects.forgotten(at=at).filter(
        Q(status=Status.SENDING) & Q(doubts__gte=DOUBTS_ALLOWED)
    )
    doubtful.update(
        status=Status.FAILED,
        failure=Failure.IN_DOUBT,
        doubts=F("doubts") + 1,
        answer=Value(TWICE_IN_DOUBT),
        holder="",
        lease_until=None,
        finished_at=at,
        sealed="",
    )
