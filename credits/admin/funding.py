"""A year's funding: its settings, the instalments it came in, and receiving another."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse

from credits.admin.checked import CheckedAct, Facts, checked_page
from credits.choices import AccountKind
from credits.forms import InstalmentForm, OpenYearForm, SettingsForm
from credits.models import Account, Funding
from credits.services.funding import (
    change_settings,
    fund_year,
    next_number,
    receive_instalment,
)
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_pounds, whole
from schools.models import Person, SchoolYear


@admin.register(Funding)
class FundingAdmin(ReadOnlyAdmin):
    """Years with funding; each opens on its own page."""

    change_list_template = "admin/credits/funding_list.html"
    list_display = ("year", "share_percent", "price", "reserve_percent", "floor", "cap", "received")
    list_select_related = ("year",)
    ordering = ("-year__starts_on",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Funding]":
        return super().get_queryset(request).annotate(pence=Sum("instalments__pence"))

    @admin.display(description="A credit costs")
    def price(self, funding: Funding) -> str:
        return in_pounds(funding.pence_per_credit)

    @admin.display(description="Received", ordering="pence")
    def received(self, funding: Any) -> str:
        return in_pounds(funding.pence or 0)

    def own_pages(self) -> list[OwnPage]:
        return [
            ("open/", self.open_year, "open"),
            ("<int:pk>/settings/", self.settings, "settings"),
            ("<int:pk>/receive/", self.receive, "receive"),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One year: settings, instalments with their runs, and what the pots hold."""
        funding: Funding = self.seen(request, object_id, "year")
        instalments = funding.instalments.with_is_shared().select_related(
            "recorded_by", "entry__reversed_by"
        )
        return self.own_page(
            request,
            "admin/credits/funding.html",
            title=str(funding),
            funding=funding,
            instalments=instalments.prefetch_related("runs").order_by("number"),
            pots=_pots(funding.year),
            may_act=self.may_act(request),
        )

    def open_year(self, request: HttpRequest) -> HttpResponse:
        """Begin the funding of a year."""

        def act(given: dict[str, Any], by: Person) -> str:
            return self.url_of("change", fund_year(year=given["year"], by=by, at=now()).pk)

        page = AdminAct(
            title="Begin a year’s funding",
            explains="The year takes over the settings of the year before; look at them before "
            "you record money. No credits move yet.",
            button="Begin",
            form=OpenYearForm,
            act=act,
            back_url=self.url_of("changelist"),
        )
        return act_page(self, request, page)

    def settings(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change how the year is shared."""
        funding = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            change_settings(funding=funding, by=by, at=now(), **given)

        page = AdminAct(
            title=f"Settings of {funding.year}",
            explains="They hold for money received and runs made from now on. What was received "
            "and shared before stays as it is.",
            button="Save",
            form=SettingsForm,
            act=act,
            back_url=self.url_of("change", pk),
            back_label=str(funding),
            done="The settings are saved.",
            initial={name: getattr(funding, name) for name in SettingsForm.Meta.fields},
        )
        return act_page(self, request, page)

    def receive(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record money received; the check page shows what it puts into pool and reserve."""
        funding = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            receive_instalment(
                funding=funding,
                number=given["number"],
                pence=int(given["pounds"] * 100),
                received_on=given["received_on"],
                reference=given["reference"],
                by=by,
                at=now(),
            )

        def effect(given: dict[str, Any]) -> Facts:
            pots = _pots(funding.year)
            return [
                (f"Pool of {funding.year}", whole(pots[AccountKind.POOL])),
                ("Reserve for corrections", whole(pots[AccountKind.RESERVE])),
            ]

        page = CheckedAct(
            title=f"Receive an instalment for {funding.year}",
            explains=f"{funding.share_percent.normalize():f} % of it goes back to the schools, a "
            f"credit costs {in_pounds(funding.pence_per_credit)}, and "
            f"{funding.reserve_percent.normalize():f} % of the credits are kept for corrections. "
            "Schools get theirs when you share the instalment.",
            button="Record the instalment",
            done="The instalment is recorded. Share it among the schools next.",
            form=InstalmentForm,
            act=act,
            effect=effect,
            back_url=self.url_of("change", pk),
            back_label=str(funding),
            initial={"number": next_number(funding)},
        )
        return checked_page(self, request, page)


def _pots(year: SchoolYear) -> dict[str, int]:
    """What the year's pool and reserve hold."""
    pots = {AccountKind.POOL.value: 0, AccountKind.RESERVE.value: 0}
    held = Account.objects.in_year(year).of_the_hub().filter(kind__in=pots)
    return {**pots, **dict(held.values_list("kind", "balance"))}
