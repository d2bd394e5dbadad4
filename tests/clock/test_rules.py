"""London's time of day, over both changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from hub_portal.clock.rules import last_day_due


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 20, 2, 29, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 2, 30, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 7, 1, 1, 29, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 7, 1, 1, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 8, 31, 23, 30, tzinfo=UTC), date(2026, 8, 31)),
        (datetime(2028, 2, 29, 3, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_last_day_due_is_the_london_day_on_which_the_time_came(at, day):
    assert last_day_due(clock=time(2, 30), at=at) == day


@pytest.mark.parametrize(
    "around",
    [
        pytest.param(datetime(2027, 3, 28, 1, 0, tzinfo=UTC), id="the clocks skip 01:30"),
        pytest.param(datetime(2026, 10, 25, 1, 0, tzinfo=UTC), id="01:30 comes twice"),
    ],
)
def test_every_day_comes_exactly_once_when_the_clocks_change(around):
    minutes = [around + timedelta(minutes=m) for m in range(-36 * 60, 36 * 60)]

    days = [last_day_due(clock=time(1, 30), at=minute) for minute in minutes]

    changes = [day for before, day in pairwise(days) if day != before]
    assert changes == sorted(set(changes))
    assert changes == [around.date() + timedelta(days=d) for d in (-1, 0, 1)]
