"""What the finance officer is to write: a line for each place by invoice, and credit notes.

Rule BK-14. A line is due when the place is booked (for one above the school's limit, when it is
approved); a credit note is due for what is not kept. Everything here happens under the lock of
the booking's cohort, and once for each booking and cause: the key says so in the database too.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cpd.choices import InvoiceCause, InvoiceKind
from cpd.errors import AlreadyRaised, InvoiceInstead, NotByInvoice
from cpd.models import Booking, Cohort, InvoiceLine, InvoiceRaised
from credits.errors import NotEnoughCredits
from hub_portal.shared.errors import BadInput
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import build_act, record_act, record_acts
from schools.models import Person


def invoice_price_of(cohort: Cohort) -> int:
    """What a place by invoice costs, in pence. Raises: NotByInvoice where it is not allowed."""
    if cohort.invoice_price is None:
        raise NotByInvoice
    return cohort.invoice_price


def or_by_invoice(refused: NotEnoughCredits, cohort: Cohort) -> NotEnoughCredits:
    """The refusal of a school with too few credits; it names the other way where there is one."""
    if cohort.invoice_price is None:
        return refused
    return InvoiceInstead(
        available=refused.available, needed=refused.needed, pence=cohort.invoice_price
    )


def payer_in_words(booking: Booking) -> str:
    """Who gets the invoice: the school, or a guest's payer with a reference if they gave one."""
    if booking.school is not None:
        return booking.school.name
    payer = booking.payer
    return f"{payer.name} ({payer.reference})" if payer.reference else payer.name


def invoice_places(bookings: Sequence[Booking], *, by: Person, at: datetime) -> None:
    """Write the line of each place that is paid by invoice, at its frozen price."""
    lines = [
        _line(booking, InvoiceKind.LINE, InvoiceCause.BOOKED, booking.price_pence, by=by, at=at)
        for booking in bookings
        if booking.is_by_invoice
    ]
    _write(lines)


def credit(booking: Booking, pence: int, *, cause: InvoiceCause, by: Person, at: datetime) -> None:
    """Write a credit note for what is not to be paid after all; none for nothing."""
    if pence:
        _write([_line(booking, InvoiceKind.CREDIT_NOTE, cause, pence, by=by, at=at)])


@retried
def mark_raised(*, line_id: int, number: str, by: Person, at: datetime) -> InvoiceRaised:
    """Note that the finance officer has written out a line or credit note, under its number.

    The line itself is never changed. Marked again with the same number, it changes nothing.

    Raises: BadInput without a number, AlreadyRaised under another.
    """
    number = clean_line(number)
    if not number:
        raise BadInput("Give the number of the invoice or credit note.")
    with transaction.atomic():
        booking_id = InvoiceLine.objects.values_list("booking", flat=True).get(pk=line_id)
        Booking.objects.select_for_update(no_key=True, of=("self",)).get(pk=booking_id)
        raised = InvoiceRaised.objects.filter(line=line_id).first()
        if raised is not None:
            if raised.number == number:
                return raised
            raise AlreadyRaised(number=raised.number)
        raised = InvoiceRaised.objects.create(
            line_id=line_id, number=number, raised_by=by, raised_at=at
        )
        record_act(
            verb="invoice_line.raised",
            subject=f"invoice_line:{line_id}",
            by=by,
            at=at,
            after={"number": number, "booking": booking_id},
        )
    return raised


def record_invoices_taken(*, form: str, by: Person, at: datetime) -> None:
    """Write down that the list of what is to be invoiced was taken away. Rule XX-1."""
    record_act(verb="invoices.exported", subject="invoices", by=by, at=at, after={"format": form})


def _line(
    booking: Booking,
    kind: InvoiceKind,
    cause: InvoiceCause,
    pence: int,
    *,
    by: Person,
    at: datetime,
) -> InvoiceLine:
    return InvoiceLine(
        key=f"booking:{booking.pk}:{cause}",
        booking=booking,
        kind=kind,
        cause=cause,
        pence=pence,
        by=by,
        at=at,
    )


def _write(lines: Sequence[InvoiceLine]) -> None:
    written = InvoiceLine.objects.bulk_create(lines)
    record_acts(
        build_act(
            verb=f"invoice_line.{line.kind}",
            subject=f"booking:{line.booking_id}",
            school=line.booking.school_in_acts,
            by=line.by,
            at=line.at,
            after={"cause": line.cause, "pence": line.pence},
        )
        for line in written
    )
