"""The hub manager sees what the clock has arranged, who is alive, and the long work."""

from django.contrib import admin

from hub_portal.clock.models import Heartbeat, Job, Occurrence
from hub_portal.shared.admin_acts import ReadOnlyAdmin


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind", "about", "started_by", "started_at", "status", "sentence")
    list_filter = ("status", "kind")
    list_select_related = ("started_by",)
    search_fields = ("about",)
    ordering = ("-started_at", "-pk")
    exclude = ("holder",)


@admin.register(Occurrence)
class OccurrenceAdmin(ReadOnlyAdmin):
    list_display = ("key", "at", "done_at", "failed_at", "attempts")
    list_filter = (("failed_at", admin.EmptyFieldListFilter), "task")
    search_fields = ("key",)
    ordering = ("-at", "-pk")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "at")
    ordering = ("name",)
