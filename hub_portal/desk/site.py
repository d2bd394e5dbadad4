"""The admin site of the hub: it opens on the desk and is grouped by the hub's words."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from hub_portal.desk.services import desk_at
from hub_portal.shared.london import now

ROOMS = ("schools", "credits", "cpd", "mail", "clock", "files", "trail")
"""The rooms of the admin in the order in which the hub manager needs them."""


class HubAdminSite(admin.AdminSite):
    """Every room of the hub, and the desk in front of them."""

    index_title = "Desk"
    enable_nav_sidebar = False

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The desk, then the list of rooms."""
        return super().index(request, {**(extra_context or {}), "desk": desk_at(at=now())})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The rooms in the order of a hub manager's week; libraries' own come last."""
        rooms: list[Any] = super().get_app_list(request, app_label)
        order = {label: place for place, label in enumerate(ROOMS)}
        return sorted(rooms, key=lambda room: order.get(room["app_label"], len(ROOMS)))
