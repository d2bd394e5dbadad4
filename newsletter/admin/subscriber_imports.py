"""Lists of subscribers in the admin: sent in, looked at, saved. Rule SC-8."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator

from hub_portal.shared.admin_lists import SentListAdmin
from hub_portal.shared.exports import Column
from hub_portal.shared.london import now
from newsletter.forms.admin_subscribers import SubscriberListForm
from newsletter.models import SubscriberImport
from newsletter.services.subscriber_imports import (
    SubscribersPreview,
    in_a_sentence,
    note_findings_taken,
    preview_subscribers,
    put_subscribers_aside,
    save_subscribers,
    save_subscribers_as_job,
    take_in_subscribers,
)
from newsletter.services.subscriber_rows import COLUMNS, MORE_COLUMNS, SubscriberRow
from schools.access import fresh_sign_in
from schools.models import Person


@admin.register(SubscriberImport)
class SubscriberImportAdmin(SentListAdmin):
    """What was sent in, and what came of it."""

    list_display = (
        "file_name",
        "uploaded_by",
        "uploaded_at",
        "subscribed",
        "unsubscribed",
        "saved_at",
        "discarded_at",
    )
    fieldsets = (
        (None, {"fields": ("file_name", "uploaded_by", "uploaded_at", "agreed_how")}),
        (
            "What came of it",
            {
                "fields": (
                    "subscribed",
                    "had_it",
                    "unsubscribed",
                    "suppressed",
                    "twice",
                    "saved_at",
                    "discarded_at",
                )
            },
        ),
    )
    change_form_template = "admin/newsletter/subscriber_list.html"
    lists_what = "subscribers"
    explains = (
        "People who got the newsletter before the portal, and agreed to. Reps and offices of "
        "member schools get it anyway and need no list. You see what becomes of every row before "
        "anything is saved; nobody is mailed by it, and whoever has unsubscribed stays out."
    )
    form_of_list = SubscriberListForm
    columns = (*COLUMNS, *MORE_COLUMNS)
    example = (
        "g.hall@elsewhere.example",
        "Grace Hall",
        "Lampton School",
        "2024-09-01",
        "On the form of the old website",
    )
    preview_template = "admin/newsletter/subscribers_preview.html"
    report = (
        Column[SubscriberRow]("Row", lambda row: row.number),
        Column[SubscriberRow]("Email", lambda row: row.address),
        Column[SubscriberRow]("Name", lambda row: row.written.name),
        Column[SubscriberRow]("School", lambda row: row.written.school),
        Column[SubscriberRow]("Agreed on", lambda row: row.written.agreed_on),
        Column[SubscriberRow]("Agreed how", lambda row: row.written.agreed_how),
        Column[SubscriberRow]("What becomes of it", lambda row: row.in_words),
    )

    @method_decorator(fresh_sign_in)
    def report_csv(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return super().report_csv(request, pk)

    @method_decorator(fresh_sign_in)
    def report_xlsx(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return super().report_xlsx(request, pk)

    def take_in(self, given: dict[str, Any], by: Person) -> SubscriberImport:
        return take_in_subscribers(
            upload=given["list_of_subscribers"], agreed_how=given["agreed_how"], by=by, at=now()
        )

    def preview(self, taken: SubscriberImport) -> SubscribersPreview:
        return preview_subscribers(taken=taken, at=now())

    def note_report(self, taken: SubscriberImport, by: Person) -> None:
        note_findings_taken(taken=taken, by=by, at=now())

    def decide(self, request: HttpRequest, taken: SubscriberImport) -> object | None:
        by = Person.objects.get(pk=request.user.pk)
        if "aside" in request.POST:
            put_subscribers_aside(taken=taken, by=by, at=now())
            messages.success(request, "The list is deleted; nothing was saved.")
            return None
        if self.preview(taken).is_long:
            return save_subscribers_as_job(taken=taken, by=by, at=now())
        save_subscribers(taken=taken, by=by, at=now())
        taken.refresh_from_db()
        messages.success(request, in_a_sentence(taken))
        return self.url_of("change", taken.pk)
