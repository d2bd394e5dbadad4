"""Any order of what people and the clock do keeps every rule of places, credits and tickets.

    PORTAL_STATE_MACHINE_EXAMPLES=300 ./test --leg sqlite tests/cpd/state_machine

lives through three hundred hubs that nobody has seen before, and makes what it finds short.
"""

import pytest

from tests.cpd.state_machine.machine import run

pytestmark = pytest.mark.django_db


def test_any_order_of_acts_keeps_every_invariant():
    run()
