"""The Hub Action Plan in the admin: plan, themes, priorities, activities. Rule AP-1."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from hub_portal.shared.admin_acts import AdminAct, OwnPage, OwnPagesAdmin, act_page
from hub_portal.shared.admin_exports import SafeExportMixin
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_pounds
from schools.forms.hub import StartPlanForm
from schools.models import ActionPlan, Activity, Priority, Theme
from schools.services.action_plan import seed_plan, start_plan


class ThemeInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Theme
    extra = 0
    ordering = ("position", "pk")
    show_change_link = True


class PriorityInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Priority
    extra = 0
    ordering = ("letter",)
    show_change_link = True


class ActivityInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Activity
    extra = 0
    ordering = ("planned_on", "pk")


@admin.register(ActionPlan)
class ActionPlanAdmin(OwnPagesAdmin):
    """A plan for each school year; its themes open into priorities, these into activities."""

    change_list_template = "admin/schools/plan_list.html"
    inlines = (ThemeInline,)
    list_display = ("__str__", "year")
    list_select_related = ("year",)
    ordering = ("-year__starts_on",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("year",) if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A plan is started on its own page, mostly as a copy."""
        return False

    def own_pages(self) -> list[OwnPage]:
        return [("start/", self.start, "start")]

    def start(self, request: HttpRequest) -> HttpResponse:
        """A year's plan, empty or as a copy of another's."""

        def act(given: dict[str, Any], by: Any) -> str:
            year, source = given["year"], given["starts_from"]
            if source == "published":
                plan = seed_plan(year=year, by=by, at=now())
            else:
                copied = ActionPlan.objects.filter(pk=source).first() if source else None
                plan = start_plan(year=year, copy_of=copied, by=by, at=now())
            return self.url_of("change", plan.pk)

        page = AdminAct(
            title="Start an action plan",
            explains="A copy brings the themes, priorities and activities, without their dates "
            "and what they achieved.",
            button="Start the plan",
            form=StartPlanForm,
            act=act,
            done="The plan is started.",
            back_url=self.url_of("changelist"),
            back_label="All plans",
        )
        return act_page(self, request, page)


class _InsideAPlan(admin.ModelAdmin):  # type: ignore[type-arg]
    """Reached from the plan above it, so it stands in no list of rooms."""

    show_full_result_count = False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Theme)
class ThemeAdmin(_InsideAPlan):
    """One theme with its lettered priorities."""

    inlines = (PriorityInline,)
    list_display = ("name", "plan")
    list_select_related = ("plan__year",)
    readonly_fields = ("plan_page",)
    fields = ("plan_page", "name", "position")
    ordering = ("plan", "position")

    @admin.display(description="Plan")
    def plan_page(self, theme: Theme) -> str:
        return _link("actionplan", theme.plan)


@admin.register(Priority)
class PriorityAdmin(_InsideAPlan):
    """One priority with its activities."""

    inlines = (ActivityInline,)
    list_display = ("__str__", "plan")
    list_select_related = ("theme__plan__year",)
    readonly_fields = ("theme_page",)
    fields = ("theme_page", "letter", "title")
    ordering = ("theme", "letter")

    @admin.display(description="Theme")
    def theme_page(self, priority: Priority) -> str:
        return _link("theme", priority.theme)

    @admin.display(description="Plan")
    def plan(self, priority: Priority) -> str:
        return str(priority.theme.plan)


@admin.register(Activity)
class ActivityAdmin(SafeExportMixin, admin.ModelAdmin):  # type: ignore[type-arg]
    """All activities; courses link to them."""

    list_display = ("title", "priority", "planned_on", "cost")
    list_filter = ("priority__theme__plan", "priority__theme__name")
    list_select_related = ("priority__theme",)
    search_fields = ("title", "priority__title")
    ordering = ("-priority__theme__plan__year__starts_on", "priority__theme__position", "pk")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        return super().get_queryset(request).select_related("priority__theme__plan__year")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        """Priorities of the latest plan first, each with its theme."""
        if db_field.name == "priority":
            more["queryset"] = Priority.objects.select_related("theme").order_by(
                "-theme__plan__year__starts_on", "theme__position", "letter"
            )
        return super().formfield_for_foreignkey(db_field, request, **more)

    @admin.display(description="Cost allocated", ordering="cost_allocated_pence")
    def cost(self, activity: Activity) -> str:
        return in_pounds(activity.cost_allocated_pence)


def _link(model: str, row: Any) -> str:
    url = reverse(f"admin:schools_{model}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, row)
