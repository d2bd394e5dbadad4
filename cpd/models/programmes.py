"""Programmes: what the hub teaches, without its dates."""

from django.db import models
from django.db.models import Q

from cpd.choices import Format
from cpd.querysets import ProgrammeQuerySet
from hub_portal.shared.rich_text import RichTextField
from schools.models import PartnerOrganisation, School


class ProgrammeKind(models.Model):
    """A family of programmes, such as "OLEVI" or "Meet the Expert": data, never code."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        verbose_name = "kind of programme"
        verbose_name_plural = "kinds of programme"

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """A subject or theme by which people look for courses."""

    name = models.CharField(max_length=60, unique=True)

    class Meta:
        verbose_name = "subject or theme"
        verbose_name_plural = "subjects and themes"

    def __str__(self) -> str:
        return self.name


class Programme(models.Model):
    """A course the hub or a partner offers, time and again, as cohorts."""

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.ForeignKey(ProgrammeKind, models.PROTECT, related_name="programmes")
    subject = models.ForeignKey(
        Subject,
        models.PROTECT,
        related_name="programmes",
        verbose_name="subject or theme",
    )
    summary = models.CharField(max_length=240, help_text="One sentence, shown in the catalogue.")
    description = RichTextField(blank=True)
    audience = models.CharField(
        "who it is for", max_length=200, blank=True, help_text="For example: middle leaders"
    )
    for_early_years = models.BooleanField("early years", default=False)
    for_primary = models.BooleanField("primary", default=False)
    for_secondary = models.BooleanField("secondary", default=False)
    for_special = models.BooleanField("special", default=False)
    format = models.CharField(max_length=10, choices=Format, default=Format.IN_PERSON)
    hours = models.DecimalField("CPD hours", max_digits=5, decimal_places=1)
    provider = models.ForeignKey(
        PartnerOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name="partner organisation",
    )
    provider_school = models.ForeignKey(
        School,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes_provided",
        verbose_name="member school",
    )
    tickets_welcome = models.BooleanField(
        "tickets welcome",
        default=False,
        help_text="Newly qualified colleagues may take places with a Fabulinus Ticket.",
    )
    certificate_after_evaluation = models.BooleanField(
        "certificate only after the evaluation", default=False
    )
    is_public = models.BooleanField("shown in the catalogue", default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(provider__isnull=True) | Q(provider_school__isnull=True),
                name="programme_has_one_provider",
            ),
            models.CheckConstraint(
                condition=Q(for_early_years=True)
                | Q(for_primary=True)
                | Q(for_secondary=True)
                | Q(for_special=True),
                name="programme_is_for_some_phase",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="programme_has_hours"),
        ]

    def __str__(self) -> str:
        return self.title
