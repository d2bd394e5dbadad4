"""Any order of what people and the clock do keeps every rule of places, credits and tickets."""

import pytest

from tests.cpd.state_machine.machine import run

pytestmark = pytest.mark.django_db


def test_any_order_of_acts_keeps_every_invariant():
    run()
