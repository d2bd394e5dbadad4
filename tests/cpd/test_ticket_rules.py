"""The arithmetic of tickets, with plain numbers. Rules FT-2 and FT-4."""

from datetime import date

import pytest

from cpd.rules import end_of_next_term, last_day_of_ticket, places_for_tickets
from schools.rules import TermDates

AUTUMN = TermDates(date(2028, 9, 4), date(2028, 12, 20), date(2028, 10, 23), date(2028, 10, 27))
SPRING = TermDates(date(2029, 1, 4), date(2029, 3, 29), date(2029, 2, 12), date(2029, 2, 16))


@pytest.mark.parametrize(
    ("award_on", "years", "last_on"),
    [
        (date(2026, 7, 10), 2, date(2028, 8, 31)),
        (date(2026, 9, 1), 2, date(2028, 8, 31)),
        (date(2026, 1, 31), 2, date(2028, 8, 31)),
        (date(2024, 2, 29), 1, date(2025, 8, 31)),
        (date(2026, 8, 31), 3, date(2029, 8, 31)),
    ],
)
def test_a_ticket_ends_on_31_august_so_many_years_after_the_award(award_on, years, last_on):
    assert last_day_of_ticket(award_on=award_on, years=years) == last_on


@pytest.mark.parametrize(
    ("capacity", "percent", "places"),
    [(20, 25, 5), (19, 25, 4), (7, 25, 1), (3, 25, 1), (1, 25, 1), (1, 0, 1), (8, 100, 8)],
)
def test_tickets_may_take_a_share_rounded_down_and_always_one_place(capacity, percent, places):
    assert places_for_tickets(capacity=capacity, percent=percent) == places


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2028, 8, 20), AUTUMN.ends_on),
        (date(2028, 9, 3), AUTUMN.ends_on),
        (date(2028, 9, 4), SPRING.ends_on),
        (date(2028, 12, 20), SPRING.ends_on),
        (date(2028, 12, 31), SPRING.ends_on),
    ],
)
def test_the_next_term_is_the_first_to_begin(today, ends):
    assert end_of_next_term(today=today, terms=[SPRING, AUTUMN]) == ends


@pytest.mark.parametrize(
    ("today", "ends"),
    [
        (date(2029, 2, 1), date(2029, 8, 31)),
        (date(2029, 5, 3), date(2029, 8, 31)),
        (date(2029, 5, 4), date(2030, 8, 31)),
        (date(2029, 12, 31), date(2030, 8, 31)),
    ],
)
def test_without_a_term_to_come_it_is_the_end_of_a_school_year_four_months_away(today, ends):
    assert end_of_next_term(today=today, terms=[SPRING, AUTUMN]) == ends
