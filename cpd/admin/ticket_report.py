"""Tickets by award year and school, reminders, and lists taken away. Rules FT-5 and XX-2."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cpd.forms.admin_tickets import RemindForm
from cpd.services import ticket_report
from hub_portal.shared.admin_acts import AdminAct, ConfirmForm, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.access import TakesListsAway, signed_in
from schools.models import Person


class TicketReportPages(TakesListsAway, ReadOnlyAdmin):
    """The pages about many tickets, beside those about one."""

    def report_pages(self) -> list[OwnPage]:
        return [
            ("report/", self.report, "report"),
            ("report.csv", self.report_csv, "report_csv"),
            ("report.xlsx", self.report_xlsx, "report_xlsx"),
            ("remind/", self.remind, "remind"),
            ("send-waiting/", self.send_waiting, "send_waiting"),
            ("tickets.csv", self.take_away_csv, "csv"),
            ("tickets.xlsx", self.take_away_xlsx, "xlsx"),
        ]

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

    def send_waiting(self, request: HttpRequest) -> HttpResponse:
        """Mail the tickets that were issued without mailing anybody. Rule SC-8."""
        waiting = ticket_report.tickets_not_sent(at=now()).count()

        def act(given: dict[str, Any], by: Person) -> None:
            sent = ticket_report.send_tickets_not_sent(by=by, at=now())
            messages.success(request, f"{counted(sent, 'ticket')} on the way.")

        page = AdminAct(
            title="Send the tickets not yet sent",
            explains="Each holder gets the ticket by mail: a link, a code, and a PDF with a QR "
            "code. Whoever has it already is not written to.",
            button="Send them",
            form=ConfirmForm,
            act=act,
            facts=[("Tickets not yet sent", waiting)],
            back_url=self.url_of("changelist"),
            back_label="Fabulinus Tickets",
        )
        return act_page(self, request, page)

    # ---- Taking lists away ----------------------------------------------------------------------

    def report_csv(self, request: HttpRequest) -> HttpResponseBase:
        return self._take_report_away(request, "csv")

    def report_xlsx(self, request: HttpRequest) -> HttpResponseBase:
        return self._take_report_away(request, "xlsx")

    def _take_report_away(self, request: HttpRequest, form: str) -> HttpResponseBase:
        ticket_report.record_export(what="ticket_report", form=form, by=self._by(request), at=now())
        lines = ticket_report.ticket_report(at=now())
        return export_response(
            form, name="tickets-by-school", columns=ticket_report.REPORT, rows=lines
        )

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """What the list shows with its filters; that it was taken is kept. Rule XX-1."""
        ticket_report.record_export(what="tickets", form=form, by=by, at=now())
        shown = self.get_changelist_instance(request).get_queryset(request)
        return export_response(form, name="tickets", columns=ticket_report.TICKETS, rows=shown)

    def _by(self, request: HttpRequest) -> Person:
        by = signed_in(request)
        if by is None or not self.may_act(request):
            raise PermissionDenied
        return by
