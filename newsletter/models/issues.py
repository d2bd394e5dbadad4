"""Issues of the newsletter, what stands in them, and whom each was for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from hub_portal.files.models import Picture
from hub_portal.mail.models import Body
from hub_portal.shared.rich_text import RichTextField
from newsletter.choices import (
    GAVE_ITS_SLOT_UP,
    LIVE,
    Audience,
    IssueStatus,
    ItemKind,
    LeftOut,
    NewsStatus,
    Why,
)
from newsletter.models.subscriptions import Subscription
from newsletter.querysets import IssueQuerySet, ItemQuerySet, NewsQuerySet, RecipientQuerySet
from schools.models import School


class Issue(models.Model):
    """One issue: drafted, approved, frozen, sent to everybody once. Rules NL-1 and NL-2.

    `body` is the mail as it was frozen, shared by all its deliveries to members; subscribers from
    outside get `public_body`, which holds public items alone (Rule NL-4). The items keep what they
    said then, and from those the archive is made; `words` are the opening words in plain text,
    for its search. `slot_at` is when the issue is to go.
    """

    number = models.PositiveIntegerField(unique=True)
    subject = models.CharField(max_length=150)
    opening = RichTextField("opening words", blank=True)
    words = models.TextField(blank=True, editable=False)
    slot_at = models.DateTimeField("goes at")
    status = models.CharField(max_length=10, choices=IssueStatus, default=IssueStatus.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    frozen_at = models.DateTimeField("frozen, and began to go", null=True, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    public_body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("sent, cancelled or missed", null=True, blank=True)
    reason = models.CharField("why it was cancelled or paused", max_length=500, blank=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot_at"],
                condition=~Q(status__in=GAVE_ITS_SLOT_UP),
                name="issue_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="issue_approved_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None, body=None, public_body=None)
                | Q(
                    frozen_at__isnull=False,
                    body__isnull=False,
                    public_body__isnull=False,
                    approved_at__isnull=False,
                ),
                name="issue_frozen_has_its_bodies_and_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("sending", "paused", "sent")) | Q(frozen_at__isnull=False),
                name="issue_goes_out_frozen",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("sent", "cancelled", "missed"), ended_at__isnull=False)
                | ~Q(status__in=("sent", "cancelled", "missed")) & Q(ended_at=None),
                name="issue_ended_at_is_set_when_ended",
            ),
        ]
        indexes = [models.Index(fields=["status", "slot_at"], name="issue_by_status_and_slot")]

    def __str__(self) -> str:
        return f"Issue {self.number}"

    def get_absolute_url(self) -> str:
        """Its page in the archive."""
        return reverse("newsletter:issue", args=[self.number])


class Item(models.Model):
    """One part of an issue, in its place: the hub's own words, or a block that fills itself.

    `frozen` is what a block said when the issue was approved: a list of lines, each with
    `title`, `text` and `url`. An own item needs none: it is not edited after that. `words` is
    then the whole item in plain words, for searching the archive.
    """

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind, default=ItemKind.OWN)
    audience = models.CharField(
        "who may read it", max_length=10, choices=Audience, default=Audience.PUBLIC
    )
    heading = models.CharField(max_length=120)
    text = RichTextField(blank=True)
    picture = models.ForeignKey(Picture, models.PROTECT, null=True, blank=True, related_name="+")
    picture_alt = models.CharField("what the picture shows, in words", max_length=200, blank=True)
    frozen = models.JSONField(null=True, blank=True)
    words = models.TextField(blank=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "kind"],
                condition=Q(kind__in=LIVE),
                name="item_each_block_once_in_an_issue",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def is_live(self) -> bool:
        return self.kind != ItemKind.OWN


class Recipient(models.Model):
    """Whom an issue was for when it was frozen, and why; one row for each person or mailbox.

    `key` is the dedupe key of the delivery ("issue:12:person:88"). Somebody left out has a
    row too, with the reason and no delivery. Rule NL-2.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="recipients")
    key = models.CharField(max_length=200, unique=True)
    subscription = models.ForeignKey(
        Subscription, models.SET_NULL, null=True, blank=True, related_name="received"
    )
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=12, choices=Why)
    left_out = models.CharField("not sent because", max_length=12, choices=LeftOut, blank=True)

    objects = RecipientQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key


class News(models.Model):
    """News that a school sent in for the newsletter; the hub uses it, or not."""

    school = models.ForeignKey(School, models.PROTECT, related_name="news")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    heading = models.CharField(max_length=120)
    text = RichTextField()
    status = models.CharField(max_length=10, choices=NewsStatus, default=NewsStatus.NEW)
    item = models.ForeignKey(Item, models.SET_NULL, null=True, blank=True, related_name="+")
    looked_at_at = models.DateTimeField(null=True, blank=True)
    looked_at_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "news from schools"
        constraints = [
            models.CheckConstraint(
                condition=Q(looked_at_at=None, looked_at_by=None)
                | Q(looked_at_at__isnull=False, looked_at_by__isnull=False),
                name="news_looked_at_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.heading
