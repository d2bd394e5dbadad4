"""What the sender asks about the mails of a ticket: is it still true, and what goes with it.

The PDF of a ticket carries a right: it is made again at each send and never kept (security,
part 3).
"""

from collections.abc import Sequence

from cpd.choices import TicketStatus
from cpd.emails import ticket_mails
from cpd.models import Booking, FabulinusTicket
from cpd.services.mail_kinds import calendar_entry, entry_for_delegate, still_booked
from cpd.services.ticket_codes import code_for_mail, code_of_ticket
from cpd.services.ticket_documents import pdf_of_ticket
from hub_portal.mail.services.kinds import MadeAttachment, register_mail_kind
from hub_portal.shared.calendar_entries import Method
from hub_portal.shared.links import say_otherwise


def register_ticket_mails() -> None:
    """Tell the outbox about the mails of tickets; called once, when the app is ready."""
    say_otherwise(ticket_mails.TICKET, code_for_mail)
    register_mail_kind(
        ticket_mails.ISSUED, is_still_true=still_waits, make_attachments=ticket_to_print
    )
    register_mail_kind(
        ticket_mails.REMINDER, is_still_true=still_waits, make_attachments=ticket_to_print
    )
    for kind in (ticket_mails.EXTENDED, ticket_mails.LIVES_AGAIN):
        register_mail_kind(kind, is_still_true=still_waits)
    register_mail_kind(
        ticket_mails.REDEEMED, is_still_true=still_booked, make_attachments=entry_for_delegate
    )
    register_mail_kind(ticket_mails.GIVEN_BACK, make_attachments=entry_for_delegate)
    register_mail_kind(ticket_mails.TOLD, is_still_true=still_booked)


def still_waits(about: str) -> bool:
    """A ticket with another code since, redeemed or withdrawn, is not mailed any more.

    What was mailed before an address was changed carries a dead code.
    """
    return _ticket(about) is not None


def ticket_to_print(about: str) -> Sequence[MadeAttachment]:
    """The ticket as a PDF with a QR code."""
    ticket = _ticket(about)
    if ticket is None:
        return ()
    content = pdf_of_ticket(ticket=ticket, code=code_of_ticket(ticket))
    return [
        MadeAttachment(
            name="fabulinus-ticket.pdf",
            content_type="application/pdf",
            content=content,
            carries_a_right=True,
        )
    ]


def entry_of_place(booking: Booking) -> bytes:
    """The calendar entry of a place, as the mail carried it: the holder takes it from the page."""
    entry = calendar_entry(booking, booking.delegate, booking.named_as, Method.REQUEST)
    return entry.as_bytes()


def _ticket(about: str) -> FabulinusTicket | None:
    _, ticket_id, version = about.split(":")
    waiting = FabulinusTicket.objects.filter(pk=ticket_id, version=version)
    ticket: FabulinusTicket | None = (
        waiting.filter(status=TicketStatus.ISSUED).select_related("person", "award_year").first()
    )
    return ticket
