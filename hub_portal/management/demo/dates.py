"""Dates of the demo hub: always school days, always in London time."""

from datetime import date, datetime, time, timedelta

from hub_portal.shared.london import at_london_time, london_date
from schools.rules import HubCalendar


def school_day_near(day: date, calendar: HubCalendar, *, forward: bool = True) -> date:
    """The day itself if schools are open, or the next (or the last) day on which they are."""
    step = timedelta(days=1 if forward else -1)
    for _ in range(120):
        if calendar.is_school_day(day):
            return day
        day += step
    return day


def weeks_from(at: datetime, weeks: float, calendar: HubCalendar) -> date:
    """A school day so many weeks after today, or before."""
    day = london_date(at) + timedelta(days=round(weeks * 7))
    return school_day_near(day, calendar, forward=weeks >= 0)


def at_clock(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant on a London clock."""
    return at_london_time(day, time(hour, minute))
