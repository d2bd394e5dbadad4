"""What delegates need to take part: encrypted, without history. Rule BK-13."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.models.cohorts import Cohort
from cpd.querysets import NeedsQuerySet


class Needs(models.Model):
    """What one person needs on one cohort; without a cohort, what they keep for all. Rule BK-13.

    `sealed` is encrypted and empty when nothing is needed. It stands in no mail, export of
    others, log, act or admin list, has no history, and a cohort's is deleted some days after it
    ends. `link_version` is the person's count of ended sessions when they were asked: the link
    ends when their sessions end (Rule PE-2).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="needs")
    cohort = models.ForeignKey(Cohort, models.CASCADE, null=True, blank=True, related_name="needs")
    sealed = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    link_version = models.PositiveIntegerField(default=0)

    objects = NeedsQuerySet.as_manager()

    class Meta:
        verbose_name = "needs"
        verbose_name_plural = "needs"
        constraints = [
            models.UniqueConstraint(fields=["person", "cohort"], name="needs_once_per_cohort"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(cohort__isnull=True),
                name="needs_kept_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(sealed="") | Q(said_at__isnull=False), name="needs_said_has_when"
            ),
        ]

    def __str__(self) -> str:
        return f"needs {self.pk}"
