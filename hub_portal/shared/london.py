"""Instants are stored in UTC and dates are London's: the step from one to the other, once.

Rule SC-7. A day runs from one London midnight to the next, so it has 23 or 25 hours when the
clocks change.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This instant, aware and in UTC. Only doors ask (views, admin, tasks); services are told."""
    return datetime.now(tz=UTC)


def london_time(at: datetime) -> datetime:
    """The instant as a London clock shows it."""
    if at.tzinfo is None:
        raise ValueError("An instant without a time zone has no London time.")
    return at.astimezone(LONDON)


def london_date(at: datetime) -> date:
    """The day it is in London at this instant."""
    return london_time(at).date()


def start_of_day(on: date) -> datetime:
    """The first instant of a London day."""
    return datetime.combine(on, time.min, tzinfo=LONDON).astimezone(UTC)


def end_of_day(on: date) -> datetime:
    """The first instant after a London day: `at < end_of_day(on)` is still in it."""
    return start_of_day(on + timedelta(days=1))


def at_london_time(on: date, clock: time) -> datetime:
    """The instant a London clock shows this time on this day.

    A time that comes twice when the clocks go back is the first of the two; one that the clocks
    skip in spring is the same instant an hour on.
    """
    return datetime.combine(on, clock.replace(tzinfo=None), tzinfo=LONDON).astimezone(UTC)
