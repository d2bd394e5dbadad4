"""The hub itself, and the outside bodies it works with."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from hub_portal.files.models import StoredFile
from schools.models.schools import School


class HubProfile(models.Model):
    """What the hub is called, where it is, how it looks, and its settings for schools.

    There is one row, made by the first migration.
    """

    name = models.CharField(max_length=80, default="Teaching school hub")
    alliance_name = models.CharField(max_length=80, blank=True)
    lead_school = models.ForeignKey(
        School, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contact_name = models.CharField(max_length=80, blank=True)
    contact_email = models.EmailField(
        "replies go to", blank=True, help_text="A person reads this address."
    )
    telephone = models.CharField(max_length=30, blank=True)
    address = models.TextField(blank=True)
    logo = models.ForeignKey(StoredFile, models.SET_NULL, null=True, blank=True, related_name="+")
    brand_colour = models.CharField(
        max_length=7,
        default="#0b5563",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Write it like #0b5563.")],
    )
    roll_change_warning_percent = models.DecimalField(
        "warn when a roll changes by more than (%)",
        max_digits=5,
        decimal_places=2,
        default=Decimal(20),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    sign_in_days = models.PositiveSmallIntegerField(
        "days a sign-in lasts",
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    reading_days_after_leaving = models.PositiveSmallIntegerField(
        "days a school that has left may still read", default=90
    )
    is_demo = models.BooleanField("demo hub", default=False, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "hub profile"
        verbose_name_plural = "hub profile"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="hub_profile_is_one_row")
        ]

    def __str__(self) -> str:
        return self.name


class PartnerOrganisation(models.Model):
    """An outside body that provides programmes: a language service, a college, a company."""

    name = models.CharField(max_length=120, unique=True)
    website = models.URLField(blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    note = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "partner organisation"

    def __str__(self) -> str:
        return self.name
