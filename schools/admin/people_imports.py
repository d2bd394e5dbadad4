"""Lists of people and posts in the admin: sent in, looked at, saved. Rule SC-8."""

from operator import itemgetter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import Column, csv_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from schools.forms.admin_people import PeopleListForm
from schools.models import PeopleImport, Person
from schools.services.people_imports import (
    preview_people,
    put_people_list_aside,
    save_people_list,
    take_in_people_list,
)
from schools.services.people_rows import COLUMNS, MORE_COLUMNS

EXAMPLE = ("102541", "Anita Owusu", "a.owusu@school.example", "rep", "Assistant head", "2026-09-01")


@admin.register(PeopleImport)
class PeopleImportAdmin(ReadOnlyAdmin):
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
    list_select_related = ("uploaded_by",)
    ordering = ("-uploaded_at", "-pk")
    change_list_template = "admin/schools/people_imports.html"

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
        people_import = self.get_object(request, object_id)
        if people_import and not (people_import.saved_at or people_import.discarded_at):
            return redirect(self.url_of("look", people_import.pk))
        return super().change_view(request, object_id, form_url, extra_context)

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send a list in, to be looked at."""

        def act(given: dict[str, Any], by: Person) -> str:
            taken = take_in_people_list(upload=given["list_of_people"], by=by, at=now())
            return self.url_of("look", taken.pk)

        page = AdminAct(
            title="Send in a list of people",
            explains="Reps, deputies, headteachers and staff. You see what would be added before "
            "anything is, and nobody is mailed by it.",
            button="Look at it",
            form=PeopleListForm,
            act=act,
            back_url=self.url_of("changelist"),
            back_label="Lists of people",
        )
        return act_page(self, request, page)

    def template(self, request: HttpRequest) -> HttpResponseBase:
        """An empty list with its headings and one example."""
        if not self.may_act(request):
            raise PermissionDenied
        names = (*COLUMNS, *MORE_COLUMNS)
        columns = [Column(name, itemgetter(place)) for place, name in enumerate(names)]
        return csv_response(name="people-template", columns=columns, rows=[EXAMPLE])

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What saving the list would do; then save it whole, or put it aside."""
        taken = self.row(request, pk)
        try:
            if request.method == "POST":
                return self._decide(request, taken)
            preview = preview_people(taken=taken, at=now())
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
            return redirect(self.url_of("changelist"))
        return self.own_page(
            request,
            "admin/schools/people_preview.html",
            title=f"Look at {taken.file_name}",
            taken=taken,
            preview=preview,
        )

    def _decide(self, request: HttpRequest, taken: PeopleImport) -> HttpResponse:
        by = Person.objects.get(pk=request.user.pk)
        if "aside" in request.POST:
            put_people_list_aside(taken=taken, by=by, at=now())
            messages.success(request, "The list is deleted; nothing was saved.")
        else:
            saved = save_people_list(taken=taken, by=by, at=now())
            people = counted(len(saved.new_people), "person", "people")
            posts = counted(len(saved.posts), "post")
            messages.success(request, f"{people} and {posts} added. Nobody was mailed.")
        return redirect(self.url_of("changelist"))
