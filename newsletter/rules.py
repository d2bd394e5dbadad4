"""When the newsletter goes, and who has said no to it. Plain Python. Rules NL-1 and NL-3."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hub_portal.shared.london import at_london_time, london_date
from newsletter.choices import SubscriptionStatus
from schools.rules import ONE_DAY, HubCalendar

REMINDED_FROM = time(15, 0)
"""The afternoon before its time, when an issue nobody has approved is pointed out."""

WEEKS_LOOKED_AHEAD = 14
"""Longer than any summer holiday."""


@dataclass(frozen=True)
class Rhythm:
    """The settings that say when an issue is drafted, goes, and is too late. Hours of London."""

    weekday: int
    hour: time
    drafted_days_before: int
    grace: timedelta

    def slot_on(self, day: date) -> datetime:
        """The instant at which the issue of this London day is to go."""
        return at_london_time(day, self.hour)

    def drafted_at(self, slot_at: datetime) -> datetime:
        """When the issue of this slot drafts itself: the same hour, days before."""
        day = london_date(slot_at) - ONE_DAY * self.drafted_days_before
        return at_london_time(day, self.hour)

    def reminded_at(self, slot_at: datetime) -> datetime:
        """When an issue that nobody has approved is pointed out: the afternoon before."""
        return at_london_time(london_date(slot_at) - ONE_DAY, REMINDED_FROM)

    def last_moment(self, slot_at: datetime) -> datetime:
        """Until when an issue approved late, or held up by a stop, still goes."""
        return slot_at + self.grace


@dataclass(frozen=True)
class Slot:
    """A day on which an issue would go, and whether one does: never in a holiday."""

    on: date
    at: datetime
    is_in_term: bool


def slots_from(day: date, *, rhythm: Rhythm, calendar: HubCalendar) -> Iterator[Slot]:
    """The slots of the coming weeks from this day on, holidays among them and marked."""
    first = day + ONE_DAY * ((rhythm.weekday - day.weekday()) % 7)
    for week in range(WEEKS_LOOKED_AHEAD):
        on = first + timedelta(weeks=week)
        yield Slot(on, rhythm.slot_on(on), calendar.is_in_term(on))


def next_slot(*, after: datetime, rhythm: Rhythm, calendar: HubCalendar) -> Slot | None:
    """The first slot in term after an instant; none while no term is on record so far ahead."""
    days = slots_from(london_date(after), rhythm=rhythm, calendar=calendar)
    return next((slot for slot in days if slot.at > after and slot.is_in_term), None)


def weeks_skipped(*, after: datetime, rhythm: Rhythm, calendar: HubCalendar) -> list[Slot]:
    """The slots in holidays and half terms before the next one in term; none if it never comes."""
    if next_slot(after=after, rhythm=rhythm, calendar=calendar) is None:
        return []
    skipped = []
    for slot in slots_from(london_date(after), rhythm=rhythm, calendar=calendar):
        if slot.at > after:
            if slot.is_in_term:
                break
            skipped.append(slot)
    return skipped


def has_said_no(statuses: Collection[str]) -> bool:
    """Whether somebody has said no, by what all their addresses say. Rule NL-3.

    A yes at one address counts more than a no at another.
    """
    yes, no = SubscriptionStatus.SUBSCRIBED, SubscriptionStatus.UNSUBSCRIBED
    return no in statuses and yes not in statuses
