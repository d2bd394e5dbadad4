"""Where stored files lie: under MEDIA_ROOT, readable by the portal alone, without an address."""

from typing import Never

from django.core.files.storage import FileSystemStorage

FOLDER = "kept"


class PrivateStorage(FileSystemStorage):
    """A file store that gives out no addresses: `hub_portal.files.views` is the only way out."""

    def url(self, name: str | None) -> Never:
        """There is none."""
        raise ValueError("A stored file has no address of its own.")


private_files = PrivateStorage()
