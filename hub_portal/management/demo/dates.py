"""Dates of the demo hub: always school days, always in London time."""

from datetime import date, datetime, time

from hub_portal.shared.london import at_london_time, london_date
from schools.rules import HubCalendar


def weeks_from(at: datetime, weeks: float, calendar: HubCalendar) -> date:
    """The school day so many weeks of five school days after today, or before."""
    days, today = round(weeks * 5), london_date(at)
    if days < 0:
        return calendar.school_day_before(today, -days)
    return calendar.last_of_school_days(today, max(days, 1))


def at_clock(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant on a London clock."""
    return at_london_time(day, time(hour, minute))
