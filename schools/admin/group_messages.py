"""The hub writes to a group: written, looked at, tried on oneself, sent once. Rule XX-6."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from hub_portal.mail.services.many import progress_of
from hub_portal.shared.admin_acts import OwnPage, ReadOnlyAdmin
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import counted
from schools.access import TakesListsAway, signed_in
from schools.forms.group_messages import GroupMessageForm
from schools.models import GroupMessage, Person
from schools.services.group_messages import (
    COLUMNS,
    note_report_taken,
    outcome_in_words,
    receivers_of,
    schools_not_reached,
    send_test,
    who_got_it,
    write_to_group,
)


@admin.register(GroupMessage)
class GroupMessageAdmin(TakesListsAway, ReadOnlyAdmin):
    """What was written to groups, the latest first; each opens on who got it."""

    list_display = ("subject", "group", "sent_at", "sent_by", "mails")
    list_filter = ("group",)
    list_select_related = ("sent_by",)
    search_fields = ("subject",)
    ordering = ("-sent_at", "-pk")
    list_per_page = 50
    change_list_template = "admin/schools/group_messages.html"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("write/", self.write, "write"),
            ("<int:pk>/readers.csv", self.take_away_csv, "csv"),
            ("<int:pk>/readers.xlsx", self.take_away_xlsx, "xlsx"),
        ]

    def write(self, request: HttpRequest) -> HttpResponse:
        """The form, the message as it will look with its receivers, and sending it."""
        by = signed_in(request)
        if by is None or not self.may_act(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._writing(request, GroupMessageForm.fresh())
        form = GroupMessageForm(request.POST)
        if not form.is_valid():
            return self._writing(request, form, status=422)
        if "change" in request.POST:
            return self._writing(request, form)
        message = form.message()
        if "send" not in request.POST:
            if "test" in request.POST:
                key = message.pop("key")
                self._say_tested(request, is_sent=send_test(**message, by=by, at=now()))
                message["key"] = key
            return self._looking(request, form)
        try:
            sent = write_to_group(**message, by=by, at=now())
        except PortalError as refusal:
            form.add_error(None, refusal.sentence)
            return self._writing(request, form, status=422)
        messages.success(request, f"Sent: {counted(sent.mails, 'mail')} on the way.")
        return redirect(self.url_of("change", sent.pk))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One message: what it said, and who got it."""
        message: GroupMessage = self.seen(request, object_id)
        return self.own_page(
            request,
            "admin/schools/group_message.html",
            title=message.subject,
            message=message,
            progress=progress_of(body=message.body),
            readers=[(row, outcome_in_words(row)) for row in who_got_it(message)],
        )

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """Who got it, as a file; that it was taken is kept. Rules XX-1 and XX-2."""
        message: GroupMessage = self.row(request, pk)
        note_report_taken(message=message, form=form, by=by, at=now())
        name = f"message-{message.pk}-readers"
        return export_response(form, name=name, columns=COLUMNS, rows=who_got_it(message))

    def _say_tested(self, request: HttpRequest, *, is_sent: bool) -> None:
        if is_sent:
            messages.success(request, "A test is on its way to you alone.")
        else:
            messages.error(request, "You have no address on record that a test could go to.")

    def _writing(
        self, request: HttpRequest, form: GroupMessageForm, *, status: int = 200
    ) -> HttpResponse:
        return self.own_page(
            request,
            "admin/schools/write_to_group.html",
            status=status,
            title="Write to a group",
            form=form,
        )

    def _looking(self, request: HttpRequest, form: GroupMessageForm) -> HttpResponse:
        message = form.message()
        receivers = receivers_of(message["group"], on=london_date(now()))
        mails = sum(1 for receiver in receivers if not receiver.left_out)
        return self.own_page(
            request,
            "admin/schools/look_at_group_message.html",
            title="Look at your message",
            form=form,
            message=message,
            receivers=receivers,
            mails=mails,
            not_reached=schools_not_reached(receivers),
        )
