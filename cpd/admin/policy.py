"""The booking policy and its cancellation bands, in the admin."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from cpd.forms.admin_cohorts import BandFormSet
from cpd.models import BookingPolicy, CancellationBand
from cpd.services.policy import change_policy
from hub_portal.shared.london import now
from schools.models import Person


class BandsOfPolicy(admin.StackedInline):  # type: ignore[type-arg]
    """With so many working days' notice, so much comes back."""

    model = CancellationBand
    formset = BandFormSet
    fields = (("working_days", "percent_returned"),)
    ordering = ("-working_days",)
    extra = 1


@admin.register(BookingPolicy)
class BookingPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """There is one policy; it holds for what is booked from now on."""

    inlines = (BandsOfPolicy,)
    change_form_template = "admin/cpd/policy.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: policy and bands are saved together, in `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save policy and bands in one act. Rules BK-1 and BK-6."""
        [bands] = formsets
        change_policy(
            bands=bands.bands(), by=cast("Person", request.user), at=now(), **form.cleaned_data
        )

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[Any]:
        return []

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The act written by the service is the trail."""
