"""What only shows when the rows of a list of running cohorts are seen together. Rule SC-8."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cpd import rules
from cpd.services.planned_cohorts import PlaceRow
from cpd.services.ticket_policy import ticket_policy_in_force
from credits.services.figures import figures_of_schools
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import counted, in_credits
from schools.models import School, SchoolYear
from schools.services.calendar import school_year_of

Look = Callable[[PlaceRow], str]
"""Asked of each row in turn: what is wrong with it after those before it, "" for nothing."""


def seen_together(rows: Sequence[PlaceRow], *, at: datetime) -> list[PlaceRow]:
    """The rows, each with the first thing that is wrong with it."""
    for look in (
        _named_twice(),
        _ticket_used_twice(),
        _over_capacity(),
        _over_the_share(),
        _short_of_credits(rows, at=at),
    ):
        rows = [_looked_at(row, look(row)) for row in rows]
    return list(rows)


def _looked_at(row: PlaceRow, wrong: str) -> PlaceRow:
    return replace(row, problem=wrong) if wrong and not row.problem else row


def _named_twice() -> Look:
    """Rule BK-3: one place a person."""
    seen: set[tuple[str, object]] = set()

    def look(row: PlaceRow) -> str:
        if not row.full_name or row.problem:
            return ""
        by_name = (row.school.pk if row.school else 0, row.full_name.casefold())
        key = (row.course, row.person.pk if row.person else row.email or by_name)
        is_again = key in seen
        seen.add(key)
        return "This delegate stands on this course twice." if is_again else ""

    return look


def _ticket_used_twice() -> Look:
    """Rule FT-3."""
    seen: set[int] = set()

    def look(row: PlaceRow) -> str:
        if row.ticket is None or row.problem:
            return ""
        is_again = row.ticket.pk in seen
        seen.add(row.ticket.pk)
        return "This ticket is used for another course of the list." if is_again else ""

    return look


def _over_capacity() -> Look:
    """Rule BK-3, said at the first row that has no place any more."""
    taken: Counter[str] = Counter()

    def look(row: PlaceRow) -> str:
        if row.cohort is None or not row.is_place:
            return ""
        taken[row.course] += 1
        if taken[row.course] <= row.cohort.capacity:
            return ""
        return f"“{row.reference}” has {counted(row.cohort.capacity, 'place')} only."

    return look


def _over_the_share() -> Look:
    """Rule FT-2: tickets take so many of the places at most."""
    percent = ticket_policy_in_force().percent_of_places
    taken: Counter[str] = Counter()

    def look(row: PlaceRow) -> str:
        if row.cohort is None or row.ticket is None:
            return ""
        taken[row.course] += 1
        share = rules.places_for_tickets(capacity=row.cohort.capacity, percent=percent)
        if taken[row.course] <= share:
            return ""
        return f"Tickets take {counted(share, 'place')} of this course at most."

    return look


def _short_of_credits(rows: Sequence[PlaceRow], *, at: datetime) -> Look:
    """Said at the first row of a school that costs something."""
    costs = costs_of(rows, year=school_year_of(london_date(at)))
    short = {cost.school.pk: cost for cost in costs if cost.is_short}

    def look(row: PlaceRow) -> str:
        if row.school is None or not row.cost or row.school.pk not in short:
            return ""
        cost = short.pop(row.school.pk)
        return (
            f"{cost.school} has {in_credits(cost.available)} available, and this list commits "
            f"{cost.commits}. Send in its opening figures first, or mend what was paid."
        )

    return look


@dataclass(frozen=True)
class SchoolCost:
    """What a list commits of one school's credits, and what the school has."""

    school: School
    places: int
    commits: int
    available: int

    @property
    def is_short(self) -> bool:
        return self.commits > self.available

    @property
    def left(self) -> int:
        return self.available - self.commits


def costs_of(rows: Iterable[PlaceRow], *, year: SchoolYear) -> list[SchoolCost]:
    """What each school pays in credits, by name."""
    places: dict[School, list[int]] = defaultdict(list)
    for row in rows:
        if row.school is not None and row.cohort is not None:
            places[row.school].append(row.cost)
    figures = figures_of_schools([school.pk for school in places], year)
    return sorted(
        (
            SchoolCost(
                school=school,
                places=len(costs),
                commits=sum(costs),
                available=figures[school.pk].available if school.pk in figures else 0,
            )
            for school, costs in places.items()
        ),
        key=lambda cost: (cost.school.name.casefold(), cost.school.pk),
    )
