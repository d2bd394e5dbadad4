"""Files the portal keeps."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "hub_portal.files"
    label = "files"
    verbose_name = "Files"

    def ready(self) -> None:
        """Pictures in texts are shown to everybody; say what is held of people."""
        from hub_portal.files.services import pictures, privacy
        from hub_portal.files.services.reading import register_reader
        from hub_portal.shared.rich_text import register_pictures

        register_reader(pictures.KIND, pictures.everybody)
        register_pictures(pictures.pictures_named)
        privacy.register()
