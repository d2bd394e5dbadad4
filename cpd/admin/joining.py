"""Joining details in the admin: every version of every course, with how many have read it.

They are written, and delegates reminded, on the page of the course. Rule BK-11.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from cpd.models import JoiningDetails
from hub_portal.shared.admin_acts import ReadOnlyAdmin
from hub_portal.shared.admin_rich_text import ReadsRichText
from hub_portal.shared.wording import short_day


@admin.register(JoiningDetails)
class JoiningDetailsAdmin(ReadsRichText, ReadOnlyAdmin):
    """Versions to look through; none is changed or deleted."""

    list_display = ("course", "starts", "number", "saved_by", "saved_at", "are_told", "read")
    list_display_links = ("course",)
    list_filter = ("are_told", "cohort__status")
    search_fields = ("cohort__programme__title", "saved_by__full_name", "what_changed")
    search_help_text = "A course, who saved it, or what changed"
    date_hierarchy = "saved_at"
    ordering = ("-saved_at", "-pk")
    list_per_page = 50
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "course",
                    "starts",
                    "number",
                    "words",
                    "what_changed",
                    ("saved_by", "saved_at"),
                    "are_told",
                    "read",
                    "readers",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[JoiningDetails]:
        versions: QuerySet[JoiningDetails] = JoiningDetails.objects.select_related(
            "cohort__programme", "saved_by"
        )
        return versions.annotate(read_by=Count("reads"))

    @admin.display(description="course", ordering="cohort__programme__title")
    def course(self, version: JoiningDetails) -> str:
        return str(version.cohort.programme)

    @admin.display(description="starts", ordering="cohort__starts_at")
    def starts(self, version: JoiningDetails) -> str:
        return short_day(version.cohort.starts_at) if version.cohort.starts_at else "no date yet"

    @admin.display(description="said they have read it", ordering="read_by")
    def read(self, version: Any) -> int:
        return int(version.read_by)

    @admin.display(description="who")
    def readers(self, version: JoiningDetails) -> str:
        """The page of the version, where delegates stand by name and are reminded."""
        cohort = version.cohort
        address = reverse(
            "cpd:joining_version", args=[cohort.programme.slug, cohort.pk, version.number]
        )
        return format_html('<a href="{}">Who has read it, and who has not</a>', address)
