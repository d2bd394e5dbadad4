"""The pages under the roof: home and a school's overview. They read everything, own nothing."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "hub_portal.pages"
    label = "pages"

    def ready(self) -> None:
        """Offer the overview, the calendars, and what is held about oneself."""
        from hub_portal.pages import navigation
        from hub_portal.shared.context import register_nav

        register_nav("main", navigation.overview, order=10)
        register_nav("main", navigation.calendar, order=35)
        register_nav("account", navigation.own_calendar, order=15)
        register_nav("account", navigation.my_data, order=60)
