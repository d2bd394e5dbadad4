"""From instants to London's days and back, across both changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_portal.shared import london


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 8, 31, 22, 59, tzinfo=UTC), date(2026, 8, 31)),
        (datetime(2026, 8, 31, 23, 30, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_london_date_is_the_day_on_a_london_calendar(at, on):
    assert london.london_date(at) == on


def test_london_date_refuses_an_instant_without_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        london.london_date(datetime(2026, 8, 31, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("on", "hours"),
    [(date(2027, 3, 28), 23), (date(2026, 10, 25), 25), (date(2027, 6, 1), 24)],
)
def test_a_day_has_as_many_hours_as_the_clocks_give_it(on, hours):
    assert london.end_of_day(on) - london.start_of_day(on) == timedelta(hours=hours)


@given(st.datetimes(min_value=datetime(1999, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001
def test_every_instant_lies_within_its_own_london_day(moment):
    at = moment.replace(tzinfo=UTC)
    on = london.london_date(at)

    assert london.start_of_day(on) <= at < london.end_of_day(on)


@pytest.mark.parametrize(
    ("on", "clock", "utc"),
    [
        (date(2027, 1, 14), time(13, 30), datetime(2027, 1, 14, 13, 30, tzinfo=UTC)),
        (date(2027, 6, 14), time(13, 30), datetime(2027, 6, 14, 12, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2027, 3, 28), time(1, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)
def test_at_london_time_is_the_instant_a_london_clock_shows(on, clock, utc):
    assert london.at_london_time(on, clock) == utc


def test_now_is_aware_and_utc():
    assert london.now().tzinfo is UTC
