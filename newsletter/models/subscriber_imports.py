"""Lists of people who got the newsletter before the portal. Rule SC-8."""

from django.db import models
from django.db.models import Q

from hub_portal.files.models import SentList, saved_or_put_aside


class SubscriberImport(SentList):
    """One list of subscribers, how they agreed, and what became of its rows.

    It is what stands behind their agreement: each of them points to it. Rule NL-2.
    """

    agreed_how = models.CharField("how they agreed", max_length=200, blank=True)
    subscribed = models.PositiveIntegerField(default=0)
    had_it = models.PositiveIntegerField("get it already", default=0)
    unsubscribed = models.PositiveIntegerField("unsubscribed before", default=0)
    suppressed = models.PositiveIntegerField("take no mail", default=0)
    twice = models.PositiveIntegerField("stood there twice", default=0)

    class Meta:
        verbose_name = "list of subscribers"
        verbose_name_plural = "lists of subscribers"
        constraints = [
            saved_or_put_aside("subscriber_import"),
            models.CheckConstraint(
                condition=Q(saved_at=None) | ~Q(agreed_how=""),
                name="subscriber_import_saved_says_how_they_agreed",
            ),
        ]
