"""The demand board: what schools want and cannot have, and a date planned from it. Rule PU-4."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cpd.forms.demand import PlanForm
from cpd.models import Demand
from cpd.services.cohorts import PlannedSession
from cpd.services.demand import Pooled, demand_board, plan_from_demand
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted, plain_day
from schools.models import Person


@admin.register(Demand)
class DemandAdmin(ReadOnlyAdmin):
    """Every “tell me when this runs”."""

    list_display = ("school", "programme", "wanted", "asked_at", "status")
    list_filter = ("status", "programme__kind")
    list_select_related = ("school", "programme")
    search_fields = ("school__name", "programme__title")
    ordering = ("-asked_at", "-pk")
    list_per_page = 50
    change_list_template = "admin/cpd/wishes.html"
    fields = ("school", "programme", "wanted", ("asked_by", "asked_at"), "status", "cohort",
              ("ended_by", "ended_at"))  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Demand]":
        wishes: QuerySet[Demand] = Demand.objects.all()
        return wishes

    def own_pages(self) -> list[OwnPage]:
        return [
            ("board/", self.board, "board"),
            ("board/<int:pk>/plan/", self.plan, "plan"),
        ]

    def board(self, request: HttpRequest) -> HttpResponse:
        """Wishes and waiting lists pooled by programme."""
        if not self.may_act(request):
            raise PermissionDenied
        return self.own_page(
            request, "admin/cpd/demand_board.html", title="Demand board", board=demand_board()
        )

    def plan(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Plan a draft date of one programme for those who ask for it."""
        if not self.may_act(request):
            raise PermissionDenied
        pooled = next((each for each in demand_board() if each.programme.pk == pk), None)
        if pooled is None:
            raise Http404

        def act(given: dict[str, Any], by: Person) -> str:
            facts = ("price", "capacity", "booking_opens_at", "booking_closes_at")
            cohort = plan_from_demand(
                programme_id=pk,
                sessions=[PlannedSession(given["starts_at"], given["ends_at"])],
                by=by,
                at=now(),
                **{name: given[name] for name in facts},
            )
            return reverse("admin:cpd_cohort_change", args=[cohort.pk])

        page = AdminAct(
            title="Plan a date from demand",
            explains="A draft is made, and nobody is told yet. Add venue, further dates and "
            "joining details, then offer it: its places are offered to the schools below first, "
            "in this order, and those who get none stand in its waiting list.",
            button="Make the draft",
            form=PlanForm,
            act=act,
            facts=_facts(pooled),
            initial={"capacity": pooled.places},
            done="The draft is made, with its waiting list.",
            back_url=self.url_of("board"),
            back_label="Demand board",
        )
        return act_page(self, request, page)


def _facts(pooled: Pooled) -> list[tuple[str, object]]:
    schools = counted(len(pooled.askers), "school")
    facts: list[tuple[str, object]] = [
        ("Course", pooled.programme),
        ("Wanted", f"{counted(pooled.places, 'place')} by {schools}"),
    ]
    for asker in pooled.askers:
        where = "" if asker.wish else ", on a waiting list"
        since = f"{counted(asker.wanted, 'place')}, since {plain_day(asker.since)}{where}"
        facts.append((str(asker.school), since))
    return facts
