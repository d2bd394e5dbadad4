"""Reading jobs and occurrences."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from hub_portal.clock.choices import UNFINISHED

if TYPE_CHECKING:
    from hub_portal.clock.models import Job, Occurrence  # noqa: F401


class JobQuerySet(QuerySet["Job"]):
    def unfinished(self) -> Self:
        """Jobs waiting to start or running."""
        return self.filter(status__in=UNFINISHED)

    def nobody_is_at(self, *, at: datetime) -> Self:
        """Unfinished jobs whose worker's lease is over: its worker died, or none ever came."""
        return self.unfinished().filter(lease_until__lte=at)

    def seen_by(self, person: AbstractBaseUser | AnonymousUser) -> Self:
        """The jobs this person may look at: their own; the hub's staff see all."""
        if getattr(person, "is_staff", False):
            return self
        return self.filter(started_by_id=person.pk)


class OccurrenceQuerySet(QuerySet["Occurrence"]):
    def unfinished(self) -> Self:
        """Due things whose task has not come to its end and may still be tried."""
        return self.exclude(task="").filter(done_at=None, failed_at=None)

    def nobody_is_at(self, *, at: datetime) -> Self:
        """Unfinished due things whose lease is over: the worker died or the ring was lost."""
        return self.unfinished().filter(lease_until__lte=at)
