"""The assembly as a Django app: its commands, and what the running portal is asked about."""

from datetime import time

from django.apps import AppConfig


class HubPortalConfig(AppConfig):
    name = "hub_portal"
    label = "hub_portal"

    def ready(self) -> None:
        from hub_portal import health
        from hub_portal.clock.services.due import daily, register_due

        health.register()
        # files stand below the clock and cannot ask it themselves
        register_due("files.clear_away", daily("files.clear_away", time(2, 15)))
