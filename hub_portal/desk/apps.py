"""The hub manager's desk: what the admin opens on."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class DeskConfig(AppConfig):
    name = "hub_portal.desk"
    label = "desk"
    verbose_name = "Desk"


class HubAdminConfig(AdminConfig):
    """Django's admin, on a site that opens on the desk."""

    default_site = "hub_portal.desk.site.HubAdminSite"
