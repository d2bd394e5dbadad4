"""When a thing of every day is due, by London's clock. Pure Python."""

from datetime import date, datetime, time, timedelta

from hub_portal.shared.london import at_london_time, london_date


def last_day_due(*, clock: time, at: datetime) -> date:
    """The last London day on which this time of day has come, as seen at an instant.

    A time that a spring change skips (01:30) comes an hour later by the wall; one that an
    autumn change repeats comes the first time. Either way each day comes exactly once, so a
    key made of the day runs a thing once a day, and a portal that was down catches up on the
    last day it missed.
    """
    today = london_date(at)
    if at >= at_london_time(today, clock):
        return today
    return today - timedelta(days=1)
