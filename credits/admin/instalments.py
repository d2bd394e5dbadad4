"""Sharing an instalment: the preview, what it warns of, and the run. Rules CR-2 to CR-4."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from credits.admin.choosing import Asked, what_was_asked
from credits.models import AllocationRun, Instalment
from credits.services.big_allocations import run_or_start
from credits.services.exporting import PLANNED_LINES
from credits.services.planning import AllocationPlan, PlannedLine, plan_allocation
from hub_portal.shared.admin_acts import LONGEST_REASON, OwnPage, ReadOnlyAdmin
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import london_date, now
from hub_portal.shared.wording import counted, in_credits, in_pounds
from schools.access import signed_in_freshly
from schools.models import Person

ROWS_SHOWN = 500
NO_ROLLS = "No member has a roll yet. Import the rolls first."
WHO_ARE_YOU = (
    "It is a while since you showed who you are. Do that in another tab, by the link below, "
    "then press the button again: nothing you typed is lost."
)


@admin.register(Instalment)
class InstalmentAdmin(ReadOnlyAdmin):
    """Money received, and whether it was shared."""

    list_display = ("__str__", "received_on", "amount", "pool_credits", "reserve_credits", "shared")
    list_select_related = ("funding__year", "entry__reversed_by")
    list_filter = ("funding__year",)
    search_fields = ("reference",)
    search_help_text = "Search by reference"
    ordering = ("-funding__year__starts_on", "-number")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_is_shared()  # type: ignore[attr-defined]

    @admin.display(description="Amount", ordering="pence")
    def amount(self, instalment: Instalment) -> str:
        return in_pounds(instalment.pence)

    @admin.display(description="Shared")
    def shared(self, instalment: Any) -> str:
        if hasattr(instalment.entry, "reversed_by"):
            return "Reversed"
        return "Shared" if instalment.is_shared else "Not yet"

    def own_pages(self) -> list[OwnPage]:
        return [("<int:pk>/allocate/", self.allocate, "allocate")]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One instalment: what came of it."""
        instalment: Instalment = self.seen(request, object_id, "recorded_by")
        return self.own_page(
            request,
            "admin/credits/instalment.html",
            title=str(instalment),
            instalment=instalment,
            runs=instalment.runs.select_related("run_by", "taken_back_by").order_by("pk"),
            is_reversed=hasattr(instalment.entry, "reversed_by"),
            may_act=self.may_act(request),
        )

    def allocate(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Preview a run on a census; confirmed, with the figures shown, it is run."""
        instalment = self.row(request, pk)
        asked = None
        try:
            asked = what_was_asked(request, instalment)
            if asked is None:
                return self._page(request, instalment, None, None, refusal=NO_ROLLS)
            plan = plan_allocation(
                instalment=instalment, choices=asked.choices, on=london_date(now())
            )
        except PortalError as refused:
            return self._page(request, instalment, asked, None, refusal=refused.sentence)
        form = request.GET.get("take_away")
        if form in ("csv", "xlsx"):
            name = f"preview-instalment-{instalment.number}"
            return export_response(form, name=name, columns=PLANNED_LINES, rows=plan.lines)
        if "confirm" not in request.POST:
            return self._page(request, instalment, asked, plan)
        return self._run(request, instalment, asked, plan)

    def _run(
        self, request: HttpRequest, instalment: Instalment, asked: Asked, plan: AllocationPlan
    ) -> HttpResponse:
        if not signed_in_freshly(request):
            return self._page(request, instalment, asked, plan, refusal=WHO_ARE_YOU, proves=True)
        by = request.user
        if not isinstance(by, Person):
            raise PermissionDenied
        try:
            run = run_or_start(plan=plan, shown=request.POST.get("shown", ""), by=by, at=now())
        except PortalError as refused:
            return self._page(request, instalment, asked, plan, refusal=refused.sentence)
        if isinstance(run, AllocationRun):
            shared = f"{in_credits(plan.total)} among {counted(len(plan.lines), 'school')}"
            messages.success(request, f"The instalment is shared: {shared}.")
            return redirect("admin:credits_allocationrun_change", run.pk)
        return redirect(run.get_absolute_url())

    def _page(
        self,
        request: HttpRequest,
        instalment: Instalment,
        asked: Asked | None,
        plan: AllocationPlan | None,
        *,
        refusal: str = "",
        proves: bool = False,
    ) -> HttpResponse:
        """The preview, with what stops it and what it warns of."""
        live = instalment.runs.filter(taken_back_at__isnull=True).first()
        return self.own_page(
            request,
            "admin/credits/allocate.html",
            status=422 if refusal and request.method == "POST" else 200,
            title=f"Share {str(instalment)[0].lower()}{str(instalment)[1:]}",
            instalment=instalment,
            asked=asked,
            plan=plan,
            lines=plan.lines[:ROWS_SHOWN] if plan else (),
            more=max(len(plan.lines) - ROWS_SHOWN, 0) if plan else 0,
            others=_others(plan) if plan else (),
            rate=f"{float(plan.rate):.4f}" if plan else "",
            below=[line for line in plan.lines if line.buys_no_place] if plan else (),
            refusal=refusal,
            proves_who=proves,
            live=live,
            longest_reason=LONGEST_REASON,
        )


def _others(plan: AllocationPlan) -> list[PlannedLine]:
    """Schools on another roll than the run's, which need a reason each."""
    return [line for line in plan.lines if line.is_on_another_roll][:ROWS_SHOWN]
