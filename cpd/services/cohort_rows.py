"""What a list of running cohorts says, beside what the portal knows. Rule SC-8.

One row is one place. The facts of a cohort stand in its first row and may be left out, or said
again, in the others; `Cohort` is a word of the sender's own that holds its rows together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cpd.choices import CohortStatus, PaidBy
from cpd.models import Cohort, FabulinusTicket, Programme
from cpd.services import cohort_cells as cells
from cpd.services.cohort_checks import seen_together
from cpd.services.gate import refuse_wrong_phase
from cpd.services.planned_cohorts import PlaceRow, PlannedCohort
from hub_portal.shared.errors import BadInput, PortalError
from hub_portal.shared.london import end_of_day, london_date, start_of_day
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.sheets import Sheet, whole_number
from hub_portal.shared.wording import moment
from schools.models import School
from schools.services.finding import people_with_addresses, schools_by_urn_or_name
from schools.services.people import clean_name, valid_address

OF_THE_COHORT = ("Programme", "Dates", "Places", "Price")
MORE_OF_THE_COHORT = ("Venue", "Booking opens", "Booking closes")
OF_THE_PLACE = ("School", "Delegate", "Email")
MORE_OF_THE_PLACE = ("Paid by", "Credits", "Booked on", "Attended")
COLUMNS = ("Cohort", *OF_THE_COHORT, *OF_THE_PLACE)
MORE_COLUMNS = (*MORE_OF_THE_COHORT, *MORE_OF_THE_PLACE)
MOST_ROWS = 2000
MOST_PLACES, MOST_CREDITS = 2000, 9999
WINDOW = timedelta(days=60)
"""How long before it closes booking had opened, where the list does not say."""

Read = dict[str, str]
"""A row as it stands in the file: column → text."""


class _Known:
    """What the portal knows of what a list names, asked for all at once."""

    def __init__(self, read: Sequence[tuple[int, Read]], *, at: datetime) -> None:
        rows = [row for _, row in read]
        self.at, self.today = at, london_date(at)
        self.schools = schools_by_urn_or_name(row["School"] for row in rows)
        self.members = set(School.objects.members(self.today).values_list("pk", flat=True))
        self.people = people_with_addresses(row["Email"].lower() for row in rows)
        self.programmes: dict[str, list[Programme]] = defaultdict(list)
        for programme in Programme.objects.order_by("pk"):
            for name in {programme.slug.casefold(), programme.title.casefold()}:
                self.programmes[name].append(programme)
        standing = Cohort.objects.exclude(status=CohortStatus.CANCELLED)
        self.cohorts = set(standing.values_list("programme", "starts_at"))
        people = [person.pk for person in self.people.values()]
        waiting = FabulinusTicket.objects.to_be_redeemed().filter(
            person__in=people, last_on__gte=self.today
        )
        self.tickets = {ticket.person_id: ticket for ticket in waiting.order_by("-last_on", "-pk")}
        """The one that ends first, of each."""

    def school(self, written: str) -> School:
        """Raises: BadInput."""
        school = self.schools.get(" ".join(written.split()).casefold())
        if school is None:
            raise BadInput(f"The portal knows no school “{written}”: write its URN.")
        if school.pk not in self.members:
            raise BadInput(f"{school} is no member today.")
        return school

    def programme(self, written: str) -> Programme:
        """Raises: BadInput."""
        found = self.programmes.get(written.casefold(), [])
        if not found:
            raise BadInput(f"There is no programme “{written}”. Add it first, or mend its title.")
        if len(found) > 1:
            slugs = " or ".join(programme.slug for programme in found)
            raise BadInput(f"Several programmes are called “{written}”: write {slugs}.")
        return found[0]


def rows_of_places(sheet: Sheet, *, at: datetime) -> list[PlaceRow]:
    """Every row with what it would do. Raises: BadSheet."""
    more = [name for name in MORE_COLUMNS if sheet.has(name)]
    names = (*COLUMNS, *more)
    empty = dict.fromkeys((*COLUMNS, *MORE_COLUMNS), "")
    read: list[tuple[int, Read]] = [
        (number, empty | dict(zip(names, texts, strict=True)))
        for number, texts in sheet.rows(*names)
    ]
    known = _Known(read, at=at)
    facts = _facts_of_cohorts(read)
    planned: dict[str, PlannedCohort] = {}
    rows = [_row(number, row, facts, planned, known) for number, row in read]
    return seen_together(rows, at=at)


# ---- One row ------------------------------------------------------------------------------------


def _facts_of_cohorts(read: Iterable[tuple[int, Read]]) -> dict[str, Read]:
    """The row in which each cohort is described: its first."""
    facts: dict[str, Read] = {}
    for _, row in read:
        facts.setdefault(row["Cohort"].casefold(), row)
    return facts


def _row(
    number: int,
    row: Read,
    facts: dict[str, Read],
    planned: dict[str, PlannedCohort],
    known: _Known,
) -> PlaceRow:
    said = PlaceRow(
        number=number,
        reference=row["Cohort"],
        school_said=row["School"],
        full_name=" ".join(row["Delegate"].split()),
        email=row["Email"].lower(),
        is_place=any(row[name] for name in (*OF_THE_PLACE, *MORE_OF_THE_PLACE)),
    )
    try:
        cohort = _cohort(row, facts, planned, known)
        return _place(said, row, cohort, known) if said.is_place else replace(said, cohort=cohort)
    except PortalError as refusal:
        return replace(said, problem=refusal.sentence)


def _cohort(
    row: Read, facts: dict[str, Read], planned: dict[str, PlannedCohort], known: _Known
) -> PlannedCohort:
    """The cohort a row belongs to. Raises: BadInput."""
    reference = row["Cohort"].casefold()
    if not reference:
        raise BadInput("Say under Cohort which course this is: the same word for all its rows.")
    first = facts[reference]
    for name in (*OF_THE_COHORT, *MORE_OF_THE_COHORT):
        if row[name] and row[name] != first[name]:
            raise BadInput(f"{name} is another than in the first row of “{row['Cohort']}”.")
    if reference not in planned:
        if row is not first:
            raise BadInput(f"The first row of “{row['Cohort']}” has to be put right.")
        new = _described(row, known)
        if (new.programme, new.starts_at) in {(c.programme, c.starts_at) for c in planned.values()}:
            raise BadInput(f"Another course of the list is {new.programme} on the same date.")
        planned[reference] = new
    return planned[reference]


def _described(row: Read, known: _Known) -> PlannedCohort:
    programme = known.programme(row["Programme"])
    sessions = cells.sessions_in(row["Dates"])
    starts_at, ends_at = sessions[0].starts_at, max(one.ends_at for one in sessions)
    if ends_at <= known.at:
        raise BadInput("This course is over: count what it cost as spent in the opening figures.")
    if (programme.pk, starts_at) in known.cohorts:
        raise BadInput(f"{programme} on {moment(starts_at)} is in the portal already.")
    opens_on, closes_on = cells.day_in(row["Booking opens"]), cells.day_in(row["Booking closes"])
    closes_at = min(end_of_day(closes_on), starts_at) if closes_on else starts_at
    opens_at = start_of_day(opens_on) if opens_on else min(known.at, closes_at - WINDOW)
    if opens_at >= closes_at:
        raise BadInput("Booking closes before it opens.")
    venue = clean_line(row["Venue"])
    if len(venue) > 200:
        raise BadInput("Say the venue in at most 200 characters.")
    return PlannedCohort(
        reference=row["Cohort"],
        programme=programme,
        sessions=sessions,
        capacity=whole_number(row["Places"], what="places", least=1, most=MOST_PLACES),
        price=whole_number(row["Price"], what="credits", least=0, most=MOST_CREDITS),
        venue=venue,
        opens_at=opens_at,
        closes_at=closes_at,
    )


def _place(said: PlaceRow, row: Read, cohort: PlannedCohort, known: _Known) -> PlaceRow:
    cost = cohort.price
    if row["Credits"]:
        cost = whole_number(row["Credits"], what="credits", least=0, most=MOST_CREDITS)
    paid_by = cells.payment_in(row["Paid by"], cost=cost)
    booked_on = cells.day_in(row["Booked on"])
    if booked_on is not None and booked_on > known.today:
        raise BadInput("The day it was booked is still to come.")
    if said.full_name:
        clean_name(said.full_name)
    if said.email:
        valid_address(said.email)
    attended = cells.dates_attended(row["Attended"], sessions=cohort.sessions, at=known.at)
    _refuse_without_a_name(said, paid_by, attended)
    with_facts = replace(
        said,
        cohort=cohort,
        person=known.people.get(said.email),
        paid_by=paid_by,
        cost=cost if paid_by == PaidBy.CREDITS else 0,
        booked_on=booked_on,
        attended=frozenset(attended) if attended is not None else None,
    )
    if paid_by == PaidBy.TICKET:
        return _with_ticket(with_facts, cohort, known)
    school = known.school(said.school_said)
    return replace(with_facts, school=school, note=_note(with_facts, school))


def _refuse_without_a_name(said: PlaceRow, paid_by: PaidBy, attended: set[int] | None) -> None:
    if said.full_name:
        return
    if said.email:
        raise BadInput("There is an address and no name.")
    if paid_by == PaidBy.TICKET:
        raise BadInput("A ticket has a holder: write their name and address.")
    if attended:
        raise BadInput("Nobody is named who could have attended.")


def _with_ticket(row: PlaceRow, cohort: PlannedCohort, known: _Known) -> PlaceRow:
    """A place taken with a ticket belongs to no school. Rule FT-2."""
    if not cohort.programme.tickets_welcome:
        raise BadInput(f"{cohort.programme} does not take tickets.")
    ticket = known.tickets.get(row.person.pk) if row.person else None
    if ticket is None:
        raise BadInput(
            "This person has no ticket to redeem. Send in the list of graduates first, with the "
            "same address."
        )
    return replace(row, ticket=ticket, note="The ticket is redeemed; no school pays.")


def _note(row: PlaceRow, school: School) -> str:
    """What the hub manager should look at before saving; it stops nothing."""
    notes = []
    try:
        if row.cohort is not None:
            refuse_wrong_phase(programme=row.cohort.programme, school=school)
    except PortalError:
        notes.append("This programme is for schools of another phase.")
    if row.person is not None and row.person.full_name.casefold() != row.full_name.casefold():
        notes.append(f"Known by this address as {row.person.full_name}.")
    elif row.full_name and row.person is None and row.email:
        notes.append("New person.")
    elif row.full_name and not row.email:
        notes.append("No address: mail goes to the rep.")
    return " ".join(notes)
