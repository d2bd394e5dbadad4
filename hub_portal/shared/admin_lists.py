"""Rooms of the admin where a list is sent in, looked at, and saved whole or put aside.

The room of one kind of list says what its list is called, what it holds, and which services take
it in, look at it and decide on it; the pages are the same for all of them.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import Column, export_response


class SentListAdmin(ReadOnlyAdmin):
    """What was sent in, and what came of it. Its rows tell `saved_at` and `discarded_at`."""

    list_select_related = ("uploaded_by",)
    ordering = ("-uploaded_at", "-pk")
    change_list_template = "admin/sent_lists.html"

    lists_what = ""
    """What the list is of: "people"."""
    explains = ""
    form_of_list: Callable[..., forms.Form]
    columns: Sequence[str] = ()
    example: Sequence[str] = ()
    preview_template = ""
    report: Sequence[Column[Any]] = ()
    """Columns of the preview's rows, to take away and put right."""

    @abstractmethod
    def take_in(self, given: dict[str, Any], by: Any) -> Any:
        """Keep the list that was sent in; its row."""

    @abstractmethod
    def preview(self, taken: Any) -> Any:
        """What saving the list would do now."""

    @abstractmethod
    def decide(self, request: HttpRequest, taken: Any) -> object | None:
        """Save the list or put it aside, and say so; where to go, if not to the lists."""

    def note_report(self, taken: Any, by: Any) -> None:
        """Keep that the rows were taken away; for a list that names people. Rule XX-1."""

    def own_pages(self) -> list[OwnPage]:
        return [
            ("send/", self.send, "send"),
            ("template.csv", self.template_csv, "template"),
            ("template.xlsx", self.template_xlsx, "template_xlsx"),
            ("<int:pk>/look/", self.look, "look"),
            ("<int:pk>/report.csv", self.report_csv, "report_csv"),
            ("<int:pk>/report.xlsx", self.report_xlsx, "report_xlsx"),
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

        def act(given: dict[str, Any], by: Any) -> str:
            return self.url_of("look", self.take_in(given, by).pk)

        page = AdminAct(
            title=f"Send in a list of {self.lists_what}",
            explains=self.explains,
            button="Look at it",
            form=self.form_of_list,
            act=act,
            back_url=self.url_of("changelist"),
            back_label=f"Lists of {self.lists_what}",
        )
        return act_page(self, request, page)

    # ---- To fill in, and to put right -----------------------------------------------------------

    def template_csv(self, request: HttpRequest) -> HttpResponseBase:
        return self._template(request, "csv")

    def template_xlsx(self, request: HttpRequest) -> HttpResponseBase:
        return self._template(request, "xlsx")

    def report_csv(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self._report(request, pk, "csv")

    def report_xlsx(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self._report(request, pk, "xlsx")

    def _template(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """An empty list with its headings and one example."""
        if not self.may_act(request):
            raise PermissionDenied
        columns = [Column(name, itemgetter(place)) for place, name in enumerate(self.columns)]
        name = f"{self.lists_what.replace(' ', '-')}-template"
        return export_response(form, name=name, columns=columns, rows=[self.example])

    def _report(self, request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
        """Every row with what it would do and what is wrong with it, while the list is here."""
        taken = self.row(request, pk)
        if not self.report:
            raise Http404
        try:
            preview = self.preview(taken)
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
            return redirect(self.url_of("changelist"))
        self.note_report(taken, request.user)
        name = f"{self.lists_what.replace(' ', '-')}-findings"
        return export_response(form, name=name, columns=self.report, rows=preview.rows)

    # ---- Deciding -------------------------------------------------------------------------------

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What saving the list would do; then save it whole, or put it aside."""
        taken = self.row(request, pk)
        try:
            if request.method == "POST":
                goes_to: Any = self.decide(request, taken)
                return redirect(goes_to or self.url_of("changelist"))
            preview = self.preview(taken)
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
            return redirect(self.url_of("changelist"))
        return self.own_page(
            request,
            self.preview_template,
            title=f"Look at {taken.file_name}",
            taken=taken,
            preview=preview,
        )
