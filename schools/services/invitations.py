"""Invitations: a post, its holder and their address, for fourteen days, once. Rule PE-4."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from hub_portal.shared.london import now
from hub_portal.trail.services.acts import record_act
from schools.emails import send_invitation
from schools.errors import NobodyToInvite, PostHasEnded
from schools.models import Appointment, Invitation, Person
from schools.services.people import void_invitations

DAYS_TO_ACCEPT = 14


@transaction.atomic
def invite(*, appointment: Appointment, by: Person, at: datetime) -> Invitation:
    """Invite the holder of a post; an invitation still open for it is void.

    Raises: PostHasEnded, NobodyToInvite.
    """
    person = appointment.person
    if appointment.to_on is not None:
        raise PostHasEnded
    if not (person.email and person.is_active):
        raise NobodyToInvite(person=person.full_name)
    # one at a time, so that two presses of the button leave one open invitation
    Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    void_invitations(appointment.invitations.all(), at=at)
    invitation = Invitation.objects.create(
        appointment=appointment,
        email=person.email,
        invited_by=by,
        invited_at=at,
        expires_at=at + timedelta(days=DAYS_TO_ACCEPT),
    )
    record_act(
        verb="person.invited",
        subject=f"appointment:{appointment.pk}",
        school=f"school:{appointment.school_id}",
        by=by,
        at=at,
        after={"invitation": invitation.pk},
    )
    send_invitation(invitation=invitation, at=at)
    return invitation


def invite_all(*, appointments: Iterable[Appointment], by: Person, at: datetime) -> int:
    """Invite everyone of these who can be invited; returns how many. Rule SC-8."""
    invited = 0
    for appointment in appointments:
        if appointment.person.email and appointment.person.is_active:
            invite(appointment=appointment, by=by, at=at)
            invited += 1
    return invited


def still_to_invite() -> QuerySet[Appointment]:
    """Posts that act for a school whose holders never signed in and were never invited."""
    posts: QuerySet[Appointment] = Appointment.objects.live().of_the_school()
    return posts.filter(
        person__email__isnull=False,
        person__is_active=True,
        person__last_login__isnull=True,
        invitations__isnull=True,
    ).select_related("person", "school")


def not_yet_invited() -> set[int]:
    """Those who act for a school and know of no portal: never invited to a post, never there.

    The clock writes to nobody before the hub manager invites them. Rule SC-8.
    """
    waiting = still_to_invite().exclude(person__appointments__invitations__isnull=False)
    return set(waiting.values_list("person", flat=True))


def open_invitations(*, at: datetime) -> QuerySet[Invitation]:
    """Those that may still be accepted: person, post and address are as they were."""
    invitations: QuerySet[Invitation] = Invitation.objects.open(at=at)
    return invitations.filter(
        Q(email=F("appointment__person__email")),
        appointment__to_on__isnull=True,
        appointment__person__is_active=True,
    ).select_related("appointment__person", "appointment__school")


@transaction.atomic
def accept(*, invitation: Invitation, at: datetime) -> Person | None:
    """Use an invitation, once; who it is for then proves the address. None if it is void."""
    used = open_invitations(at=at).filter(pk=invitation.pk)
    if not Invitation.objects.filter(pk__in=used.values("pk"), accepted_at=None).update(
        accepted_at=at
    ):
        return None
    person = invitation.appointment.person
    record_act(
        verb="invitation.accepted",
        subject=f"appointment:{invitation.appointment_id}",
        school=f"school:{invitation.appointment.school_id}",
        by=person,
        at=at,
        after={"invitation": invitation.pk},
    )
    return person


def is_still_open(about: str) -> bool:
    """Whether a mailed invitation ("invitation:12") may still be accepted when it is to go."""
    return open_invitations(at=now()).filter(pk=about.rpartition(":")[2]).exists()
