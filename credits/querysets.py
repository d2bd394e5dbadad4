"""How the books are read."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)

from credits.choices import SCHOOL_ACCOUNTS, AccountKind

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
        """Transfers into, out of or within the school's accounts of that year.

        `arrives` and `leaves` say which sides are the school's; `gain` is by how much what
        it has available changes.
        """
        arrives = Q(credit_account__school=school, credit_account__year=year)
        leaves = Q(debit_account__school=school, debit_account__year=year)
        free, taken = (
            side & Q(**{f"{account}__kind": AccountKind.AVAILABLE})
            for side, account in ((arrives, "credit_account"), (leaves, "debit_account"))
        )
        return self.filter(arrives | leaves).annotate(
            # a side of the hub has no school: asked plainly, "is it ours" is unknown there
            arrives=Case(When(arrives, then=True), default=False, output_field=BooleanField()),
            leaves=Case(When(leaves, then=True), default=False, output_field=BooleanField()),
            gain=Case(
                When(free, then=F("amount")),
                When(taken, then=-F("amount")),
                default=Value(0),
                output_field=IntegerField(),
            ),
        )


class JournalEntryQuerySet(models.QuerySet[Any]):
    def about(self, subject: str) -> Self:
        return self.filter(about=subject)


class InstalmentQuerySet(models.QuerySet[Any]):
    def with_is_shared(self) -> Self:
        """`is_shared`: whether a run of it stands."""
        runs = self.model._meta.get_field("runs").related_model
        standing = runs.objects.filter(instalment=OuterRef("pk"), taken_back_at__isnull=True)
        return self.annotate(is_shared=Exists(standing))
