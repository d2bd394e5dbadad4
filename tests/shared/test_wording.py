from datetime import UTC, date, datetime, time

import pytest
from django.template import engines

from hub_portal.shared import wording


def test_day_of_an_instant_is_londons():
    just_after_midnight_in_london = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)

    assert wording.day(just_after_midnight_in_london) == "Thursday 1 July 2027"
    assert wording.short_day(just_after_midnight_in_london) == "Thu 1 Jul 2027"
    assert wording.moment(just_after_midnight_in_london) == "Thursday 1 July 2027, 12:30am"


def test_day_of_a_date_is_itself():
    assert wording.day(date(2027, 2, 17)) == "Wednesday 17 February 2027"
    assert wording.plain_day(date(2027, 2, 7)) == "7 February 2027"


def test_day_of_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        wording.day(datetime(2027, 2, 17, 13, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(13, 30), "1:30pm"),
        (time(9), "9am"),
        (time(12), "midday"),
        (time(0), "midnight"),
        (time(12, 5), "12:05pm"),
        (time(0, 30), "12:30am"),
    ],
)
def test_clock_time_is_said_as_people_say_it(clock, said):
    assert wording.clock_time(clock) == said


def test_clock_span_names_both_ends():
    assert wording.clock_span(time(13, 30), time(16)) == "1:30pm to 4pm"


@pytest.mark.parametrize(
    ("credits", "said"),
    [
        (0, "0 credits"),
        (1, "1 credit"),
        (-1, "−1 credit"),
        (-2, "−2 credits"),
        (1204, "1,204 credits"),
    ],
)
def test_credits_have_the_right_plural_and_a_true_minus(credits, said):
    assert wording.in_credits(credits) == said


def test_signed_says_the_direction_of_a_movement():
    assert [wording.signed(moved) for moved in (40, -3, 0)] == ["+40", "−3", "0"]


@pytest.mark.parametrize(
    ("pence", "said"), [(125000, "£1,250"), (1250, "£12.50"), (-305, "−£3.05"), (0, "£0")]
)
def test_pounds_are_said_without_empty_pence(pence, said):
    assert wording.in_pounds(pence) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["Ann"], "Ann"), (["Ann", "Ben"], "Ann and Ben"), (["A", "B", "C"], "A, B and C")],
)
def test_in_a_row_puts_and_before_the_last(names, said):
    assert wording.in_a_row(names) == said


def test_template_filters_say_the_same_and_leave_nothing_empty():
    template = engines["django"].from_string(
        "{% load hub %}{{ at|moment }}|{{ n|credits }}|{{ n|signed }}"
        "|{{ n|counted:'child,children' }}|{{ none|day }}{{ none|credits }}"
        "{{ none|counted:'place' }}{{ none|pounds }}"
    )

    said = template.render({"at": datetime(2027, 2, 17, 13, 30, tzinfo=UTC), "n": -2, "none": None})

    assert said == "Wednesday 17 February 2027, 1:30pm|−2 credits|−2|−2 children|"
