"""What the file store holds about a person: the files they sent in. Rule XX-3."""

from collections.abc import Iterable
from typing import Any

from hub_portal.files.models import StoredFile
from hub_portal.shared.privacy import Held, Row, register_held


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(Held("files", fields=("files.StoredFile.shown_name",), rows=files_of))


def files_of(person: Any) -> Iterable[Row]:
    """Files the person sent in, by name; what stands in them is about others."""
    files = StoredFile.objects.filter(owner_id=person.pk).order_by("created_at", "pk")
    return files.values("shown_name", "kind", "size", "created_at", "delete_after")
