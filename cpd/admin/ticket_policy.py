"""The ticket policy in the admin. Rules FT-2 and FT-4."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cpd.forms.admin_tickets import TicketPolicyForm
from cpd.models import TicketPolicy
from cpd.services.ticket_policy import change_ticket_policy
from hub_portal.shared.london import now
from schools.access import signed_in


@admin.register(TicketPolicy)
class TicketPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """There is one policy; how long a ticket lives is decided when it is issued."""

    form = TicketPolicyForm

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """By the service, which keeps the act."""
        by = signed_in(request)
        if by is None:
            raise PermissionDenied
        change_ticket_policy(by=by, at=now(), **form.cleaned_data)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The act written by the service is the trail."""
