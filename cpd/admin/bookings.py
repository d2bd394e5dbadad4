"""Bookings and reasons for cancelling, to look at; the hub's few acts have pages of their own."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cpd.forms.admin_cohorts import LateSubstituteForm
from cpd.forms.admin_invoices import CancelGuestForm
from cpd.models import Booking, CancellationReason, Substitution, UnusedPlace
from cpd.services.cancelling import waive_cancellation
from cpd.services.delegates import Delegate
from cpd.services.exporting import BOOKINGS_OF_THE_HUB, record_export
from cpd.services.guests import cancel_guest, what_cancelling_keeps
from cpd.services.substituting import substitute_delegate
from cpd.services.unused import waive_unused
from hub_portal.shared.admin_acts import (
    AdminAct,
    OwnPage,
    ReadOnlyAdmin,
    ReasonForm,
    act_page,
)
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_credits, short_day
from schools.access import TakesListsAway
from schools.models import Person


class SubstitutionsOfBooking(admin.StackedInline):  # type: ignore[type-arg]
    """Who had the place before."""

    model = Substitution
    fields = (("from_named_as", "to_person"), ("made_by", "made_at"), "reason")
    readonly_fields = ("from_named_as", "to_person", "made_by", "made_at", "reason")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Booking)
class BookingAdmin(TakesListsAway, ReadOnlyAdmin):
    """Places booked, of every school."""

    list_display = (
        "reference",
        "school",
        "delegate_named",
        "course",
        "starts",
        "status",
        "costs",
        "kept_of_it",
    )
    list_filter = (
        "status",
        "cancelled_from",
        "paid_by",
        ("delegate", admin.EmptyFieldListFilter),
        "cohort__programme__kind",
    )
    search_fields = ("=id", "named_as", "school__name", "=school__urn", "cohort__programme__title")
    search_help_text = "A number of a booking, a name, a school or a course"
    date_hierarchy = "booked_at"
    ordering = ("-booked_at", "-pk")
    list_per_page = 50
    inlines = (SubstitutionsOfBooking,)
    change_form_template = "admin/cpd/booking.html"
    change_list_template = "admin/cpd/bookings.html"
    fields = (
        "reference",
        "school",
        "delegate_named",
        "cohort",
        "status",
        ("costs", "paid_by", "year"),
        ("kept_of_it", "refilled_by"),
        ("comes_from", "invoice_to"),
        ("booked_by", "booked_at"),
        ("cancelled_from", "cancelled_by", "cancelled_at", "why"),
        "completed_at",
        "walked_in",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return Booking.objects.select_related(
            "school", "cohort__programme", "booked_by", "reason", "walk_in", "payer"
        )

    @admin.display(description="price", ordering="price")
    def costs(self, booking: Booking) -> str:
        return booking.cost_in_words

    @admin.display(description="kept", ordering="kept")
    def kept_of_it(self, booking: Booking) -> str:
        """Empty while it stands, and where there was nothing to keep."""
        return booking.kept_in_words if booking.kept is not None and booking.cost else ""

    @admin.display(description="the invoice goes to")
    def invoice_to(self, booking: Booking) -> str:
        """The school, or a guest's payer with address and reference."""
        if not booking.is_by_invoice:
            return ""
        if booking.school is not None:
            return booking.school.name
        payer = booking.payer
        said = (payer.name, payer.address, payer.email, payer.reference)
        return "\n".join(filter(None, said))

    @admin.display(description="delegate", ordering="named_as")
    def delegate_named(self, booking: Booking) -> str:
        return booking.named_as or "to be named"

    @admin.display(description="course", ordering="cohort__programme__title")
    def course(self, booking: Booking) -> str:
        return str(booking.cohort.programme)

    @admin.display(description="starts", ordering="cohort__starts_at")
    def starts(self, booking: Booking) -> str:
        return short_day(booking.cohort.starts_at) if booking.cohort.starts_at else ""

    @admin.display(description="reason given")
    def why(self, booking: Booking) -> str:
        reason = getattr(booking, "reason", None)
        return str(reason) if reason else "none"

    @admin.display(description="came without a place")
    def walked_in(self, booking: Booking) -> str:
        walk_in = getattr(booking, "walk_in", None)
        return walk_in.reason if walk_in else "no"

    # ---- Taking the list away -------------------------------------------------------------------

    def own_pages(self) -> list[OwnPage]:
        return [
            ("bookings.csv", self.take_away_csv, "csv"),
            ("bookings.xlsx", self.take_away_xlsx, "xlsx"),
            ("<int:pk>/waive/", self.waive, "waive"),
            ("<int:pk>/cancel-guest/", self.cancel_guest, "cancel_guest"),
            ("<int:pk>/waive-unused/", self.waive_unused, "waive_unused"),
            ("<int:pk>/delegate/", self.substitute, "substitute"),
        ]

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """What the list shows with its filters; that it was taken is kept. Rule XX-1."""
        shown = self.get_changelist_instance(request).get_queryset(request)
        record_export(form=form, by=by, at=now())
        rows = shown.select_related("school", "cohort__programme", "booked_by")
        return export_response(form, name="bookings", columns=BOOKINGS_OF_THE_HUB, rows=rows)

    # ---- Acts -----------------------------------------------------------------------------------

    def waive(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a school back what a late cancellation had kept. Rule BK-6."""
        booking = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            waive_cancellation(booking_id=pk, reason=given["reason"], by=by, at=now())

        page = AdminAct(
            title="Waive what was kept",
            explains="What the late cancellation kept goes back at once, of an invoice with a "
            "credit note, and whoever booked is told. Your reason is kept in the trail: write "
            "nothing about anybody’s health.",
            button="Give it back",
            form=ReasonForm,
            act=act,
            facts=[
                *self._facts(booking),
                ("Kept", booking.kept_in_words),
                ("Reason given", self.why(booking)),
            ],
            done="Nothing is kept any more.",
            back_url=self.url_of("change", booking.pk),
            back_label=booking.reference,
        )
        return act_page(self, request, page)

    def substitute(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a place to somebody else, also after the first session. Rule BK-7."""
        booking = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            to = Delegate(full_name=given["full_name"], email=given["email"])
            substitute_delegate(booking_id=pk, to=to, by=by, at=now(), reason=given["reason"])

        page = AdminAct(
            title="Give the place to somebody else",
            explains="The new delegate is put on the school’s staff list if they are not there. "
            "It costs nothing, and both delegates are told.",
            button="Give it to them",
            form=LateSubstituteForm,
            act=act,
            facts=self._facts(booking),
            done="The place has another delegate.",
            back_url=self.url_of("change", booking.pk),
            back_label=booking.reference,
        )
        return act_page(self, request, page)

    def cancel_guest(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel a guest's place by its bands. Rules BK-6 and BK-14."""
        booking = self.row(request, pk)
        kept = what_cancelling_keeps(booking=booking, at=now())

        def act(given: dict[str, Any], by: Person) -> None:
            cancel_guest(
                booking_id=pk,
                shown_kept=given["shown_kept"],
                reason=given["reason"],
                by=by,
                at=now(),
            )

        page = AdminAct(
            title="Cancel a guest’s place",
            explains="The guest is told at once, and the place goes to the waiting list. What is "
            "not to be paid goes on a credit note.",
            button="Cancel the place",
            form=CancelGuestForm,
            act=act,
            facts=[
                *self._facts(booking),
                ("Still to be paid", booking.in_its_money(kept)),
                ("Credit note", booking.in_its_money(booking.cost - kept)),
            ],
            initial={"shown_kept": kept},
            done="The place is cancelled.",
            is_dangerous=True,
            back_url=self.url_of("change", booking.pk),
            back_label=booking.reference,
        )
        return act_page(self, request, page)

    def waive_unused(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give back what an unused free place has cost. Rule BK-14."""
        booking = self.row(request, pk)
        unused = UnusedPlace.objects.filter(booking=booking).first()

        def act(given: dict[str, Any], by: Person) -> None:
            waive_unused(booking_id=pk, reason=given["reason"], by=by, at=now())

        page = AdminAct(
            title="Waive the charge for an unused place",
            explains="The credits go back to the school at once. Your reason is kept in the "
            "trail: write nothing about anybody’s health.",
            button="Give them back",
            form=ReasonForm,
            act=act,
            facts=[
                *self._facts(booking),
                ("Charged", in_credits(unused.charged if unused else 0)),
            ],
            done="The credits are back with the school.",
            back_url=self.url_of("change", booking.pk),
            back_label=booking.reference,
        )
        return act_page(self, request, page)

    def _facts(self, booking: Booking) -> list[tuple[str, object]]:
        return [
            ("Booking", booking.reference),
            ("School", booking.school_in_words),
            ("Delegate", self.delegate_named(booking)),
            ("Course", f"{booking.cohort.programme}, {self.starts(booking)}"),
            ("Price", booking.cost_in_words),
        ]


@admin.register(CancellationReason)
class CancellationReasonAdmin(ReadOnlyAdmin):
    """Reasons given while cancelling: each may be a reason to waive. Deleted in time."""

    list_display = ("booking", "school", "code", "kept", "given_at", "waived_at")
    list_display_links = None
    list_filter = ("code", ("waived_at", admin.EmptyFieldListFilter))
    list_select_related = ("booking__school",)
    ordering = ("-given_at", "-pk")

    @admin.display(description="school")
    def school(self, reason: CancellationReason) -> str:
        return str(reason.booking.school)

    @admin.display(description="kept")
    def kept(self, reason: CancellationReason) -> str:
        return reason.booking.kept_in_words
