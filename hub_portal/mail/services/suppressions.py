"""Addresses that are to get no newsletters, or nothing at all."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hub_portal.mail.choices import SuppressedFor
from hub_portal.mail.errors import AlreadySuppressed, NotSuppressed, ReasonMissing
from hub_portal.mail.models import Suppression
from hub_portal.trail.services.acts import record_act


def suppress(
    *,
    address: str,
    suppressed_for: SuppressedFor,
    reason: str,
    by: AbstractBaseUser,
    at: datetime,
) -> Suppression:
    """Keep newsletters, or every mail, from an address until somebody lifts it.

    Raises:
        AlreadySuppressed: a suppression of this address is in force.
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        row, is_new = Suppression.objects.in_force().get_or_create(
            address=address.strip().lower(),
            defaults={
                "suppressed_for": suppressed_for,
                "reason": reason.strip(),
                "made_at": at,
                "made_by_id": by.pk,
            },
        )
        if not is_new:
            raise AlreadySuppressed
        record_act(
            verb="mail.suppress",
            subject=f"suppression:{row.pk}",
            by=by,
            at=at,
            reason=row.reason,
            after={"suppressed_for": row.suppressed_for},
        )
    return row


def lift(*, suppression_id: int, reason: str, by: AbstractBaseUser, at: datetime) -> Suppression:
    """Let mail go to the address again.

    Raises:
        NotSuppressed: it was lifted before.
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        row = Suppression.objects.select_for_update(no_key=True).get(pk=suppression_id)
        if row.lifted_at is not None:
            raise NotSuppressed
        row.lifted_at, row.lifted_by_id = at, by.pk
        row.save(update_fields=["lifted_at", "lifted_by"])
        record_act(
            verb="mail.lift_suppression",
            subject=f"suppression:{row.pk}",
            by=by,
            at=at,
            reason=reason.strip(),
        )
    return row
