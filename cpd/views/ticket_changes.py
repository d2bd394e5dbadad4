"""A ticket's place given back, and the ticket sent to another address. Rules FT-1 and FT-4."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cpd.forms.tickets import GiveBackForm, NewTicketAddressForm
from cpd.models import Booking
from cpd.services.ticket_pages import place_page
from cpd.services.ticket_returns import give_place_back
from cpd.services.tickets import change_ticket_address
from cpd.views.ticket_sessions import (
    TicketRequest,
    forget_ticket,
    holders_page,
    place_to_come,
)
from hub_portal.shared.errors import PortalError
from hub_portal.shared.links import carries_a_right
from hub_portal.shared.london import now


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
@holders_page
def give_back(request: TicketRequest) -> HttpResponse:
    """Give the place back, with what becomes of the ticket said first. Rule FT-4."""
    if request.method != "POST":
        return _give_back_page(request)
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        return _give_back_page(request, status=422)
    theirs = Booking.objects.filter(delegate=request.ticket.person)
    asked_for = get_object_or_404(theirs, pk=form.cleaned_data["booking"])
    try:
        lives = give_place_back(
            booking_id=asked_for.pk,
            shown_as_living=form.cleaned_data["lives"],
            by=request.ticket.person,
            at=now(),
        )
    except PortalError as refused:
        return _give_back_page(request, refused.sentence, status=422)
    words = "Your ticket lives again." if lives else "It was too late for the ticket to live again."
    messages.success(request, f"The place is given back. {words}")
    return redirect("cpd:ticket_landing")


def _give_back_page(
    request: TicketRequest, refused: str = "", *, status: int = 200
) -> HttpResponse:
    shown = place_page(ticket=request.ticket, booking=place_to_come(request), at=now())
    return render(
        request,
        "cpd/ticket_give_back.html",
        {"shown": shown, "form_errors": refused},
        status=status,
    )


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
@holders_page
def address(request: TicketRequest) -> HttpResponse:
    """Have the ticket sent to another address; the code that opened this page dies. FT-1."""
    form = NewTicketAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_ticket_address(
                ticket_id=request.ticket.pk,
                email=form.cleaned_data["email"],
                by=request.ticket.person,
                at=now(),
            )
        except PortalError as refused:
            form.add_error("email", refused.sentence)
        else:
            forget_ticket(request)
            messages.success(
                request,
                "Your ticket is on its way to the new address, with a new code. The old code no "
                "longer works.",
            )
            return redirect("cpd:ticket")
    context = {"form": form, "ticket": request.ticket}
    status = 422 if form.errors else 200
    return render(request, "cpd/ticket_address.html", context, status=status)
