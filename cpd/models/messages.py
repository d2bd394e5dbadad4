"""What was written to everybody on a course."""

from django.conf import settings
from django.db import models

from cpd.models.cohorts import Cohort
from hub_portal.shared.plain_text import validate_line


class CohortMessage(models.Model):
    """One message to the delegates of a cohort, written once and recorded. Rule XX-6.

    Its key is that of the page it was written on: pressing twice sends once.
    """

    key = models.CharField(max_length=64, unique=True)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="messages")
    subject = models.CharField(max_length=150, validators=[validate_line])
    words = models.TextField(max_length=4000)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    readers = models.PositiveIntegerField("mails written", default=0)

    class Meta:
        verbose_name = "message to delegates"
        verbose_name_plural = "messages to delegates"

    def __str__(self) -> str:
        return self.subject
