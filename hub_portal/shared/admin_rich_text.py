"""Rich text in the admin where a row is only looked at: as it reads, not as it is written."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub_portal.shared.rich_text import RichTextField


class ReadsRichText(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin that shows rich text with its paragraphs and links to whoever may only look."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**options, "fields": tuple(map(self._as_read, options["fields"]))})
            for name, options in fieldsets
        ]

    def _as_read(self, name: Any) -> Any:
        fields = {field.name: field for field in self.model._meta.fields}
        field = fields.get(name) if isinstance(name, str) else None
        if not isinstance(field, RichTextField):
            return name
        return _reading(field.name, str(field.verbose_name))


@cache
def _reading(name: str, label: str) -> Callable[[Any], SafeString]:
    """What the admin calls for one field; made once, since the admin compares by identity."""

    @admin.display(description=label)
    def reading(row: Any) -> SafeString:
        return format_html('<div class="rich-text">{}</div>', getattr(row, name))

    return reading
