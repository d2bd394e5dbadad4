"""Programmes, their kinds and subjects: data the hub manager edits."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.http import HttpRequest

from cpd.forms.admin_cohorts import ProgrammeForm
from cpd.models import Programme, ProgrammeKind, Subject
from hub_portal.files.services.pictures import add_picture, with_picture
from hub_portal.shared.admin_rich_text import ReadsRichText
from hub_portal.shared.london import now
from schools.models import Person


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
    list_display = ("title", "kind", "subject", "format", "hours", "tickets_welcome", "is_public")
    list_filter = ("is_public", "tickets_welcome", "kind", "subject", "format")
    list_select_related = ("kind", "subject")
    search_fields = ("title", "summary")
    ordering = ("title", "pk")
    list_per_page = 50
    prepopulated_fields: ClassVar = {"slug": ("title",)}
    fieldsets = (
        (
            None,
            {"fields": ("title", "slug", "summary", "description", "is_public", "tickets_welcome")},
        ),
        (
            "What and how",
            {"fields": ("kind", "subject", "format", "hours", "certificate_after_evaluation")},
        ),
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

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may change the text may put a picture into it."""
        fieldsets = super().get_fieldsets(request, obj)
        if not super().has_change_permission(request, obj):
            return fieldsets
        first, *others = fieldsets
        picture = {"fields": ("picture", "picture_description")}
        return [first, ("A picture for the text", picture), *others]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the course, its text with the new picture at the end."""
        if form.cleaned_data.get("picture"):
            picture = add_picture(
                upload=form.cleaned_data["picture"],
                description=form.cleaned_data["picture_description"],
                by=cast("Person", request.user),
                at=now(),
            )
            obj.description = with_picture(obj.description, picture)
            messages.info(request, "The picture stands at the end of the text.")
        super().save_model(request, obj, form, change)
