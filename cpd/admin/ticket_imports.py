"""Lists of SCITT graduates in the admin: sent in, looked at, issued. Rule FT-1."""

from operator import itemgetter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from cpd.forms.admin_tickets import GraduatesForm
from cpd.models import TicketImport
from cpd.services.ticket_imports import (
    issue_tickets,
    issue_tickets_as_job,
    preview_graduates,
    put_graduates_aside,
    take_in_graduates,
)
from cpd.services.ticket_rows import COLUMNS, MORE_COLUMNS
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import Column, csv_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.models import Person

EXAMPLE = ("Jess Owens", "jess.owens@mail.example", "2026-07-10", "2025/26", "Jess Taylor")


@admin.register(TicketImport)
class TicketImportAdmin(ReadOnlyAdmin):
    """What was sent in, and what came of it."""

    list_display = (
        "file_name",
        "uploaded_by",
        "uploaded_at",
        "people_added",
        "tickets_issued",
        "saved_at",
        "discarded_at",
    )
    list_select_related = ("uploaded_by",)
    ordering = ("-uploaded_at", "-pk")
    change_list_template = "admin/cpd/ticket_imports.html"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("send/", self.send, "send"),
            ("template.csv", self.template, "template"),
            ("<int:pk>/look/", self.look, "look"),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A list that still waits opens on its preview."""
        taken = self.get_object(request, object_id)
        if taken and not (taken.saved_at or taken.discarded_at):
            return redirect(self.url_of("look", taken.pk))
        return super().change_view(request, object_id, form_url, extra_context)

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send a list in, to be looked at."""

        def act(given: dict[str, Any], by: Person) -> str:
            taken = take_in_graduates(upload=given["list_of_graduates"], by=by, at=now())
            return self.url_of("look", taken.pk)

        page = AdminAct(
            title="Send in a list of graduates",
            explains="Everybody who gained QTS with the SCITT this year. You see which tickets "
            "would be issued before any is.",
            button="Look at it",
            form=GraduatesForm,
            act=act,
            back_url=self.url_of("changelist"),
            back_label="Lists of graduates",
        )
        return act_page(self, request, page)

    def template(self, request: HttpRequest) -> HttpResponseBase:
        """An empty list with its headings and one example."""
        if not self.may_act(request):
            raise PermissionDenied
        names = (*COLUMNS, *MORE_COLUMNS)
        columns = [Column(name, itemgetter(place)) for place, name in enumerate(names)]
        return csv_response(name="graduates-template", columns=columns, rows=[EXAMPLE])

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What issuing the list would do; then issue it whole, or put it aside."""
        taken = self.row(request, pk)
        try:
            if request.method == "POST":
                return self._decide(request, taken)
            preview = preview_graduates(taken=taken, at=now())
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
            return redirect(self.url_of("changelist"))
        return self.own_page(
            request,
            "admin/cpd/graduates_preview.html",
            title=f"Look at {taken.file_name}",
            taken=taken,
            preview=preview,
        )

    def _decide(self, request: HttpRequest, taken: TicketImport) -> HttpResponse:
        by = Person.objects.get(pk=request.user.pk)
        if "aside" in request.POST:
            put_graduates_aside(taken=taken, by=by, at=now())
            messages.success(request, "The list is deleted; nothing was issued.")
            return redirect(self.url_of("changelist"))
        is_mailed = "mail" in request.POST
        if preview_graduates(taken=taken, at=now()).is_long:
            job = issue_tickets_as_job(taken=taken, is_mailed=is_mailed, by=by, at=now())
            return redirect(job)
        done = issue_tickets(taken=taken, is_mailed=is_mailed, by=by, at=now())
        mailed = "and on their way" if is_mailed else "and not mailed yet"
        messages.success(request, f"{counted(len(done.tickets), 'ticket')} issued {mailed}.")
        return redirect(self.url_of("changelist"))
