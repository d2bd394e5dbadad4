"""Tries are counted per name, visitor and span of time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from hub_portal.shared.throttle import too_many

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _empty_cache(db):
    cache.clear()


def tries(number, *, name="number", who="198.51.100.7", at=NOON):
    return [too_many(name, who, most=3, within=TEN_MINUTES, at=at) for _ in range(number)]


def test_the_fourth_of_three_is_too_many():
    assert tries(5) == [False, False, False, True, True]


def test_another_visitor_another_name_and_another_time_have_tries_of_their_own():
    tries(4)

    assert tries(1, who="198.51.100.8") == [False]
    assert tries(1, name="ticket") == [False]
    assert tries(1, at=NOON + TEN_MINUTES) == [False]
    assert tries(1, at=NOON + TEN_MINUTES - timedelta(seconds=1)) == [True]
