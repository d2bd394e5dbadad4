"""Cohorts in the admin: planned on one form, offered and called off on pages of their own.

Whatever is saved goes through `services/cohorts.py`; nothing here sets a state.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from cpd.choices import COHORT_MOVES, CohortStatus
from cpd.forms.admin_cohorts import CapacityForm, CohortForm, SessionForm, SessionFormSet
from cpd.forms.admin_invoices import GuestForm, payer_of
from cpd.models import Cohort, Session
from cpd.services.cohorts import (
    PlannedSession,
    add_cohort,
    cancel_cohort,
    change_capacity,
    change_cohort,
    offer_cohort,
    warnings_for,
    withdraw_offer,
)
from cpd.services.guests import GuestOrder, book_guest
from cpd.services.joining_readers import read_in_words
from cpd.services.minimum import minimum_in_words
from cpd.services.telling import tell_delegates
from hub_portal.shared.admin_acts import (
    AdminAct,
    ConfirmForm,
    OwnPage,
    OwnPagesAdmin,
    ReasonForm,
    act_page,
)
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, in_credits, in_pounds, moment, short_day
from schools.models import Person


class SessionsOfCohort(admin.StackedInline):  # type: ignore[type-arg]
    """The dates of a cohort, with it on one form."""

    model = Session
    form = SessionForm
    formset = SessionFormSet
    fields = ("starts_at", "ends_at", "title", "venue")
    ordering = ("starts_at",)
    extra = 1


@admin.register(Cohort)
class CohortAdmin(OwnPagesAdmin):
    """Programmes on their dates."""

    form = CohortForm
    inlines = (SessionsOfCohort,)
    list_display = ("programme", "starts", "status", "taken", "price")
    list_filter = ("status", "programme__kind", "format")
    list_select_related = ("programme",)
    search_fields = ("programme__title", "venue")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    raw_id_fields = ("organiser",)
    change_form_template = "admin/cpd/cohort.html"
    fieldsets = (
        (None, {"fields": ("programme", "activity", "format", "venue")}),
        (
            "Price and places",
            {"fields": ("price", "invoice_price", "capacity", "minimum", "places_per_school")},
        ),
        ("Booking", {"fields": ("booking_opens_at", "booking_closes_at")}),
        ("On the day", {"fields": ("organiser", "joining_details")}),
    )

    # ---- The list and the form ------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        return Cohort.objects.with_places_left().select_related("programme")

    @admin.display(description="starts", ordering="starts_at")
    def starts(self, cohort: Cohort) -> str:
        return short_day(cohort.starts_at) if cohort.starts_at else "no date yet"

    @admin.display(description="places taken")
    def taken(self, cohort: Any) -> str:
        return f"{cohort.capacity - cohort.places_left} of {cohort.capacity}"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that is cancelled or completed is looked at only."""
        is_over = obj is not None and not COHORT_MOVES[CohortStatus(obj.status)]
        return super().has_change_permission(request, obj) and not is_over

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A cohort stays one of its programme; its places change on a page of their own."""
        return ("programme", "capacity", "how_to_join") if obj is not None else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Joining details are typed with a new course, and later on a page of their own."""
        if obj is None:
            return self.fieldsets
        own_page = {"joining_details": "how_to_join"}
        return [
            (
                name,
                {"fields": tuple(own_page.get(str(field), field) for field in options["fields"])},
            )
            for name, options in self.fieldsets
        ]

    @admin.display(description="joining details")
    def how_to_join(self, cohort: Cohort) -> str:
        """As they read, with how many delegates have said that they have read them."""
        return format_html(
            '<div class="rich-text">{}</div><p>{}</p>',
            cohort.joining_details,
            read_in_words(cohort) or "None yet.",
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The cohort with what may be a mistake in its dates. Rule BK-1."""
        cohort = self.get_object(request, object_id)
        warnings = warnings_for(cohort) if cohort is not None else []
        too_few = minimum_in_words(cohort, at=now()) if cohort is not None else ""
        warnings += [too_few] if too_few else []
        untold = cohort.bookings.to_be_told().count() if cohort is not None else 0
        context = {**(extra_context or {}), "warnings": warnings, "untold": untold}
        return super().change_view(request, object_id, form_url, context)

    # ---- Saving, through the services -----------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """A refusal that only shows under the lock is said on the form, opened afresh."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PortalError as refused:
            messages.error(request, refused.sentence)
            return redirect(request.get_full_path())

    def save_model(
        self, request: HttpRequest, obj: Any, form: "ModelForm[Cohort]", change: bool
    ) -> None:
        """Nothing yet: facts and dates are saved together, in `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save facts and dates in one act, so that whoever is booked is told once."""
        [sessions] = formsets
        planned = [
            PlannedSession(
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
                title=row["title"],
                venue=row["venue"],
                session_id=row["id"].pk if row.get("id") else None,
            )
            for row in sessions.rows()
        ]
        by = cast("Person", request.user)
        if change:
            facts = {name: form.cleaned_data[name] for name in form.changed_data}
            saved = change_cohort(cohort=form.instance, sessions=planned, by=by, at=now(), **facts)
        else:
            saved = add_cohort(sessions=planned, by=by, at=now(), **form.cleaned_data)
            form.instance.pk = saved.pk
        for warning in warnings_for(saved):
            messages.warning(request, warning)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The act written by the service is the trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The act written by the service is the trail."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[Any]:
        return []

    # ---- Acts on pages of their own -------------------------------------------------------------

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/offer/", self.offer, "offer"),
            ("<int:pk>/withdraw/", self.withdraw, "withdraw"),
            ("<int:pk>/places/", self.places, "places"),
            ("<int:pk>/tell/", self.tell, "tell"),
            ("<int:pk>/cancel/", self.cancel, "cancel"),
            ("<int:pk>/guest/", self.guest, "guest"),
        ]

    def offer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put a cohort into the catalogue."""
        cohort = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            offer_cohort(cohort=cohort, by=by, at=now())

        page = AdminAct(
            title="Offer this course",
            explains="It appears in the catalogue at once, and schools can book from "
            f"{moment(cohort.booking_opens_at)}.",
            button="Offer it",
            form=ConfirmForm,
            act=act,
            facts=[
                *self._facts(cohort),
                *(("Look at this date", warning) for warning in warnings_for(cohort)),
            ],
            done="The course is in the catalogue.",
            back_url=self.url_of("change", cohort.pk),
            back_label="The course",
        )
        return act_page(self, request, page)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a cohort nobody has booked out of the catalogue."""
        cohort = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            withdraw_offer(cohort=cohort, by=by, at=now())

        page = AdminAct(
            title="Withdraw this course",
            explains="It leaves the catalogue and is a draft again. Only possible while nobody has "
            "booked it; nobody is told.",
            button="Withdraw it",
            form=ConfirmForm,
            act=act,
            facts=self._facts(cohort),
            done="The course is a draft again.",
            back_url=self.url_of("change", cohort.pk),
            back_label="The course",
        )
        return act_page(self, request, page)

    def places(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a cohort more places, or fewer. Rule BK-3."""
        cohort = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            change_capacity(cohort=cohort, capacity=given["capacity"], by=by, at=now())

        page = AdminAct(
            title="Change the places",
            explains="More can be booked at once. Fewer than are taken is not possible.",
            button="Change the places",
            form=CapacityForm,
            act=act,
            facts=self._facts(cohort),
            initial={"capacity": cohort.capacity},
            done="The places are changed.",
            back_url=self.url_of("change", cohort.pk),
            back_label="The course",
        )
        return act_page(self, request, page)

    def tell(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm the places a list has brought, once each. Rule SC-8."""
        cohort = self.row(request, pk)
        untold = cohort.bookings.to_be_told()

        def act(given: dict[str, Any], by: Person) -> None:
            told = tell_delegates(cohort=cohort, by=by, at=now())
            messages.success(request, f"{counted(told, 'place')} confirmed.")

        page = AdminAct(
            title="Tell the delegates",
            explains="Each delegate gets a mail about the place with its calendar entry, and the "
            "school's rep one about all of them. From then on they get the reminders.",
            button="Tell them",
            form=ConfirmForm,
            act=act,
            facts=[
                *self._facts(cohort),
                ("Places not told of yet", untold.count()),
                (
                    "Schools",
                    untold.exclude(school=None).order_by().values("school").distinct().count(),
                ),
            ],
            back_url=self.url_of("change", cohort.pk),
            back_label="The course",
        )
        return act_page(self, request, page)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Call a cohort off. Rule BK-6."""
        cohort = self.row(request, pk)
        prices = list(cohort.bookings.standing().values_list("price", "price_pence"))
        schools = cohort.bookings.standing().exclude(school=None).values("school").distinct()
        tickets = cohort.bookings.standing().with_a_ticket().count()

        def act(given: dict[str, Any], by: Person) -> None:
            cancel_cohort(cohort=cohort, reason=given["reason"], by=by, at=now())

        page = AdminAct(
            title="Cancel this course",
            explains="Everything comes back to the schools, and every delegate and booker is told "
            "at once. It cannot be undone.",
            button="Cancel the course",
            form=ReasonForm,
            act=act,
            facts=[
                *self._facts(cohort),
                ("Bookings called off", f"{len(prices)}, of {counted(schools.count(), 'school')}"),
                ("Comes back", in_credits(sum(price for price, _ in prices))),
                ("Credit notes", in_pounds(sum(pence for _, pence in prices))),
                ("Tickets that live again", tickets),
                ("Schools on the waiting list", cohort.waiting.waiting().count()),
            ],
            done="The course is cancelled and everyone is told.",
            is_dangerous=True,
            back_url=self.url_of("change", cohort.pk),
            back_label="The course",
        )
        return act_page(self, request, page)

    def guest(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Book somebody from outside the membership, by invoice. Rule BK-14."""
        cohort = self.row(request, pk)
        pence = cohort.invoice_price or 0

        def act(given: dict[str, Any], by: Person) -> str:
            order = GuestOrder(
                key=given["key"],
                cohort_id=pk,
                full_name=given["full_name"],
                email=given["email"],
                comes_from=given["comes_from"],
                payer=payer_of(given),
                shown_pence=given["pence"],
            )
            booked = book_guest(order=order, by=by, at=now())
            return reverse("admin:cpd_booking_change", args=[booked.pk])

        page = AdminAct(
            title="Book a guest",
            explains=(
                f"One place for somebody from outside the membership: {in_pounds(pence)} by "
                "invoice. The guest gets the confirmation with a calendar entry at once."
                if pence
                else "This course has no price by invoice. Give it one first."
            ),
            button="Book the guest",
            form=GuestForm,
            act=act,
            facts=self._facts(cohort),
            initial={"key": GuestForm.new_key(), "pence": pence},
            done="The guest has a place and is told. The line to invoice stands under "
            "“Invoices and credit notes”.",
            back_url=self.url_of("change", cohort.pk),
            back_label="The course",
        )
        return act_page(self, request, page)

    def _facts(self, cohort: Any) -> list[tuple[str, object]]:
        return [
            ("Course", cohort.programme),
            ("Starts", self.starts(cohort)),
            ("Price", in_credits(cohort.price)),
            *([("By invoice", in_pounds(cohort.invoice_price))] if cohort.invoice_price else []),
            ("Places taken", self.taken(cohort)),
            ("Now", cohort.get_status_display()),
        ]
