"""Lists of running courses in the admin: sent in, looked at, saved. Rule SC-8."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from cpd.forms.admin_cohorts import RunningCohortsForm
from cpd.models import CohortImport
from cpd.services.cohort_imports import (
    COHORTS_LIST,
    CohortsPreview,
    preview_running_cohorts,
    put_running_cohorts_aside,
    save_running_cohorts,
    save_running_cohorts_as_job,
    take_in_running_cohorts,
)
from cpd.services.cohort_rows import COLUMNS, MORE_COLUMNS
from hub_portal.files.services.sent_lists import note_taken_away
from hub_portal.shared.admin_lists import SentListAdmin
from hub_portal.shared.exports import Column
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.access import fresh_sign_in
from schools.models import Person


@admin.register(CohortImport)
class CohortImportAdmin(SentListAdmin):
    """What was sent in, and what came of it."""

    list_display = (
        "file_name",
        "uploaded_by",
        "uploaded_at",
        "cohorts_added",
        "places_added",
        "saved_at",
        "discarded_at",
    )
    lists_what = "running courses"
    explains = (
        "Courses that are under way, with everybody who has a place on them: one row for each "
        "place. You see what would be added before anything is, and nobody is mailed by it. Send "
        "in people, opening figures and tickets first."
    )
    form_of_list = RunningCohortsForm
    columns = (*COLUMNS, *MORE_COLUMNS)
    example = (
        "Coaching autumn",
        "Coaching conversations",
        "2026-11-12 13:30-16:30; 2027-01-14 13:30-16:30",
        "20",
        "12",
        "102541",
        "Tom Teacher",
        "t.teacher@school.example",
        "Lampton School, Hounslow",
        "2026-09-07",
        "2026-11-11",
        "credits",
        "12",
        "2026-10-05",
        "1",
    )
    preview_template = "admin/cpd/running_courses_preview.html"
    report = (
        Column("Row", lambda row: row.number),
        Column("Cohort", lambda row: row.reference),
        Column("School", lambda row: row.school.name if row.school else row.school_said),
        Column("Delegate", lambda row: row.full_name),
        Column("Email", lambda row: row.email),
        Column("Paid by", lambda row: row.paid_by.label),
        Column("Credits", lambda row: row.cost),
        Column("What is wrong", lambda row: row.problem),
        Column("To look at", lambda row: row.note),
    )

    @method_decorator(fresh_sign_in)
    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Saving moves hub credits, so it is asked once more who is there."""
        return super().look(request, pk)

    def take_in(self, given: dict[str, Any], by: Person) -> CohortImport:
        return take_in_running_cohorts(upload=given["list_of_courses"], by=by, at=now())

    def preview(self, taken: CohortImport) -> CohortsPreview:
        return preview_running_cohorts(taken=taken, at=now())

    def note_report(self, taken: CohortImport, by: Person) -> None:
        note_taken_away(COHORTS_LIST, taken=taken, by=by, at=now())

    def decide(self, request: HttpRequest, taken: CohortImport) -> object | None:
        by = Person.objects.get(pk=request.user.pk)
        if "aside" in request.POST:
            put_running_cohorts_aside(taken=taken, by=by, at=now())
            messages.success(request, "The list is deleted; nothing was saved.")
            return None
        if self.preview(taken).is_long:
            return save_running_cohorts_as_job(taken=taken, by=by, at=now())
        saved = save_running_cohorts(taken=taken, by=by, at=now())
        courses = counted(len(saved.cohorts), "course")
        places = counted(len(saved.places), "place")
        messages.success(request, f"{courses} and {places} added. Nobody was mailed.")
        return None
