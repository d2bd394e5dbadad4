"""The pages of a Fabulinus Ticket: enter, look, choose, check, done. Rules FT-1 to FT-3.

Nobody needs an account. A code, typed or come by in a link, is moved into the session; opening a
page changes nothing. Until the holder is proved, no page says a name, a school or an address.
"""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cpd.errors import CodeDoesNotFit, UnknownTicket
from cpd.forms.tickets import (
    HolderCodeForm,
    RedeemForm,
    TicketCodeForm,
)
from cpd.services.redeeming import Redemption, redeem_ticket
from cpd.services.ticket_codes import ticket_with_code
from cpd.services.ticket_documents import pdf_of_place
from cpd.services.ticket_guesses import note_wrong_code
from cpd.services.ticket_holders import prove_holder, send_code_to_holder
from cpd.services.ticket_mail import entry_of_place
from cpd.services.ticket_pages import check_page, landing_page, place_page
from cpd.services.ticket_places import open_to_tickets
from cpd.views.ticket_sessions import (
    TicketRequest,
    arrive_with,
    begin_proving,
    code_on_its_way,
    forget_ticket,
    holders_page,
    keep_code_on_its_way,
    note_proved,
    place_to_come,
    ticket_page,
    where_to_go,
)
from hub_portal.shared.client_address import client_address
from hub_portal.shared.errors import PortalError
from hub_portal.shared.links import carries_a_right
from hub_portal.shared.london import now

# ---- Coming with a code -------------------------------------------------------------------------


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Type the code of a ticket."""
    if request.method != "POST":
        return render(request, "cpd/ticket_enter.html", {"form": TicketCodeForm()})
    form = TicketCodeForm(request.POST)
    if form.is_valid():
        try:
            return _opened(request, form.cleaned_data["code"])
        except PortalError as refused:
            form.add_error("code", refused.sentence)
            status = 422 if isinstance(refused, UnknownTicket) else 429
            return render(request, "cpd/ticket_enter.html", {"form": form}, status=status)
    return render(request, "cpd/ticket_enter.html", {"form": form}, status=422)


@carries_a_right
@require_safe
def ticket_link(request: HttpRequest, code: str) -> HttpResponse:
    """Move the code into the session and go on to an address without it.

    A wrong one leads on as well, to a page that says so: nothing is learnt by trying.
    """
    try:
        return _opened(request, code)
    except PortalError as refused:
        forget_ticket(request)
        messages.error(request, refused.sentence)
        return redirect("cpd:ticket")


def _opened(request: HttpRequest, code: str) -> HttpResponse:
    """Open the ticket of this code. Raises: UnknownTicket, TooManyGuesses."""
    ticket = ticket_with_code(code)
    if ticket is None:
        note_wrong_code(address=client_address(request), at=now())
        raise UnknownTicket
    arrive_with(request, ticket, at=now())
    return redirect("cpd:ticket_landing")


@carries_a_right
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the ticket in this browser, on a computer that others use."""
    forget_ticket(request)
    messages.success(request, "Your ticket is closed in this browser.")
    return redirect("cpd:ticket")


# ---- Looking and proving ------------------------------------------------------------------------


@carries_a_right
@require_safe
@ticket_page
def landing(request: TicketRequest) -> HttpResponse:
    """What the ticket is, until when it is good, and what it buys."""
    shown = landing_page(ticket=request.ticket, is_proved=request.is_proved, at=now())
    if shown.has_place and request.is_proved:
        return redirect("cpd:ticket_place")
    return render(request, "cpd/ticket_landing.html", {"shown": shown})


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
@ticket_page
def prove(request: TicketRequest) -> HttpResponse:
    """Prove to be the holder: a code goes to the ticket's address, and comes back here."""
    if request.is_proved:
        return redirect(where_to_go(request))
    form = HolderCodeForm(request.POST if "code" in request.POST else None)
    if "send" in request.POST:
        try:
            begin_proving(request, send_code_to_holder(ticket=request.ticket, at=now()))
        except PortalError as refused:
            return _prove_page(request, form, refused.sentence, status=429)
        return redirect("cpd:ticket_prove")
    if request.method != "POST":
        return _prove_page(request, form)
    if not form.is_valid():
        return _prove_page(request, form, status=422)
    sent = code_on_its_way(request)
    try:
        prove_holder(ticket=request.ticket, sent=sent, typed=form.cleaned_data["code"], at=now())
    except CodeDoesNotFit as refused:
        keep_code_on_its_way(request, sent if refused.may_try_again else None)
        form.add_error("code", refused.sentence)
        return _prove_page(request, form, status=422)
    note_proved(request, at=now())
    return redirect(where_to_go(request))


def _prove_page(
    request: TicketRequest, form: HolderCodeForm, refused: str = "", *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "ticket": request.ticket,
        "is_sent": code_on_its_way(request) is not None,
        "form_errors": refused,
    }
    return render(request, "cpd/ticket_prove.html", context, status=status)


# ---- Choosing and redeeming ---------------------------------------------------------------------


@carries_a_right
@require_http_methods(["GET", "HEAD", "POST"])
@ticket_page
def check(request: TicketRequest, cohort_id: int) -> HttpResponse:
    """One date, before it is taken; confirmed by its holder, it is done."""
    cohort = get_object_or_404(open_to_tickets(at=now()), pk=cohort_id)
    if request.method == "POST" and not request.is_proved:
        return redirect("cpd:ticket_check", cohort_id)
    form = RedeemForm(request.POST or None, initial={"page_key": secrets.token_urlsafe(18)})
    refusal: PortalError | None = None
    if request.method == "POST" and form.is_valid():
        order = Redemption(
            page_key=form.cleaned_data["page_key"],
            ticket_id=request.ticket.pk,
            version=request.ticket.version,
            cohort_id=cohort.pk,
        )
        try:
            redeem_ticket(redemption=order, by=request.ticket.person, at=now())
        except PortalError as refused:
            refusal = refused
        else:
            return redirect("cpd:ticket_place")
    shown = check_page(
        ticket=request.ticket, cohort=cohort, is_proved=request.is_proved, refusal=refusal, at=now()
    )
    context = {"shown": shown, "hidden": form, "form_errors": shown.refusal}
    status = 422 if request.method == "POST" else 200
    return render(request, "cpd/ticket_check.html", context, status=status)


@carries_a_right
@require_safe
@holders_page
def place(request: TicketRequest) -> HttpResponse:
    """The place the ticket has bought: joining details, calendar, PDF."""
    return render(
        request,
        "cpd/ticket_place.html",
        {"shown": place_page(ticket=request.ticket, booking=place_to_come(request), at=now())},
    )


@carries_a_right
@require_safe
@holders_page
def place_calendar(request: TicketRequest) -> HttpResponse:
    """The dates as a calendar file; it updates the entry that came by mail."""
    return HttpResponse(
        entry_of_place(place_to_come(request)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="course.ics"'},
    )


@carries_a_right
@require_safe
@holders_page
def place_document(request: TicketRequest) -> HttpResponse:
    """The place on paper."""
    return HttpResponse(
        pdf_of_place(booking=place_to_come(request)),
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="place.pdf"'},
    )
