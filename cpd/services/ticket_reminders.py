"""Reminders of tickets by the clock, 90 and 30 days before their last day. Rule FT-4."""

from datetime import date, datetime, timedelta

from django.db import transaction

from cpd import ticket_emails
from cpd.models import FabulinusTicket
from cpd.services.ticket_codes import can_be_said
from hub_portal.shared.london import london_date, start_of_day

DAYS_BEFORE = (90, 30)


def remind_of_tickets(*, at: datetime) -> int:
    """Remind every holder whose ticket has come so near its end; how many mails are new.

    Late if the portal was down, never twice; a ticket issued later than that day is not
    reminded of it.
    """
    today = london_date(at)
    near = FabulinusTicket.objects.expiring(today, within=max(DAYS_BEFORE))
    reminded = 0
    for ticket in near.select_related("person").order_by("pk"):
        days = _mark_reached(ticket, today)
        if days and can_be_said(ticket):
            key = f"{days}:{ticket.last_on.isoformat()}"
            with transaction.atomic():
                reminded += ticket_emails.ticket_reminder(ticket=ticket, key=key, at=at)
    return reminded


def _mark_reached(ticket: FabulinusTicket, today: date) -> int:
    """The nearest of the marks that has been reached while the ticket was out; 0 for none."""
    for days in sorted(DAYS_BEFORE):
        mark = ticket.last_on - timedelta(days=days)
        if today >= mark:
            return days if ticket.issued_at < start_of_day(mark) else 0
    return 0
