"""How schools, people and posts are read. Filters are adjectives; dates are London dates."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from schools.choices import ROLES_OF_THE_SCHOOL, Role, StaffRole

if TYPE_CHECKING:
    from schools.models import Person, School, SchoolYear


class PersonQuerySet(models.QuerySet["Person"]):
    def portal(self) -> "Person":
        """The portal itself, who acts when the clock does."""
        return self.get(is_portal=True)

    def hub_managers(self) -> Self:
        return self.filter(is_active=True, staff_role=StaffRole.HUB_MANAGER)

    def on_staff_of(self, school: "School") -> Self:
        """People who hold any post at the school now, each once."""
        return self.filter(pk__in=school.appointments.live().values("person"))


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Makes people, with their address in lower case or none at all."""

    use_in_migrations = False

    def create_user(
        self, *, email: str | None, full_name: str, password: str | None = None, **facts: Any
    ) -> "Person":
        person = self.model(
            email=(email or "").strip().lower() or None, full_name=full_name, **facts
        )
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(
        self, *, email: str, full_name: str, password: str | None = None
    ) -> "Person":
        """Django's own command asks under this name; it makes a hub manager."""
        return self.create_user(
            email=email, full_name=full_name, password=password, staff_role=StaffRole.HUB_MANAGER
        )


class SchoolQuerySet(models.QuerySet["School"]):
    def members(self, on: date) -> Self:
        """Schools that belong to the alliance on that day. Rule SC-2."""
        return self.filter(
            pk__in=self.model.objects.filter(
                Q(memberships__to_on__isnull=True) | Q(memberships__to_on__gte=on),
                memberships__from_on__lte=on,
            ).values("pk")
        )

    def current_or_coming(self, on: date) -> Self:
        """Members on that day or later: a school that joins next term needs its roll before."""
        return self.filter(
            pk__in=self.model.objects.filter(
                Q(memberships__to_on__isnull=True) | Q(memberships__to_on__gte=on),
                memberships__isnull=False,
            ).values("pk")
        )

    def with_membership(self, on: date) -> Self:
        """Each with `is_member`: whether it belongs to the alliance on that day."""
        memberships: Any = self.model._meta.get_field("memberships").related_model
        return self.annotate(
            is_member=Exists(memberships.objects.on(on).filter(school=OuterRef("pk")))
        )

    def with_latest_roll(self) -> Self:
        """Each with the pupils, date and definition of its latest census on record."""
        rolls: Any = self.model._meta.get_field("rolls").related_model
        latest = rolls.objects.filter(school=OuterRef("pk")).order_by("-census_on", "-pk")
        return self.annotate(
            latest_pupils=Subquery(latest.values("pupils")[:1]),
            latest_census_on=Subquery(latest.values("census_on")[:1]),
            latest_definition=Subquery(latest.values("definition")[:1]),
        )

    def with_rep(self) -> Self:
        """Each with the name of its rep, or None."""
        posts: Any = self.model._meta.get_field("appointments").related_model
        rep = posts.objects.live().held_as(Role.REP).filter(school=OuterRef("pk"))
        return self.annotate(rep_name=Subquery(rep.values("person__full_name")[:1]))

    def acted_for_by(self, person: "Person") -> Self:
        """Schools for which this person is rep, deputy or headteacher now. Rule PE-4."""
        return self.filter(pk__in=person.appointments.live().of_the_school().values("school"))

    def with_urn(self, urn: int) -> Self:
        """The school that has, or once had, this number. Rule SC-1."""
        return self.filter(
            pk__in=self.model.objects.filter(Q(urn=urn) | Q(former_urns__urn=urn)).values("pk")
        )


class MembershipQuerySet(models.QuerySet[Any]):
    def on(self, day: date) -> Self:
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


class DepartureQuerySet(models.QuerySet[Any]):
    def due(self, today: date) -> Self:
        """Those whose school's last day is over, and that are not carried out yet."""
        return self.filter(done_at__isnull=True, membership__to_on__lt=today)


class AppointmentQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        return self.filter(to_on__isnull=True)

    def of_the_school(self) -> Self:
        """Posts that act for their school."""
        return self.filter(role__in=ROLES_OF_THE_SCHOOL)

    def with_membership(self, on: date) -> Self:
        """Each with `is_of_member`: whether its school belongs to the alliance on that day."""
        schools: Any = self.model._meta.get_field("school").related_model
        memberships: Any = schools._meta.get_field("memberships").related_model
        return self.annotate(
            is_of_member=Exists(memberships.objects.on(on).filter(school=OuterRef("school")))
        )

    def held_as(self, role: Role) -> Self:
        return self.filter(role=role)


class InvitationQuerySet(models.QuerySet[Any]):
    def open(self, at: datetime) -> Self:
        return self.filter(accepted_at__isnull=True, voided_at__isnull=True, expires_at__gt=at)


class PupilRollQuerySet(models.QuerySet[Any]):
    def latest_per_school(self) -> Self:
        """For each school, census date and definition the roll entered last. Rule SC-3."""
        newest = (
            self.model.objects.filter(
                school=OuterRef("school"),
                definition=OuterRef("definition"),
                census_on=OuterRef("census_on"),
            )
            .order_by("-pk")
            .values("pk")[:1]
        )
        return self.filter(pk=Subquery(newest))


class SchoolYearQuerySet(models.QuerySet["SchoolYear"]):
    def containing(self, day: date) -> "SchoolYear":
        """The school year of a London day; raises SchoolYear.DoesNotExist."""
        return self.get(starts_on__year=day.year if day.month >= 9 else day.year - 1)
