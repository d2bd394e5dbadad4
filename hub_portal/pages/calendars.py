"""A month of dates as a list and a grid, and the calendars others subscribe to. Reading only."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from cpd.services.dates import CalendarDate, own_dates, school_dates
from cpd.services.feeds import FeedPart, part_of_person, part_of_school
from hub_portal.shared.calendar_entries import calendar_feed
from hub_portal.shared.context import hub_identity
from hub_portal.shared.london import london_date
from schools.models import CalendarFeed, Person, School

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Day:
    """One day of the grid."""

    on: date
    is_of_the_month: bool
    is_today: bool
    dates: Sequence[CalendarDate]


@dataclass(frozen=True)
class MonthPage:
    """A month of somebody's dates: first the list, then the grid."""

    first_on: date
    dates: Sequence[CalendarDate]
    weeks: Sequence[Sequence[Day]]
    before: date
    after: date


@dataclass(frozen=True)
class Feed:
    """What a private address answers: the file, and what tells whether it has changed."""

    content: bytes
    changed_at: datetime

    @property
    def etag(self) -> str:
        return f'"{sha256(self.content).hexdigest()[:32]}"'


def month_asked_for(words: str, *, at: datetime) -> date | None:
    """The first of the month an address asks for ("2027-01"), of this month, or None."""
    if not words:
        return london_date(at).replace(day=1)
    found = MONTH.fullmatch(words)
    return date(int(found[1]), int(found[2]), 1) if found else None


def own_month(*, person: Person, first_on: date, at: datetime) -> MonthPage:
    """A month of a person's own dates."""
    weeks = _weeks(first_on)
    dates = own_dates(person=person, first_on=weeks[0][0], last_on=weeks[-1][-1])
    return _month(first_on, weeks, dates, at)


def school_month(*, school: School, first_on: date, at: datetime) -> MonthPage:
    """A month of a school's dates."""
    weeks = _weeks(first_on)
    dates = school_dates(school=school, first_on=weeks[0][0], last_on=weeks[-1][-1])
    return _month(first_on, weeks, dates, at)


def feed_content(*, feed: CalendarFeed, at: datetime) -> Feed:
    """The dates a private address opens. Rule EV-4."""
    hub = hub_identity().name
    if feed.appointment is None:
        name, part = f"My courses, {hub}", part_of_person(person=feed.person, at=at)
    else:
        school = feed.appointment.school
        name, part = f"{school}, {hub}", part_of_school(school=school, at=at)
    return _published(name, part, feed)


def _published(name: str, part: FeedPart, feed: CalendarFeed) -> Feed:
    changed_at = max(part.changed_at or feed.made_at, feed.made_at)
    content = calendar_feed(name=name, entries=part.entries)
    return Feed(content=content, changed_at=changed_at)


def _weeks(first_on: date) -> list[list[date]]:
    """The weeks of a month, Monday first, filled up with the days around it."""
    return calendar.Calendar().monthdatescalendar(first_on.year, first_on.month)


def _month(
    first_on: date, weeks: list[list[date]], dates: Sequence[CalendarDate], at: datetime
) -> MonthPage:
    today = london_date(at)
    by_day: dict[date, list[CalendarDate]] = {}
    for each in dates:
        by_day.setdefault(london_date(each.starts_at), []).append(each)
    return MonthPage(
        first_on=first_on,
        dates=[each for each in dates if _is_in(london_date(each.starts_at), first_on)],
        weeks=[
            [Day(on, _is_in(on, first_on), on == today, by_day.get(on, ())) for on in week]
            for week in weeks
        ],
        before=_month_beside(first_on, -1),
        after=_month_beside(first_on, 1),
    )


def _is_in(on: date, first_on: date) -> bool:
    return (on.year, on.month) == (first_on.year, first_on.month)


def _month_beside(first_on: date, step: int) -> date:
    years, month = divmod(first_on.month - 1 + step, 12)
    return date(first_on.year + years, month + 1, 1)
