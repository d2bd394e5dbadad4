"""What calendars read at a private address: a person's courses, or a school's. Rule EV-4.

Every entry has the UID and the sequence of the one that was mailed, so that a calendar that has
both shows one. What is no longer held is left out: a calendar that reads again takes it away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from cpd.choices import HOLDS_A_PLACE
from cpd.models import Booking
from cpd.services.mail_kinds import entry_of_place, uid_of_request
from hub_portal.shared.calendar_entries import CalendarEntry
from hub_portal.shared.london import london_date, start_of_day
from hub_portal.shared.wording import counted
from hub_portal.trail.services.acts import last_act_on
from schools.models import Person, School
from schools.services.calendar import school_year_of


@dataclass(frozen=True)
class FeedPart:
    """The entries of a feed, and when any of them last changed."""

    entries: list[CalendarEntry]
    changed_at: datetime | None


def part_of_person(*, person: Person, at: datetime) -> FeedPart:
    """A person's own places since the school year began, whichever school booked them."""
    had = Q(delegate=person) | Q(substitutions__from_person=person)
    bookings = list(_since_the_year_began(at).filter(had).distinct())
    changed_at = _changed_at(bookings)
    return FeedPart(
        entries=[
            replace(entry_of_place(booking), written_at=changed_at or at)
            for booking in bookings
            if booking.delegate_id == person.pk and booking.status in HOLDS_A_PLACE
        ],
        changed_at=changed_at,
    )


def part_of_school(*, school: School, at: datetime) -> FeedPart:
    """The courses a school's colleagues are out for: how many, never who. Rule EV-4."""
    bookings = list(_since_the_year_began(at).filter(school=school))
    changed_at = _changed_at(bookings)
    return FeedPart(
        entries=[
            replace(entry, written_at=changed_at or at)
            for places in _by_request(bookings)
            if (entry := _entry_of_school(places)) is not None
        ],
        changed_at=changed_at,
    )


def _since_the_year_began(at: datetime) -> QuerySet[Booking]:
    began = start_of_day(school_year_of(london_date(at)).starts_on)
    bookings = Booking.objects.filter(cohort__ends_at__gte=began)
    return (
        bookings.select_related("cohort__programme", "delegate")
        .prefetch_related("cohort__sessions")
        .order_by("cohort__starts_at", "pk")
    )


def _by_request(bookings: Iterable[Booking]) -> Iterable[list[Booking]]:
    requests: dict[int, list[Booking]] = {}
    for booking in bookings:
        requests.setdefault(booking.request_id, []).append(booking)
    return requests.values()


def _entry_of_school(places: list[Booking]) -> CalendarEntry | None:
    """One request as the booker's calendar knows it, without the names."""
    standing = [place for place in places if place.status in HOLDS_A_PLACE]
    if not standing:
        return None
    like = entry_of_place(standing[0])
    out = counted(len(standing), "colleague")
    return replace(
        like,
        uid=uid_of_request(standing[0].request_id),
        sequence=sum(place.sequence for place in places),
        title=f"{out} out: {like.title}",
        description="",
        attendee_name="",
        attendee_email="",
        takes_time=False,
    )


def _changed_at(bookings: Iterable[Booking]) -> datetime | None:
    """When any of these last changed; entries stamped with it are the same bytes until then.

    Every change of a place or of its course is an act, so the trail knows.
    """
    subjects = {f"booking:{booking.pk}" for booking in bookings}
    subjects |= {f"cohort:{booking.cohort_id}" for booking in bookings}
    return last_act_on(sorted(subjects)) if subjects else None
