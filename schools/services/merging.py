"""Two records of one person become one. Rule PE-5.

The record that goes is never deleted: ledger lines and acts name it for ever. It points to the
one that stays, holds no address and signs in no more; posts, bookings and whatever else is the
person's own go over. What each app has of a person, it says here when it is ready.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import counted
from hub_portal.trail.services.acts import record_act
from schools.emails import send_account_notice
from schools.errors import RecordsNotMerged
from schools.models import Appointment, GroupMessageReader, Invitation, Person, PlannedHandover
from schools.services.people import end_sessions, require_hub_manager, void_invitations
from schools.services.posts import close_post

MOST_CANDIDATES = 20


@dataclass(frozen=True)
class OwnRows:
    """Rows that are a person's own and go over: "bookings", with the field that says whose.

    What a person has at most once for each of something (`once_per`), and both have, stays once.
    """

    noun: str
    model: type[Model]
    field: str
    once_per: str = ""

    def of(self, person: Person) -> "QuerySet[Any]":
        return self.model._default_manager.filter(**{self.field: person})

    def give(self, *, to: Person, of: Person) -> int:
        """Make the rows of one record those of the other; how many went over."""
        if self.once_per:
            had = list(self.of(to).values_list(self.once_per, flat=True))
            self.of(of).filter(**{f"{self.once_per}__in": had}).delete()
        return self.of(of).update(**{self.field: to})


@dataclass(frozen=True)
class AppsPart:
    """An app's part: the rows that go over, what stands in the way, and what it locks before.

    `clashes` gives sentences. `lock` is called in the transaction, before anything is read.
    """

    rows: Sequence[OwnRows]
    clashes: Callable[[Person, Person], list[str]] = lambda _stays, _goes: []
    lock: Callable[[Person], None] = lambda _goes: None


@dataclass(frozen=True)
class Merger:
    """What merging would do: shown before it is confirmed."""

    stays: Person
    goes: Person
    addresses: Sequence[str]
    moving: Sequence[str]
    clashes: Sequence[str]


_PARTS: dict[str, AppsPart] = {}


def register_merging(app: str, part: AppsPart) -> None:
    """Say what an app has of a person; called once, when the app is ready."""
    _PARTS[app] = part


def registered_rows() -> list[OwnRows]:
    """Every kind of row that goes over, of all apps."""
    return [rows for part in _PARTS.values() for rows in part.rows]


def candidates_for(*, person: Person, words: str = "") -> list[Person]:
    """Records that may be the same person: those named alike, or found by name or address."""
    words = words.strip()
    alike = (
        Q(full_name__icontains=words) | Q(emailaddress__email__iexact=words)
        if words
        else Q(full_name__iexact=person.full_name)
    )
    others = Person.objects.filter(
        alike, is_portal=False, staff_role="", merged_into__isnull=True
    ).exclude(pk=person.pk)
    found = others.distinct().prefetch_related("appointments__school").order_by("full_name", "pk")
    return list(found[:MOST_CANDIDATES])


def merger_of(*, stays: Person, goes: Person) -> Merger:
    """What would go over to the record that stays, and what stands in the way. Rule PE-5."""
    return Merger(
        stays=stays,
        goes=goes,
        addresses=[row.email for row in _addresses_to_keep(stays, goes)],
        moving=[
            counted(number, rows.noun)
            for rows in registered_rows()
            if (number := rows.of(goes).count())
        ],
        clashes=[clash for part in _PARTS.values() for clash in part.clashes(stays, goes)],
    )


@retried
def merge_people(*, stays: Person, goes: Person, reason: str, by: Person, at: datetime) -> Person:
    """Make one record of two: everything of `goes` becomes that of `stays`. Rule PE-5.

    Proved addresses go along; a post that both hold ends once; every session of both ends, and
    all their addresses are told. Done twice, it changes nothing.

    Raises: OnlyTheHub, ReasonNeeded, RecordsNotMerged with what stands in the way.
    """
    require_hub_manager(by, reason=reason)
    with transaction.atomic():
        for part in _PARTS.values():
            part.lock(goes)
        stays, goes = _lock(stays, goes)
        if goes.merged_into_id == stays.pk:
            return stays
        _refuse_unless_they_may_be_one(stays, goes)
        told = _take_addresses(stays, goes)
        _end_posts_held_twice(stays, goes, reason=reason, by=by, at=at)
        moved = {rows.noun: rows.give(to=stays, of=goes) for rows in registered_rows()}
        _close(goes, into=stays, at=at)
        end_sessions(person=stays)
        record_act(
            verb="person.merged",
            subject=f"person:{stays.pk}",
            by=by,
            at=at,
            reason=reason.strip(),
            before={"person": goes.pk},
            after={noun: number for noun, number in moved.items() if number},
        )
        for address in sorted(told):
            send_account_notice(
                to=address,
                person=stays,
                heading="Two records of you are one now",
                sentence="The hub had two records of you and has made them one. Your bookings "
                "are together, and you can sign in with any address you have proved.",
                at=at,
            )
    return stays


def _lock(stays: Person, goes: Person) -> tuple[Person, Person]:
    """Both records, locked in primary-key order and read again: see `people.hold_records`."""
    locked = Person.objects.select_for_update(no_key=True).order_by("pk")
    both = {person.pk: person for person in locked.filter(pk__in=[stays.pk, goes.pk])}
    return both[stays.pk], both[goes.pk]


def _refuse_unless_they_may_be_one(stays: Person, goes: Person) -> None:
    if stays.pk == goes.pk:
        raise RecordsNotMerged("This is one record already. Choose the other one.")
    if stays.is_portal or goes.is_portal or stays.staff_role or goes.staff_role:
        raise RecordsNotMerged(
            "One of the two works for the hub. End the hub role first, if it is one person."
        )
    if stays.merged_into_id or goes.merged_into_id:
        raise RecordsNotMerged("One of the two was merged into another record before.")
    clashes = [clash for part in _PARTS.values() for clash in part.clashes(stays, goes)]
    if clashes:
        raise RecordsNotMerged(" ".join(clashes))


def _addresses_to_keep(stays: Person, goes: Person) -> "QuerySet[EmailAddress]":
    """Those that were proved; when the record that stays has none at all, any."""
    theirs = EmailAddress.objects.filter(user=goes).order_by("-primary", "pk")
    return theirs.filter(verified=True) if stays.email else theirs


def _take_addresses(stays: Person, goes: Person) -> set[str]:
    """Move the addresses over; gives every address that is to be told."""
    told = {stays.email, goes.email}
    kept = list(_addresses_to_keep(stays, goes))
    EmailAddress.objects.filter(user=goes).exclude(pk__in=[row.pk for row in kept]).delete()
    goes.email = None
    goes.save(update_fields=["email"])
    EmailAddress.objects.filter(user=goes).update(user=stays, primary=False)
    if not stays.email and kept:
        stays.email = kept[0].email
        stays.save(update_fields=["email"])
        EmailAddress.objects.filter(pk=kept[0].pk).update(primary=True)
    told |= {row.email for row in kept}
    return {address for address in told if address}


def _end_posts_held_twice(
    stays: Person, goes: Person, *, reason: str, by: Person, at: datetime
) -> None:
    held = set(stays.appointments.live().values_list("school", "role"))
    for post in goes.appointments.live().select_related("person", "school").order_by("pk"):
        if (post.school_id, post.role) in held:
            close_post(appointment=post, by=by, at=at, reason=reason)


def _close(goes: Person, *, into: Person, at: datetime) -> None:
    """The record that goes: no way to sign in, and a sign to the one that stays."""
    Authenticator.objects.filter(user=goes).delete()
    SocialAccount.objects.filter(user=goes).delete()
    void_invitations(Invitation.objects.filter(appointment__person__in=[goes, into]), at=at)
    goes.merged_into = into
    goes.is_active = False
    goes.set_unusable_password()
    goes.save(update_fields=["merged_into", "is_active", "password"])
    end_sessions(person=goes)


def register_schools_part() -> None:
    """Posts, and hand-overs that wait for their day."""
    rows = (
        OwnRows("post", Appointment, "person"),
        OwnRows("planned hand-over", PlannedHandover, "to_person"),
        OwnRows("message to a group", GroupMessageReader, "person"),
    )
    register_merging("schools", AppsPart(rows=rows))
