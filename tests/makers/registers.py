"""Cohorts that somebody organises, with their registers taken.

organiser = make_organiser()
cohort = make_running_cohort(organiser=organiser, sessions=2)
take(cohort, {booking: "attended"})                    # the first session, on its day
"""

from datetime import timedelta

from cpd.choices import Mark
from cpd.services.at_the_door import WalkInOrder
from cpd.services.registers import take_register
from tests.makers.cpd import IN_JANUARY, make_cohort
from tests.makers.schools import make_person

ON_THE_DAY = IN_JANUARY + timedelta(hours=1)
"""While the first session of a cohort made here is running."""


def make_organiser(*, full_name="Olga Organiser", email="olga@organisers.example"):
    return make_person(full_name=full_name, email=email)


def make_running_cohort(*, organiser, **facts):
    """An offered cohort of whoever organises it; its first session is IN_JANUARY."""
    return make_cohort(organiser=organiser, **facts)


def sessions_of(cohort):
    return list(cohort.sessions.order_by("starts_at"))


def take(cohort, marks, *, session=None, by=None, at=None):
    """Mark places of a session, the first unless given, an hour after it began."""
    session = session or sessions_of(cohort)[0]
    return take_register(
        session_id=session.pk,
        marks={booking.pk: Mark(mark) for booking, mark in marks.items()},
        by=by or cohort.organiser,
        at=at or session.starts_at + timedelta(hours=1),
    )


def make_walk_in_order(*, session, school, key="door-1", **words):
    facts = {"full_name": "Wanda Walker", "reason": "Heard of it this morning", **words}
    return WalkInOrder(
        key=key, session_id=session.pk, school_id=school.pk if school else None, **facts
    )
