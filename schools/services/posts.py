"""Posts that act for a school: who holds them, and how they begin and end.

Rules SC-5, SC-6, PE-1 and PE-4. Nobody is mailed by an appointment; the hub manager invites.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.choices import Role
from schools.errors import (
    AddressNeeded,
    DoesNotActFor,
    NotForARepToEnd,
    PostAlreadyHeld,
    PostHasEnded,
    PostHeldByAnother,
    ReasonNeeded,
)
from schools.models import Appointment, Person, School
from schools.models.appointments import HELD_BY_ONE
from schools.services.people import end_sessions, require_hub_manager, void_invitations


def may_act_for(person: Person, school: School) -> bool:
    """Whether the person is rep, deputy or headteacher of the school now. Rule PE-4."""
    return School.objects.acted_for_by(person).filter(pk=school.pk).exists()


def require_may_act_for(person: Person, school: School) -> None:
    """Raises: DoesNotActFor, unless the person acts for the school or for the hub."""
    if not (person.is_hub_manager or may_act_for(person, school)):
        raise DoesNotActFor(school=school.name)


def holders(*, school: School, role: Role) -> list[Person]:
    """Who holds this post at the school now, longest first."""
    return list(
        Person.objects.filter(
            appointments__school=school, appointments__role=role, appointments__to_on__isnull=True
        ).order_by("appointments__from_on", "pk")
    )


def voice_of(*, school: School) -> Person | None:
    """The school's rep; without one its headteacher stands in. Rule SC-5."""
    spoken_for = holders(school=school, role=Role.REP) or holders(
        school=school, role=Role.HEADTEACHER
    )
    return spoken_for[0] if spoken_for else None


@transaction.atomic
def appoint(
    *,
    person: Person,
    school: School,
    role: Role,
    from_on: date,
    reason: str,
    by: Person,
    at: datetime,
    job_title: str = "",
) -> Appointment:
    """The hub gives a person a post at a school, from today or an earlier day.

    Raises: OnlyTheHub, ReasonNeeded, BadInput for a day to come, AddressNeeded,
    PostAlreadyHeld, PostHeldByAnother (Rule SC-5: hand over instead).
    """
    require_hub_manager(by, reason=reason)
    if from_on > london_date(at):
        raise BadInput("A post begins today or earlier. To begin it later, plan a hand-over.")
    return begin_post(
        person=person,
        school=school,
        role=role,
        from_on=from_on,
        job_title=job_title,
        reason=reason,
        by=by,
        at=at,
    )


def begin_post(
    *,
    person: Person,
    school: School,
    role: Role,
    from_on: date,
    by: Person,
    at: datetime,
    reason: str = "",
    job_title: str = "",
) -> Appointment:
    """Begin a post once it is settled that it may begin; for appointing and handing over.

    Raises: AddressNeeded, PostAlreadyHeld, PostHeldByAnother.
    """
    if role != Role.STAFF and not person.email:
        raise AddressNeeded(person=person.full_name)
    _refuse_if_held(person, school, role)
    post = Appointment(
        person=person,
        school=school,
        role=role,
        from_on=from_on,
        job_title=job_title.strip(),
        confirmed_at=at,
    )
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError:
        _refuse_if_held(person, school, role)  # somebody was quicker
        raise
    record_act(
        verb="post.began",
        subject=f"appointment:{post.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
        after={"person": person.pk, "role": role},
    )
    return post


@transaction.atomic
def end_post(*, appointment: Appointment, by: Person, at: datetime, reason: str = "") -> None:
    """End a post today. Rule SC-6: the person stays, with their bookings and records.

    A school's own people end staff posts; the hub ends any, with a reason.

    Raises: DoesNotActFor, NotForARepToEnd (Rule PE-1), ReasonNeeded, PostHasEnded.
    """
    require_may_act_for(by, appointment.school)
    if appointment.role != Role.STAFF:
        if not by.is_hub_manager:
            raise NotForARepToEnd(role=appointment.get_role_display())
        if not reason.strip():
            raise ReasonNeeded
    close_post(appointment=appointment, by=by, at=at, reason=reason)


def close_post(*, appointment: Appointment, by: Person, at: datetime, reason: str = "") -> None:
    """Write the last day of a post once it is settled that it may end. Raises: PostHasEnded.

    Rule PE-4: it takes effect at the next request, and its open invitation is void.
    """
    today = london_date(at)
    ended = Appointment.objects.filter(pk=appointment.pk, to_on__isnull=True).update(
        to_on=max(today, appointment.from_on)
    )
    if not ended:
        raise PostHasEnded
    appointment.to_on = max(today, appointment.from_on)
    void_invitations(appointment.invitations.all(), at=at)
    end_sessions(person=appointment.person)
    record_act(
        verb="post.ended",
        subject=f"appointment:{appointment.pk}",
        school=f"school:{appointment.school_id}",
        by=by,
        at=at,
        reason=reason.strip(),
        before={"person": appointment.person_id, "role": appointment.role},
    )


def _refuse_if_held(person: Person, school: School, role: Role) -> None:
    holding = holders(school=school, role=role)
    if person in holding:
        raise PostAlreadyHeld(person=person.full_name, role=Role(role).label, school=school.name)
    if holding and role in HELD_BY_ONE:
        raise PostHeldByAnother(
            role=Role(role).label, school=school.name, holder=holding[0].full_name
        )
