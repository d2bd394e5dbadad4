"""Invoices: what the finance officer is to write, and to whom. Rule BK-14."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cpd.choices import InvoiceCause, InvoiceKind
from cpd.models.bookings import Booking
from cpd.querysets import InvoiceLineQuerySet
from hub_portal.shared.append_only import AppendOnlyModel


class InvoicePayer(models.Model):
    """Who gets the invoice for a guest, who belongs to no school of the alliance.

    For a school's place the school pays, and there is no such row.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="payer")
    name = models.CharField("who gets the invoice", max_length=150)
    address = models.TextField("their address", max_length=500)
    email = models.EmailField("address for invoices", max_length=254, blank=True)
    reference = models.CharField("their reference", max_length=60, blank=True)

    class Meta:
        verbose_name = "payer of an invoice"
        verbose_name_plural = "payers of invoices"
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="payer_has_a_name")]

    def __str__(self) -> str:
        return self.name


class InvoiceLine(AppendOnlyModel):
    """One thing to be invoiced, or to be credited, for one booking. Never changed.

    A line is due when the place is booked; a credit note whenever part of the price falls
    away. Lines less credit notes are what is owed (`services/proofs.py`). The key names booking
    and cause, so that each cause counts once.
    """

    key = models.CharField(max_length=60, unique=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="invoice_lines")
    kind = models.CharField(max_length=12, choices=InvoiceKind)
    cause = models.CharField("why", max_length=20, choices=InvoiceCause)
    pence = models.PositiveIntegerField()
    at = models.DateTimeField("due since")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = InvoiceLineQuerySet.as_manager()

    class Meta:
        verbose_name = "line to invoice"
        verbose_name_plural = "invoices and credit notes"
        indexes = [models.Index(fields=["at", "id"], name="invoice_line_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="invoice_line_is_of_something"),
            models.CheckConstraint(
                condition=Q(kind=InvoiceKind.LINE, cause=InvoiceCause.BOOKED)
                | (Q(kind=InvoiceKind.CREDIT_NOTE) & ~Q(cause=InvoiceCause.BOOKED)),
                name="invoice_line_is_for_a_place_booked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.booking.reference}"


class InvoiceRaised(models.Model):
    """That a line was written out by the finance officer, under which number."""

    line = models.OneToOneField(InvoiceLine, models.PROTECT, related_name="raised")
    number = models.CharField(max_length=40)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    class Meta:
        verbose_name = "invoice raised"
        verbose_name_plural = "invoices raised"
        constraints = [models.CheckConstraint(condition=~Q(number=""), name="raised_has_a_number")]

    def __str__(self) -> str:
        return self.number
