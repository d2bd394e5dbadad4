"""What a backup asks of the store: where contents lie. Nobody else needs to know."""

from pathlib import Path

from hub_portal.files.models import StoredFile
from hub_portal.files.storage import FOLDER, private_files


def content_of(stored: StoredFile) -> Path:
    """Where this file's content lies."""
    return Path(private_files.path(stored.path))


def folder_of_contents() -> Path:
    """The folder that holds every content; it need not be there yet."""
    return Path(private_files.path(FOLDER))
