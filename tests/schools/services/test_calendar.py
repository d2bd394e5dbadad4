"""The calendar as it is shipped and edited, read by the rules. Rule SC-7."""

from datetime import date, timedelta

import pytest

from schools.models import BankHoliday, CensusDay, SchoolYear, Term
from schools.services.calendar import hub_calendar, oddities_of, school_year_of, terms_left

pytestmark = pytest.mark.django_db


def _year(starts_in):
    return SchoolYear.objects.get(starts_on=date(starts_in, 9, 1))


def test_two_school_years_are_shipped_with_nothing_odd_about_them():
    years = list(SchoolYear.objects.order_by("starts_on"))

    assert [str(year) for year in years] == ["2025/26", "2026/27"]
    assert [oddities_of(year) for year in years] == [[], []]


def test_every_bank_holiday_shipped_is_a_weekday_and_no_working_day():
    calendar = hub_calendar()

    days = list(BankHoliday.objects.values_list("on", flat=True))
    assert len(days) == 19
    assert [day for day in days if day.weekday() >= 5 or calendar.is_working_day(day)] == []


def test_every_census_day_shipped_is_a_thursday_in_term_where_terms_are_known():
    calendar = hub_calendar()
    days = list(CensusDay.objects.values_list("on", flat=True))

    assert {day.weekday() for day in days} == {3}
    assert [d for d in days if calendar.knows(d) and not calendar.is_school_day(d)] == []


@pytest.mark.parametrize(
    ("day", "teaches"),
    [
        (date(2026, 10, 23), True),
        (date(2026, 10, 26), False),  # half term, and the clocks have changed the night before
        (date(2026, 12, 28), False),  # the substitute day for Boxing Day
        (date(2027, 3, 26), False),  # Good Friday
        (date(2027, 3, 28), False),  # a Sunday of 23 hours
        (date(2027, 7, 21), True),
        (date(2026, 8, 3), False),  # between the two years that are known
    ],
)
def test_school_days_of_the_shipped_calendar(day, teaches):
    assert hub_calendar().is_school_day(day) == teaches


def test_a_school_year_runs_from_september_to_august_and_is_opened_when_needed():
    assert str(school_year_of(date(2027, 8, 31))) == "2026/27"
    assert str(school_year_of(date(2026, 9, 1))) == "2026/27"
    assert SchoolYear.objects.count() == 2

    leap = school_year_of(date(2028, 2, 29))

    assert (leap.starts_on, leap.ends_on) == (date(2027, 9, 1), date(2028, 8, 31))
    assert SchoolYear.objects.count() == 3


@pytest.mark.parametrize(
    ("on", "left"),
    [
        (date(2026, 9, 1), 3),
        (date(2026, 12, 18), 3),  # the last day of a term still counts
        (date(2026, 12, 19), 2),
        (date(2027, 3, 26), 1),
        (date(2027, 7, 21), 1),
        (date(2027, 7, 22), 0),
    ],
)
def test_terms_left_counts_those_that_have_not_ended(on, left):
    assert terms_left(year=_year(2026), on=on) == left


def test_terms_in_the_wrong_order_are_pointed_out():
    autumn = Term.objects.get(year=_year(2026), name="autumn")
    autumn.ends_on += timedelta(days=30)
    autumn.save()

    assert oddities_of(_year(2026)) == [
        "The spring term begins before the autumn term has ended.",
        "The autumn term ends on Sunday 17 January 2027, which is at a weekend.",
    ]
