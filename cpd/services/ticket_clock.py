"""What the clock does for tickets: reminders before their last day, and what has expired. FT-4."""

from datetime import date, datetime, timedelta

from django.db import transaction

from cpd.choices import TicketStatus
from cpd.emails import ticket_mails
from cpd.models import FabulinusTicket
from cpd.services.ticket_codes import can_be_said
from cpd.services.ticket_moving import become, lock_ticket
from hub_portal.shared.london import london_date, start_of_day
from schools.models import Person

DAYS_BEFORE = (90, 30)


def remind_of_tickets(*, at: datetime) -> int:
    """Remind every holder whose ticket has come so near its end; how many mails are new.

    Late if the portal was down, never twice; a ticket sent later than that day is not
    reminded of it, and one never sent is not reminded of at all (Rule SC-8).
    """
    today = london_date(at)
    near = FabulinusTicket.objects.sent().expiring(today, within=max(DAYS_BEFORE))
    reminded = 0
    for ticket in near.select_related("person").order_by("pk"):
        days = _mark_reached(ticket, today)
        if days and can_be_said(ticket):
            key = f"{days}:{ticket.last_on.isoformat()}"
            with transaction.atomic():
                reminded += ticket_mails.ticket_reminder(ticket=ticket, key=key, at=at)
    return reminded


def expire_tickets(*, by: Person, at: datetime) -> int:
    """Write down which tickets have had their last day; how many. Rule FT-4."""
    past = FabulinusTicket.objects.past(london_date(at)).order_by("pk")
    expired = 0
    for ticket_id in past.values_list("pk", flat=True):
        with transaction.atomic():
            ticket = lock_ticket(ticket_id)
            if ticket.status == TicketStatus.ISSUED and ticket.is_past(london_date(at)):
                become(ticket, TicketStatus.EXPIRED, verb="ticket.expired", by=by, at=at)
                expired += 1
    return expired


def _mark_reached(ticket: FabulinusTicket, today: date) -> int:
    """The nearest of the marks that has been reached while the ticket was out; 0 for none."""
    for days in sorted(DAYS_BEFORE):
        mark = ticket.last_on - timedelta(days=days)
        if today >= mark:
            was_out = ticket.sent_at is not None and ticket.sent_at < start_of_day(mark)
            return days if was_out else 0
    return 0
