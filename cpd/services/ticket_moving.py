"""Locking one ticket for a change of its state. Tickets come after bookings in the lock order."""

from collections.abc import Sequence
from datetime import date, datetime

from cpd import rules
from cpd.choices import TICKET_MOVES, TicketStatus
from cpd.errors import TicketIsPast, TicketNotLive
from cpd.models import Booking, FabulinusTicket
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import plain_day
from hub_portal.trail.services.acts import record_act
from schools.models import Person
from schools.services.calendar import hub_calendar


def lock_ticket(ticket_id: int) -> FabulinusTicket:
    """Lock one ticket and read it again, with its holder."""
    return (
        FabulinusTicket.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person", "award_year")
        .get(pk=ticket_id)
    )


def lock_tickets_of(bookings: Sequence[Booking]) -> list[FabulinusTicket]:
    """Lock the tickets that hold these bookings, in primary-key order."""
    return list(
        FabulinusTicket.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person", "award_year")
        .filter(redeemed_by__in=[booking.pk for booking in bookings])
        .order_by("pk")
    )


def refuse_unless_it_may_become(ticket: FabulinusTicket, status: TicketStatus) -> None:
    """Raises: TicketNotLive when the table of moves does not allow it."""
    if status not in TICKET_MOVES[TicketStatus(ticket.status)]:
        raise TicketNotLive(_WHY_NOT[TicketStatus(ticket.status)])


def refuse_if_past(ticket: FabulinusTicket, *, on: date) -> None:
    """Raises: TicketIsPast after its last day, whether the clock has written it or not."""
    if ticket.status == TicketStatus.EXPIRED or ticket.is_past(on):
        raise TicketIsPast(last_on_words=plain_day(ticket.last_on))


def live_again(
    ticket: FabulinusTicket, *, why: str, by: Person, at: datetime, reason: str = ""
) -> None:
    """Give a locked ticket back to its holder: it may be redeemed again. Rule FT-4.

    Given back after its last day, it lives to the end of the next term.
    """
    today = london_date(at)
    before = {"booking": ticket.redeemed_by_id, "last_on": ticket.last_on.isoformat()}
    if ticket.is_past(today):
        ticket.last_on = rules.end_of_next_term(today=today, terms=hub_calendar().terms)
    ticket.redeemed_by = None
    become(
        ticket,
        TicketStatus.ISSUED,
        verb="ticket.lives_again",
        why=why,
        reason=reason,
        by=by,
        at=at,
        **before,
    )


def become(
    ticket: FabulinusTicket,
    status: TicketStatus,
    *,
    verb: str,
    by: Person,
    at: datetime,
    why: str = "",
    reason: str = "",
    **before: object,
) -> None:
    """Move a locked ticket to a state the table of moves allows, with its act."""
    refuse_unless_it_may_become(ticket, status)
    was, ticket.status = ticket.status, status
    ticket.save(update_fields=["status", "redeemed_by", "last_on", "withdrawn_by", "withdrawn_at"])
    after: dict[str, object] = {"status": status, "last_on": ticket.last_on.isoformat()}
    if ticket.redeemed_by_id:
        after["booking"] = ticket.redeemed_by_id
    record_act(
        verb=verb,
        subject=f"ticket:{ticket.pk}",
        by=by,
        at=at,
        reason=reason,
        before={"status": was, **before},
        after={**after, "why": why} if why else after,
    )


_WHY_NOT = {
    TicketStatus.ISSUED: "This ticket holds no place at the moment.",
    TicketStatus.REDEEMED: (
        "This ticket holds a place already. Give that back first, if you want another."
    ),
    TicketStatus.USED: "This ticket has been used.",
    TicketStatus.EXPIRED: "The time of this ticket is over.",
    TicketStatus.WITHDRAWN: "The hub has withdrawn this ticket.",
}
