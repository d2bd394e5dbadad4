"""Which ticket this browser has come with, and whether its holder is proved. Rule FT-3.

The session keeps the ticket's id and version and until when, never its code. Both end soon, so
that a ticket opened on a shared computer does not lie open there.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cpd.choices import BookingStatus, TicketStatus
from cpd.models import Booking, FabulinusTicket
from cpd.services.ticket_holders import SentCode, is_holder
from hub_portal.shared.london import now
from schools.access import signed_in

COME_WITH, PROVED, ON_ITS_WAY, THEN = "ticket", "ticket_proved", "ticket_code", "ticket_then"
OPEN_FOR = timedelta(hours=2)
PROVED_FOR = timedelta(minutes=30)

View = Callable[..., HttpResponseBase]


class TicketRequest(HttpRequest):
    """A request as a view under `ticket_page` sees it."""

    ticket: FabulinusTicket
    is_proved: bool


def arrive_with(request: HttpRequest, ticket: FabulinusTicket, *, at: datetime) -> None:
    """Keep which ticket this browser has opened; another one opened before is forgotten."""
    kept = _kept(request, COME_WITH, at=at)
    if kept != (ticket.pk, ticket.version):
        forget_ticket(request)
    request.session[COME_WITH] = _until(ticket, at + OPEN_FOR)


def forget_ticket(request: HttpRequest) -> None:
    """Forget everything about a ticket in this browser."""
    for name in (COME_WITH, PROVED, ON_ITS_WAY, THEN):
        request.session.pop(name, None)


def ticket_page(view: View) -> View:
    """A page behind a ticket; without one in the session, on to where its code is typed."""

    @wraps(view)
    def with_the_ticket(request: TicketRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        ticket = _ticket_come_with(request)
        if ticket is None:
            return render(request, "cpd/ticket_none.html", status=404)
        request.ticket = ticket
        proved = _kept(request, PROVED, at=now()) == (ticket.pk, ticket.version)
        request.is_proved = proved or is_holder(ticket=ticket, person=signed_in(request))
        return view(request, *args, **kwargs)

    return with_the_ticket


def holders_page(view: View) -> View:
    """A page for the holder alone; anybody else with the ticket proves it first, then returns."""

    @ticket_page
    @wraps(view)
    def for_the_holder(request: TicketRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.is_proved:
            request.session[THEN] = request.path
            return redirect("cpd:ticket_prove")
        return view(request, *args, **kwargs)

    return for_the_holder


def place_to_come(request: TicketRequest) -> Booking:
    """The place the ticket holds, or 404."""
    return get_object_or_404(
        Booking.objects.select_related("cohort__programme", "delegate"),
        ticket=request.ticket,
        status=BookingStatus.BOOKED,
    )


def begin_proving(request: TicketRequest, sent: SentCode) -> None:
    """Remember the code on its way, and the page to return to, if a form says one of ours."""
    keep_code_on_its_way(request, sent)
    cohort_id = request.POST.get("cohort", "")
    if cohort_id.isascii() and cohort_id.isdigit() and len(cohort_id) < 12:
        request.session[THEN] = reverse("cpd:ticket_check", args=[int(cohort_id)])


def keep_code_on_its_way(request: HttpRequest, sent: SentCode | None) -> None:
    """Keep what belongs to the code on its way, with the tries made; None forgets it."""
    request.session[ON_ITS_WAY] = sent.as_kept() if sent else None


def code_on_its_way(request: HttpRequest) -> SentCode | None:
    return SentCode.kept(request.session.get(ON_ITS_WAY))


def note_proved(request: TicketRequest, *, at: datetime) -> None:
    """The holder is proved in this browser, for a while; the session gets another name."""
    request.session.cycle_key()
    request.session.pop(ON_ITS_WAY, None)
    request.session[PROVED] = _until(request.ticket, at + PROVED_FOR)


def where_to_go(request: HttpRequest) -> str:
    """The page the holder was on the way to."""
    then: str = request.session.pop(THEN, "")
    return then or reverse("cpd:ticket_landing")


def _ticket_come_with(request: HttpRequest) -> FabulinusTicket | None:
    kept = _kept(request, COME_WITH, at=now())
    if kept is None:
        return None
    tickets = FabulinusTicket.objects.exclude(status=TicketStatus.WITHDRAWN)
    ticket: FabulinusTicket | None = (
        tickets.filter(pk=kept[0], version=kept[1]).select_related("person", "award_year").first()
    )
    return ticket


def _kept(request: HttpRequest, name: str, *, at: datetime) -> tuple[int, int] | None:
    """The ticket and version kept under this name, while it lasts."""
    ticket_id, version, until = request.session.get(name, (0, 0, 0))
    return (ticket_id, version) if at.timestamp() < until else None


def _until(ticket: FabulinusTicket, until: datetime) -> list[float]:
    return [ticket.pk, ticket.version, until.timestamp()]
