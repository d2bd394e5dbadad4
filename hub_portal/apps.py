"""The assembly as a Django app: its commands, and what the running portal is asked about."""

from django.apps import AppConfig


class HubPortalConfig(AppConfig):
    name = "hub_portal"
    label = "hub_portal"

    def ready(self) -> None:
        from hub_portal import health

        health.register()
