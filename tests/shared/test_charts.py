from datetime import date

import pytest
from defusedxml import ElementTree
from django.template.loader import render_to_string

from hub_portal.shared.charts import (
    WIDTH,
    balance_chart,
    bar_chart,
    line_chart,
    round_top,
    share_chart,
)


@pytest.mark.parametrize(
    ("largest", "top", "step"),
    [(0, 1, 1), (1, 1, 1), (5, 5, 1), (103, 125, 25), (5000, 5000, 1000), (24_001, 25_000, 5_000)],
)
def test_round_top_has_at_most_five_steps_and_room_for_the_largest(largest, top, step):
    assert round_top(largest) == (top, step)
    assert top >= largest
    assert top // step <= 5


def _drawn(chart):
    html = render_to_string("shared/chart.html", {"chart": chart, "id": "sample"})
    return ElementTree.fromstring(html[html.index("<figure") :])


def test_bar_chart_draws_bars_as_long_as_their_values_and_says_them():
    chart = bar_chart(
        title="Places",
        sentence="Two terms.",
        heading="Term",
        labels=["Autumn", "Spring"],
        series=[("Booked", [40, 20]), ("Attended", [30, 0])],
    )

    widths = [mark.width for mark in chart.marks]
    assert widths[0] == pytest.approx(2 * widths[2], abs=0.2)
    assert widths[3] == 0
    assert [mark.value for mark in chart.marks] == ["40", "30", "20", "0"]
    assert all(mark.text_x + 8 * len(mark.value) <= WIDTH for mark in chart.marks)
    assert chart.rows == [("Autumn", ["40", "30"]), ("Spring", ["20", "0"])]


def test_bar_chart_with_a_series_of_another_length_is_a_bug():
    with pytest.raises(ValueError, match="Booked has 1 values for 2 labels"):
        bar_chart(title="T", sentence="S", heading="H", labels=["a", "b"], series=[("Booked", [1])])


def test_share_chart_parts_fill_the_whole_and_nothing_is_drawn_for_nothing():
    parts = [("Available", 77), ("Committed", 0), ("Spent", 33)]

    chart = share_chart(title="T", sentence="S", heading="H", column="C", parts=parts)

    assert [mark.series for mark in chart.marks] == [1, 3]
    assert chart.marks[-1].x + chart.marks[-1].width == pytest.approx(WIDTH, abs=3)
    assert [name for _, name in chart.legend] == ["Available 77", "Committed 0", "Spent 33"]


def test_share_chart_of_nothing_draws_nothing():
    chart = share_chart(title="T", sentence="S", heading="H", column="C", parts=[("Spent", 0)])

    assert chart.marks == []


def test_line_chart_breaks_where_nothing_is_known():
    chart = line_chart(
        title="T",
        sentence="S",
        heading="Month",
        labels=["Sep", "Oct", "Nov", "Dec"],
        series=[("2026/27", [31, None, 44, 40])],
    )

    assert [len(line.dots) for line in chart.lines] == [1, 2]
    assert chart.rows[1] == ("Oct", ["–"])
    assert [words.text for words in chart.values] == ["40"]


def test_balance_chart_is_level_between_changes_and_ends_with_what_is_known():
    chart = balance_chart(
        title="T",
        sentence="S",
        column="Available",
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 8, 31),
        balances=[(date(2026, 9, 1), 120), (date(2026, 10, 1), 100)],
    )

    [line] = chart.lines
    points = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert points[0][1] == points[1][1]  # level until the day it changed
    assert points[1][0] == points[2][0]  # then straight down
    assert line.dots == [points[-1]]
    assert points[-1][0] < WIDTH / 2  # October is early in the year
    assert [words.text for words in chart.values] == ["100"]
    assert [tick.text for tick in chart.ticks if tick.anchor == "middle"] == [
        "Sep", "Nov", "Jan", "Mar", "May", "Jul",
    ]  # fmt: skip


def test_balance_chart_without_a_balance_draws_its_grid_alone():
    chart = balance_chart(
        title="T",
        sentence="S",
        column="Available",
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 8, 31),
        balances=[],
    )

    assert chart.lines == ()
    assert chart.grid


def test_chart_is_drawn_with_its_words_and_its_table_and_no_style_of_its_own():
    chart = share_chart(
        title="Credits <b>",
        sentence="All & more.",
        heading="Credits",
        column="Credits",
        parts=[("Available", 77), ("Spent", 33)],
    )

    figure = _drawn(chart)

    svg = figure.find(".//svg[@role='img']")
    assert figure.find(".//p[@id='sample-title']").text == "Credits <b>"
    assert svg.get("aria-labelledby") == "sample-title"
    assert svg.get("aria-describedby") == "sample-sentence"
    assert [cell.text for cell in figure.findall(".//td")] == ["77", "33"]
    assert not [node for node in figure.iter() if "style" in node.attrib]
