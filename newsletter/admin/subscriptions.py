"""Who gets the newsletter and who has said no: looked up, taken away, ended when asked. NL-3."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, ReasonForm, act_page, tag
from hub_portal.shared.exports import Column, export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import short_day
from newsletter.models import Subscription
from newsletter.services.subscriptions import note_subscribers_taken, unsubscribe_as_asked
from schools.access import TakesListsAway
from schools.models import Person

TONES = {"subscribed": "ok", "post": "", "pending": "plain", "unsubscribed": "warn"}
SHORTER = {"post": "for a post", "pending": "not confirmed"}

COLUMNS = (
    Column[Subscription]("Address", lambda row: row.address),
    Column[Subscription]("Person", lambda row: row.person.full_name if row.person else ""),
    Column[Subscription]("Status", lambda row: row.get_status_display()),
    Column[Subscription]("Since", lambda row: row.began_at),
    Column[Subscription]("Began", lambda row: row.get_began_how_display()),
    Column[Subscription]("Agreed on", lambda row: row.agreed_on),
    Column[Subscription]("Agreed how", lambda row: row.agreed_how),
    Column[Subscription]("Unsubscribed", lambda row: row.ended_at),
)


@admin.register(Subscription)
class SubscriptionAdmin(TakesListsAway, ReadOnlyAdmin):
    """Every address the newsletter knows. Nobody is subscribed here but by a list."""

    list_display = ("address", "person", "state", "began", "ended")
    list_filter = ("status", "began_how")
    list_select_related = ("person",)
    search_fields = ("address", "person__full_name")
    search_help_text = "An address, or the name of somebody the hub knows"
    ordering = ("address",)
    list_per_page = 100
    change_list_template = "admin/newsletter/subscribers.html"
    change_form_template = "admin/newsletter/subscriber.html"
    fieldsets = (
        (None, {"fields": ("address", "person", "status")}),
        (
            "How it began",
            {"fields": ("began_how", "began_at", "from_list", "agreed_how", "agreed_on")},
        ),
        ("How it ended", {"fields": ("ended_how", "ended_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).select_related("person", "from_list")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """The page of a list leads to those it brought."""
        return lookup == "from_list" or super().lookup_allowed(lookup, value, request)

    def own_pages(self) -> list[OwnPage]:
        return [
            ("subscribers.csv", self.take_away_csv, "csv"),
            ("subscribers.xlsx", self.take_away_xlsx, "xlsx"),
            ("<int:pk>/end/", self.end, "end"),
        ]

    @admin.display(description="status", ordering="status")
    def state(self, row: Subscription) -> str:
        return tag(SHORTER.get(row.status, row.get_status_display()), TONES[row.status])

    @admin.display(description="subscribed", ordering="began_at", empty_value="")
    def began(self, row: Subscription) -> str | None:
        return f"{short_day(row.began_at)}, {row.get_began_how_display()}" if row.began_at else None

    @admin.display(description="unsubscribed", ordering="ended_at", empty_value="")
    def ended(self, row: Subscription) -> str | None:
        return f"{short_day(row.ended_at)}, {row.get_ended_how_display()}" if row.ended_at else None

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Unsubscribe somebody who asked the hub to. Rule NL-3."""
        row = self.row(request, pk)
        page = AdminAct(
            title="Unsubscribe this address",
            explains="For somebody who asked you to, by telephone or by mail. They get no "
            "newsletter any more, at this address or another of theirs; mails about bookings still "
            "come. Only they themselves can begin it again.",
            button="Unsubscribe",
            form=ReasonForm,
            act=lambda given, by: unsubscribe_as_asked(
                subscription=row, reason=given["reason"], by=by, at=now()
            ),
            facts=[("Address", row.address), ("Now", row.get_status_display())],
            done="This address is unsubscribed.",
            back_url=self.url_of("change", row.pk),
            back_label="The subscriber",
            is_dangerous=True,
        )
        return act_page(self, request, page)

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """What the list shows now, filtered as it is; that it was taken is kept. Rule XX-2."""
        rows = self.get_changelist_instance(request).get_queryset(request)
        note_subscribers_taken(form=form, by=by, at=now())
        return export_response(
            form, name="subscribers", columns=COLUMNS, rows=rows.iterator(chunk_size=1000)
        )
