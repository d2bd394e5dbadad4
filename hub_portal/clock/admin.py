"""The hub manager sees what the clock has arranged, who is alive, and the long work."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hub_portal.clock.models import Heartbeat, Job, Occurrence


class LookedAtOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list to look at: nothing is added, changed or deleted here."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(LookedAtOnly):
    list_display = ("kind", "about", "started_by", "started_at", "status", "sentence")
    list_filter = ("status", "kind")
    list_select_related = ("started_by",)
    search_fields = ("about",)
    ordering = ("-started_at", "-pk")
    exclude = ("holder",)


@admin.register(Occurrence)
class OccurrenceAdmin(LookedAtOnly):
    list_display = ("key", "at", "done_at", "failed_at", "attempts")
    list_filter = (("failed_at", admin.EmptyFieldListFilter), "task")
    search_fields = ("key",)
    ordering = ("-at", "-pk")


@admin.register(Heartbeat)
class HeartbeatAdmin(LookedAtOnly):
    list_display = ("name", "at")
    ordering = ("name",)
