"""How the books are read."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import (
    Exists,
    OuterRef,
)

from credits.choices import SCHOOL_ACCOUNTS, ApprovalStatus

if TYPE_CHECKING:
    from schools.models import Person, School, SchoolYear


class AccountQuerySet(models.QuerySet[Any]):
    def for_school(self, school: "School") -> Self:
        return self.filter(school=school)

    def of_the_hub(self) -> Self:
        return self.filter(school__isnull=True)

    def in_year(self, year: "SchoolYear") -> Self:
        return self.filter(year=year)

    def of_schools(self) -> Self:
        return self.filter(kind__in=SCHOOL_ACCOUNTS)


class JournalEntryQuerySet(models.QuerySet[Any]):
    def about(self, subject: str) -> Self:
        return self.filter(about=subject)


class ApprovalQuerySet(models.QuerySet[Any]):
    def asked(self) -> Self:
        """Requests nobody has answered yet. Rule CR-14."""
        return self.filter(status=ApprovalStatus.ASKED)

    def overdue(self, at: datetime) -> Self:
        return self.asked().filter(answer_by__lte=at)

    def of_schools_acted_for_by(self, person: "Person") -> Self:
        return self.filter(school__in=person.appointments.live().of_the_school().values("school"))


class InstalmentQuerySet(models.QuerySet[Any]):
    def with_is_shared(self) -> Self:
        """`is_shared`: whether a run of it stands."""
        runs = self.model._meta.get_field("runs").related_model
        standing = runs.objects.filter(instalment=OuterRef("pk"), taken_back_at__isnull=True)
        return self.annotate(is_shared=Exists(standing))
