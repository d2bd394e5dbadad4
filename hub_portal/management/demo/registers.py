"""Registers of the demo hub: most are taken, a few wait, somebody walked in."""

import random
from datetime import datetime, timedelta

from cpd.choices import CohortStatus, Mark
from cpd.models import Cohort, Session
from cpd.services.absences import tell_of_absences
from cpd.services.at_the_door import WalkInOrder, add_walk_in
from cpd.services.registers import places_at, take_register
from hub_portal.management.demo.people import Cast

LEFT_WAITING = 2
"""So many of the latest sessions have no register yet: they stand on the desk."""

MARKS = (*[Mark.ATTENDED] * 16, Mark.PARTLY, Mark.ABSENT, Mark.APOLOGIES)


def take_registers(*, cast: Cast, at: datetime) -> None:
    """Mark the sessions that are over, as their organisers would have done on the day."""
    chance = random.Random("who was there")  # noqa: S311 - a demo, nothing secret
    over = _sessions_over(at)
    for session in over[: len(over) - LEFT_WAITING]:
        organiser = session.cohort.organiser
        if organiser is None:
            continue
        marks = {
            place.pk: chance.choice(MARKS) if place.delegate_id else Mark.ABSENT
            for place in places_at(session)
        }
        take_register(session_id=session.pk, marks=marks, by=organiser, at=session.ends_at)
    if over:
        _somebody_walks_in(over[-1], cast)
    tell_of_absences(at=at)


def _sessions_over(at: datetime) -> list[Session]:
    booked = Cohort.objects.filter(status=CohortStatus.OFFERED, bookings__isnull=False)
    over = Session.objects.filter(ends_at__lte=at, cohort__in=booked.values("pk"))
    return list(over.select_related("cohort__organiser").order_by("starts_at", "pk"))


def _somebody_walks_in(session: Session, cast: Cast) -> None:
    """A colleague of the last school comes with a friend who has a place."""
    organiser = session.cohort.organiser
    if organiser is None:
        return
    order = WalkInOrder(
        key=f"demo-door-{session.pk}",
        session_id=session.pk,
        school_id=cast.schools[-1].school.pk,
        full_name="Petra Lawson",
        reason="Came with a colleague who had a place.",
    )
    add_walk_in(order=order, by=organiser, at=session.starts_at + timedelta(minutes=10))
