"""A year's funding, the instalments it comes in, and the year's settings for sharing it."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from credits.models.ledger import JournalEntry
from credits.querysets import InstalmentQuerySet
from schools.models import SchoolYear


class Funding(models.Model):
    """A school year's funding and how it is shared. Rules CR-1 and CR-2.

    Money is in pence, shares in per cent, everything else in whole credits or pupils.
    """

    year = models.OneToOneField(SchoolYear, models.PROTECT, related_name="funding")
    share_percent = models.DecimalField(
        "share returned to schools (%)",
        max_digits=5,
        decimal_places=2,
        default=Decimal(50),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    pence_per_credit = models.PositiveIntegerField(default=1000, validators=[MinValueValidator(1)])
    reserve_percent = models.DecimalField(
        "kept for corrections (%)",
        max_digits=5,
        decimal_places=2,
        default=Decimal(2),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    lump_sum = models.PositiveIntegerField(
        "lump sum per school", default=0, help_text="Counted like pupils, added to the roll."
    )
    floor = models.PositiveIntegerField("at least, per school and run", default=10)
    cap = models.PositiveIntegerField("at most, per school and run", null=True, blank=True)

    class Meta:
        verbose_name = "funding"
        verbose_name_plural = "funding"
        constraints = [
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(cap__gte=models.F("floor")),
                name="funding_cap_is_not_below_floor",
            ),
            models.CheckConstraint(
                condition=Q(pence_per_credit__gt=0), name="funding_credit_costs_something"
            ),
        ]

    def __str__(self) -> str:
        return f"Funding {self.year}"


class Instalment(models.Model):
    """Money received for a year, turned into credits by one journal entry. Rule CR-1."""

    funding = models.ForeignKey(Funding, models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    received_on = models.DateField("received")
    pence = models.PositiveBigIntegerField("amount (pence)")
    reference = models.CharField(max_length=80, blank=True)
    pool_credits = models.PositiveIntegerField()
    reserve_credits = models.PositiveIntegerField()
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="instalment")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["funding", "number"], name="instalment_number_once_per_year"
            ),
            models.CheckConstraint(condition=Q(pence__gt=0), name="instalment_is_positive"),
        ]

    def __str__(self) -> str:
        return f"Instalment {self.number} of {self.funding.year}"
