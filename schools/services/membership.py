"""Schools join the alliance and leave it, and keep what they have under whatever number.

Rules SC-1 and SC-2. All dates are London dates; the last day of a membership is included.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from hub_portal.trail.services.acts import record_act
from schools.errors import (
    EndsBeforeItBegins,
    MembershipOverlaps,
    ReasonNeeded,
    UrnInUse,
    UrnWrong,
)
from schools.models import FormerUrn, HubProfile, Membership, Person, School


def begin_membership(
    *, school: School, from_on: date, by: Person, at: datetime, reason: str = ""
) -> Membership:
    """A school joins the alliance, from a day on. Rule SC-2.

    Raises: MembershipOverlaps when it is a member then, or will be.
    """
    with transaction.atomic():
        School.objects.select_for_update(no_key=True).get(pk=school.pk)
        not_over = Q(to_on__isnull=True) | Q(to_on__gte=from_on)
        if school.memberships.filter(not_over).exists():
            raise MembershipOverlaps(school=school.name)
        membership = Membership.objects.create(school=school, from_on=from_on)
        record_act(
            verb="membership.begun",
            subject=f"membership:{membership.pk}",
            school=f"school:{school.pk}",
            reason=reason.strip(),
            after={"from_on": from_on.isoformat()},
            by=by,
            at=at,
        )
    return membership


def end_membership(
    *, membership: Membership, last_day: date, reason: str, by: Person, at: datetime
) -> Membership:
    """Say which is a school's last day in the alliance, or move that day. Rule SC-2.

    Raises: ReasonNeeded, EndsBeforeItBegins, MembershipOverlaps with a later membership.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        School.objects.select_for_update(no_key=True).get(pk=membership.school_id)
        ended = Membership.objects.get(pk=membership.pk)
        if last_day < ended.from_on:
            raise EndsBeforeItBegins(begins=ended.from_on)
        later = Membership.objects.filter(school=ended.school_id, from_on__gt=ended.from_on)
        if later.filter(from_on__lte=last_day).exists():
            raise MembershipOverlaps(school=ended.school.name)
        before = ended.to_on
        ended.to_on = last_day
        ended.save(update_fields=["to_on"])
        record_act(
            verb="membership.ended",
            subject=f"membership:{ended.pk}",
            school=f"school:{ended.school_id}",
            reason=reason.strip(),
            before={"to_on": before.isoformat() if before else None},
            after={"to_on": last_day.isoformat()},
            by=by,
            at=at,
        )
    return ended


# ---- Numbers: a school is itself, not its URN. Rule SC-1 -----------------------------------------


def record_former_urn(
    *,
    school: School,
    urn: int,
    by: Person,
    at: datetime,
    ended_on: date | None = None,
    note: str = "",
) -> FormerUrn:
    """A number this school, or a school that became part of it, had before. Rule SC-1.

    Imports find the school by it. Raises: UrnWrong, UrnInUse.
    """
    with transaction.atomic():
        refuse_urn_in_use(urn)
        former = FormerUrn.objects.create(
            school=school, urn=urn, ended_on=ended_on, note=note.strip()
        )
        record_act(
            verb="school.former_urn_recorded",
            subject=f"school:{school.pk}",
            school=f"school:{school.pk}",
            after={"former_urn": urn},
            by=by,
            at=at,
        )
    return former


def give_new_urn(
    *, school: School, urn: int, converted_on: date, reason: str, by: Person, at: datetime
) -> School:
    """A school has a new number, by a conversion or an amalgamation. Rule SC-1.

    The old number is kept as a former one. People, credits, rolls and history stay.
    Raises: ReasonNeeded, UrnWrong, UrnInUse.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        refuse_urn_in_use(urn)
        converted = School.objects.select_for_update(no_key=True).get(pk=school.pk)
        former = converted.urn
        FormerUrn.objects.create(
            school=converted, urn=former, ended_on=converted_on, note=reason.strip()[:200]
        )
        converted.urn = urn
        converted.save(update_fields=["urn"])
        record_act(
            verb="school.given_new_urn",
            subject=f"school:{converted.pk}",
            school=f"school:{converted.pk}",
            reason=reason.strip(),
            before={"urn": former},
            after={"urn": urn},
            by=by,
            at=at,
        )
    return converted


def refuse_urn_in_use(urn: int) -> None:
    """Called in the transaction that gives out a number; the hub's one row is the queue.

    Two tables hold numbers, so no constraint can see that one is given out twice.
    Raises: UrnWrong, UrnInUse.
    """
    if not 100_000 <= urn <= 999_999:
        raise UrnWrong(typed=str(urn))
    HubProfile.objects.select_for_update(no_key=True).get(pk=1)
    known = School.objects.with_urn(urn).first()
    if known is not None:
        raise UrnInUse(urn=urn, school=known.name)
