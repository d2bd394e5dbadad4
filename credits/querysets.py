"""How the books are read."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import (
    Exists,
    OuterRef,
)

from credits.choices import SCHOOL_ACCOUNTS

if TYPE_CHECKING:
    from schools.models import School, SchoolYear


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


class InstalmentQuerySet(models.QuerySet[Any]):
    def with_is_shared(self) -> Self:
        """`is_shared`: whether a run of it stands."""
        runs = self.model._meta.get_field("runs").related_model
        standing = runs.objects.filter(instalment=OuterRef("pk"), taken_back_at__isnull=True)
        return self.annotate(is_shared=Exists(standing))
