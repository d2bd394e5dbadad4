"""Fabulinus Tickets in the admin: issued, sent again, moved, extended, withdrawn. FT-1 to FT-5."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator

from cpd.forms.admin_tickets import (
    ExtendForm,
    IssueTicketForm,
    NewAddressForm,
    RemindForm,
    TicketPolicyForm,
)
from cpd.models import FabulinusTicket, TicketPolicy
from cpd.services import ticket_report
from cpd.services.tickets import (
    Award,
    change_ticket_address,
    change_ticket_policy,
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
    ReadOnlyAdmin,
    ReasonForm,
    act_page,
    tag,
)
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, plain_day, short_day
from schools.access import fresh_sign_in, signed_in
from schools.models import Person
from schools.services.calendar import school_year_of

TONES = {"issued": "ok", "redeemed": "", "used": "plain", "expired": "warn", "withdrawn": "bad"}


@admin.register(FabulinusTicket)
class FabulinusTicketAdmin(ReadOnlyAdmin):
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
            ("report/", self.report, "report"),
            ("report.csv", self.report_csv, "report_csv"),
            ("report.xlsx", self.report_xlsx, "report_xlsx"),
            ("remind/", self.remind, "remind"),
            ("tickets.csv", self.take_away_csv, "csv"),
            ("tickets.xlsx", self.take_away_xlsx, "xlsx"),
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

    # ---- The report and reminders ---------------------------------------------------------------

    def report(self, request: HttpRequest) -> HttpResponse:
        """Issued, redeemed, expiring and unredeemed by award year and school. Rule FT-5."""
        if not self.may_act(request):
            raise PermissionDenied
        lines = ticket_report.ticket_report(at=now())
        return self.own_page(
            request,
            "admin/cpd/ticket_report.html",
            title="Tickets by award year and school",
            lines=lines,
            totals=ticket_report.totals_of(lines),
            within=ticket_report.EXPIRING_WITHIN,
        )

    def remind(self, request: HttpRequest) -> HttpResponse:
        """Remind the holders of one line of the report, or of all. Rule FT-5."""
        asked = {name: request.GET.get(name, "") for name in ("award_year", "school")}
        waiting = ticket_report.waiting_tickets(**asked, at=now()).count()

        def act(given: dict[str, Any], by: Person) -> None:
            told = ticket_report.remind_of_all(
                award_year=given["award_year"], school=given["school"], by=by, at=now()
            )
            messages.success(request, f"{counted(told, 'reminder')} on the way.")

        page = AdminAct(
            title="Remind holders",
            explains="Everybody whose ticket waits gets the link and the code once more; nobody "
            "twice on one day.",
            button="Remind them",
            form=RemindForm,
            act=act,
            facts=[
                ("Award year", asked["award_year"] or "every year"),
                ("Tickets that wait", waiting),
            ],
            initial=asked,
            back_url=self.url_of("report"),
            back_label="Tickets by award year and school",
        )
        return act_page(self, request, page)

    # ---- Taking lists away ----------------------------------------------------------------------

    def report_csv(self, request: HttpRequest) -> HttpResponseBase:
        return self._take_report_away(request, "csv")

    def report_xlsx(self, request: HttpRequest) -> HttpResponseBase:
        return self._take_report_away(request, "xlsx")

    @method_decorator(fresh_sign_in)
    def take_away_csv(self, request: HttpRequest) -> HttpResponseBase:
        return self._take_tickets_away(request, "csv")

    @method_decorator(fresh_sign_in)
    def take_away_xlsx(self, request: HttpRequest) -> HttpResponseBase:
        return self._take_tickets_away(request, "xlsx")

    def _take_report_away(self, request: HttpRequest, form: str) -> HttpResponseBase:
        ticket_report.record_export(what="ticket_report", form=form, by=self._by(request), at=now())
        lines = ticket_report.ticket_report(at=now())
        return export_response(
            form, name="tickets-by-school", columns=ticket_report.REPORT, rows=lines
        )

    def _take_tickets_away(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """What the list shows with its filters; that it was taken is kept. Rule XX-1."""
        ticket_report.record_export(what="tickets", form=form, by=self._by(request), at=now())
        shown = self.get_changelist_instance(request).get_queryset(request)
        return export_response(form, name="tickets", columns=ticket_report.TICKETS, rows=shown)

    def _by(self, request: HttpRequest) -> Person:
        by = signed_in(request)
        if by is None or not self.may_act(request):
            raise PermissionDenied
        return by

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


@admin.register(TicketPolicy)
class TicketPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """There is one policy; how long a ticket lives is decided when it is issued."""

    form = TicketPolicyForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """By the service, which keeps the act."""
        by = signed_in(request)
        if by is None:
            raise PermissionDenied
        change_ticket_policy(by=by, at=now(), **form.cleaned_data)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The act written by the service is the trail."""
