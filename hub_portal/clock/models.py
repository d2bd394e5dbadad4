"""What happened once, who was last seen alive, and long work."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from hub_portal.clock.choices import UNFINISHED, JobStatus
from hub_portal.clock.querysets import JobQuerySet, OccurrenceQuerySet


class Occurrence(models.Model):
    """One thing that is to happen once, known by its key ("credits.books_check:2026-11-22").

    Whoever inserts the key does the thing. When the tick made it, the row also holds the task
    and its arguments, so that a lost ring or a killed worker only delays it.
    """

    key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField("when")
    task = models.CharField(max_length=80, blank=True)
    args = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = "occurrence"
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(failed_at=None),
                name="occurrence_is_done_or_failed_never_both",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=Q(done_at=None, failed_at=None) & ~Q(task=""),
                name="occurrence_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a part of the portal (the tick, the mail sender) was last seen alive."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField("last seen")

    class Meta:
        verbose_name = "heartbeat"

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class Job(models.Model):
    """One piece of long work that somebody started and can come back to. Rule XX-5."""

    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=80)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", verbose_name="started by"
    )
    started_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    sentence = models.CharField("how it ended", max_length=500, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "job"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"],
                condition=Q(status__in=UNFINISHED),
                name="job_one_unfinished_per_kind_and_subject",
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(done__lte=F("total")),
                name="job_never_does_more_than_its_total",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNFINISHED, finished_at=None)
                | (~Q(status__in=UNFINISHED) & Q(finished_at__isnull=False)),
                name="job_finished_at_is_set_when_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"

    def get_absolute_url(self) -> str:
        return reverse("clock:job", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.status not in UNFINISHED

    @property
    def has_succeeded(self) -> bool:
        return self.status == JobStatus.DONE

    @property
    def has_failed(self) -> bool:
        return self.status == JobStatus.FAILED

    @property
    def percent(self) -> int | None:
        """How far it has come, 0 to 100; None while nobody knows how much there is."""
        return None if not self.total else self.done * 100 // self.total
