"""Signing in beside the emailed code: the console's link, lost second steps, and the record.

Security, part 2. The link is for the day mail is down: it is shown once, lives a quarter of an
hour, works once, and leads to the same steps as a code does.
"""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction

from hub_portal.shared.links import fingerprint, new_secret
from hub_portal.trail.services.acts import record_act, record_sign_in
from schools.emails import send_account_notice
from schools.models import Person
from schools.services.people import end_sessions, require_hub_manager

LINK_LIVES = timedelta(minutes=15)

STAFF_IDLE = timedelta(minutes=30)
STAFF_AT_MOST = timedelta(hours=12)


def staff_session_is_over(*, signed_in_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """The hub's own people are signed out after 30 idle minutes, and after 12 hours at most."""
    return at - seen_at > STAFF_IDLE or at - signed_in_at > STAFF_AT_MOST


def note_sign_in(*, person: Person, way: str, at: datetime) -> None:
    """Keep that somebody signed in, and how. Rule XX-1."""
    record_sign_in(person=person, way=way[:30], at=at)


def has_second_step(person: Person) -> bool:
    """Whether the person signs in with an authenticator or a passkey as well."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=person, type__in=kinds).exists()


@transaction.atomic
def forget_second_step(*, person: Person, reason: str, by: Person, at: datetime) -> int:
    """Remove a lost authenticator, passkeys and recovery codes; returns how many there were.

    The person is told, signed out everywhere, and sets up a new second step after signing in.

    Raises: OnlyTheHub, ReasonNeeded.
    """
    require_hub_manager(by, reason=reason)
    removed, _ = Authenticator.objects.filter(user=person).delete()
    end_sessions(person=person)
    record_act(
        verb="person.second_step_reset",
        subject=f"person:{person.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
    )
    if person.email:
        send_account_notice(
            to=person.email,
            person=person,
            heading="Your two-step sign-in was reset",
            sentence="The hub has removed your authenticator, passkeys and recovery codes.",
            at=at,
        )
    return removed


@transaction.atomic
def make_sign_in_link(*, person: Person, by: Person, at: datetime) -> str:
    """A secret that signs this person in, once, within a quarter of an hour."""
    secret = new_secret()
    record_act(verb="person.sign_in_link", subject=f"person:{person.pk}", by=by, at=at)
    cache.set(
        _kept_as(fingerprint(secret)),
        [person.pk, person.sessions_ended],
        LINK_LIVES.total_seconds(),
    )
    return secret


def person_behind_link(mark: str) -> Person | None:
    """Whose link this is, by its fingerprint, while it lives; looking does not use it."""
    pk, sessions_ended = cache.get(_kept_as(mark)) or (None, None)
    people = Person.objects.filter(pk=pk, sessions_ended=sessions_ended, is_active=True)
    found: Person | None = people.first()
    return found


def use_sign_in_link(mark: str) -> Person | None:
    """Whose link this is, and the link is used up; of two at once one gets it."""
    person = person_behind_link(mark)
    return person if person is not None and cache.delete(_kept_as(mark)) else None


def _kept_as(mark: str) -> str:
    return f"sign-in-link:{mark}"
