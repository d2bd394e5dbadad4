"""Bringing cohorts that were run without the portal before, with whoever is on them. Rule SC-8.

Places are what booking makes of them: one request for each school and cohort, its credits committed
by one posting, one live place a person. What the rules of booking ask beforehand was answered long
ago: no window, no limit of a school, no headteacher's approval. Nobody is mailed.

The order of locks is that of booking. The cohorts are new, so nobody else waits for them; the
tickets come last before the books.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cpd.choices import Mark, PaidBy
from cpd.models import Attendance, Booking, BookingRequest, Cohort, FabulinusTicket
from cpd.services.cohorts import add_cohort, offer_running_cohort
from cpd.services.planned_cohorts import PlaceRow, PlannedCohort
from cpd.services.policy import bands_in_force
from cpd.services.redeeming import refuse_unless_redeemable, take_place_with
from cpd.services.registers import mark_places
from cpd.services.ticket_moving import lock_ticket
from credits.models import JournalEntry
from credits.services.commitments import commitment_of
from credits.services.ledger import NewEntry, post
from hub_portal.shared.london import london_date, start_of_day
from hub_portal.trail.services.acts import build_act, record_acts
from schools.models import Person, School, SchoolYear
from schools.services.calendar import school_year_of
from schools.services.posts import voice_of
from schools.services.staff import bring_colleague


@dataclass
class _Party:
    """The places one school has on one cohort: one request of a list."""

    cohort: Cohort
    school: School
    request: BookingRequest
    rows: list[PlaceRow] = field(default_factory=list)
    people: list[Person | None] = field(default_factory=list)

    @property
    def prices(self) -> list[tuple[int | None, int]]:
        """Who costs how much; a free place is not among them."""
        together = zip(self.rows, self.people, strict=True)
        return [(person.pk if person else None, row.cost) for row, person in together if row.cost]


def bring_running_cohorts(
    *,
    cohorts: Sequence[PlannedCohort],
    places: Sequence[PlaceRow],
    key: str,
    by: Person,
    at: datetime,
) -> list[Booking]:
    """Plan and offer each cohort, and give everybody named their place. Nobody is mailed.

    `key` is that of the list: what is done for it is done once. The caller's transaction is
    that of the list.

    Raises: NotEnoughCredits; TicketNotLive, TicketIsPast for a ticket redeemed meanwhile.
    """
    added = {planned.reference.casefold(): _add(planned, by=by, at=at) for planned in cohorts}
    parties = _parties(added, places, key=key, by=by, at=at)
    with_tickets = [row for row in places if row.ticket is not None]
    tickets = _lock_tickets(with_tickets, at=at)
    year = school_year_of(london_date(at))
    entries = _commit(parties, year, by=by, at=at)
    booked = [pair for party in parties for pair in _book(party, entries, year, by=by, at=at)]
    booked += [(row, _redeem(row, tickets, added, key=key, by=by, at=at)) for row in with_tickets]
    _mark(booked, by=by, at=at)
    return [booking for _, booking in booked]


def _add(planned: PlannedCohort, *, by: Person, at: datetime) -> Cohort:
    cohort = add_cohort(
        sessions=planned.sessions,
        programme=planned.programme,
        format=planned.programme.format,
        price=planned.price,
        capacity=planned.capacity,
        venue=planned.venue,
        booking_opens_at=planned.opens_at,
        booking_closes_at=planned.closes_at,
        by=by,
        at=at,
    )
    return offer_running_cohort(cohort=cohort, by=by, at=at)


def _parties(
    added: Mapping[str, Cohort], places: Sequence[PlaceRow], *, key: str, by: Person, at: datetime
) -> list[_Party]:
    """The places of schools, request by request, with the people on them found or added."""
    parties: dict[tuple[str, int], _Party] = {}
    for row in places:
        if row.school is None:
            continue
        about = (row.course, row.school.pk)
        if about not in parties:
            cohort = added[about[0]]
            request = _request(f"{key}:{about}", cohort, row.school, by=by, at=at)
            parties[about] = _Party(cohort, row.school, request)
        parties[about].rows.append(row)
        parties[about].people.append(_person(row, row.school, by=by, at=at))
    return list(parties.values())


def _person(row: PlaceRow, school: School, *, by: Person, at: datetime) -> Person | None:
    """Who is meant; nobody for a place to be named."""
    if not row.full_name:
        return None
    return bring_colleague(school=school, full_name=row.full_name, email=row.email, by=by, at=at)


def _request(
    key: str, cohort: Cohort, school: School | None, *, by: Person, at: datetime
) -> BookingRequest:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return BookingRequest.objects.create(
        key=digest, fingerprint=digest, school=school, cohort=cohort, made_by=by, made_at=at
    )


def _lock_tickets(rows: Sequence[PlaceRow], *, at: datetime) -> dict[int, FabulinusTicket]:
    ids = sorted(row.ticket.pk for row in rows if row.ticket is not None)
    tickets = {ticket_id: lock_ticket(ticket_id) for ticket_id in ids}
    for ticket in tickets.values():
        refuse_unless_redeemable(ticket=ticket, at=at)
    return tickets


def _commit(
    parties: Sequence[_Party], year: SchoolYear, *, by: Person, at: datetime
) -> dict[int, JournalEntry]:
    """Commit what all of it costs in one posting; the entries by request. Rule CR-7."""
    paying = [party for party in parties if party.prices]
    entries: list[NewEntry] = []
    for party in paying:
        about = f"booking_request:{party.request.pk}"
        entries.append(
            commitment_of(
                key=f"{about}:commit",
                about=about,
                school=party.school,
                year=year,
                prices=party.prices,
                memo={"cohort": party.cohort.pk},
            )
        )
    if not entries:
        return {}
    posted = post(entries, by=by, at=at)
    return {party.request.pk: entry for party, entry in zip(paying, posted, strict=True)}


def _book(
    party: _Party,
    entries: Mapping[int, JournalEntry],
    year: SchoolYear,
    *,
    by: Person,
    at: datetime,
) -> list[tuple[PlaceRow, Booking]]:
    entry = entries.get(party.request.pk)
    booker = voice_of(school=party.school) or by
    bookings = Booking.objects.bulk_create(
        Booking(
            request=party.request,
            cohort=party.cohort,
            school=party.school,
            year=year,
            delegate=person,
            named_as=row.full_name,
            paid_by=PaidBy.CREDITS if row.cost else PaidBy.FREE,
            price=row.cost,
            bands=bands_in_force(),
            booked_by=booker,
            booked_at=_booked_at(row, at),
            commit_entry=entry if row.cost else None,
            is_told=False,
        )
        for row, person in zip(party.rows, party.people, strict=True)
    )
    record_acts(
        build_act(
            verb="booking.brought",
            subject=f"booking:{booking.pk}",
            school=booking.school_in_acts,
            by=by,
            at=at,
            after={"cohort": booking.cohort_id, "price": booking.price},
        )
        for booking in bookings
    )
    return list(zip(party.rows, bookings, strict=True))


def _redeem(
    row: PlaceRow,
    tickets: Mapping[int, FabulinusTicket],
    added: Mapping[str, Cohort],
    *,
    key: str,
    by: Person,
    at: datetime,
) -> Booking:
    if row.ticket is None:
        raise ValueError(f"row {row.number} has no ticket to redeem")
    cohort, ticket = added[row.course], tickets[row.ticket.pk]
    return take_place_with(
        ticket,
        request=_request(f"{key}:ticket:{ticket.pk}", cohort, None, by=by, at=at),
        cohort=cohort,
        by=by,
        at=at,
        is_told=False,
        booked_at=_booked_at(row, at),
    )


def _booked_at(row: PlaceRow, at: datetime) -> datetime:
    return start_of_day(row.booked_on) if row.booked_on else at


def _mark(booked: Sequence[tuple[PlaceRow, Booking]], *, by: Person, at: datetime) -> None:
    """The registers of dates that are over, as the list tells them; schools know. Rule BK-10."""
    by_cohort: dict[Cohort, list[tuple[PlaceRow, Booking]]] = defaultdict(list)
    for row, booking in booked:
        if row.attended is not None and booking.delegate_id is not None:
            by_cohort[booking.cohort].append((row, booking))
    for cohort, pairs in by_cohort.items():
        for place, session in enumerate(cohort.sessions.order_by("starts_at")):
            if session.ends_at > at:
                continue
            wanted = [
                (booking, Mark.ATTENDED if place in (row.attended or ()) else Mark.ABSENT)
                for row, booking in pairs
            ]
            mark_places(session=session, wanted=wanted, by=by, at=at)
    Attendance.objects.filter(booking__in=[booking for _, booking in booked]).update(told_at=at)
