"""The admin site of the hub: it opens on the desk and is grouped by the hub's words."""

from typing import Any

from django.contrib import admin
from django.db.models.base import ModelBase
from django.http import HttpRequest
from django.template.response import TemplateResponse

from hub_portal.desk.services import desk_at
from hub_portal.shared.london import now

ROOMS = ("schools", "credits", "cpd", "newsletter", "mail", "clock", "files", "trail")
"""The rooms of the admin in the order in which the hub manager needs them."""


class HubAdminSite(admin.AdminSite):
    """Every room of the hub, and the desk in front of them."""

    index_title = "Desk"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only the hub's own rooms: rows of a library would be a way round the services."""
        models = model_or_iterable
        if isinstance(models, ModelBase):
            models = [models]
        ours = [model for model in models if model._meta.app_label in ROOMS]
        super().register(ours, admin_class, **options)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The desk, then the list of rooms."""
        return super().index(request, {**(extra_context or {}), "desk": desk_at(at=now())})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The rooms in the order of a hub manager's week; libraries' own come last."""
        rooms: list[Any] = super().get_app_list(request, app_label)
        order = {label: place for place, label in enumerate(ROOMS)}
        return sorted(rooms, key=lambda room: order.get(room["app_label"], len(ROOMS)))
