"""The weekly newsletter."""

from datetime import time
from typing import Any

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
        _register_lists_of_subscribers()
        register_due("newsletter.unconfirmed", daily("newsletter.forget_unconfirmed", time(3, 45)))
        register_nav("footer", navigation.archive, order=50)
        register_nav("account", navigation.news, order=30)
        register_nav("account", navigation.own, order=40)


def _register_lists_of_subscribers() -> None:
    """Who read the newsletter before the portal: who may read such a list, who saves a long one."""
    from hub_portal.clock.services.jobs import register_job
    from hub_portal.files.services.reading import register_reader
    from newsletter.services import subscriber_imports

    register_reader(subscriber_imports.SUBSCRIBERS_FILE, _only_hub_managers)
    register_job(
        subscriber_imports.SAVING_JOB,
        subscriber_imports.save_as_job,
        title="Adding subscribers",
        unit="row",
        leads_to=subscriber_imports.where_the_list_is,
    )


def _only_hub_managers(reader: Any, stored: Any) -> bool:
    """Whose answer it is to give out what the hub has uploaded for itself."""
    return bool(getattr(reader, "is_hub_manager", False))
