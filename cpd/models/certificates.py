"""Certificates of attendance: numbered, printed once, verified by anybody. Rule BK-12."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.choices import CertificateStatus
from cpd.models.bookings import Booking
from cpd.models.cohorts import Cohort
from cpd.querysets import CertificateQuerySet


class Certificate(models.Model):
    """That somebody attended a course, as it was printed. Rule BK-12.

    Name, title, dates and hours are frozen. A mistake is put right by a new certificate that
    `replaces` this one; the hub may withdraw one. Both say who, when and why.
    """

    number = models.CharField(max_length=12, unique=True)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="certificates")
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="certificates")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates"
    )
    printed_name = models.CharField("name as printed", max_length=150)
    title = models.CharField("programme", max_length=120)
    from_on = models.DateField("from")
    to_on = models.DateField("to")
    hours = models.DecimalField("hours of CPD", max_digits=5, decimal_places=1)
    status = models.CharField(
        max_length=10, choices=CertificateStatus, default=CertificateStatus.VALID
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("why it ended", max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=Q(status=CertificateStatus.VALID),
                name="certificate_one_valid_per_person_and_cohort",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=CertificateStatus.VALID,
                    ended_by__isnull=True,
                    ended_at__isnull=True,
                    reason="",
                )
                | (
                    ~Q(status=CertificateStatus.VALID)
                    & Q(ended_by__isnull=False, ended_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="certificate_ended_has_who_when_and_why",
            ),
            models.CheckConstraint(condition=Q(hours__gt=0), name="certificate_has_hours"),
            models.CheckConstraint(
                condition=Q(to_on__gte=models.F("from_on")), name="certificate_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def hours_in_words(self) -> str:
        """ "1 hour", "4.5 hours"."""
        return f"{self.hours.normalize():f} {'hour' if self.hours == 1 else 'hours'}"

    @property
    def number_in_groups(self) -> str:
        """Easier to read out: "7K3M-QX9T-2BFH"."""
        return "-".join(self.number[at : at + 4] for at in range(0, len(self.number), 4))
