"""The pages under the roof: home and a school's overview. They read everything, own nothing."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "hub_portal.pages"
    label = "pages"

    def ready(self) -> None:
        """Offer the overview to those who act for a school."""
        from hub_portal.pages.navigation import overview
        from hub_portal.shared.context import register_nav

        register_nav("main", overview, order=10)
