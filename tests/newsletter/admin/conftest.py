"""Every page of the admin is looked at by the hub manager at noon on 20 November 2026."""

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
def as_manager(client, cast):
    client.force_login(cast.hub_manager)
    return client
