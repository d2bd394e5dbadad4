"""What the finance officer is to invoice or to credit, and what became of free places unused.

Rule BK-14. Lines are never changed; that one was raised is a row of its own.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html

from cpd.choices import InvoiceKind
from cpd.forms.admin_invoices import RaisedForm
from cpd.models import InvoiceLine, UnusedPlace
from cpd.services.exporting import INVOICES
from cpd.services.invoicing import mark_raised, payer_in_words, record_invoices_taken
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page, tag
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_credits, in_pounds, plain_day
from schools.access import TakesListsAway
from schools.models import Person


class RaisedFilter(admin.SimpleListFilter):
    """Whether the finance officer has written it out."""

    title = "raised"
    parameter_name = "raised"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "To be raised"), ("yes", "Raised")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no":
            return queryset.to_raise()
        return queryset.filter(raised__isnull=False) if self.value() == "yes" else queryset


@admin.register(InvoiceLine)
class InvoiceLineAdmin(TakesListsAway, ReadOnlyAdmin):
    """Lines and credit notes, newest first, with what they come to together."""

    list_display = (
        "booking_reference",
        "what",
        "to",
        "delegate",
        "course",
        "amount",
        "due",
        "number",
    )
    list_display_links = None
    list_filter = (RaisedFilter, "kind", "cause")
    search_fields = (
        "=booking__id",
        "booking__named_as",
        "booking__school__name",
        "booking__payer__name",
        "booking__cohort__programme__title",
        "raised__number",
    )
    search_help_text = "A number of a booking or an invoice, a school, a payer, a name or a course"
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    list_per_page = 50
    change_list_template = "admin/cpd/invoice_lines.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[InvoiceLine]:
        return InvoiceLine.objects.select_related(
            "booking__school", "booking__payer", "booking__cohort__programme", "raised"
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list with the totals of what its filters show."""
        answer: Any = super().changelist_view(request, extra_context)
        shown = getattr(answer, "context_data", None) or {}
        if "cl" in shown:
            shown["totals"] = shown["cl"].queryset.order_by().totals()
        return answer

    @admin.display(description="booking", ordering="booking")
    def booking_reference(self, line: InvoiceLine) -> str:
        url = reverse("admin:cpd_booking_change", args=[line.booking_id])
        return format_html('<a href="{}">{}</a>', url, line.booking.reference)

    @admin.display(description="what", ordering="cause")
    def what(self, line: InvoiceLine) -> str:
        return f"{line.get_kind_display()}: {line.get_cause_display().lower()}"

    @admin.display(description="to", ordering="booking__school__name")
    def to(self, line: InvoiceLine) -> str:
        return payer_in_words(line.booking)

    @admin.display(description="for", ordering="booking__named_as")
    def delegate(self, line: InvoiceLine) -> str:
        return line.booking.named_as or "to be named"

    @admin.display(description="course", ordering="booking__cohort__programme__title")
    def course(self, line: InvoiceLine) -> str:
        return str(line.booking.cohort.programme)

    @admin.display(description="amount", ordering="pence")
    def amount(self, line: InvoiceLine) -> str:
        is_note = line.kind == InvoiceKind.CREDIT_NOTE
        return in_pounds(-line.pence if is_note else line.pence)

    @admin.display(description="due since", ordering="at")
    def due(self, line: InvoiceLine) -> str:
        return plain_day(line.at)

    @admin.display(description="raised as", ordering="raised__number")
    def number(self, line: InvoiceLine) -> str:
        """Its number, or the way to say it."""
        if hasattr(line, "raised"):
            return line.raised.number
        url = self.url_of("raise", line.pk)
        return format_html('{} <a href="{}">Mark as raised</a>', tag("to be raised", "warn"), url)

    def own_pages(self) -> list[OwnPage]:
        return [
            ("csv/", self.take_away_csv, "csv"),
            ("xlsx/", self.take_away_xlsx, "xlsx"),
            ("<int:pk>/raised/", self.mark, "raise"),
        ]

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """What the list shows with its filters; that it was taken is kept. Rule XX-1."""
        shown = self.get_changelist_instance(request).get_queryset(request)
        record_invoices_taken(form=form, by=by, at=now())
        return export_response(form, name="invoices", columns=INVOICES, rows=shown)

    def mark(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note under which number a line was written out."""
        line = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            mark_raised(line_id=pk, number=given["number"], by=by, at=now())

        page = AdminAct(
            title=f"Mark this {line.get_kind_display().lower()} as raised",
            explains="The finance officer has written it out. The line itself stays as it is; the "
            "number cannot be changed afterwards.",
            button="Mark it as raised",
            form=RaisedForm,
            act=act,
            facts=[
                ("What", self.what(line)),
                ("To", self.to(line)),
                ("Booking", f"{line.booking.reference}, {self.delegate(line)}"),
                ("Course", self.course(line)),
                ("Amount", self.amount(line)),
                ("Due since", self.due(line)),
            ],
            done="It is marked as raised.",
            back_url=self.url_of("changelist"),
            back_label="Invoices and credit notes",
        )
        return act_page(self, request, page)


@admin.register(UnusedPlace)
class UnusedPlaceAdmin(ReadOnlyAdmin):
    """Free places that nobody took up: what each cost, and what a school did not have."""

    list_display = ("booking_reference", "school", "why", "costs", "charged_of_it", "charged_at")
    list_display_links = None
    list_filter = ("why", ("waived_at", admin.EmptyFieldListFilter))
    search_fields = ("=booking__id", "booking__named_as", "booking__school__name")
    date_hierarchy = "charged_at"
    ordering = ("-charged_at", "-pk")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnusedPlace]:
        return UnusedPlace.objects.select_related("booking__school")

    @admin.display(description="booking", ordering="booking")
    def booking_reference(self, unused: UnusedPlace) -> str:
        url = reverse("admin:cpd_booking_change", args=[unused.booking_id])
        return format_html('<a href="{}">{}</a>', url, unused.booking.reference)

    @admin.display(description="school", ordering="booking__school__name")
    def school(self, unused: UnusedPlace) -> str:
        return unused.booking.school_in_words

    @admin.display(description="costs", ordering="due")
    def costs(self, unused: UnusedPlace) -> str:
        return in_credits(unused.due)

    @admin.display(description="charged", ordering="charged")
    def charged_of_it(self, unused: UnusedPlace) -> str:
        if unused.waived_at is not None:
            return tag("waived")
        if unused.not_charged:
            return tag(f"{in_credits(unused.charged)}; the school had no more", "warn")
        return in_credits(unused.charged)
