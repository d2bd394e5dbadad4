"""Rule NL-1: when an issue is drafted, goes, and is too late."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.rules import Rhythm, next_slot, slots_from, weeks_skipped
from schools.rules import HubCalendar, TermDates

FRIDAYS = Rhythm(weekday=4, hour=time(7, 0), drafted_days_before=2, grace=timedelta(hours=6))
AUTUMN = TermDates(
    starts_on=date(2026, 9, 2),
    ends_on=date(2026, 12, 18),
    half_term_starts_on=date(2026, 10, 26),
    half_term_ends_on=date(2026, 10, 30),
)
SPRING = TermDates(
    starts_on=date(2027, 1, 4),
    ends_on=date(2027, 3, 25),
    half_term_starts_on=date(2027, 2, 15),
    half_term_ends_on=date(2027, 2, 19),
)
CALENDAR = HubCalendar(bank_holidays=frozenset(), terms=(AUTUMN, SPRING))


def next_on(at):
    slot = next_slot(after=at, rhythm=FRIDAYS, calendar=CALENDAR)
    return slot.on if slot else None


@pytest.mark.parametrize(
    ("after", "on"),
    [
        (datetime(2026, 11, 25, 12, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 11, 27, 6, 59, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 11, 27, 7, 0, tzinfo=UTC), date(2026, 12, 4)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), date(2026, 11, 6)),
        (datetime(2026, 12, 18, 12, tzinfo=UTC), date(2027, 1, 8)),
        (datetime(2027, 3, 20, 12, tzinfo=UTC), None),
    ],
    ids=["midweek", "that morning", "just gone", "half term", "Christmas", "no term known"],
)
def test_the_next_issue_goes_on_the_next_day_of_the_week_in_term(after, on):
    assert next_on(after) == on


@pytest.mark.parametrize(
    ("on", "at"),
    [
        (date(2026, 10, 23), datetime(2026, 10, 23, 6, 0, tzinfo=UTC)),
        (date(2026, 10, 30), datetime(2026, 10, 30, 7, 0, tzinfo=UTC)),
        (date(2027, 3, 26), datetime(2027, 3, 26, 7, 0, tzinfo=UTC)),
        (date(2027, 4, 2), datetime(2027, 4, 2, 6, 0, tzinfo=UTC)),
    ],
)
def test_seven_in_the_morning_is_london_time_on_both_sides_of_both_clock_changes(on, at):
    assert FRIDAYS.slot_on(on) == at


def test_an_issue_drafts_itself_at_the_same_hour_two_days_before_across_a_clock_change():
    sundays = Rhythm(weekday=6, hour=time(7, 0), drafted_days_before=2, grace=timedelta(hours=6))
    slot = sundays.slot_on(date(2026, 10, 25))

    assert slot == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    assert sundays.drafted_at(slot) == datetime(2026, 10, 23, 6, 0, tzinfo=UTC)


def test_an_issue_is_pointed_out_the_afternoon_before_and_goes_within_its_grace():
    slot = FRIDAYS.slot_on(date(2026, 11, 27))

    assert FRIDAYS.reminded_at(slot) == datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
    assert FRIDAYS.last_moment(slot) == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)


def test_the_weeks_of_a_holiday_are_named_as_skipped():
    skipped = weeks_skipped(
        after=datetime(2026, 12, 18, 12, tzinfo=UTC), rhythm=FRIDAYS, calendar=CALENDAR
    )

    assert [slot.on for slot in skipped] == [date(2026, 12, 25), date(2027, 1, 1)]


def test_no_week_is_skipped_in_term_nor_where_no_term_is_known():
    midweek = datetime(2026, 11, 25, 12, tzinfo=UTC)
    beyond = datetime(2027, 3, 20, 12, tzinfo=UTC)

    assert weeks_skipped(after=midweek, rhythm=FRIDAYS, calendar=CALENDAR) == []
    assert weeks_skipped(after=beyond, rhythm=FRIDAYS, calendar=CALENDAR) == []


def test_the_coming_slots_begin_on_the_day_itself():
    slots = slots_from(date(2026, 11, 27), rhythm=FRIDAYS, calendar=CALENDAR)

    assert next(slots).on == date(2026, 11, 27)
