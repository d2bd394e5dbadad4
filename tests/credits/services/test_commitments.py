"""Which year pays, and what each verb moves. Rules CR-7 and CR-8."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from credits.models import Transfer
from credits.services.commitments import commitment, release, settlement, waiver
from credits.services.figures import Figures, figures_of
from credits.services.ledger import post
from schools.models import SchoolYear
from schools.services.calendar import school_year_of
from tests.makers.credits import make_instalment, make_run, make_school_with_roll, the_portal
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db
IN_OCTOBER = datetime(2027, 10, 6, 12, 0, tzinfo=UTC)


@pytest.fixture
def school():
    school = make_school_with_roll(pupils=100)
    make_run(instalment=make_instalment(pence=200_000, reserve_percent=0))
    return school


def do(entry, *, at=NOON):
    with transaction.atomic():
        post([entry], by=the_portal(), at=at)


def test_a_commitment_is_paid_from_its_year_whenever_it_is_completed(school):
    year, next_year = school_year_of(NOON.date()), school_year_of(IN_OCTOBER.date())
    facts = {"about": "booking:1", "school": school, "year": year}
    do(commitment(key="c", price=30, for_people=[None, None], **facts))

    do(settlement(key="s", amount=30, person_id=None, **facts), at=IN_OCTOBER)
    do(release(key="r", returned=10, kept=20, person_id=None, **facts), at=IN_OCTOBER)

    assert figures_of(school, year) == Figures(committed=0, spent=50, available=50)
    assert figures_of(school, next_year) == Figures()
    assert set(Transfer.objects.values_list("credit_account__year", flat=True)) == {year.pk}


@pytest.mark.parametrize(
    ("day", "starts_in"),
    [(date(2027, 8, 31), 2026), (date(2027, 9, 1), 2027), (date(2028, 2, 29), 2027)],
)
def test_the_year_that_pays_is_that_of_the_london_day(day, starts_in):
    assert school_year_of(day) == SchoolYear.objects.get(starts_on=date(starts_in, 9, 1))


def test_nothing_kept_and_nothing_returned_are_left_out_of_a_release(school):
    facts = {"about": "booking:1", "school": school, "year": school_year_of(NOON.date())}
    do(commitment(key="c", price=30, for_people=[None, None], **facts))

    do(release(key="1", returned=30, kept=0, person_id=None, **facts))
    do(release(key="2", returned=0, kept=30, person_id=None, **facts))
    do(waiver(key="3", amount=30, person_id=None, **facts))

    moved = Transfer.objects.order_by("-pk").values_list(
        "debit_account__kind", "credit_account__kind", "amount"
    )
    assert list(moved[:3]) == [
        ("spent", "available", 30),
        ("committed", "spent", 30),
        ("committed", "available", 30),
    ]
