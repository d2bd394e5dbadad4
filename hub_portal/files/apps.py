"""Files the portal keeps."""

from django.apps import AppConfig
from django.urls import reverse


class FilesConfig(AppConfig):
    name = "hub_portal.files"
    label = "files"
    verbose_name = "Files"

    def ready(self) -> None:
        """Rich text shows a stored picture at the address of the one download view."""
        from hub_portal.shared.rich_text import register_address_of_picture

        register_address_of_picture(lambda name: reverse("stored_file", args=[name]))
