"""What the hub wrote to a group of its schools' people, and to whom exactly. Rule XX-6."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub_portal.mail.models import Body
from hub_portal.shared.plain_text import validate_line
from schools.choices import Group, NotWritten
from schools.models.schools import School


class GroupMessage(models.Model):
    """One message to everybody of a group, written once and recorded. Rule XX-6.

    Its key is that of the page it was written on: pressing twice sends once. `body` is the mail as
    it was frozen, the same for all.
    """

    key = models.CharField(max_length=64, unique=True)
    group = models.CharField("to", max_length=12, choices=Group)
    subject = models.CharField(max_length=150, validators=[validate_line])
    words = models.TextField("message", max_length=4000)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    mails = models.PositiveIntegerField("mails written", default=0)

    class Meta:
        verbose_name = "message to a group"
        verbose_name_plural = "messages to groups"

    def __str__(self) -> str:
        return self.subject


class GroupMessageReader(models.Model):
    """For whom at a school a message was, and why they were not written to if they were not.

    `key` is the dedupe key of the mail; a school with nobody has a row that says so.
    """

    message = models.ForeignKey(GroupMessage, models.PROTECT, related_name="readers")
    key = models.CharField(max_length=100, unique=True)
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    stands_in = models.BooleanField("headteacher, for want of a rep", default=False)
    left_out = models.CharField("not written to", max_length=12, choices=NotWritten, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(left_out=NotWritten.NOBODY),
                name="group_message_reader_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.key
