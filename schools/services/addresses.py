"""The addresses a person signs in with, and how they change. Rule PE-2.

With sign-in by emailed code, changing an address is taking an account: every change tells the
old address and the new one, and ends all sessions and open invitations of the person.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from hub_portal.trail.services.acts import record_act
from schools.emails import send_account_notice
from schools.errors import AddressInUse, AddressNotProved, LastAddress
from schools.models import Invitation, Person
from schools.services.feeds import end_feeds_of
from schools.services.outside_accounts import disconnect_all
from schools.services.people import (
    end_sessions,
    is_shared_mailbox,
    person_with_address,
    require_hub_manager,
    valid_address,
    void_invitations,
)


def may_sign_in_with(*, person: Person, email: str) -> bool:
    """Whether this is (still) one of the person's own addresses and no shared mailbox."""
    is_theirs = EmailAddress.objects.filter(user=person, email=email.lower()).exists()
    return is_theirs and not is_shared_mailbox(email)


@transaction.atomic
def change_address(*, person: Person, email: str, reason: str, by: Person, at: datetime) -> None:
    """The hub manager gives a person another main address, which they prove by signing in.

    The old one is no longer theirs, and accounts of other services are disconnected; further
    addresses they have proved stay.

    Raises: OnlyTheHub, ReasonNeeded, BadInput, SharedMailbox, AddressInUse.
    """
    require_hub_manager(by, reason=reason)
    address, old = valid_address(email), person.email
    holder = person_with_address(address)
    if holder is not None and holder != person:
        raise AddressInUse(email=address)
    if old:
        EmailAddress.objects.filter(user=person, email=old).exclude(email=address).delete()
    EmailAddress.objects.update_or_create(user=person, email=address, defaults={"primary": True})
    person.email = address
    person.save(update_fields=["email"])
    disconnect_all(person=person)
    record_act(
        verb="person.address_changed",
        subject=f"person:{person.pk}",
        by=by,
        at=at,
        reason=reason.strip(),
    )
    _tell_and_end(person, tell=[old, address], at=at)


@transaction.atomic
def make_main_address(*, person: Person, email: str, at: datetime) -> None:
    """The owner chooses which proved address is the main one.

    Raises: AddressNotProved.
    """
    chosen = EmailAddress.objects.filter(user=person, email=email.lower(), verified=True).first()
    if chosen is None:
        raise AddressNotProved(email=email)
    old = person.email
    if old == chosen.email:
        return
    EmailAddress.objects.filter(user=person, primary=True).update(primary=False)
    EmailAddress.objects.filter(pk=chosen.pk).update(primary=True)
    person.email = chosen.email
    person.save(update_fields=["email"])
    record_act(verb="person.main_address", subject=f"person:{person.pk}", by=person, at=at)
    _tell_and_end(person, tell=[old, chosen.email], at=at)


@transaction.atomic
def remove_address(*, person: Person, email: str, at: datetime) -> None:
    """The owner gives up a further address. Raises: LastAddress for the main one."""
    address = EmailAddress.objects.filter(user=person, email=email.lower()).first()
    if address is None:
        return
    if address.primary or address.email == person.email:
        raise LastAddress
    address.delete()
    record_act(verb="person.address_removed", subject=f"person:{person.pk}", by=person, at=at)
    _tell_and_end(person, tell=[address.email, person.email], at=at)


@transaction.atomic
def note_proved_address(*, person: Person, email: str, at: datetime) -> None:
    """A code has shown that a further address is the person's own; the main one is told."""
    record_act(verb="person.address_proved", subject=f"person:{person.pk}", by=person, at=at)
    if person.email and person.email != email:
        send_account_notice(
            to=person.email,
            person=person,
            heading="An address was added to your account",
            sentence=f"You can now sign in with {_veiled(email)} too.",
            at=at,
        )


def _veiled(email: str) -> str:
    """“r•••@new.example”: enough for its owner, not for whoever reads an address given up."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def _tell_and_end(person: Person, *, tell: list[str | None], at: datetime) -> None:
    for address in {address for address in tell if address}:
        send_account_notice(
            to=address,
            person=person,
            heading="The address you sign in with has changed",
            sentence=f"Your main address in the portal is now {_veiled(person.email or '')}.",
            at=at,
        )
    void_invitations(Invitation.objects.filter(appointment__person=person), at=at)
    end_sessions(person=person)
    end_feeds_of(person)
