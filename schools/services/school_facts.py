"""Schools are added to the portal, and what is known of them is put right. Rule SC-1."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hub_portal.trail.services.acts import record_act
from schools.choices import Phase, SchoolStatus
from schools.errors import SchoolHasClosed
from schools.models import Person, School
from schools.services.membership import begin_membership, refuse_urn_in_use


@dataclass(frozen=True)
class SchoolFacts:
    """What the register of schools says of one school."""

    urn: int
    name: str
    phase: Phase
    laestab: str = ""
    lowest_age: int | None = None
    highest_age: int | None = None
    kind: str = ""
    local_authority: str = ""
    postcode: str = ""
    status: SchoolStatus = SchoolStatus.OPEN
    closed_on: date | None = None


def add_school(*, facts: SchoolFacts, member_from: date | None, by: Person, at: datetime) -> School:
    """Make a school known to the hub, and a member from a day on, if it is one.

    Raises: UrnWrong, UrnInUse, SchoolHasClosed for a member that has closed.
    """
    if member_from is not None and facts.status == SchoolStatus.CLOSED:
        raise SchoolHasClosed(school=facts.name, urn=facts.urn)
    with transaction.atomic():
        refuse_urn_in_use(facts.urn)
        school = School.objects.create(**_as_fields(facts))
        record_act(
            verb="school.added",
            subject=f"school:{school.pk}",
            school=f"school:{school.pk}",
            after={"urn": school.urn},
            by=by,
            at=at,
        )
        if member_from is not None:
            begin_membership(school=school, from_on=member_from, by=by, at=at)
    return school


def change_school(*, school: School, changes: dict[str, Any], by: Person, at: datetime) -> School:
    """Put right what is known of a school; its number is changed by `give_new_urn` alone.

    `changes` maps names of fields to their new values. The trail keeps which were changed;
    what they were is in the school's history.
    """
    if "urn" in changes:
        raise ValueError("A school's number is given by give_new_urn.")
    with transaction.atomic():
        changed = School.objects.select_for_update(no_key=True).get(pk=school.pk)
        names = [name for name, value in changes.items() if getattr(changed, name) != value]
        if not names:
            return changed
        for name in names:
            setattr(changed, name, changes[name])
        changed.save(update_fields=names)
        record_act(
            verb="school.changed",
            subject=f"school:{changed.pk}",
            school=f"school:{changed.pk}",
            after={"fields": sorted(names)},
            by=by,
            at=at,
        )
    return changed


def _as_fields(facts: SchoolFacts) -> dict[str, Any]:
    """The facts as a school keeps them, cut to what its columns hold."""
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    for name, value in values.items():
        longest = getattr(School._meta.get_field(name), "max_length", None)
        if isinstance(value, str) and longest:
            values[name] = value[:longest]
    return values
