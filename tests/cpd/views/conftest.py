"""Every page test happens at noon on Friday 20 November 2026."""

import pytest
import time_machine

from tests.makers.schools import NOON, make_cast


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def as_rep(client, cast):
    """The browser of our school's rep."""
    client.force_login(cast.rep)
    return client
