"""Approvals and spending limits of the schools, to look at. Rule CR-14."""

from django.contrib import admin

from credits.models import Approval, SchoolSpendingPolicy
from hub_portal.shared.admin_acts import ReadOnlyAdmin


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """What waits, or waited, for a headteacher; only the school itself answers."""

    list_display = ("school", "about", "credits", "status", "answer_by", "asked_by")
    list_filter = ("status",)
    list_select_related = ("school", "asked_by")
    search_fields = ("school__name", "=about")
    ordering = ("-asked_at", "-pk")
    list_per_page = 50


@admin.register(SchoolSpendingPolicy)
class SchoolSpendingPolicyAdmin(ReadOnlyAdmin):
    """Above how many credits at once a headteacher is asked; set by the headteacher."""

    list_display = ("school", "threshold", "set_by", "set_at")
    list_select_related = ("school", "set_by")
    search_fields = ("school__name",)
    ordering = ("school__name",)
