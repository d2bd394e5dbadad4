"""Joining details: each version of them, who has read which, and who was reminded."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.models.cohorts import Cohort
from cpd.querysets import JoiningDetailsQuerySet
from hub_portal.shared.append_only import AppendOnlyModel
from hub_portal.shared.plain_text import validate_line
from hub_portal.shared.rich_text import RichTextField


class JoiningDetails(AppendOnlyModel):
    """One version of what delegates of a cohort are told about getting there. Rule BK-11.

    Written once and kept; the one with the highest number counts, and its words stand on the
    cohort too. `are_told` says whether the delegates were written to.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="joining_versions")
    number = models.PositiveIntegerField("version")
    words = RichTextField("joining details")
    what_changed = models.CharField(max_length=300, blank=True, validators=[validate_line])
    are_told = models.BooleanField("delegates were told", default=False)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField("saved")

    objects = JoiningDetailsQuerySet.as_manager()

    class Meta:
        verbose_name = "version of joining details"
        verbose_name_plural = "joining details"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "number"], name="joining_details_numbered_once_per_cohort"
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0), name="joining_details_are_numbered_from_one"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="joining_details_say_something"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class JoiningRead(models.Model):
    """A delegate said on their own page that they have read a version. Rule BK-11.

    Nothing else makes such a row: no mail, no link and no look at a page.
    """

    version = models.ForeignKey(JoiningDetails, models.PROTECT, related_name="reads")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="joining_details_read"
    )
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = "joining details read"
        verbose_name_plural = "joining details read"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], name="joining_details_read_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"joining details read {self.pk}"


class JoiningReminder(models.Model):
    """A delegate was reminded to read a version, which happens once. Rule BK-11."""

    version = models.ForeignKey(JoiningDetails, models.PROTECT, related_name="reminders")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="joining_reminders"
    )
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = "reminder of joining details"
        verbose_name_plural = "reminders of joining details"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], name="joining_reminder_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"reminder of joining details {self.pk}"
