"""The door of the demo hub: a conference is on today, and its organiser scans who comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cpd.models import Booking, Cohort, Programme, ProgrammeKind, Subject
from cpd.services.bookings import Order, book_places
from cpd.services.check_in import check_in
from cpd.services.cohorts import PlannedSession, add_cohort, offer_cohort
from cpd.services.delegates import Delegate
from cpd.services.door_codes import places_with_codes, token_of
from hub_portal.management.demo.people import Cast
from hub_portal.shared.errors import Refused
from hub_portal.shared.london import end_of_day, london_date, start_of_day
from hub_portal.shared.rich_text import RichText
from schools.models import Person

CONFERENCE = "middle-leaders-conference"
FROM_EACH_SCHOOL = 2
STILL_ON_THE_WAY = 7
"""So many delegates have not come yet: their codes are left to be scanned."""


def open_the_door(*, cast: Cast, by: Person, at: datetime) -> None:
    """Plan today's conference, fill it, and scan all but a few of those who come."""
    cohort = _conference(cast, by, at)
    for people in cast.schools:
        delegates = tuple(Delegate(person_id=one.pk) for one in people.staff[-FROM_EACH_SCHOOL:])
        order = Order(
            key=f"demo-conference-{people.school.pk}",
            cohort_id=cohort.pk,
            school_id=people.school.pk,
            delegates=delegates,
            shown_price=0,
        )
        try:
            book_places(order=order, by=people.rep, at=at - timedelta(days=10))
        except Refused:
            continue
    places = list(places_with_codes().filter(cohort=cohort).order_by("pk"))
    _scan(cohort, places[:-STILL_ON_THE_WAY], by=cast.lead.staff[0], at=at)


def _conference(cast: Cast, by: Person, at: datetime) -> Cohort:
    """It began a little while ago, whenever the demo hub is built."""
    kind, _ = ProgrammeKind.objects.get_or_create(name="Conference")
    subject, _ = Subject.objects.get_or_create(name="Leadership")
    programme = Programme.objects.create(
        title="Middle leaders’ conference",
        slug=CONFERENCE,
        kind=kind,
        subject=subject,
        summary="A day for heads of department, year and phase, with workshops to choose from.",
        description=RichText("<p>Coaching, difficult conversations, and leading a team well.</p>"),
        hours=5,
        for_primary=True,
        for_secondary=True,
        for_special=True,
    )
    today = london_date(at)
    planned_at = at - timedelta(weeks=8)
    session = PlannedSession(
        starts_at=max(start_of_day(today), at - timedelta(minutes=45)),
        ends_at=min(end_of_day(today) - timedelta(minutes=1), at + timedelta(hours=5)),
    )
    cohort = add_cohort(
        programme=programme,
        sessions=[session],
        price=0,
        capacity=60,
        venue="Lampton School, main hall",
        booking_opens_at=planned_at,
        booking_closes_at=at - timedelta(days=2),
        organiser=cast.lead.staff[0],
        by=by,
        at=planned_at,
    )
    return offer_cohort(cohort=cohort, by=by, at=planned_at)


def _scan(cohort: Cohort, places: Sequence[Booking], *, by: Person, at: datetime) -> None:
    """One after the other, the last a moment ago."""
    session = cohort.sessions.get()
    for number, place in enumerate(reversed(places)):
        seen_at = max(session.starts_at, at - timedelta(seconds=40 * number + 20))
        check_in(
            code=token_of(place), session_id=session.pk, by=by, at=at, scanned_at=min(seen_at, at)
        )
