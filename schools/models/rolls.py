"""Pupil rolls, which are facts with a source, and the files they came in."""

from django.conf import settings
from django.db import models

from hub_portal.files.models import StoredFile
from hub_portal.shared.append_only import AppendOnlyModel
from schools.choices import RollDefinition, RollImportStatus, RollSource
from schools.models.schools import School
from schools.querysets import PupilRollQuerySet


class RollImport(models.Model):
    """One uploaded roll file: what was found in it, and whether it was saved. Rule SC-4."""

    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField("hash of the file", max_length=64, blank=True)
    format = models.CharField(max_length=20, choices=RollSource, blank=True)
    census_on = models.DateField("census date", null=True, blank=True)
    definition = models.CharField(max_length=20, choices=RollDefinition, blank=True)
    status = models.CharField(
        max_length=10, choices=RollImportStatus, default=RollImportStatus.READING
    )
    findings = models.JSONField(default=dict, blank=True)
    report = models.JSONField("as it was saved", default=list, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "roll file"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(saved_by__isnull=True, saved_at__isnull=True)
                | models.Q(saved_by__isnull=False, saved_at__isnull=False),
                name="roll_import_saved_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class PupilRoll(AppendOnlyModel):
    """How many pupils a school had on one census date, counted one way. Rule SC-3.

    A new roll never overwrites an old one: the last one entered counts.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="rolls")
    census_on = models.DateField("census date")
    pupils = models.PositiveIntegerField("pupils on roll")
    definition = models.CharField(
        max_length=20, choices=RollDefinition, default=RollDefinition.HEADCOUNT
    )
    source = models.CharField(max_length=20, choices=RollSource)
    reason = models.CharField(max_length=300, blank=True)
    roll_import = models.ForeignKey(
        RollImport, models.PROTECT, null=True, blank=True, related_name="rolls"
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = PupilRollQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["school", "definition", "census_on", "id"], name="roll_latest_of_school"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(source=RollSource.BY_HAND) | ~models.Q(reason=""),
                name="roll_by_hand_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupils} on {self.census_on:%-d %B %Y}"
