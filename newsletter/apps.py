"""The weekly newsletter."""

from datetime import time

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = "Newsletter"

    def ready(self) -> None:
        """Tell the outbox, the clock and the frame of the pages what this app adds to them."""
        from hub_portal.clock.services.due import daily, register_due
        from hub_portal.shared.context import register_nav
        from newsletter import navigation
        from newsletter.services import merging, privacy, process

        privacy.register()
        merging.register_newsletter_part()
        process.register()
        register_due("newsletter.unconfirmed", daily("newsletter.forget_unconfirmed", time(3, 45)))
        register_nav("footer", navigation.archive, order=50)
        register_nav("account", navigation.news, order=30)
        register_nav("account", navigation.own, order=40)
