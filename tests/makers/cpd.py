"""Courses and bookings: one offered cohort, and a school with credits to spend on it."""

import itertools
from datetime import UTC, datetime, timedelta

from django.db import transaction

from cpd.choices import CohortStatus
from cpd.models import Cohort, Programme, ProgrammeKind, Session, Subject
from cpd.services.bookings import Order, book_places
from cpd.services.delegates import Delegate
from credits.choices import AccountKind, EntryKind
from credits.services.ledger import Holder, Move, NewEntry, post
from schools.models import Person
from schools.services.calendar import school_year_of
from tests.makers.schools import NOON

_numbers = itertools.count(1)

IN_JANUARY = datetime(2027, 1, 14, 13, 30, tzinfo=UTC)
"""A Thursday in term, well after NOON."""


def make_programme(*, title="Coaching conversations", **facts):
    number = next(_numbers)
    kind, _ = ProgrammeKind.objects.get_or_create(name="Teaching and learning")
    subject, _ = Subject.objects.get_or_create(name="Leadership")
    facts = {
        "slug": f"course-{number}",
        "summary": "A course.",
        "for_primary": True,
        "for_secondary": True,
        "hours": 3,
        **facts,
    }
    return Programme.objects.create(title=title, kind=kind, subject=subject, **facts)


def make_cohort(*, programme=None, starts_at=IN_JANUARY, hours=3, sessions=1, **facts):
    """An offered cohort of weekly sessions, open for booking at NOON."""
    starts = [starts_at + timedelta(weeks=n) for n in range(sessions)]
    facts = {
        "price": 12,
        "capacity": 10,
        "venue": "Lampton School, Hounslow",
        "booking_opens_at": starts_at - timedelta(days=120),
        "booking_closes_at": starts_at - timedelta(hours=1),
        "status": CohortStatus.OFFERED,
        **facts,
    }
    cohort = Cohort.objects.create(
        programme=programme or make_programme(),
        starts_at=starts[0],
        ends_at=starts[-1] + timedelta(hours=hours),
        **facts,
    )
    for start in starts:
        Session.objects.create(
            cohort=cohort, starts_at=start, ends_at=start + timedelta(hours=hours)
        )
    return cohort


def give_credits(*, school, credits=100, at=NOON):
    """Credits straight out of funding, for tests that are not about allocation."""
    year = school_year_of(at.date())
    pool = Holder(None, year.pk, AccountKind.POOL)
    key = f"test:{next(_numbers)}"
    with transaction.atomic():
        post(
            [
                NewEntry(
                    key=f"{key}:1",
                    kind=EntryKind.FUND,
                    moves=(Move(Holder(None, year.pk, AccountKind.FUNDING), pool, credits),),
                ),
                NewEntry(
                    key=f"{key}:2",
                    kind=EntryKind.ALLOCATE,
                    moves=(Move(pool, Holder(school.pk, year.pk, AccountKind.AVAILABLE), credits),),
                ),
            ],
            by=Person.objects.portal(),
            at=at,
        )
    return year


def make_order(*, cohort, school, delegates=None, key=None, shown_price=None, **more):
    if delegates is None:
        delegates = [Delegate(full_name="Tom Teacher", email="tom@our.example")]
    return Order(
        key=key or f"page-{next(_numbers)}",
        cohort_id=cohort.pk,
        school_id=school.pk,
        delegates=tuple(delegates),
        shown_price=cohort.price if shown_price is None else shown_price,
        **more,
    )


def make_booking(*, cohort, school, by, at=NOON, full_name=None, email=None):
    """One place booked through the service, as a rep would."""
    number = next(_numbers)
    delegate = Delegate(
        full_name=full_name or f"Teacher {number}", email=email or f"t{number}@our.example"
    )
    order = make_order(cohort=cohort, school=school, delegates=[delegate])
    return book_places(order=order, by=by, at=at)[0]
