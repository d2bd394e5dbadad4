"""Mail: the outbox, and the sender that empties it."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "hub_portal.mail"
    label = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        """Have the clock wake the sender each minute and empty old bodies each night."""
        from hub_portal.mail.services import schedule

        schedule.register()
