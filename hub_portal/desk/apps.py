"""The hub manager's desk: what the admin opens on."""

from datetime import time

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class DeskConfig(AppConfig):
    name = "hub_portal.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        """Have the clock send what waits on the desk each morning; hear when mail is halted."""
        from hub_portal.clock.services.due import daily, register_due
        from hub_portal.desk.halted import tell_of_a_halt
        from hub_portal.mail.services.halting import register_told_of_a_halt

        register_due("desk.morning_list", daily("desk.morning_list", time(7, 0)))
        register_told_of_a_halt(tell_of_a_halt)


class HubAdminConfig(AdminConfig):
    """Django's admin, on a site that opens on the desk."""

    default_site = "hub_portal.desk.site.HubAdminSite"
