"""A school leaves the alliance, settled on one page and carried out after its last day. Rule SC-2.

The hub manager says which of what the school holds it gives up; the rest stays to the end. After
the last day each app lets go of what is given up, what is available goes to the reserve, and the
school's people read on for 90 days †. What an app holds for a school it says here when ready.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.errors import HasLeft
from schools.models import Departure, HubProfile, Membership, Person, School
from schools.services.membership import end_membership
from schools.services.people import require_hub_manager
from schools.services.posts import close_post


@dataclass(frozen=True)
class Held:
    """Something live a school holds: "booking:345", as the hub manager reads it."""

    about: str
    words: str


GiveUp = Callable[..., None]
"""Called with `school`, `subjects`, `by` and `at`; in transactions of its own, harmless twice."""

LastOfAll = Callable[..., None]
"""Called with `school`, `key`, `by` and `at` in the transaction that ends it all."""


@dataclass(frozen=True)
class AppsPart:
    """An app's part: what a school holds, how that is given up, and what is done last of all."""

    held: Callable[[School], Sequence[Held]] = lambda _school: ()
    give_up: GiveUp = lambda **_: None
    last_of_all: LastOfAll = lambda **_: None


_PARTS: dict[str, AppsPart] = {}


def register_leaving(app: str, part: AppsPart) -> None:
    """Say what an app holds for a school; called once, when the app is ready."""
    _PARTS[app] = part


def held_by(school: School) -> list[Held]:
    """Everything live the school holds now, of all apps."""
    return [held for part in _PARTS.values() for held in part.held(school)]


@retried
def plan_departure(
    *,
    membership: Membership,
    last_day: date,
    gives_up: Collection[str],
    reason: str,
    by: Person,
    at: datetime,
) -> Departure:
    """Settle that a school leaves after `last_day`, and what it gives up then. Rule SC-2.

    Settled again before it is carried out, the later word holds. A last day that is over is
    carried out at once.

    Raises: OnlyTheHub, ReasonNeeded, HasLeft, EndsBeforeItBegins, MembershipOverlaps.
    """
    require_hub_manager(by, reason=reason)
    with transaction.atomic():
        School.objects.select_for_update(no_key=True).get(pk=membership.school_id)
        departure = Departure.objects.filter(membership=membership).first()
        if departure and departure.done_at:
            raise HasLeft(school=membership.school.name)
        end_membership(membership=membership, last_day=last_day, reason=reason, by=by, at=at)
        held = {each.about for each in held_by(membership.school)}
        departure, _ = Departure.objects.update_or_create(
            membership=membership,
            defaults={
                "gives_up": sorted(held & set(gives_up)),
                "planned_by": by,
                "planned_at": at,
            },
        )
    if last_day < london_date(at):
        carry_out_departure(departure_id=departure.pk, by=by, at=at)
        departure.refresh_from_db()
    return departure


@retried
def call_off_departure(*, departure: Departure, reason: str, by: Person, at: datetime) -> None:
    """The school stays after all: its membership is open again. Rule SC-2.

    Raises: OnlyTheHub, ReasonNeeded, HasLeft once it is carried out.
    """
    require_hub_manager(by, reason=reason)
    with transaction.atomic():
        membership = _lock(departure)
        planned = Departure.objects.filter(pk=departure.pk, done_at__isnull=True)
        if not planned.delete()[0]:
            raise HasLeft(school=membership.school.name)
        before, membership.to_on = membership.to_on, None
        membership.save(update_fields=["to_on"])
        record_act(
            verb="membership.goes_on",
            subject=f"membership:{membership.pk}",
            school=f"school:{membership.school_id}",
            reason=reason.strip(),
            before={"to_on": before.isoformat() if before else None},
            by=by,
            at=at,
        )


def carry_out_departures(*, at: datetime) -> int:
    """Carry out what is due, and end reading where its days are over; how many of both."""
    due = Departure.objects.due(london_date(at)).values_list("pk", flat=True)
    portal = Person.objects.portal()
    done = [carry_out_departure(departure_id=pk, by=portal, at=at) for pk in list(due)]
    return sum(done) + _end_reading(by=portal, at=at)


def carry_out_departure(*, departure_id: int, by: Person, at: datetime) -> bool:
    """Let go of what is given up, then give what is available to the reserve. Rule SC-2.

    Interrupted and begun again, it goes on where it was; done twice, it changes nothing.
    """
    departure = Departure.objects.select_related("membership__school").get(pk=departure_id)
    school = departure.membership.school
    if departure.done_at:
        return False
    for part in _PARTS.values():
        part.give_up(school=school, subjects=frozenset(departure.gives_up), by=by, at=at)
    return _finish(departure, by=by, at=at)


@retried
def _finish(departure: Departure, *, by: Person, at: datetime) -> bool:
    with transaction.atomic():
        membership = _lock(departure)
        still = Departure.objects.filter(pk=departure.pk, done_at__isnull=True)
        if not still.update(done_at=at):
            return False
        for part in _PARTS.values():
            part.last_of_all(
                school=membership.school, key=f"departure:{departure.pk}", by=by, at=at
            )
        record_act(
            verb="membership.left",
            subject=f"membership:{membership.pk}",
            school=f"school:{membership.school_id}",
            after={"gave_up": len(departure.gives_up)},
            by=by,
            at=at,
        )
    return True


def _end_reading(*, by: Person, at: datetime) -> int:
    """End the posts that act for schools which left 90 days † ago. Rule SC-2."""
    days = HubProfile.objects.values_list("reading_days_after_leaving", flat=True).get(pk=1)
    left_by = london_date(at) - timedelta(days=days)
    over = _read_to_the_end(left_by)
    for departure in over:
        with transaction.atomic():
            school = departure.membership.school
            if not School.objects.current_or_coming(london_date(at)).filter(pk=school.pk).exists():
                posts = school.appointments.live().of_the_school().select_related("person")
                for post in posts.order_by("pk"):
                    close_post(appointment=post, by=by, at=at, reason="The school left")
            Departure.objects.filter(pk=departure.pk).update(reading_ended_at=at)
    return len(over)


def _read_to_the_end(left_by: date) -> "QuerySet[Departure]":
    return Departure.objects.filter(
        done_at__isnull=False, reading_ended_at__isnull=True, membership__to_on__lt=left_by
    ).select_related("membership__school")


def _lock(departure: Departure) -> Membership:
    """The school's lock, and its membership read again under it."""
    school_id = departure.membership.school_id
    School.objects.select_for_update(no_key=True).get(pk=school_id)
    return Membership.objects.select_related("school").get(pk=departure.membership_id)
