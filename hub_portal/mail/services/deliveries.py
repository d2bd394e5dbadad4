"""What the hub manager may do to one mail: try it again, or stop it."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from hub_portal.mail.choices import MOVES, Status
from hub_portal.mail.errors import BodyIsGone, NotInThisState, ReasonMissing, SecretIsGone
from hub_portal.mail.models import Delivery
from hub_portal.shared.doorbell import ring
from hub_portal.trail.services.acts import record_act


def try_again(*, delivery_id: int, reason: str, by: AbstractBaseUser, at: datetime) -> Delivery:
    """Send a failed mail again, or a waiting one now, as if it had never been tried.

    Raises:
        NotInThisState: it is neither waiting nor failed.
        SecretIsGone, BodyIsGone: what it said is no longer kept.
        ReasonMissing: no reason was given.
    """
    with transaction.atomic():
        delivery = _locked(delivery_id, reason)
        if delivery.status not in (Status.FAILED, Status.WAITING):
            raise NotInThisState(wish="tried again", status=delivery.get_status_display())
        if delivery.sealed_names and not delivery.sealed:
            raise SecretIsGone
        if delivery.body.emptied_at is not None:
            raise BodyIsGone
        before = delivery.status
        delivery.status, delivery.failure, delivery.finished_at = Status.WAITING, "", None
        delivery.attempts = delivery.doubts = 0
        delivery.not_before = at
        delivery.save()
        _record("mail.try_again", delivery, before, reason=reason, by=by, at=at)
        ring("mail.send_due")
    return delivery


def stop_mail(*, delivery_id: int, reason: str, by: AbstractBaseUser, at: datetime) -> Delivery:
    """Keep a waiting mail from going, or put a failed one aside.

    A sender that has claimed it finds at its fence that it no longer does.

    Raises:
        NotInThisState: it has gone, or is going at this moment.
        ReasonMissing: no reason was given.
    """
    with transaction.atomic():
        delivery = _locked(delivery_id, reason)
        if Status.STOPPED not in MOVES[delivery.status]:
            raise NotInThisState(wish="stopped", status=delivery.get_status_display())
        before = delivery.status
        delivery.status, delivery.failure, delivery.sealed = Status.STOPPED, "", ""
        delivery.holder, delivery.lease_until, delivery.finished_at = "", None, at
        delivery.save()
        _record("mail.stop", delivery, before, reason=reason, by=by, at=at)
    return delivery


def _locked(delivery_id: int, reason: str) -> Delivery:
    if not reason.strip():
        raise ReasonMissing
    rows = Delivery.objects.select_related("body").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=delivery_id)


def _record(
    verb: str,
    delivery: Delivery,
    before: str,
    *,
    reason: str,
    by: AbstractBaseUser,
    at: datetime,
) -> None:
    record_act(
        verb=verb,
        subject=f"delivery:{delivery.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
        before={"status": before},
        after={"status": delivery.status},
    )
