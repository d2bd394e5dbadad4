"""The sharing of one instalment among the member schools. Rules CR-2 to CR-4."""

from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import Q

from credits.models.funding import Instalment
from credits.models.ledger import JournalEntry
from hub_portal.shared.append_only import AppendOnlyModel
from schools.choices import RollDefinition
from schools.models import PupilRoll, School


class AllocationRun(models.Model):
    """One sharing of one instalment, on one census, at one published rate.

    The rate is credits per unit of weight, kept as a fraction so that anybody can work
    out a school's share again to the last place.
    """

    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="runs")
    census_on = models.DateField("census date")
    definition = models.CharField(max_length=20, choices=RollDefinition)
    pool_credits = models.PositiveIntegerField()
    rate_numerator = models.PositiveBigIntegerField()
    rate_denominator = models.PositiveBigIntegerField()
    lump_sum = models.PositiveIntegerField()
    floor = models.PositiveIntegerField()
    cap = models.PositiveIntegerField(null=True, blank=True)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="allocation_run")
    run_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    run_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "allocation run"
        constraints = [
            models.UniqueConstraint(
                fields=["instalment"],
                condition=Q(taken_back_at__isnull=True),
                name="allocation_run_one_live_per_instalment",
            ),
            models.CheckConstraint(
                condition=Q(rate_denominator__gt=0), name="allocation_rate_is_a_fraction"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by__isnull=True, taken_back_at__isnull=True)
                | Q(taken_back_by__isnull=False, taken_back_at__isnull=False),
                name="allocation_run_taken_back_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Allocation of {self.instalment}"

    @property
    def rate(self) -> Fraction:
        """Credits per unit of weight."""
        return Fraction(self.rate_numerator, self.rate_denominator)


class AllocationLine(AppendOnlyModel):
    """What one school got from one run, and how: checkable on paper. Rule CR-2.

    The exact share is weight times rate, held within floor and cap; the remainder is what
    was left after whole credits, to nine places.
    """

    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="lines")
    school = models.ForeignKey(School, models.PROTECT, related_name="allocation_lines")
    roll = models.ForeignKey(PupilRoll, models.PROTECT, related_name="+")
    pupils = models.PositiveIntegerField("pupils on roll")
    weight = models.PositiveIntegerField()
    exact_share = models.DecimalField(max_digits=18, decimal_places=9)
    remainder = models.DecimalField(max_digits=10, decimal_places=9)
    credits = models.PositiveIntegerField("credits")
    reason = models.CharField("why on another roll", max_length=300, blank=True)

    class Meta:
        verbose_name = "allocation line"
        constraints = [
            models.UniqueConstraint(
                fields=["run", "school"], name="allocation_line_once_per_school"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credits} credits for {self.school}"


class AllocationOmission(AppendOnlyModel):
    """A member school left out of a run by name, with the reason. Rule CR-3."""

    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="omissions")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "school"], name="allocation_omission_once_per_school"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="allocation_omission_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} left out"
