"""A ticket on paper, and the place it bought on paper: PDFs. Rules FT-1 and FT-2."""

from django.conf import settings
from django.urls import reverse

from cpd.models import Booking, FabulinusTicket
from hub_portal.shared.pdf import render_pdf


def address_of_ticket(code: str) -> str:
    """The link that opens the ticket; it carries its code."""
    return f"{settings.PORTAL_URL}{reverse('cpd:ticket_link', args=[code])}"


def pdf_of_ticket(*, ticket: FabulinusTicket, code: str) -> bytes:
    """The ticket to print: name, code, QR code, and until when it is good."""
    address = address_of_ticket(code)
    facts = {"ticket": ticket, "code": code, "address": address}
    return render_pdf("cpd/pdf/ticket.html", facts, title="Fabulinus Ticket")


def pdf_of_place(*, booking: Booking) -> bytes:
    """The place a ticket has bought, with dates and joining details."""
    cohort = booking.cohort
    facts = {
        "booking": booking,
        "cohort": cohort,
        "sessions": list(cohort.sessions.order_by("starts_at")),
    }
    return render_pdf("cpd/pdf/ticket_place.html", facts, title=cohort.programme.title)
