"""What a list of SCITT graduates says, row by row, beside what the portal knows. Rule FT-1."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from cpd.choices import TicketStatus
from cpd.models import FabulinusTicket
from cpd.services.tickets import Award, IssuedEarlier, last_day
from hub_portal.shared.errors import BadInput, PortalError
from hub_portal.shared.london import london_date
from hub_portal.shared.sheets import Sheet, date_written
from schools.models import Person, SchoolYear
from schools.services.finding import people_with_addresses
from schools.services.people import clean_name, valid_address

COLUMNS = ("Name", "Email", "QTS award date", "Award year")
MORE_COLUMNS = ("Former name", "Issued", "Redeem by")
MOST_ROWS = 2000
AWARD_YEAR = re.compile(r"(20\d\d)[/-](\d\d|20\d\d)")


@dataclass(frozen=True)
class GraduateRow:
    """One row of the list: the ticket it would issue, or why it cannot."""

    number: int
    full_name: str
    email: str
    award: Award | None
    last_on: date | None
    person: Person | None
    earlier: IssuedEarlier | None = None
    has_ticket: bool = False
    note: str = ""
    problem: str = ""

    @property
    def issues_ticket(self) -> bool:
        return not self.problem and not self.has_ticket

    @property
    def adds_person(self) -> bool:
        return self.issues_ticket and self.person is None


@dataclass(frozen=True)
class _Read:
    """A row as it stands in the file."""

    number: int
    full_name: str
    email: str
    award_on: str
    award_year: str
    former_name: str
    issued: str
    redeem_by: str


class _Known:
    """What the portal knows of the people of a list, asked for all at once."""

    def __init__(self, rows: Iterable[_Read]) -> None:
        rows = list(rows)
        self.people = people_with_addresses(row.email for row in rows)
        names = {name.casefold() for row in rows for name in (row.full_name, row.former_name)}
        self.names = _people_by_name(names - {""})
        standing = FabulinusTicket.objects.exclude(status=TicketStatus.WITHDRAWN)
        held = standing.filter(person__in=[person.pk for person in self.people.values()])
        self.held: set[tuple[int, int]] = set(held.values_list("person", "award_year"))
        self.holders = {person_id for person_id, _ in self.held}
        self.years = {year.starts_on.year: year for year in SchoolYear.objects.all()}

    def award(self, row: _Read) -> Award:
        """The award a row speaks of. Raises: BadInput."""
        award_on, first = _date(row.award_on), _first_year(row.award_year)
        if first is None:
            raise BadInput(f"“{row.award_year}” is no award year: write it like 2025/26.")
        # one that is not on record yet is only opened when its ticket is issued
        year = self.years.get(first) or SchoolYear(starts_on=date(first, 9, 1))
        return Award(award_on=award_on, award_year=year)


def rows_of_graduates(sheet: Sheet, *, at: datetime) -> Iterator[GraduateRow]:
    """Every row with what it would do. Raises: BadSheet."""
    today = london_date(at)
    read = list(_read(sheet))
    known = _Known(read)
    seen: set[str] = set()
    for row in read:
        planned = _planned(row, known, today=today)
        if not planned.problem and row.email in seen:
            planned = replace(planned, problem="This address stands in the list twice.")
        seen.add(row.email)
        yield planned


def _read(sheet: Sheet) -> Iterator[_Read]:
    more = [name for name in MORE_COLUMNS if sheet.has(name)]
    for number, cells in sheet.rows(*COLUMNS, *more):
        name, email, award_on, award_year = cells[:4]
        extra = dict(zip(more, cells[4:], strict=True))
        yield _Read(
            number=number,
            full_name=" ".join(name.split()),
            email=email.lower(),
            award_on=award_on,
            award_year=award_year,
            former_name=" ".join(extra.get("Former name", "").split()),
            issued=extra.get("Issued", ""),
            redeem_by=extra.get("Redeem by", ""),
        )


def _planned(row: _Read, known: _Known, *, today: date) -> GraduateRow:
    """The row with its award, if everything about it can be."""
    planned = GraduateRow(
        number=row.number,
        full_name=row.full_name,
        email=row.email,
        award=None,
        last_on=None,
        person=known.people.get(row.email),
    )
    try:
        clean_name(row.full_name)
        valid_address(row.email)
        award = known.award(row)
        earlier = _earlier(row)
        last_on = last_day(award, on=today, earlier=earlier)
    except PortalError as refusal:
        return replace(planned, problem=refusal.sentence)
    person = planned.person
    return replace(
        planned,
        award=award,
        last_on=last_on,
        earlier=earlier,
        has_ticket=bool(person and (person.pk, award.award_year.pk) in known.held),
        note=_note(row, known),
    )


def _earlier(row: _Read) -> IssuedEarlier | None:
    """What is said of a ticket issued before the portal was there. Raises: BadInput."""
    if not (row.issued or row.redeem_by):
        return None
    return IssuedEarlier(
        on=_date(row.issued) if row.issued else None,
        last_on=_date(row.redeem_by) if row.redeem_by else None,
    )


def _first_year(written: str) -> int | None:
    """2025 for “2025/26”, “2025-26” or “2025/2026”; None for what is no school year."""
    found = AWARD_YEAR.fullmatch(written)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2])
    return first if last in (first + 1, (first + 1) % 100) else None


def _note(row: _Read, known: _Known) -> str:
    """What the hub manager should look at before saving; it stops nothing."""
    person = known.people.get(row.email)
    if person is not None:
        other_award = "Has a ticket of another award. " if person.pk in known.holders else ""
        if person.full_name.casefold() == row.full_name.casefold():
            return f"{other_award}Known to the portal.".strip()
        return f"{other_award}Known by this address as {person.full_name}, a former name perhaps."
    for name in filter(None, (row.former_name, row.full_name)):
        namesake = known.names.get(name.casefold())
        if namesake is not None:
            return (
                f"{namesake.full_name} is known by another address. If that is the same person, "
                "put that address into your list."
            )
    return ""


def _people_by_name(names: set[str]) -> dict[str, Person]:
    """People of these names, in small letters; one each is enough to point at."""
    people = Person.objects.filter(is_portal=False, merged_into=None).only("pk", "full_name")
    wanted = (person for person in people if person.full_name.casefold() in names)
    return {person.full_name.casefold(): person for person in wanted}


def _date(written: str) -> date:
    """Raises: BadInput."""
    on = date_written(written)
    if on is None:
        raise BadInput(f"“{written}” is no date: write it like 2026-07-10.")
    return on
