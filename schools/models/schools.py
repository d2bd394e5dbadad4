"""Schools, the numbers they had before, and their membership of the alliance."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from hub_portal.files.models import StoredFile
from schools.choices import Phase, SchoolStatus
from schools.querysets import MembershipQuerySet, SchoolQuerySet


class School(models.Model):
    """A school as itself, whatever number it has now. Rule SC-1.

    Office and finance addresses receive mail and never sign in (Rule PE-2).
    """

    name = models.CharField(max_length=120)
    urn = models.PositiveIntegerField("URN", unique=True)
    laestab = models.CharField(
        "LAEstab",
        max_length=7,
        blank=True,
        help_text="Local authority and establishment number, without the stroke. Not unique.",
    )
    phase = models.CharField(max_length=20, choices=Phase)
    lowest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField("type of school", max_length=80, blank=True)
    local_authority = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    status = models.CharField(max_length=10, choices=SchoolStatus, default=SchoolStatus.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    office_email = models.EmailField("school office address", blank=True)
    finance_email = models.EmailField("finance contact address", blank=True)

    objects = SchoolQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        indexes = [models.Index(fields=["name"], name="school_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(urn__gte=100000, urn__lte=999999),
                name="school_urn_has_six_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FormerUrn(models.Model):
    """A number a school had before a conversion or amalgamation; imports find it. Rule SC-1."""

    school = models.ForeignKey(School, models.CASCADE, related_name="former_urns")
    urn = models.PositiveIntegerField("URN", unique=True)
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "former URN"

    def __str__(self) -> str:
        return str(self.urn)


class Membership(models.Model):
    """The time in which a school belongs to the alliance. Rule SC-2.

    `to_on` is its last day; none means it is still a member.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="memberships")
    from_on = models.DateField("member from")
    to_on = models.DateField("last day", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school"],
                condition=models.Q(to_on__isnull=True),
                name="membership_one_open_per_school",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        until = f" to {self.to_on:%-d %B %Y}" if self.to_on else ""
        return f"from {self.from_on:%-d %B %Y}{until}"


class GiasFile(models.Model):
    """A GIAS extract from which the hub manager is picking schools to add.

    Only the columns that are needed are kept, without the names of heads, and only until the
    schools are added or for 7 days. `picked` holds the URNs ticked so far.
    """

    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    picked = models.JSONField(default=list, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    used_at = models.DateTimeField("schools added", null=True, blank=True)

    class Meta:
        verbose_name = "GIAS file"

    def __str__(self) -> str:
        return self.file_name
