"""The hub manager's pages, at noon on Friday 20 November 2026."""

import pytest
import time_machine

from tests.makers.credits import make_instalment, make_roll, make_run
from tests.makers.schools import NOON, make_cast, make_finance_officer, sign_in


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cast(db):
    """Our school with 500 pupils, the stranger's with 500; no money yet."""
    cast = make_cast()
    make_roll(school=cast.our_school, pupils=500)
    make_roll(school=cast.strangers_school, pupils=500)
    return cast


@pytest.fixture
def as_manager(client, cast):
    """Signed in freshly."""
    sign_in(client, cast.hub_manager)
    return client


@pytest.fixture
def as_finance(client, cast):
    sign_in(client, make_finance_officer())
    return client


@pytest.fixture
def instalment(cast):
    """900 credits for the schools, 100 in the reserve."""
    return make_instalment(pence=2_000_000, reserve_percent=10)


@pytest.fixture
def run(instalment):
    """450 credits for each of the two schools."""
    return make_run(instalment=instalment)
