"""The people the hub knows, and the addresses they are known by. Rules PE-1 to PE-3.

A person's main address is on the person; allauth's `EmailAddress` rows, which also hold the
further addresses a person has proved by a code, are kept in step with it here and nowhere else.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from hub_portal.shared.errors import BadInput
from hub_portal.trail.services.acts import record_act
from schools.errors import SharedMailbox
from schools.models import Person, School


def clean_address(email: str | None) -> str | None:
    """The address as it is kept: lower case, or None when there is none."""
    return (email or "").strip().lower() or None


def is_shared_mailbox(email: str) -> bool:
    """Whether a school receives its own mail at this address. Rule PE-2."""
    return School.objects.filter(
        Q(office_email__iexact=email) | Q(finance_email__iexact=email)
    ).exists()


def person_with_address(email: str | None) -> Person | None:
    """Whoever has this as main address, or has proved it as a further one. Rule PE-2."""
    address = clean_address(email)
    if address is None:
        return None
    proved = EmailAddress.objects.filter(email=address, verified=True).values("user")
    people: QuerySet[Person] = Person.objects.filter(Q(email=address) | Q(pk__in=proved))
    return people.order_by("pk").first()


def add_person(*, full_name: str, email: str | None, by: Person, at: datetime) -> Person:
    """Make a person known to the hub, or find the one who has the address already.

    Of two calls at once with one address, both get the same person. Without an address
    (Rule PE-3) a new person is made each time.

    Raises: BadInput without a name; SharedMailbox (Rule PE-2).
    """
    name, address = _clean_name(full_name), clean_address(email)
    if address and is_shared_mailbox(address):
        raise SharedMailbox(email=address)
    known = person_with_address(address)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _insert(full_name=name, address=address, by=by, at=at)
    except IntegrityError:
        added_meanwhile = person_with_address(address)
        if added_meanwhile is None:
            raise
        return added_meanwhile


def _clean_name(full_name: str) -> str:
    name = " ".join(full_name.split())
    if not name:
        raise BadInput("Give the person’s name.")
    return name


def _insert(*, full_name: str, address: str | None, by: Person, at: datetime) -> Person:
    person = Person(full_name=full_name, email=address)
    person.set_unusable_password()
    person.save(force_insert=True)
    if address:
        EmailAddress.objects.create(user=person, email=address, primary=True, verified=False)
    record_act(verb="person.added", subject=f"person:{person.pk}", by=by, at=at)
    return person
