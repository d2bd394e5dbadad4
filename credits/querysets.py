"""How the books are read."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

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


class TransferQuerySet(models.QuerySet[Any]):
    def touching_school(self, school: "School", year: "SchoolYear") -> Self:
        """Transfers into, out of or within the school's accounts of that year."""
        return self.filter(
            Q(debit_account__school=school, debit_account__year=year)
            | Q(credit_account__school=school, credit_account__year=year)
        )


class JournalEntryQuerySet(models.QuerySet[Any]):
    def about(self, subject: str) -> Self:
        return self.filter(about=subject)
