"""The outbox: rows that are the queue, what they carry, and the gate they leave by."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from hub_portal.mail.choices import (
    HELD,
    UNFINISHED,
    ClosedFor,
    Failure,
    Priority,
    Status,
    SuppressedFor,
    Trouble,
)
from hub_portal.mail.querysets import DeliveryQuerySet, SuppressionQuerySet


class Body(models.Model):
    """What a mail says, frozen when it was written; many deliveries may share it.

    It never holds a right: where a link or a code belongs it has a placeholder. The digest
    stays when the words are emptied, and so still proves what was sent. While it is held back
    nothing of it is claimed; once it is stopped nothing of it is sent.
    """

    digest = models.CharField(max_length=64, db_index=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)
    held_back_at = models.DateTimeField("held back since", null=True, blank=True)
    stopped_at = models.DateTimeField("stopped for good", null=True, blank=True)

    class Meta:
        verbose_name_plural = "bodies"
        constraints = [
            models.CheckConstraint(
                condition=Q(held_back_at=None) | Q(stopped_at=None),
                name="body_stopped_is_not_held_back_too",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at=None) | Q(html="", text=""),
                name="body_emptied_has_no_words",
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Delivery(models.Model):
    """One mail to one address: what is to be sent, and what became of it."""

    dedupe_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.ORDINARY)
    to = models.EmailField("to", max_length=254)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliveries",
    )
    subject = models.CharField(max_length=250)
    body = models.ForeignKey(Body, models.PROTECT, related_name="deliveries")
    replacements = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True)
    sealed_names = models.JSONField(default=list, blank=True)
    about = models.CharField(max_length=80, blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    message_id = models.CharField("Message-ID", max_length=200)
    created_at = models.DateTimeField("written")

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField("last answer", max_length=500, blank=True)
    failure = models.CharField("why it failed", max_length=10, choices=Failure, blank=True)
    attachments_made_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField("sent or ended", null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        # named here and not at the fields, where Django adds a second index of each on PostgreSQL
        # for searches that nobody makes; those were a third of the cost of a newsletter's rows
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="delivery_one_per_dedupe_key"),
            models.UniqueConstraint(fields=["message_id"], name="delivery_one_per_message_id"),
            models.CheckConstraint(
                condition=Q(status__in=HELD, lease_until__isnull=False) & ~Q(holder="")
                | ~Q(status__in=HELD) & Q(lease_until=None, holder=""),
                name="delivery_has_a_holder_while_held",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNFINISHED, finished_at=None)
                | ~Q(status__in=UNFINISHED) & Q(finished_at__isnull=False),
                name="delivery_finished_at_is_set_when_finished",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNFINISHED) | Q(sealed=""),
                name="delivery_keeps_no_secret_once_finished",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.FAILED) & ~Q(failure="")
                | ~Q(status=Status.FAILED) & Q(failure=""),
                name="delivery_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["kind"], name="delivery_kind"),
            models.Index(fields=["to"], name="delivery_to"),
            models.Index(fields=["about"], name="delivery_about"),
            models.Index(
                fields=["priority", "not_before", "id"],
                condition=Q(status=Status.WAITING),
                name="delivery_waiting",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(status__in=HELD), name="delivery_held"
            ),
            models.Index(
                fields=["finished_at"], condition=Q(status=Status.FAILED), name="delivery_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def is_finished(self) -> bool:
        return self.status not in UNFINISHED

    @property
    def is_bulk(self) -> bool:
        return self.priority >= Priority.BULK


class Attempt(models.Model):
    """One try at sending a mail that did not end in "sent", and what the mail server said."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="unlucky_attempts")
    at = models.DateTimeField("when")
    verdict = models.CharField(max_length=20)
    answer = models.CharField(max_length=500)

    class Meta:
        verbose_name = "attempt"

    def __str__(self) -> str:
        return f"{self.verdict}: {self.answer}"


class AttachmentContent(models.Model):
    """The bytes of an attachment, kept once however many mails carry them."""

    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = "attachment content"

    def __str__(self) -> str:
        return self.digest[:12]


class Attachment(models.Model):
    """A file that goes with one delivery, made once before it is first sent.

    One that carries a right (a ticket) has no row: it is made again at each send.
    """

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    content = models.ForeignKey(
        AttachmentContent, models.PROTECT, null=True, blank=True, related_name="attachments"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "position"], name="attachment_one_per_place_in_a_mail"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Suppression(models.Model):
    """An address that is to get no newsletters, or no mail at all, and why."""

    address = models.EmailField(max_length=254)
    suppressed_for = models.CharField(
        "kept from it", max_length=10, choices=SuppressedFor, default=SuppressedFor.BULK
    )
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(lifted_at=None),
                name="suppression_one_in_force_per_address",
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")), name="suppression_address_is_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="suppression_lifted_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class MailGate(models.Model):
    """The gate all mail leaves by: one row. The hub closes it by hand, trouble for a while.

    A cap on messages a minute † is what some schools' mail servers ask for.
    """

    closed_for = models.CharField(max_length=20, choices=ClosedFor, default=ClosedFor.NOTHING)
    reason = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    trouble_until = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=500, blank=True)
    troubles_in_a_row = models.PositiveSmallIntegerField(default=0)
    messages_per_minute = models.PositiveIntegerField(
        "most messages a minute",
        null=True,
        blank=True,
        help_text="What your mail server allows. Empty: as fast as it takes them.",
    )
    may_send = models.FloatField(default=0, editable=False)
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    days_bodies_are_kept = models.PositiveSmallIntegerField(
        "days the words of a mail are kept", default=90
    )

    class Meta:
        verbose_name = verbose_name_plural = "mail gate"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mail_gate_is_one_row"),
            models.CheckConstraint(
                condition=Q(changed_at=None, changed_by=None)
                | Q(changed_at__isnull=False, changed_by__isnull=False),
                name="mail_gate_changed_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(messages_per_minute=None) | Q(messages_per_minute__gt=0),
                name="mail_gate_lets_something_through_each_minute",
            ),
        ]

    def __str__(self) -> str:
        return "Mail gate"


class BounceMailbox(models.Model):
    """How far the mailbox that bounces come back to has been read, and how that goes: one row.

    A mailbox numbers its messages; `read_up_to` is the last one looked at of this numbering.
    """

    numbering = models.PositiveBigIntegerField(default=0)
    read_up_to = models.PositiveBigIntegerField(default=0)
    tried_at = models.DateTimeField("last opened", null=True, blank=True)
    read_at = models.DateTimeField("last read", null=True, blank=True)
    trouble = models.CharField(max_length=20, choices=Trouble, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="bounce_mailbox_is_one_row"),
        ]

    def __str__(self) -> str:
        return "Mailbox for bounces"
