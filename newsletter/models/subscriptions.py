"""Addresses and the newsletter: who asked for it, who said no."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from newsletter.choices import How, SubscriptionStatus
from newsletter.models.subscriber_imports import SubscriberImport
from newsletter.querysets import SubscriptionQuerySet


class Subscription(models.Model):
    """One address and what it wants of the newsletter. Rules NL-2 and NL-3.

    Reps and school offices get a row when an issue first goes to them, so that one click can
    unsubscribe them like anybody. `address_hash` is keyed, and names a mailbox that is no
    person's in dedupe keys. The link in every mail is bound to `link_version`. Whoever came from a
    list has agreed before the portal: how, when, and by which list is kept with the row.
    """

    address = models.EmailField(max_length=254, unique=True)
    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="subscriptions",
    )
    status = models.CharField(max_length=12, choices=SubscriptionStatus)
    link_version = models.PositiveIntegerField(default=1, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    opt_in_mails = models.PositiveSmallIntegerField("opt-in mails sent", default=0)
    last_opt_in_on = models.DateField(null=True, blank=True)
    began_at = models.DateTimeField("subscribed since", null=True, blank=True)
    began_how = models.CharField("how it began", max_length=10, choices=How, blank=True)
    from_list = models.ForeignKey(
        SubscriberImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subscriptions",
        verbose_name="brought by the list",
    )
    agreed_how = models.CharField("how they agreed", max_length=200, blank=True)
    agreed_on = models.DateField("agreed on", null=True, blank=True)
    ended_at = models.DateTimeField("unsubscribed", null=True, blank=True)
    ended_how = models.CharField("how it ended", max_length=10, choices=How, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = "subscriber"
        constraints = [
            models.CheckConstraint(
                condition=Q(address=Lower("address")) & ~Q(address=""),
                name="subscription_address_is_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(status="unsubscribed", ended_at__isnull=False)
                | ~Q(status="unsubscribed") & Q(ended_at=None),
                name="subscription_ended_at_is_set_when_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status="subscribed") | Q(began_at__isnull=False),
                name="subscription_was_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(began_how="list") | Q(from_list__isnull=False) & ~Q(agreed_how=""),
                name="subscription_from_a_list_says_how_they_agreed",
            ),
            models.CheckConstraint(
                condition=Q(opt_in_mails__lte=3), name="subscription_three_opt_in_mails_in_all"
            ),
        ]

    def __str__(self) -> str:
        return self.address
