"""On which census a run could be made: what is offered to the hub manager. Rule CR-2."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from schools.choices import RollDefinition
from schools.models import PupilRoll, School, SchoolYear


@dataclass(frozen=True)
class Census:
    """Rolls of one day, counted one way, and how many members have one."""

    census_on: date
    definition: RollDefinition
    members: int

    @property
    def code(self) -> str:
        """How an address or a form names it: "2026-01-15 headcount"."""
        return f"{self.census_on.isoformat()} {self.definition}"


def censuses_offered(*, year: SchoolYear, on: date) -> list[Census]:
    """Every census of which a member has a roll; the one offered first comes first.

    That is the headcount of the January before the year, or else the latest census most
    members have; the others follow from the latest on.
    """
    counted = (
        PupilRoll.objects.filter(school__in=School.objects.members(on).values("pk"))
        .values_list("census_on", "definition")
        .annotate(members=Count("school", distinct=True))
    )
    known = [Census(census, RollDefinition(definition), n) for census, definition, n in counted]
    known.sort(key=lambda each: (each.census_on, each.members, each.definition), reverse=True)
    first = _first_offered(known, year)
    return [first, *(each for each in known if each is not first)] if first else []


def _first_offered(known: list[Census], year: SchoolYear) -> Census | None:
    before = [
        census
        for census in known
        if census.definition == RollDefinition.HEADCOUNT
        and (census.census_on.year, census.census_on.month) == (year.starts_on.year, 1)
    ]
    return max(before or known, key=lambda each: (each.members, each.census_on), default=None)
