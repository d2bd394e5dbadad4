"""What schools and people hold about a person. Rule XX-3."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q

from hub_portal.shared.privacy import Held, Row, register_held
from schools.models import (
    CalendarFeed,
    GroupMessage,
    HubProfile,
    Invitation,
    PartnerOrganisation,
    Person,
)


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(
        Held(
            "person",
            fields=("schools.Person.full_name", "schools.Person.email"),
            rows=the_person,
        ),
        Held("email addresses", fields=("account.EmailAddress.email",), rows=addresses_of),
        Held(
            "connected accounts",
            fields=(
                "socialaccount.SocialAccount.uid",
                "socialaccount.SocialAccount.extra_data",
            ),
            rows=connected_accounts_of,
        ),
        Held(
            "posts",
            fields=("schools.Appointment.known_as", "schools.Appointment.job_title"),
            rows=posts_of,
        ),
        Held("invitations", fields=("schools.Invitation.email",), rows=invitations_of),
        Held(
            "messages to groups",
            fields=("schools.GroupMessage.subject", "schools.GroupMessage.words"),
            rows=group_messages_of,
        ),
        Held("calendar addresses", fields=(), rows=calendar_feeds_of),
        *(
            Held(
                name,
                fields=[f"schools.{model.__name__}.{field}" for field in fields],
                rows=_as_contact(model, fields),
            )
            for name, model, fields in CONTACTS
        ),
    )


CONTACTS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("hub contact", HubProfile, ("contact_name", "contact_email")),
    ("hub contact before", HubProfile.history.model, ("contact_name", "contact_email")),
    (
        "partner contact",
        PartnerOrganisation,
        ("contact_name", "contact_email", "note"),
    ),
    (
        "partner contact before",
        PartnerOrganisation.history.model,
        ("contact_name", "contact_email", "note"),
    ),
)
"""Where a person may stand as somebody to ask: known there by address or by name."""


def the_person(person: Person) -> Iterable[Row]:
    """The record itself."""
    return [
        {
            "number": person.pk,
            "full_name": person.full_name,
            "email": person.email,
            "works for the hub as": person.get_staff_role_display() if person.staff_role else "",
            "may sign in": person.is_active,
            "known_since": person.known_since,
            "last_login": person.last_login,
        }
    ]


def addresses_of(person: Person) -> Iterable[Row]:
    """Every address the person signs in with."""
    rows = EmailAddress.objects.filter(user=person).order_by("pk")
    return rows.values("email", "verified", "primary")


def connected_accounts_of(person: Person) -> Iterable[Row]:
    """Accounts elsewhere that sign the person in here."""
    rows = SocialAccount.objects.filter(user=person).order_by("pk")
    return rows.values("provider", "uid", "extra_data", "date_joined", "last_login")


def posts_of(person: Person) -> Iterable[Row]:
    """Every post, also those that ended."""
    rows = person.appointments.order_by("from_on", "pk")
    return rows.values("school__name", "role", "job_title", "known_as", "from_on", "to_on")


def invitations_of(person: Person) -> Iterable[Row]:
    """Invitations to the portal, and what became of them."""
    rows = Invitation.objects.filter(appointment__person=person).order_by("pk")
    return rows.values("email", "invited_at", "expires_at", "accepted_at", "voided_at")


def calendar_feeds_of(person: Person) -> Iterable[Row]:
    """That there is a private address; not the address, which is a key."""
    rows = CalendarFeed.objects.filter(person=person).order_by("pk")
    return rows.values("made_at", "version", "appointment__school__name")


def _as_contact(model: Any, fields: tuple[str, ...]) -> Any:
    def rows(person: Person) -> Iterable[Row]:
        known = Q(contact_name__iexact=person.full_name)
        if person.email:
            known |= Q(contact_email__iexact=person.email)
        return model.objects.filter(known).order_by("pk").values(*fields)

    return rows


def group_messages_of(person: Person) -> Iterable[Row]:
    """What they wrote to groups for the hub."""
    for message in GroupMessage.objects.filter(sent_by=person).order_by("pk"):
        yield {"sent": message.sent_at, "subject": message.subject, "words": message.words}
