"""Fabulinus Tickets in the admin: issued, sent again, moved, extended, withdrawn. FT-1 to FT-5."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from cpd.admin.ticket_report import TicketReportPages
from cpd.forms.admin_tickets import (
    ExtendForm,
    IssueTicketForm,
    NewAddressForm,
)
from cpd.models import FabulinusTicket
from cpd.services import ticket_report
from cpd.services.tickets import (
    Award,
    change_ticket_address,
    extend_ticket,
    give_ticket_back,
    issue_ticket,
    send_ticket_again,
    withdraw_ticket,
)
from hub_portal.shared.admin_acts import (
    AdminAct,
    ConfirmForm,
    OwnPage,
    ReasonForm,
    act_page,
    tag,
)
from hub_portal.shared.london import now
from hub_portal.shared.wording import plain_day, short_day
from schools.models import Person
from schools.services.calendar import school_year_of

TONES = {"issued": "ok", "redeemed": "", "used": "plain", "expired": "warn", "withdrawn": "bad"}


@admin.register(FabulinusTicket)
class FabulinusTicketAdmin(TicketReportPages):
    """Every ticket, and what the hub does with one. Its code is never shown here."""

    list_display = ("person", "school", "award_year", "state", "last_on", "sent")
    list_filter = (
        "status",
        "award_year",
        ("sent_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("=id", "person__full_name", "email")
    search_help_text = "A holder’s name or address"
    date_hierarchy = "last_on"
    ordering = ("last_on", "pk")
    list_per_page = 50
    change_list_template = "admin/cpd/tickets.html"
    change_form_template = "admin/cpd/ticket.html"
    fields = (
        "person",
        "email",
        ("award_on", "award_year"),
        "status",
        "last_on",
        "redeemed_by",
        ("issued_by", "issued_at", "sent_at"),
        ("withdrawn_by", "withdrawn_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FabulinusTicket]:
        tickets = ticket_report.tickets_with_school()
        return tickets.select_related("person", "award_year", "redeemed_by__cohort__programme")

    @admin.display(description="school", ordering="school_name")
    def school(self, ticket: Any) -> str:
        return ticket.school_name or ""

    @admin.display(description="status", ordering="status")
    def state(self, ticket: FabulinusTicket) -> str:
        return tag(ticket.get_status_display(), TONES[ticket.status])

    @admin.display(description="emailed", ordering="sent_at")
    def sent(self, ticket: FabulinusTicket) -> str:
        return short_day(ticket.sent_at) if ticket.sent_at else "not yet"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("issue/", self.issue, "issue"),
            *self.report_pages(),
            ("<int:pk>/send/", self.send, "send"),
            ("<int:pk>/address/", self.change_address, "address"),
            ("<int:pk>/extend/", self.extend, "extend"),
            ("<int:pk>/withdraw/", self.withdraw, "withdraw"),
            ("<int:pk>/give-back/", self.give_back, "give_back"),
        ]

    # ---- Acts -----------------------------------------------------------------------------------

    def issue(self, request: HttpRequest) -> HttpResponse:
        """Give one colleague a ticket. Rule FT-1."""

        def act(given: dict[str, Any], by: Person) -> str:
            ticket = issue_ticket(
                full_name=given["full_name"],
                email=given["email"],
                award=Award(given["award_on"], school_year_of(date(given["award_year"], 9, 1))),
                by=by,
                at=now(),
            )
            return self.url_of("change", ticket.pk)

        page = AdminAct(
            title="Issue a ticket",
            explains="It is emailed at once: a link, a code, and a PDF with a QR code. One ticket "
            "for one award.",
            button="Issue and email it",
            form=IssueTicketForm,
            act=act,
            done="The ticket is issued and on its way.",
            back_url=self.url_of("changelist"),
            back_label="Fabulinus Tickets",
        )
        return act_page(self, request, page)

    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Email a ticket once more."""

        def act(given: dict[str, Any], by: Person) -> None:
            send_ticket_again(ticket_id=pk, by=by, at=now())

        return self._act(
            request,
            pk,
            title="Email the ticket again",
            explains="The same code goes to the same address once more.",
            button="Email it",
            form=ConfirmForm,
            act=act,
            done="The ticket is on its way.",
        )

    def change_address(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a ticket to another address from now on. Rule FT-1."""

        def act(given: dict[str, Any], by: Person) -> None:
            change_ticket_address(
                ticket_id=pk, email=given["email"], reason=given["reason"], by=by, at=now()
            )

        return self._act(
            request,
            pk,
            title="Send the ticket to another address",
            explains="The ticket gets a new code and is emailed to the new address; the old code "
            "dies and the old address is told. Make sure that it is the holder who asks. How "
            "they sign in does not change.",
            button="Send it there",
            form=NewAddressForm,
            act=act,
            done="The ticket is on its way to the new address.",
        )

    def extend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a ticket live longer. Rule FT-4."""

        def act(given: dict[str, Any], by: Person) -> None:
            extend_ticket(
                ticket_id=pk, last_on=given["last_on"], reason=given["reason"], by=by, at=now()
            )

        return self._act(
            request,
            pk,
            title="Extend the ticket",
            explains="The holder is told. One that has expired lives again.",
            button="Extend it",
            form=ExtendForm,
            act=act,
            done="The ticket lives longer.",
        )

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a ticket back. Rule FT-4."""

        def act(given: dict[str, Any], by: Person) -> None:
            withdraw_ticket(ticket_id=pk, reason=given["reason"], by=by, at=now())

        return self._act(
            request,
            pk,
            title="Withdraw the ticket",
            explains="Its code dies and the holder is told. This cannot be undone; another ticket "
            "may be issued for the same award.",
            button="Withdraw it",
            form=ReasonForm,
            act=act,
            done="The ticket is withdrawn.",
            is_dangerous=True,
        )

    def give_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a ticket live again whose place was given back too late. Rules FT-4 and BK-6."""

        def act(given: dict[str, Any], by: Person) -> None:
            give_ticket_back(ticket_id=pk, reason=given["reason"], by=by, at=now())

        return self._act(
            request,
            pk,
            title="Let the ticket live again",
            explains="The place was given back too late. The holder is told that the ticket may be "
            "used again. Write nothing about anybody’s health.",
            button="Let it live again",
            form=ReasonForm,
            act=act,
            done="The ticket lives again.",
        )

    def _act(
        self,
        request: HttpRequest,
        pk: int,
        *,
        title: str,
        explains: str,
        button: str,
        form: Callable[..., Any],
        act: Callable[[dict[str, Any], Any], None],
        done: str,
        is_dangerous: bool = False,
    ) -> HttpResponse:
        ticket: FabulinusTicket = self.row(request, pk)
        page = AdminAct(
            title=title,
            explains=explains,
            button=button,
            form=form,
            act=act,
            done=done,
            is_dangerous=is_dangerous,
            facts=[
                ("Holder", ticket.person),
                ("Address", ticket.email),
                ("Award year", ticket.award_year),
                ("Status", ticket.get_status_display()),
                ("Redeem by", plain_day(ticket.last_on)),
            ],
            back_url=self.url_of("change", pk),
            back_label=str(ticket.person),
        )
        return act_page(self, request, page)
