"""Lists of SCITT graduates in the admin: sent in, looked at, issued. Rule FT-1."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from cpd.forms.admin_tickets import GraduatesForm
from cpd.models import TicketImport
from cpd.services.ticket_imports import (
    TicketPreview,
    issue_tickets,
    issue_tickets_as_job,
    preview_graduates,
    put_graduates_aside,
    take_in_graduates,
)
from cpd.services.ticket_rows import COLUMNS, MORE_COLUMNS
from hub_portal.shared.admin_lists import SentListAdmin
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.models import Person


@admin.register(TicketImport)
class TicketImportAdmin(SentListAdmin):
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
    lists_what = "graduates"
    explains = (
        "Everybody who gained QTS with the SCITT this year. You see which tickets would be issued "
        "before any is. For tickets issued before the portal was there, say when under Issued, and "
        "under Redeem by if the last day was another."
    )
    form_of_list = GraduatesForm
    columns = (*COLUMNS, *MORE_COLUMNS)
    example = (
        "Jess Owens",
        "jess.owens@mail.example",
        "2026-07-10",
        "2025/26",
        "Jess Taylor",
        "2026-07-20",
        "2028-12-31",
    )
    preview_template = "admin/cpd/graduates_preview.html"

    def take_in(self, given: dict[str, Any], by: Person) -> TicketImport:
        return take_in_graduates(upload=given["list_of_graduates"], by=by, at=now())

    def preview(self, taken: TicketImport) -> TicketPreview:
        return preview_graduates(taken=taken, at=now())

    def decide(self, request: HttpRequest, taken: TicketImport) -> object | None:
        by = Person.objects.get(pk=request.user.pk)
        if "aside" in request.POST:
            put_graduates_aside(taken=taken, by=by, at=now())
            messages.success(request, "The list is deleted; nothing was issued.")
            return None
        is_mailed = "mail" in request.POST
        if self.preview(taken).is_long:
            return issue_tickets_as_job(taken=taken, is_mailed=is_mailed, by=by, at=now())
        done = issue_tickets(taken=taken, is_mailed=is_mailed, by=by, at=now())
        mailed = "and on their way" if is_mailed else "and not mailed yet"
        messages.success(request, f"{counted(len(done.tickets), 'ticket')} issued {mailed}.")
        return None
