"""Handing over the posts of rep and deputy, now or on a later day. Rule SC-5."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub_portal.shared.errors import BadInput, PortalError
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.choices import Role
from schools.emails import send_handed_over
from schools.errors import (
    AddressNeeded,
    HandoverPlannedAlready,
    NotForYouToHandOver,
    PostAlreadyHeld,
)
from schools.models import Appointment, Person, PlannedHandover, School
from schools.models.appointments import HELD_BY_ONE
from schools.services.invitations import invite
from schools.services.posts import begin_post, close_post, holders
from schools.services.staff import name_colleague


def may_hand_over(*, person: Person, school: School, role: Role) -> bool:
    """The headteacher or the hub hands over either post; the present rep too.

    A rep never appoints (Rule PE-1), so a deputy's post that nobody holds is not a rep's to fill.
    """
    if person.is_hub_manager or person in holders(school=school, role=Role.HEADTEACHER):
        return True
    is_rep = person in holders(school=school, role=Role.REP)
    return is_rep and bool(holders(school=school, role=role))


@transaction.atomic
def hand_over(
    *, school: School, role: Role, to_person: Person, on: date, by: Person, at: datetime
) -> None:
    """Have somebody take over as rep or deputy: today, or planned for a later day.

    Whoever takes over today is invited. A day to come is kept, and the clock carries it out.

    Raises: NotForYouToHandOver, BadInput, AddressNeeded, PostAlreadyHeld,
    HandoverPlannedAlready.
    """
    if role not in HELD_BY_ONE:
        raise BadInput("Only the posts of rep and deputy are handed over.")
    if not may_hand_over(person=by, school=school, role=role):
        raise NotForYouToHandOver(role=role.label)
    _refuse_unfit(to_person, school, role)
    if on < london_date(at):
        raise BadInput("Choose today or a later day.")
    if PlannedHandover.objects.filter(school=school, role=role, done_at=None).exists():
        raise HandoverPlannedAlready(role=role.label, school=school.name)
    if on == london_date(at):
        _carry_out(school=school, role=role, to_person=to_person, by=by, at=at)
    else:
        _plan(school=school, role=role, to_person=to_person, on=on, by=by, at=at)


@transaction.atomic
def hand_over_to_newcomer(
    *, school: School, role: Role, full_name: str, email: str, on: date, by: Person, at: datetime
) -> None:
    """Hand a post over to somebody who is put on the staff list by it.

    Raises: as `name_colleague` and `hand_over`; then nobody is put on the list either.
    """
    newcomer = name_colleague(school=school, full_name=full_name, email=email, by=by, at=at)
    hand_over(school=school, role=role, to_person=newcomer, on=on, by=by, at=at)


@transaction.atomic
def call_off_handover(*, planned: PlannedHandover, by: Person, at: datetime) -> None:
    """Take back a hand-over whose day has not come. Raises: NotForYouToHandOver."""
    role = Role(planned.role)
    if not may_hand_over(person=by, school=planned.school, role=role):
        raise NotForYouToHandOver(role=role.label)
    called_off, _ = PlannedHandover.objects.filter(pk=planned.pk, done_at=None).delete()
    if called_off:
        _record("handover.called_off", planned, by=by, at=at)


def carry_out_handovers(*, at: datetime) -> int:
    """Carry out every planned hand-over whose day has come; returns how many.

    One that can no longer be (the successor may not sign in, or holds the post) is dropped.
    """
    portal = Person.objects.portal()
    due = due_handovers(at=at).select_related("school", "to_person", "planned_by")
    return sum(_carry_out_planned(planned, portal=portal, at=at) for planned in due)


def due_handovers(*, at: datetime) -> QuerySet[PlannedHandover]:
    """Planned hand-overs whose day has come and that are not done."""
    return PlannedHandover.objects.filter(done_at=None, on__lte=london_date(at)).order_by("pk")


def _refuse_unfit(person: Person, school: School, role: Role) -> None:
    if not person.email or not person.is_active:
        raise AddressNeeded(person=person.full_name)
    if person in holders(school=school, role=role):
        raise PostAlreadyHeld(person=person.full_name, role=role.label, school=school.name)


def _carry_out(
    *, school: School, role: Role, to_person: Person, by: Person, at: datetime
) -> Appointment:
    """End the present post, begin the new one, tell both. Locks the school: one at a time."""
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
    ending = school.appointments.live().filter(role=role).select_related("person").first()
    if ending is not None:
        close_post(appointment=ending, by=by, at=at)
        send_handed_over(ended=ending, successor=to_person, by=by, at=at)
    began = begin_post(
        person=to_person, school=school, role=role, from_on=london_date(at), by=by, at=at
    )
    invite(appointment=began, by=by, at=at)
    return began


def _plan(
    *, school: School, role: Role, to_person: Person, on: date, by: Person, at: datetime
) -> None:
    planned = PlannedHandover(
        school=school, role=role, to_person=to_person, on=on, planned_by=by, planned_at=at
    )
    try:
        with transaction.atomic():
            planned.save(force_insert=True)
    except IntegrityError as error:
        raise HandoverPlannedAlready(role=role.label, school=school.name) from error
    _record("handover.planned", planned, by=by, at=at)


@transaction.atomic
def _carry_out_planned(planned: PlannedHandover, *, portal: Person, at: datetime) -> bool:
    taken = PlannedHandover.objects.filter(pk=planned.pk, done_at=None).update(done_at=at)
    if not taken:
        return False
    role = Role(planned.role)
    try:
        with transaction.atomic():
            _refuse_unfit(planned.to_person, planned.school, role)
            _carry_out(
                school=planned.school, role=role, to_person=planned.to_person, by=portal, at=at
            )
    except PortalError:
        _record("handover.dropped", planned, by=portal, at=at)
        return False
    return True


def _record(verb: str, planned: PlannedHandover, *, by: Person, at: datetime) -> None:
    record_act(
        verb=verb,
        subject=f"school:{planned.school_id}",
        school=f"school:{planned.school_id}",
        by=by,
        at=at,
        after={
            "role": planned.role,
            "to_person": planned.to_person_id,
            "on": planned.on.isoformat(),
        },
    )
