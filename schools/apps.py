"""Schools, people, posts, rolls, the calendar, partners and the action plan."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "Schools and people"

    def ready(self) -> None:
        """Tell the ground floor what this app adds to it."""
        from hub_portal.shared import append_only
        from schools.models import PupilRoll

        append_only.register_append_only(PupilRoll)
