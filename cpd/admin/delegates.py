"""When delegates are reminded, in the admin."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from cpd.models import DelegatePolicy
from cpd.services.delegate_policy import change_delegate_policy
from hub_portal.shared.london import now
from schools.models import Person


@admin.register(DelegatePolicy)
class DelegatePolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """There is one policy; the next daily run goes by it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the service, which writes the act."""
        change_delegate_policy(by=cast("Person", request.user), at=now(), **form.cleaned_data)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The act written by the service is the trail."""
