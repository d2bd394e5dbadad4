"""Lists of opening figures in the admin: sent in, looked at, saved. Rule SC-8."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from credits.forms import OpeningFiguresForm
from credits.models import OpeningImport
from credits.services.opening_figures import (
    COLUMNS,
    OpeningPreview,
    preview_opening_figures,
    put_opening_figures_aside,
    save_opening_figures,
    take_in_opening_figures,
)
from hub_portal.shared.admin_lists import SentListAdmin
from hub_portal.shared.exports import Column
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, in_credits
from schools.access import fresh_sign_in
from schools.models import Person


@admin.register(OpeningImport)
class OpeningImportAdmin(SentListAdmin):
    """What was sent in, and what came of it."""

    list_display = (
        "file_name",
        "uploaded_by",
        "uploaded_at",
        "schools_opened",
        "credits_received",
        "credits_spent",
        "saved_at",
        "discarded_at",
    )
    lists_what = "opening figures"
    explains = (
        "For a hub that starts in mid-year: what each school has received and spent in this school "
        "year before the portal. Spent is what is over; places on courses still running come with "
        "the list of running courses. You see every school before anything is posted."
    )
    form_of_list = OpeningFiguresForm
    columns = COLUMNS
    example = ("102541", "180", "64")
    preview_template = "admin/credits/opening_preview.html"
    report = (
        Column("Row", lambda row: row.number),
        Column("School", lambda row: row.school.name if row.school else row.school_said),
        Column("Received", lambda row: row.received),
        Column("Spent", lambda row: row.spent),
        Column("Available then", lambda row: row.available),
        Column("What is wrong", lambda row: row.problem),
        Column("To look at", lambda row: row.note),
    )

    @method_decorator(fresh_sign_in)
    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Saving moves hub credits, so it is asked once more who is there."""
        return super().look(request, pk)

    def take_in(self, given: dict[str, Any], by: Person) -> OpeningImport:
        return take_in_opening_figures(upload=given["list_of_figures"], by=by, at=now())

    def preview(self, taken: OpeningImport) -> OpeningPreview:
        return preview_opening_figures(taken=taken, at=now())

    def decide(self, request: HttpRequest, taken: OpeningImport) -> None:
        by = Person.objects.get(pk=request.user.pk)
        if "aside" in request.POST:
            put_opening_figures_aside(taken=taken, by=by, at=now())
            messages.success(request, "The list is deleted; nothing was posted.")
            return
        saved = save_opening_figures(taken=taken, by=by, at=now())
        schools = counted(len(saved.schools), "school")
        messages.success(
            request,
            f"{schools} opened: {in_credits(saved.received)} received, {saved.spent} spent.",
        )
