"""Approvals and spending limits of the schools, to look at. Rule CR-14."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from credits.models import Approval, SchoolSpendingPolicy
from credits.services.registry import approval_kind, described
from hub_portal.shared.admin_acts import ReadOnlyAdmin


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """What waits, or waited, for a headteacher; only the school itself answers."""

    list_display = ("school", "what", "credits", "status", "answer_by", "asked_by")
    list_display_links = ("school",)
    list_filter = ("status",)
    list_select_related = ("school", "asked_by")
    search_fields = ("school__name", "asked_by__full_name")
    search_help_text = "A school, or who asked"
    ordering = ("-asked_at", "-pk")
    list_per_page = 50
    fields = (
        "school",
        "what",
        "credits",
        "facts",
        ("asked_by", "asked_at"),
        ("status", "answer_by"),
        ("answered_by", "answered_at"),
        "reason",
    )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with what its rows are about asked for all of them at once."""
        shown = super().get_changelist_instance(request)
        self._put_into_words(shown.result_list, request)
        return shown

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        self._put_into_words([found] if found else [], request)
        return found

    @admin.display(description="what it is for")
    def what(self, approval: Any) -> str:
        """The course in words, with the way to its bookings for those who may look at them."""
        if not approval.leads_to:
            return str(approval.in_words)
        return format_html('<a href="{}">{}</a>', approval.leads_to, approval.in_words)

    @admin.display(description="what was asked for")
    def facts(self, approval: Approval) -> str:
        facts = approval_kind(approval.about).facts(approval.about)
        return format_html_join("", "<p>{}: {}</p>", facts)

    def _put_into_words(self, approvals: Any, request: HttpRequest) -> None:
        """Subjects are "booking_request:77"; their app says what that is, and where. CR-14.

        The finance officer reads the books and has no way into the rooms of courses.
        """
        words = described({approval.about for approval in approvals})
        may_look = getattr(request.user, "is_hub_manager", False)
        for approval in approvals:
            about = approval.about
            approval.in_words = words.get(about, about)
            approval.leads_to = approval_kind(about).leads_to(about) if may_look else ""


@admin.register(SchoolSpendingPolicy)
class SchoolSpendingPolicyAdmin(ReadOnlyAdmin):
    """Above how many credits at once a headteacher is asked; set by the headteacher."""

    list_display = ("school", "threshold", "set_by", "set_at")
    list_select_related = ("school", "set_by")
    search_fields = ("school__name",)
    ordering = ("school__name",)
