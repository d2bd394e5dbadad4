"""How issues, items, news and subscriptions are read. Filters are adjectives."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from newsletter.choices import (
    HAS_A_SLOT,
    WENT_OUT,
    Audience,
    IssueStatus,
    NewsStatus,
    SubscriptionStatus,
)


class IssueQuerySet(models.QuerySet[Any]):
    def to_come(self) -> Self:
        """Drafts and approved issues, which wait for their time."""
        return self.filter(status__in=HAS_A_SLOT)

    def due(self, *, at: datetime) -> Self:
        """Approved issues whose time has come."""
        return self.filter(status=IssueStatus.APPROVED, slot_at__lte=at)

    def on_their_way(self) -> Self:
        """Issues whose deliveries are being sent."""
        return self.filter(status=IssueStatus.SENDING)

    def in_the_archive(self) -> Self:
        """Issues that reached mailboxes, cancelled half-way or not. Rule NL-4."""
        stopped = models.Q(status=IssueStatus.CANCELLED, frozen_at__isnull=False)
        return self.filter(models.Q(status__in=WENT_OUT) | stopped)


class ItemQuerySet(models.QuerySet[Any]):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def public(self) -> Self:
        """What the archive and the feed may show. Rule NL-4."""
        return self.filter(audience=Audience.PUBLIC)


class RecipientQuerySet(models.QuerySet[Any]):
    def mailed(self) -> Self:
        """Those a delivery was written for."""
        return self.filter(left_out="")

    def left_out(self) -> Self:
        return self.exclude(left_out="")


class NewsQuerySet(models.QuerySet[Any]):
    def to_look_at(self) -> Self:
        return self.filter(status=NewsStatus.NEW)


class SubscriptionQuerySet(models.QuerySet[Any]):
    def subscribed(self) -> Self:
        return self.filter(status=SubscriptionStatus.SUBSCRIBED)

    def unsubscribed(self) -> Self:
        return self.filter(status=SubscriptionStatus.UNSUBSCRIBED)
