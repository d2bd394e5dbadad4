"""What teachers say to their reps, to look at: places asked for, and apologies."""

from typing import Any

from django.contrib import admin

from cpd.models import Apology, AskedPlace
from hub_portal.shared.admin_acts import ReadOnlyAdmin


@admin.register(AskedPlace)
class AskedPlaceAdmin(ReadOnlyAdmin):
    """Where a school is asked for places it does not book. Rule BK-2."""

    list_display = ("person", "school", "course", "status", "asked_at")
    list_filter = ("status",)
    list_select_related = ("person", "school", "cohort__programme")
    search_fields = ("person__full_name", "school__name", "cohort__programme__title")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-pk")
    list_per_page = 50

    @admin.display(description="course", ordering="cohort__programme__title")
    def course(self, asked: Any) -> str:
        return str(asked.cohort.programme)


@admin.register(Apology)
class ApologyAdmin(ReadOnlyAdmin):
    """Delegates who cannot come; their schools decide what becomes of the place."""

    list_display = ("person", "school", "course", "sent_at", "taken_back_at")
    list_filter = (("taken_back_at", admin.EmptyFieldListFilter),)
    list_select_related = ("person", "booking__school", "booking__cohort__programme")
    search_fields = (
        "person__full_name",
        "booking__school__name",
        "booking__cohort__programme__title",
    )
    date_hierarchy = "sent_at"
    ordering = ("-sent_at", "-pk")
    list_per_page = 50

    @admin.display(description="school", ordering="booking__school__name")
    def school(self, apology: Any) -> str:
        return str(apology.booking.school)

    @admin.display(description="course", ordering="booking__cohort__programme__title")
    def course(self, apology: Any) -> str:
        return str(apology.booking.cohort.programme)
