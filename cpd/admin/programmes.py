"""Programmes, their kinds and subjects: data the hub manager edits."""

from typing import ClassVar

from django.contrib import admin

from cpd.forms.admin_cohorts import ProgrammeForm
from cpd.models import Programme, ProgrammeKind, Subject
from hub_portal.shared.admin_rich_text import ReadsRichText


@admin.register(ProgrammeKind)
class ProgrammeKindAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Families of programmes."""

    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Subjects and themes by which people look for courses."""

    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Programme)
class ProgrammeAdmin(ReadsRichText):
    """Courses without their dates."""

    form = ProgrammeForm
    list_display = ("title", "kind", "subject", "format", "hours", "is_public")
    list_filter = ("is_public", "kind", "subject", "format")
    list_select_related = ("kind", "subject")
    search_fields = ("title", "summary")
    ordering = ("title", "pk")
    list_per_page = 50
    prepopulated_fields: ClassVar = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", "summary", "description", "is_public")}),
        ("What and how", {"fields": ("kind", "subject", "format", "hours")}),
        (
            "Who it is for",
            {
                "fields": (
                    "audience",
                    "for_early_years",
                    "for_primary",
                    "for_secondary",
                    "for_special",
                )
            },
        ),
        ("Who leads it, if not the hub", {"fields": ("provider", "provider_school")}),
    )
