"""Bookings as a file to take away: the columns, and the act. Rules XX-1 and XX-2."""

from datetime import datetime

from cpd.models import Booking, Certificate
from hub_portal.shared.exports import Column
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School

FORMATS = ("csv", "xlsx")

BOOKINGS: tuple[Column[Booking], ...] = (
    Column("Reference", lambda booking: booking.reference),
    Column("Course", lambda booking: booking.cohort.programme.title),
    Column(
        "First session",
        lambda booking: london_date(booking.cohort.starts_at) if booking.cohort.starts_at else None,
    ),
    Column("Delegate", lambda booking: booking.named_as or "To be named"),
    Column("Status", lambda booking: booking.get_status_display()),
    Column("Credits", lambda booking: booking.price),
    Column("Credits kept", lambda booking: booking.kept),
    Column("Credits returned", lambda booking: booking.returned),
    Column("Booked by", lambda booking: booking.booked_by.full_name),
    Column("Booked", lambda booking: booking.booked_at),
)
"""What a school's list of bookings shows, a column each."""

BOOKINGS_OF_THE_HUB: tuple[Column[Booking], ...] = (
    BOOKINGS[0],
    Column("School", lambda booking: booking.school.name if booking.school else ""),
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
