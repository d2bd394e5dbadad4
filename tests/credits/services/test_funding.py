"""Money received becomes credits in pool and reserve. Rule CR-1."""

from datetime import date
from decimal import Decimal

import pytest

from credits.errors import KeyUsedOtherwise, NothingToShare, PlanHasChanged
from credits.models import Funding, Instalment
from credits.services.funding import credits_for, fund_year, receive_instalment
from hub_portal.trail.models import Act
from schools.models import SchoolYear
from tests.makers.credits import (
    balances,
    ledger,
    make_funding,
    make_instalment,
    the_books,
    the_portal,
)
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db


def receive(funding, **facts):
    facts = {
        "pence": 8_000_000,
        "received_on": date(2026, 11, 20),
        "reference": "Grant 1",
        "by": the_portal(),
        "at": NOON,
        **facts,
    }
    return receive_instalment(funding=funding, **facts)


def test_an_instalment_is_split_into_pool_and_reserve():
    instalment = receive(make_funding())

    assert (instalment.number, instalment.pool_credits, instalment.reserve_credits) == (1, 3920, 80)
    assert ledger() == [
        ("fund", "funding", "pool", 3920),
        ("fund", "funding", "reserve", 80),
    ]
    assert balances() == {
        ("hub", "funding"): -4000,
        ("hub", "pool"): 3920,
        ("hub", "reserve"): 80,
    }
    assert Act.objects.get(verb="funding.received").subject == f"instalment:{instalment.pk}"


def test_the_next_instalment_has_the_next_number():
    funding = make_funding()

    numbers = [receive(funding).number, receive(funding, pence=100_000).number]

    assert numbers == [1, 2]


def test_a_page_sent_twice_is_recorded_once():
    funding = make_funding()
    first = receive(funding, number=1)
    before = the_books()

    second = receive(funding, number=1)

    assert second == first
    assert the_books() == before
    assert Act.objects.filter(verb="funding.received").count() == 1


def test_the_same_number_with_another_amount_is_refused():
    funding = make_funding()
    receive(funding, number=1)
    before = the_books()

    with pytest.raises(KeyUsedOtherwise):
        receive(funding, number=1, pence=9_000_000)

    assert the_books() == before
    assert Instalment.objects.count() == 1


def test_an_amount_that_makes_no_whole_credit_is_refused():
    with pytest.raises(NothingToShare, match="no whole credit"):
        receive(make_funding(), pence=1999)

    assert not Instalment.objects.exists()
    assert ledger() == []


def test_settings_changed_since_the_page_was_shown_are_noticed():
    funding = make_funding()
    shown = credits_for(funding=funding, pence=8_000_000)
    Funding.objects.update(share_percent=Decimal(60))

    with pytest.raises(PlanHasChanged):
        receive(funding, shown=shown)

    assert not Instalment.objects.exists()


def test_a_new_years_funding_takes_last_years_settings():
    make_funding(lump_sum=25, floor=12, cap=400, share_percent=Decimal("62.5"))
    next_year = SchoolYear.objects.create(starts_on=date(2027, 9, 1))

    funding = fund_year(year=next_year, by=the_portal(), at=NOON)
    again = fund_year(year=next_year, by=the_portal(), at=NOON)

    assert (funding.lump_sum, funding.floor, funding.cap) == (25, 12, 400)
    assert funding.share_percent == Decimal("62.5")
    assert again == funding
    assert Act.objects.filter(subject=f"funding:{funding.pk}").count() == 1


def test_more_money_is_shared_by_a_run_of_its_own():
    funding = make_funding()
    make_instalment(funding=funding)
    make_instalment(funding=funding, pence=1_000_000)

    assert balances()["hub", "pool"] == 3920 + 490
