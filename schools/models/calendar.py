"""School years with their terms, bank holidays and census days."""

from datetime import date

from django.db import models
from simple_history.models import HistoricalRecords

from schools.choices import TermName
from schools.querysets import SchoolYearQuerySet


class SchoolYear(models.Model):
    """A year from 1 September to 31 August, "2026/27". Rule SC-7."""

    starts_on = models.DateField("first day", unique=True)
    closed_at = models.DateTimeField("books closed", null=True, blank=True, editable=False)

    objects = SchoolYearQuerySet.as_manager()

    class Meta:
        verbose_name = "school year"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__month=9, starts_on__day=1),
                name="school_year_starts_on_1_september",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on.year}/{(self.starts_on.year + 1) % 100:02d}"

    @property
    def ends_on(self) -> date:
        return date(self.starts_on.year + 1, 8, 31)


class Term(models.Model):
    """A term with its half-term holiday; all days are London days, ends included."""

    year = models.ForeignKey(SchoolYear, models.CASCADE, related_name="terms")
    name = models.CharField(max_length=10, choices=TermName)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    half_term_starts_on = models.DateField("half term from")
    half_term_ends_on = models.DateField("half term to")

    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "name"], name="term_once_per_year"),
            models.CheckConstraint(
                condition=models.Q(half_term_starts_on__gt=models.F("starts_on"))
                & models.Q(half_term_ends_on__gte=models.F("half_term_starts_on"))
                & models.Q(ends_on__gt=models.F("half_term_ends_on")),
                name="term_half_term_lies_inside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.starts_on.year}"


class BankHoliday(models.Model):
    """A bank holiday in England; no working day. Rule SC-7."""

    on = models.DateField("day", unique=True)
    name = models.CharField(max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "bank holiday"

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%-d %B %Y}"


class CensusDay(models.Model):
    """A day on which England counts its pupils, offered when a roll or a run asks for one."""

    on = models.DateField("day", unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name = "census day"

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%-d %B %Y}"
