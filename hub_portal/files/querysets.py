"""Which stored files."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from hub_portal.files.models import StoredFile  # noqa: F401


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Files the portal keeps, by what may still be done with them."""

    def kept_at(self, *, at: datetime) -> "StoredFileQuerySet":
        """Files whose time is not over."""
        return self.filter(Q(delete_after=None) | Q(delete_after__gt=at))

    def overdue(self, *, at: datetime) -> "StoredFileQuerySet":
        """Files that should be gone."""
        return self.filter(delete_after__lte=at)
