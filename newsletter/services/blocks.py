"""The blocks that fill themselves from what is coming up, until the issue is approved. Rule NL-1.

They are read by everybody who gets the issue, so no line names a price (Rule PU-2) or a person.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from cpd.models import FabulinusTicket
from cpd.services.availability import availability
from cpd.services.catalogue import FORMATS, dates_to_come
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import clock_time, counted, day
from newsletter.choices import ItemKind

MOST_LINES = 8
CLOSES_WITHIN = timedelta(days=10)
TICKETS_END_WITHIN_DAYS = 90


@dataclass(frozen=True)
class Line:
    """One line of a block: what it is, what is said of it, and where it leads on our pages."""

    title: str
    text: str
    url: str


HEADINGS: Mapping[str, str] = {
    ItemKind.COURSES_WITH_PLACES: "Courses with places",
    ItemKind.FULL_COURSES: "Full, but places come free",
    ItemKind.CLOSING_SOON: "Booking closes soon",
    ItemKind.TICKETS: "Fabulinus Tickets",
}
"""What stands over a block, until the hub manager writes something else."""


def lines_of(kind: str, *, at: datetime, beside: Iterable[str] = ()) -> list[Line]:
    """What a block says now; `beside` are the kinds in the same issue, so that nothing stands
    in it twice."""
    return _FILLED_BY[kind](at, frozenset(beside))


def _courses_with_places(at: datetime, beside: frozenset[str]) -> list[Line]:
    dates = dates_to_come(at).open_for_booking(at).filter(places_left__gt=0)
    if ItemKind.CLOSING_SOON in beside:
        dates = dates.filter(booking_closes_at__gt=at + CLOSES_WITHIN)
    return [_course(row, _left(row, at)) for row in dates[:MOST_LINES]]


def _full_courses(at: datetime, _beside: frozenset[str]) -> list[Line]:
    dates = dates_to_come(at).open_for_booking(at).filter(places_left=0)
    return [_course(row, "Full: join the waiting list.") for row in dates[:MOST_LINES]]


def _closing_soon(at: datetime, _beside: frozenset[str]) -> list[Line]:
    dates = dates_to_come(at).open_for_booking(at).filter(places_left__gt=0)
    closing = dates.filter(booking_closes_at__lte=at + CLOSES_WITHIN).order_by(
        "booking_closes_at", "pk"
    )
    return [
        _course(row, f"Book by {day(row.booking_closes_at)}. {_left(row, at)}")
        for row in closing[:MOST_LINES]
    ]


def _tickets(at: datetime, _beside: frozenset[str]) -> list[Line]:
    """How many tickets end soon; nobody's name."""
    on = london_date(at)
    ending = FabulinusTicket.objects.expiring(on, within=TICKETS_END_WITHIN_DAYS).count()
    if not ending:
        return []
    title = f"{counted(ending, 'ticket')} {'ends' if ending == 1 else 'end'} within three months"
    return [
        Line(
            title,
            "Ask colleagues who gained QTS with us whether theirs is among them: each buys one "
            "free place.",
            reverse("cpd:ticket"),
        )
    ]


def _course(row: Any, says: str) -> Line:
    when = f"{day(row.starts_at)}, {clock_time(row.starts_at)}, {FORMATS[row.format].lower()}."
    return Line(
        row.programme__title,
        f"{when} {says}".strip(),
        reverse("cpd:course", args=[row.programme__slug]),
    )


def _left(row: Any, at: datetime) -> str:
    return f"{availability(cohort=row, places_left=row.places_left, at=at).words}."


_FILLED_BY: Mapping[str, Callable[[datetime, frozenset[str]], list[Line]]] = {
    ItemKind.COURSES_WITH_PLACES: _courses_with_places,
    ItemKind.FULL_COURSES: _full_courses,
    ItemKind.CLOSING_SOON: _closing_soon,
    ItemKind.TICKETS: _tickets,
}
