"""Schools, people, posts, rolls, the calendar, partners and the action plan."""

from datetime import time
from typing import Any

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "Schools and people"

    def ready(self) -> None:
        """Tell the ground floor what this app adds to it."""
        from hub_portal.clock.services.jobs import register_job
        from hub_portal.files.services.reading import register_reader
        from hub_portal.shared import append_only
        from schools.models import PupilRoll
        from schools.services import gias, hub_profile, roll_imports

        append_only.register_append_only(PupilRoll)
        register_job(roll_imports.READING_JOB, roll_imports.read_as_job)
        register_reader(roll_imports.ROLL_FILE, _only_hub_managers)
        register_reader(gias.GIAS_FILE, _only_hub_managers)
        register_reader(hub_profile.HUB_LOGO, _everybody)
        _register_people()


def _register_people() -> None:
    """What people and posts add: hand-overs by the clock, mails, and the frame of the page."""
    from hub_portal.clock.services.due import daily, register_due
    from hub_portal.files.services.reading import register_reader
    from hub_portal.mail.services.kinds import register_mail_kind
    from hub_portal.shared import context
    from hub_portal.shared.to_do import register_to_do
    from schools import emails, navigation
    from schools.services import invitations, merging, people_imports, privacy

    register_due("schools.handovers", daily("schools.carry_out_handovers", time(0, 5)))
    register_due("schools.departures", daily("schools.carry_out_departures", time(0, 10)))
    register_mail_kind(emails.INVITED, is_still_true=invitations.is_still_open)
    register_reader(people_imports.PEOPLE_FILE, _only_hub_managers)
    context.register_hub(navigation.hub_identity)
    context.register_schools(navigation.acting_for)
    context.register_nav("main", navigation.main_entries, order=50)
    context.register_nav("account", navigation.account_entries, order=50)
    register_to_do(
        "schools.staff",
        rows=navigation.staff_to_confirm,
        words=navigation.say_staff_to_confirm,
        order=40,
    )
    merging.register_schools_part()
    privacy.register()


def _only_hub_managers(reader: Any, stored: Any) -> bool:
    """Whose answer it is to give out what the hub has uploaded for itself."""
    return bool(getattr(reader, "is_hub_manager", False))


def _everybody(reader: Any, stored: Any) -> bool:
    """The hub's logo stands on public pages."""
    return True
