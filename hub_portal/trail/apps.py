"""The trail: who did what, when and why."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrailConfig(AppConfig):
    name = "hub_portal.trail"
    label = "trail"
    verbose_name = "Trail"

    def ready(self) -> None:
        """Guard the append-only tables, keep their triggers, and say what is held of people.

        The only two signals of the house: Django rebuilds SQLite tables when it alters
        them and drops their triggers without a word.
        """
        from hub_portal.shared import append_only
        from hub_portal.trail.models import Act
        from hub_portal.trail.services import privacy

        append_only.register_append_only(Act)
        privacy.register()
        pre_migrate.connect(append_only.lift_before_migrating, sender=self)
        post_migrate.connect(append_only.restore_after_migrating, sender=self)
