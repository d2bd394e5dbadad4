"""Bookings as a file to take away: the columns, and the act. Rules XX-1 and XX-2."""

from datetime import datetime
from decimal import Decimal

from cpd.choices import InvoiceKind
from cpd.models import Booking, Certificate, InvoiceLine
from hub_portal.shared.exports import Column
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School

FORMATS = ("csv", "xlsx")
PENCE = Decimal(100)


def in_pounds_and_pence(pence: int | None) -> Decimal | None:
    """An amount as a number that a spreadsheet adds up; nothing where there is no invoice."""
    return None if not pence else Decimal(pence) / PENCE


BOOKINGS: tuple[Column[Booking], ...] = (
    Column("Reference", lambda booking: booking.reference),
    Column("Course", lambda booking: booking.cohort.programme.title),
    Column(
        "First session",
        lambda booking: london_date(booking.cohort.starts_at) if booking.cohort.starts_at else None,
    ),
    Column("Delegate", lambda booking: booking.named_as or "To be named"),
    Column("Status", lambda booking: booking.get_status_display()),
    Column("Paid by", lambda booking: booking.get_paid_by_display()),
    Column("Credits", lambda booking: booking.price),
    Column("Credits kept", lambda booking: booking.kept),
    Column("Credits returned", lambda booking: booking.returned),
    Column("Invoice (£)", lambda booking: in_pounds_and_pence(booking.price_pence)),
    Column("Invoice kept (£)", lambda booking: in_pounds_and_pence(booking.kept_pence)),
    Column("Booked by", lambda booking: booking.booked_by.full_name),
    Column("Booked", lambda booking: booking.booked_at),
)
"""What a school's list of bookings shows, a column each."""

BOOKINGS_OF_THE_HUB: tuple[Column[Booking], ...] = (
    BOOKINGS[0],
    Column("School", lambda booking: booking.school.name if booking.school else ""),
    Column("Guest from", lambda booking: booking.comes_from),
    *BOOKINGS[1:],
)


def record_export(*, form: str, by: Person, at: datetime, school: School | None = None) -> None:
    """Write down that a list of people was taken away."""
    record_act(
        verb="bookings.exported",
        subject=f"school:{school.pk}" if school else "bookings",
        school=f"school:{school.pk}" if school else "",
        by=by,
        at=at,
        after={"format": form},
    )


INVOICES: tuple[Column[InvoiceLine], ...] = (
    Column("Booking", lambda line: line.booking.reference),
    Column("Kind", lambda line: line.get_kind_display()),
    Column("Why", lambda line: line.get_cause_display()),
    Column("School", lambda line: line.booking.school.name if line.booking.school else ""),
    Column("Payer", lambda line: "" if line.booking.school else line.booking.payer.name),
    Column("Address", lambda line: "" if line.booking.school else line.booking.payer.address),
    Column("Email", lambda line: "" if line.booking.school else line.booking.payer.email),
    Column("Reference", lambda line: "" if line.booking.school else line.booking.payer.reference),
    Column("Delegate", lambda line: line.booking.named_as or "To be named"),
    Column("Course", lambda line: line.booking.cohort.programme.title),
    Column("Amount (£)", lambda line: _signed_pounds(line)),
    Column("Due since", lambda line: london_date(line.at)),
    Column("Raised as", lambda line: line.raised.number if hasattr(line, "raised") else ""),
)
"""What the list of invoices and credit notes shows; a credit note is below zero."""


def _signed_pounds(line: InvoiceLine) -> Decimal:
    pounds = Decimal(line.pence) / PENCE
    return -pounds if line.kind == InvoiceKind.CREDIT_NOTE else pounds


CERTIFICATES: tuple[Column[Certificate], ...] = (
    Column("Number", lambda certificate: certificate.number),
    Column("Name as printed", lambda certificate: certificate.printed_name),
    Column("School", lambda certificate: certificate.booking.school_in_words),
    Column("Course", lambda certificate: certificate.title),
    Column("From", lambda certificate: certificate.from_on),
    Column("To", lambda certificate: certificate.to_on),
    Column("Hours", lambda certificate: certificate.hours),
    Column("Status", lambda certificate: certificate.get_status_display()),
    Column("Issued", lambda certificate: certificate.issued_at),
)
"""What the hub's list of certificates shows, a column each."""


def record_certificates_taken(*, form: str, by: Person, at: datetime) -> None:
    """Write down that the list of certificates was taken away."""
    record_act(
        verb="certificates.exported", subject="certificates", by=by, at=at, after={"format": form}
    )
