"""Lists of people and posts in the admin: sent in, looked at, saved. Rule SC-8."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from hub_portal.shared.admin_lists import SentListAdmin
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.forms.admin_people import PeopleListForm
from schools.models import PeopleImport, Person
from schools.services.people_imports import (
    PeoplePreview,
    preview_people,
    put_people_list_aside,
    save_people_list,
    take_in_people_list,
)
from schools.services.people_rows import COLUMNS, MORE_COLUMNS


@admin.register(PeopleImport)
class PeopleImportAdmin(SentListAdmin):
    """What was sent in, and what came of it."""

    list_display = (
        "file_name",
        "uploaded_by",
        "uploaded_at",
        "people_added",
        "posts_added",
        "saved_at",
        "discarded_at",
    )
    lists_what = "people"
    explains = (
        "Reps, deputies, headteachers and staff. You see what would be added before anything is, "
        "and nobody is mailed by it."
    )
    form_of_list = PeopleListForm
    columns = (*COLUMNS, *MORE_COLUMNS)
    example = (
        "102541",
        "Anita Owusu",
        "a.owusu@school.example",
        "rep",
        "Assistant head",
        "2026-09-01",
    )
    preview_template = "admin/schools/people_preview.html"

    def take_in(self, given: dict[str, Any], by: Person) -> PeopleImport:
        return take_in_people_list(upload=given["list_of_people"], by=by, at=now())

    def preview(self, taken: PeopleImport) -> PeoplePreview:
        return preview_people(taken=taken, at=now())

    def decide(self, request: HttpRequest, taken: PeopleImport) -> None:
        by = Person.objects.get(pk=request.user.pk)
        if "aside" in request.POST:
            put_people_list_aside(taken=taken, by=by, at=now())
            messages.success(request, "The list is deleted; nothing was saved.")
            return
        saved = save_people_list(taken=taken, by=by, at=now())
        people = counted(len(saved.new_people), "person", "people")
        posts = counted(len(saved.posts), "post")
        messages.success(request, f"{people} and {posts} added. Nobody was mailed.")
