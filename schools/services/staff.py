"""A school's staff list: colleagues named, confirmed and ended by their rep.

Rules SC-5, SC-6, PE-1 and PE-3.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, DateField, Q, QuerySet

from hub_portal.shared.london import london_date, start_of_day
from hub_portal.shared.prepared import prepared
from hub_portal.shared.wording import in_a_row
from hub_portal.trail.services.acts import record_act
from schools.choices import Role
from schools.models import Appointment, Person, School
from schools.querysets import AppointmentQuerySet
from schools.services.people import (
    add_person,
    clean_address,
    clean_name,
    person_with_address,
    refuse_unless_hub,
)
from schools.services.posts import close_post, require_may_act_for


def colleague_names(*, school: School) -> dict[int, str]:
    """Everyone with a live post at the school: person id → the name the school knows. Rule PE-1."""
    return _names_known(_posts_at(school=school.pk))


@prepared(school=BigIntegerField())
def _posts_at(school: Any) -> "QuerySet[Any, Any]":
    posts = Appointment.objects.live().filter(school=school).order_by("pk")
    return posts.values_list("person", "known_as", "person__full_name")


def posts_of(*, people: Iterable[int], school_id: int, on: date) -> list[Appointment]:
    """The live posts of these people at the school, with person and school.

    Each with `is_of_member`: whether the school belongs to the alliance on that day.
    """
    asked = {f"person_{number}": pk for number, pk in enumerate(set(people))}
    return _posts_of_so_many(len(asked))(school=school_id, on=on, **asked)


@lru_cache(maxsize=16)
def _posts_of_so_many(number: int) -> Callable[..., list[Appointment]]:
    asked: dict[str, Any] = {f"person_{each}": BigIntegerField() for each in range(number)}

    @prepared(school=BigIntegerField(), on=DateField(), **asked)
    def posts(school: Any, on: Any, **people: Any) -> "QuerySet[Any]":
        theirs = reduce(or_, (Q(person=person) for person in people.values()), Q())
        held = Appointment.objects.live().filter(theirs, school=school).with_membership(on)
        return held.select_related("person", "school").order_by("pk")

    return posts


def people_known(posts: Sequence[Appointment]) -> dict[int, tuple[Person, str]]:
    """Whose posts these are, each with the name the school knows: as in `colleague_names`."""
    people = {post.person_id: post.person for post in posts}
    names = _names_known((p.person_id, p.known_as, p.person.full_name) for p in posts)
    return {person_id: (person, names[person_id]) for person_id, person in people.items()}


def _names_known(posts: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """Of several posts the one with a name of its own counts: person, known as, full name."""
    names: dict[int, str] = {}
    for person_id, known_as, full_name in posts:
        if known_as or person_id not in names:
            names[person_id] = known_as or full_name
    return names


@transaction.atomic
def name_colleague(
    *, school: School, full_name: str, email: str | None, by: Person, at: datetime
) -> Person:
    """Find or add the colleague a school names, and put them on its staff list.

    Rule PE-1: for an address the portal knows already the post keeps the typed name, so the
    school learns nothing. Rule PE-3: without an address a colleague of that name on the
    list who has none either is the one meant.

    Raises: DoesNotActFor; BadInput without a name or for what is no address; SharedMailbox.
    """
    require_may_act_for(by, school)
    return _colleague(school, full_name, email, by=by, at=at)


@transaction.atomic
def bring_colleague(
    *, school: School, full_name: str, email: str | None, by: Person, at: datetime
) -> Person:
    """Find or add a colleague the hub's own list names at a school, as a rep would. Rule SC-8.

    Raises: OnlyTheHub; BadInput, SharedMailbox as `name_colleague`.
    """
    refuse_unless_hub(by)
    return _colleague(school, full_name, email, by=by, at=at)


def _colleague(
    school: School, full_name: str, email: str | None, *, by: Person, at: datetime
) -> Person:
    name = clean_name(full_name)
    on_the_list = _on_the_list(school, name, clean_address(email))
    if on_the_list is not None:
        return on_the_list
    was_known = person_with_address(email) is not None
    person = add_person(full_name=name, email=email, by=by, at=at)
    was_known = was_known or person.full_name != name
    _put_on_the_list(school, person, known_as=name if was_known else "", by=by, at=at)
    return person


def _on_the_list(school: School, name: str, address: str | None) -> Person | None:
    colleagues: QuerySet[Person] = Person.objects.on_staff_of(school)
    if address:
        known = person_with_address(address)
        return colleagues.filter(pk=known.pk).first() if known else None
    return colleagues.filter(email__isnull=True, full_name__iexact=name).order_by("pk").first()


def _put_on_the_list(
    school: School, person: Person, *, known_as: str, by: Person, at: datetime
) -> None:
    """The same colleague named twice at once is on the list once."""
    post = Appointment(
        school=school,
        person=person,
        role=Role.STAFF,
        known_as=known_as,
        from_on=london_date(at),
        confirmed_at=at,
    )
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError:
        if not school.appointments.live().filter(person=person, role=Role.STAFF).exists():
            raise
        return
    record_act(
        verb="post.began",
        subject=f"appointment:{post.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
        after={"person": person.pk, "role": Role.STAFF},
    )


@dataclass(frozen=True)
class Colleague:
    """One person on a school's staff list, as the school may see them. Rule PE-1.

    Never an address: what was typed for somebody the portal knew already must show nothing more.
    `post_id` is the post the school itself may end, none for rep, deputy and headteacher.
    """

    person_id: int
    name: str
    posts: str
    job_title: str
    since: date
    has_address: bool
    post_id: int | None
    confirmed_at: datetime | None


def staff_list(*, school: School) -> list[Colleague]:
    """Everyone with a live post at the school, by name; those who act for it come first."""
    names = colleague_names(school=school)
    held: dict[int, list[Appointment]] = {}
    posts = school.appointments.live().select_related("person").order_by("from_on", "pk")
    for post in posts:
        held.setdefault(post.person_id, []).append(post)
    colleagues = [_as_colleague(names[person], theirs) for person, theirs in held.items()]
    return sorted(colleagues, key=lambda one: (one.post_id is not None, one.name.casefold()))


def is_confirmation_due(*, school: School, at: datetime) -> bool:
    """Whether colleagues on the list were last confirmed before this September. Rule SC-5."""
    staff = staff_posts(school=school)
    return bool(
        staff.filter(Q(confirmed_at=None) | Q(confirmed_at__lt=this_september(at))).exists()
    )


def staff_posts(*, school: School) -> AppointmentQuerySet:
    """The live posts a school confirms each September."""
    return Appointment.objects.live().filter(school=school, role=Role.STAFF)


def this_september(at: datetime) -> datetime:
    """When the school year began that this instant lies in."""
    today = london_date(at)
    return start_of_day(date(today.year if today.month >= 9 else today.year - 1, 9, 1))


@transaction.atomic
def confirm_staff_list(
    *, school: School, shown: set[int], staying: set[int], by: Person, at: datetime
) -> int:
    """Confirm who is still here and end the posts of the leavers together. Rule SC-5.

    `shown` are the posts that stood on the page, `staying` those of them that were ticked;
    somebody added meanwhile is neither. Returns how many posts ended.

    Raises: DoesNotActFor.
    """
    require_may_act_for(by, school)
    staff = school.appointments.live().filter(role=Role.STAFF, pk__in=shown)
    leavers = staff.exclude(pk__in=staying).select_related("person", "school").order_by("pk")
    ended = 0
    for post in leavers:
        close_post(appointment=post, by=by, at=at)
        ended += 1
    staff.filter(pk__in=staying).update(confirmed_at=at)
    record_act(
        verb="staff_list.confirmed",
        subject=f"school:{school.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
        after={"staying": len(shown & staying), "ended": ended},
    )
    return ended


@transaction.atomic
def note_export(*, school: School, by: Person, at: datetime) -> None:
    """Keep that a staff list was taken away. Rule XX-1. Raises: DoesNotActFor."""
    require_may_act_for(by, school)
    record_act(
        verb="staff_list.exported",
        subject=f"school:{school.pk}",
        school=f"school:{school.pk}",
        by=by,
        at=at,
    )


def _as_colleague(name: str, posts: list[Appointment]) -> Colleague:
    person = posts[0].person
    staff = next((post for post in posts if post.role == Role.STAFF), None)
    acting = [post for post in posts if post.role != Role.STAFF]
    return Colleague(
        person_id=person.pk,
        name=name,
        posts=in_a_row([post.get_role_display() for post in acting or posts]),
        job_title=next((post.job_title for post in posts if post.job_title), ""),
        since=min(post.from_on for post in posts),
        has_address=person.email is not None,
        post_id=staff.pk if staff and not acting else None,
        confirmed_at=staff.confirmed_at if staff else None,
    )
