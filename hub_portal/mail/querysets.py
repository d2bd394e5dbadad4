"""Reading the outbox."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from hub_portal.mail.choices import HELD, UNFINISHED, Failure, Status

if TYPE_CHECKING:
    from hub_portal.mail.models import Delivery, Suppression  # noqa: F401


class DeliveryQuerySet(QuerySet["Delivery"]):
    def unfinished(self) -> Self:
        """Mails that are still to go, or on their way."""
        return self.filter(status__in=UNFINISHED)

    def due(self, *, at: datetime) -> Self:
        """Waiting mails whose time has come."""
        return self.filter(status=Status.WAITING, not_before__lte=at)

    def forgotten(self, *, at: datetime) -> Self:
        """Mails a sender took and has not been heard of since its lease ended."""
        return self.filter(status__in=HELD, lease_until__lte=at)

    def let_through(self, *, first_held: int) -> Self:
        """Mails that a gate passes which holds this priority and all after it."""
        return self.filter(priority__lt=first_held)

    def not_held_back(self) -> Self:
        """Mails whose body nobody holds back."""
        return self.filter(body__held_back_at=None)

    def failed(self) -> Self:
        """Mails that failed and that nobody has dealt with."""
        return self.filter(status=Status.FAILED)

    def in_doubt(self) -> Self:
        """Mails of which nobody knows whether they arrived."""
        return self.filter(status=Status.FAILED, failure=Failure.IN_DOUBT)


class SuppressionQuerySet(QuerySet["Suppression"]):
    def in_force(self) -> Self:
        """Suppressions that nobody has lifted."""
        return self.filter(lifted_at=None)
