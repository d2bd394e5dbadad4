"""An allocation that was run: its lines, and taking it back. Rules CR-2 and CR-4."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator

from credits.models import AllocationLine, AllocationRun
from credits.services.allocation import take_back, what_followed
from credits.services.exporting import FORMATS, RUN_LINES
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, ReasonForm, act_page
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, in_credits
from schools.access import fresh_sign_in
from schools.models import Person

LINES_ON_A_PAGE = 100


@admin.register(AllocationRun)
class AllocationRunAdmin(ReadOnlyAdmin):
    """Runs, the latest first. A run begins on the page of its instalment."""

    change_list_template = "admin/credits/run_list.html"
    list_display = (
        "instalment",
        "census_on",
        "definition",
        "pool_credits",
        "run_at",
        "run_by",
        "state",
    )
    list_select_related = ("instalment__funding__year", "run_by")
    list_filter = ("instalment__funding__year", "definition")
    ordering = ("-run_at", "-pk")

    @admin.display(description="State")
    def state(self, run: AllocationRun) -> str:
        return "Taken back" if run.taken_back_at else "Stands"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/take-back/", self.take_back, "take_back"),
            ("<int:pk>/lines.<str:form>", self.take_away, "lines"),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One run with its lines, searched by school."""
        run: AllocationRun = self.seen(request, object_id, "taken_back_by", "entry")
        wanted = request.GET.get("q", "").strip()
        return self.own_page(
            request,
            "admin/credits/run.html",
            title=str(run),
            run=run,
            wanted=wanted,
            page=Paginator(_lines(run, wanted), LINES_ON_A_PAGE).get_page(request.GET.get("page")),
            schools=run.lines.count(),
            omissions=run.omissions.select_related("school").order_by("school__name"),
            may_act=self.may_act(request),
        )

    def take_away(self, request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
        """The lines of a run as a file."""
        run: AllocationRun = self.seen(request, str(pk))
        if form not in FORMATS:
            raise Http404
        rows = _lines(run, request.GET.get("q", "").strip()).iterator(chunk_size=1000)
        return export_response(form, name=f"allocation-{pk}", columns=RUN_LINES, rows=rows)

    @method_decorator(fresh_sign_in)
    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo a whole run while nobody has spent from it."""
        run = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            take_back(run=run, reason=given["reason"], by=by, at=now())

        followed = len(what_followed(run))
        page = AdminAct(
            title=f"Take back the {str(run)[0].lower()}{str(run)[1:]}",
            explains="Every school’s share goes back to the pool, and the instalment can be shared "
            "afresh. It is refused when a school has spent of its share.",
            button="Take the run back",
            form=ReasonForm,
            act=act,
            back_url=self.url_of("change", pk),
            back_label=str(run),
            done="The run is taken back. The instalment can be shared again.",
            facts=(
                ("Credits that go back to the pool", in_credits(run.pool_credits)),
                ("Schools that lose their share", AllocationLine.objects.filter(run=run).count()),
                ("Corrections and joiners undone with it", counted(followed, "entry", "entries")),
            ),
            is_dangerous=True,
        )
        return act_page(self, request, page)


def _lines(run: AllocationRun, wanted: str) -> "QuerySet[AllocationLine]":
    """The lines of a run by school, or those of schools whose name holds these words."""
    lines = AllocationLine.objects.filter(run=run).select_related("school", "roll")
    if wanted:
        lines = lines.filter(school__name__icontains=wanted)
    return lines.order_by("school__name", "pk")
