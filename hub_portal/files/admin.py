"""The hub manager sees which files are kept and until when; apps keep and delete them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hub_portal.files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list to look at: nothing is added, changed or deleted here."""

    list_display = ("shown_name", "kind", "content_type", "size", "owner", "created_at")
    list_filter = ("kind", "content_type")
    list_select_related = ("owner",)
    search_fields = ("shown_name", "about")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
