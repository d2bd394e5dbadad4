"""Rule SC-7: working days and school days; and phases from ages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.choices import Phase
from schools.rules import HubCalendar, NamedTerm, TermDates, oddities_of_year, phase_of

AUTUMN = TermDates(date(2026, 9, 1), date(2026, 12, 18), date(2026, 10, 26), date(2026, 10, 30))
SPRING = TermDates(date(2027, 1, 4), date(2027, 3, 25), date(2027, 2, 15), date(2027, 2, 19))
SUMMER = TermDates(date(2027, 4, 12), date(2027, 7, 21), date(2027, 5, 31), date(2027, 6, 4))
NEXT_AUTUMN = TermDates(
    date(2027, 9, 1), date(2027, 12, 17), date(2027, 10, 25), date(2027, 10, 29)
)
GOOD_FRIDAY, EASTER_MONDAY = date(2027, 3, 26), date(2027, 3, 29)
MAY_DAY = date(2027, 5, 3)
CALENDAR = HubCalendar(
    bank_holidays={GOOD_FRIDAY, EASTER_MONDAY, MAY_DAY, date(2026, 12, 25), date(2026, 12, 28)},
    terms=(AUTUMN, SPRING, SUMMER),
)


@pytest.mark.parametrize(
    ("day", "works", "teaches"),
    [
        (date(2026, 9, 1), True, True),  # the first day of a term
        (date(2026, 12, 18), True, True),  # its last day
        (date(2026, 12, 21), True, False),  # Christmas holidays
        (date(2026, 10, 25), False, False),  # the Sunday before half term, when the clocks change
        (date(2026, 10, 26), True, False),  # the first day of half term
        (date(2026, 10, 30), True, False),  # its last day
        (date(2026, 11, 2), True, True),
        (MAY_DAY, False, False),  # a bank holiday in term
        (date(2027, 3, 27), False, False),
    ],
)
def test_working_days_and_school_days(day, works, teaches):
    assert (CALENDAR.is_working_day(day), CALENDAR.is_school_day(day)) == (works, teaches)


@pytest.mark.parametrize(
    ("cancelled", "first_session", "notice"),
    [
        (date(2027, 2, 22), date(2027, 2, 22), 0),
        (date(2027, 2, 22), date(2027, 2, 23), 0),  # the day before leaves no day between
        (date(2027, 2, 22), date(2027, 3, 1), 4),  # Tuesday to Friday
        (date(2027, 2, 19), date(2027, 3, 1), 5),  # a Friday: the weekend counts nothing
        (date(2027, 3, 25), date(2027, 3, 31), 1),  # over Easter, only the Tuesday is left
        (date(2027, 3, 26), date(2027, 3, 27), 0),
        (date(2027, 3, 5), date(2027, 3, 1), 0),  # after the fact
        (date(2028, 2, 28), date(2028, 3, 1), 1),  # 29 February 2028 is a Tuesday
        (date(2027, 10, 29), date(2027, 11, 2), 1),  # across the end of summer time
    ],
)
def test_notice_counts_the_working_days_between(cancelled, first_session, notice):
    assert CALENDAR.working_days_between(cancelled, first_session) == notice


@pytest.mark.parametrize(
    ("after", "days", "last"),
    [
        (date(2026, 11, 19), 2, date(2026, 11, 23)),  # Thursday: Friday, Monday
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 10, 23), 1, date(2026, 11, 2)),  # over half term
        (date(2026, 12, 18), 2, date(2027, 1, 5)),  # over Christmas
        (date(2027, 4, 30), 1, date(2027, 5, 4)),  # over a bank holiday
        (date(2027, 3, 25), 1, date(2027, 4, 12)),  # over Easter
        (date(2027, 7, 21), 2, date(2027, 7, 23)),  # past the last term known: working days
        (date(2026, 8, 20), 1, date(2026, 8, 21)),  # before the first one
    ],
)
def test_answers_are_due_at_the_end_of_the_last_school_day(after, days, last):
    assert CALENDAR.last_of_school_days(after, days) == last


def test_summer_holidays_hold_no_school_day_once_the_next_autumn_is_known():
    both = HubCalendar(bank_holidays=set(), terms=(NEXT_AUTUMN, SUMMER))

    assert both.last_of_school_days(date(2027, 7, 21), 1) == date(2027, 9, 1)


def test_a_missing_term_is_no_holiday():
    without_spring = HubCalendar(bank_holidays=set(), terms=(AUTUMN, SUMMER))

    assert not without_spring.knows(date(2027, 2, 2))
    assert without_spring.last_of_school_days(date(2027, 2, 1), 1) == date(2027, 2, 2)


def test_without_any_term_working_days_stand_in():
    empty = HubCalendar(bank_holidays={EASTER_MONDAY}, terms=())

    assert empty.last_of_school_days(GOOD_FRIDAY, 1) == date(2027, 3, 30)


@pytest.mark.parametrize(
    ("day", "days", "before"),
    [
        (date(2026, 11, 16), 11, date(2026, 10, 23)),  # back over half term
        (date(2027, 1, 4), 1, date(2026, 12, 18)),
    ],
)
def test_school_day_before_skips_what_is_no_school_day(day, days, before):
    assert CALENDAR.school_day_before(day, days) == before


@given(
    after=st.dates(date(2026, 9, 1), date(2027, 7, 1)), days=st.integers(min_value=1, max_value=30)
)
def test_counting_forward_passes_exactly_so_many_days(after, days):
    last = CALENDAR.last_of_school_days(after, days)

    passed = (after + timedelta(days=n) for n in range(1, (last - after).days + 1))
    counted = [
        d
        for d in passed
        if (CALENDAR.is_school_day(d) if CALENDAR.knows(d) else CALENDAR.is_working_day(d))
    ]
    assert len(counted) == days
    assert counted[-1] == last


@pytest.mark.parametrize(
    ("day", "odd"),
    [
        (date(2026, 11, 21), "at a weekend"),
        (MAY_DAY, "a bank holiday"),
        (date(2026, 10, 28), "outside term"),
        (date(2026, 12, 22), "outside term"),
        (date(2028, 2, 29), "in no term the portal knows"),
        (date(2026, 11, 20), ""),
    ],
)
def test_a_date_outside_term_is_warned(day, odd):
    assert CALENDAR.what_is_odd_about(day) == odd


def _year(*terms):
    names = ("Autumn term", "Spring term", "Summer term")
    return [NamedTerm(name, dates) for name, dates in zip(names, terms, strict=False)]


def test_a_proper_year_has_nothing_odd():
    assert oddities_of_year(date(2026, 9, 1), _year(AUTUMN, SPRING, SUMMER)) == []


def test_terms_outside_their_year_overlapping_or_at_weekends_are_warned():
    early = TermDates(date(2026, 8, 31), date(2027, 1, 9), date(2026, 10, 26), date(2026, 10, 30))

    year = "which runs from 1 September 2026 to 31 August 2027"
    assert oddities_of_year(date(2026, 9, 1), _year(early, SPRING)) == [
        f"The autumn term lies outside the school year, {year}.",
        "The spring term begins before the autumn term has ended.",
        "The autumn term ends on Saturday 9 January 2027, which is at a weekend.",
        "Not all three terms are on record; until then working days stand in.",
    ]


@pytest.mark.parametrize(
    ("kind", "named", "lowest", "highest", "phase"),
    [
        ("Community school", "Primary", 3, 11, Phase.PRIMARY),
        ("Community school", "Primary", 3, 7, Phase.INFANT),
        ("Academy converter", "Primary", 7, 11, Phase.JUNIOR),
        ("Community school", "Primary", 5, 9, Phase.PRIMARY),  # a first school
        ("Community school", "Primary", None, None, Phase.PRIMARY),
        ("Community school", "PRIMARY ", 3, 16, Phase.PRIMARY),
        ("Local authority nursery school", "Nursery", 3, 5, Phase.NURSERY),
        ("Academy converter", "Secondary", 11, 18, Phase.SECONDARY),
        ("University technical college", "Secondary", 14, 19, Phase.SECONDARY),
        ("Free schools", "All-through", 4, 18, Phase.ALL_THROUGH),
        ("Community school", "Middle deemed secondary", 9, 13, Phase.MIDDLE),
        ("Community special school", "Not applicable", 4, 16, Phase.SPECIAL),
        ("Academy special converter", "Not applicable", None, None, Phase.SPECIAL),
        ("Pupil referral unit", "Not applicable", 11, 16, Phase.ALTERNATIVE),
        ("Academy alternative provision converter", "Not applicable", 4, 16, Phase.ALTERNATIVE),
        ("Other independent school", "Not applicable", 3, 18, Phase.ALL_THROUGH),
        ("Other independent school", "Not applicable", 10, 16, Phase.SECONDARY),
        ("Other independent school", "Not applicable", 3, 13, Phase.PRIMARY),
        ("Other independent school", "Not applicable", 8, 13, Phase.MIDDLE),
        ("Other independent school", "Not applicable", 0, 0, Phase.OTHER),
        ("Other independent school", "Not applicable", 11, 3, Phase.OTHER),
        ("Further education", "Not applicable", 16, 99, Phase.POST_16),
        ("Welsh establishment", "Not applicable", None, None, Phase.OTHER),
        ("Free schools 16 to 19", "16 plus", 16, 19, Phase.POST_16),
    ],
)
def test_phase_follows_from_type_phase_and_ages(kind, named, lowest, highest, phase):
    assert phase_of(kind=kind, named_phase=named, lowest=lowest, highest=highest) == phase
