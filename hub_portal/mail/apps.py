"""Mail: the outbox, and the sender that empties it."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "hub_portal.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        """Have the clock wake the sender and empty old bodies; say what is held of people."""
        from hub_portal.mail.services import privacy, schedule

        schedule.register()
        privacy.register()
