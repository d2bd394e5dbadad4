"""Charts drawn by the server: numbers in, a drawing and its data table out.

A chart is a frozen description; `templates/shared/chart.html` writes it as inline SVG whose
colours are classes of the stylesheet, so a strict content policy holds. Each chart carries the
sentence that says what it shows and the same figures as a table. Drawn phone-first: 440 wide.

    {% include "shared/chart.html" with chart=balance id="balance" %}
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from hub_portal.shared.wording import short_day, whole

WIDTH = 440
LETTER = 8  # about the width of a letter of 15px, to keep words inside the drawing
ROUND_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)


@dataclass(frozen=True)
class Mark:
    """A rectangle of one series, with its value written at (text_x, text_y)."""

    series: int
    x: float
    y: float
    width: float
    height: float
    value: str
    text_x: float
    text_y: float
    text_class: str = "value"


@dataclass(frozen=True)
class Words:
    """A piece of text; `anchor` is SVG's start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Line:
    """One series as a line, and the dots on it; `area` closes it down to nothing."""

    series: int
    points: str
    dots: Sequence[tuple[float, float]] = ()
    area: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing with its title, its sentence, its legend and its table.

    `grid` and `base` are straight lines behind the marks, each all in one SVG path.
    """

    title: str
    sentence: str
    height: int
    heading: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    legend: Sequence[tuple[int, str]] = ()
    grid: str = ""
    base: str = ""
    marks: Sequence[Mark] = ()
    lines: Sequence[Line] = ()
    labels: Sequence[Words] = ()
    ticks: Sequence[Words] = ()
    values: Sequence[Words] = ()
    width: int = field(default=WIDTH)


def bar_chart(
    *,
    title: str,
    sentence: str,
    heading: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
) -> Chart:
    """Horizontal bars, grouped by label: long names of schools fit above their bars on a phone."""
    _same_length(labels, series)
    top, _ = round_top(max((max(values, default=0) for _, values in series), default=0))
    bar, gap, reserve = 18, 3, LETTER * len(whole(top)) + 10
    group = 26 + len(series) * (bar + gap) + 12
    marks = [
        _bar(number, value, index * group + 26 + (number - 1) * (bar + gap), top, reserve, bar)
        for index in range(len(labels))
        for number, value in enumerate((values[index] for _, values in series), start=1)
    ]
    return Chart(
        title=title,
        sentence=sentence,
        height=max(group * len(labels) - 8, 1),
        heading=heading,
        columns=[name for name, _ in series],
        rows=_rows(labels, series),
        legend=_legend(series),
        base="".join(f"M0.5 {i * group + 23}V{(i + 1) * group - 10}" for i in range(len(labels))),
        marks=marks,
        labels=[Words(0, i * group + 17, label) for i, label in enumerate(labels)],
    )


def _bar(series: int, value: int, y: float, top: int, reserve: int, height: int) -> Mark:
    width = round((WIDTH - reserve) * max(value, 0) / top, 1)
    return Mark(
        series, 1, y, width, height, whole(value), text_x=width + 7, text_y=y + height / 2 + 5
    )


def share_chart(
    *, title: str, sentence: str, heading: str, column: str, parts: Sequence[tuple[str, int]]
) -> Chart:
    """One bar cut into the parts of a whole, such as spent, committed and available."""
    total = sum(max(value, 0) for _, value in parts)
    marks: list[Mark] = []
    x = 0.0
    for number, (_, value) in enumerate(parts, start=1):
        width = round(WIDTH * max(value, 0) / total, 1) if total else 0.0
        if width:
            shown = whole(value) if width > LETTER * (len(whole(value)) + 2) else ""
            middle = round(x + width / 2, 1)
            marks.append(
                Mark(number, x, 4, max(width - 2, 1), 40, shown, middle, 29, text_class="inside")
            )
        x = round(x + width, 1)
    return Chart(
        title=title,
        sentence=sentence,
        height=48,
        heading=heading,
        columns=[column],
        rows=[(name, [whole(value)]) for name, value in parts],
        legend=[(n, f"{name} {whole(v)}") for n, (name, v) in enumerate(parts, start=1)],
        marks=marks,
    )


LEFT, RIGHT, TOP, BOTTOM, LINE_HEIGHT = 44, 22, 16, 34, 250


def line_chart(
    *,
    title: str,
    sentence: str,
    heading: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
) -> Chart:
    """A line for each series over equal steps; None is a gap at which nothing is drawn."""
    _same_length(labels, series)
    known = [value for _, values in series for value in values if value is not None]
    top, step = round_top(max(known, default=0))
    xs = [_x(index, max(len(labels) - 1, 1)) for index in range(len(labels))]
    every = ceil(len(labels) * max((len(label) for label in labels), default=1) * LETTER / 300)
    return Chart(
        title=title,
        sentence=sentence,
        height=LINE_HEIGHT,
        heading=heading,
        columns=[name for name, _ in series],
        rows=_rows(labels, series),
        legend=_legend(series) if len(series) > 1 else (),
        grid=_grid(top, step),
        lines=[
            line
            for number, (_, values) in enumerate(series, start=1)
            for line in _runs(number, xs, values, top)
        ],
        ticks=[
            *_scale(top, step),
            *(
                Words(x, LINE_HEIGHT - 8, label, "middle")
                for index, (x, label) in enumerate(zip(xs, labels, strict=True))
                if index % every == 0
            ),
        ],
        values=_last_values(xs, series, top),
    )


def balance_chart(
    *,
    title: str,
    sentence: str,
    column: str,
    starts_on: date,
    ends_on: date,
    balances: Sequence[tuple[date, int]],
) -> Chart:
    """A balance through a year: level between the days it changed, and drawn no further than known.

    `balances` are (day, balance at its close) in order of day; the last one ends the line.
    """
    top, step = round_top(max((balance for _, balance in balances), default=0))
    days = max((ends_on - starts_on).days, 1)
    points: list[tuple[float, float]] = []
    for on, balance in balances:
        x = _x(min(max((on - starts_on).days, 0), days), days)
        if points:
            points.append((x, points[-1][1]))
        points.append((x, _y(balance, top)))
    drawn = _polyline(points)
    area = f"{points[0][0]},{_y(0, top)} {drawn} {points[-1][0]},{_y(0, top)}" if points else ""
    last = points[-1:]
    return Chart(
        title=title,
        sentence=sentence,
        height=LINE_HEIGHT,
        heading="Day",
        columns=[column],
        rows=[(short_day(on), [whole(balance)]) for on, balance in balances],
        grid=_grid(top, step),
        lines=[Line(1, drawn, dots=last, area=area)] if points else (),
        ticks=[*_scale(top, step), *_months(starts_on, ends_on)],
        values=[_after(*last[0], whole(balances[-1][1]))] if last else (),
    )


def round_top(largest: int) -> tuple[int, int]:
    """The top of a scale with at most five steps, and the step: 103 gives (125, 25)."""
    if largest <= 0:
        return 1, 1
    size = 1
    while True:
        for step in (part * size for part in ROUND_STEPS):
            if largest / step <= 5:
                return ceil(largest / step) * step, step
        size *= 1000


def _months(starts_on: date, ends_on: date) -> list[Words]:
    """The name of every other month at its first day, from the month the year starts in."""
    days = max((ends_on - starts_on).days, 1)
    months = range(starts_on.year * 12 + starts_on.month - 1, ends_on.year * 12 + ends_on.month)
    firsts = [date(month // 12, month % 12 + 1, 1) for month in months]
    firsts = [on for on in firsts if 0 <= (on - starts_on).days < days]
    every = max(ceil(len(firsts) / 6), 1)
    return [
        Words(_x((on - starts_on).days, days), LINE_HEIGHT - 8, f"{on:%b}", "middle")
        for on in firsts[::every]
    ]


def _runs(series: int, xs: Sequence[float], values: Sequence[int | None], top: int) -> list[Line]:
    """The unbroken stretches of one series."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in zip(xs, values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, _y(value, top)))
    return [Line(series, _polyline(run), dots=run) for run in runs if run]


def _last_values(
    xs: Sequence[float], series: Sequence[tuple[str, Sequence[int | None]]], top: int
) -> list[Words]:
    """Each line says its last value at its end, on the side away from the other lines."""
    said = []
    for name, values in series:
        known = [(index, value) for index, value in enumerate(values) if value is not None]
        if not known:
            continue
        index, value = known[-1]
        others = [v for v in (vs[index] for n, vs in series if n != name) if v is not None]
        fell = len(known) > 1 and known[-2][1] > value
        under = any(other > value for other in others) or (not others and fell)
        said.append(_beside(xs[index], _y(value, top), whole(value), under=under))
    return said


def _after(x: float, y: float, text: str) -> Words:
    """To the right of a line's end, where nothing is drawn; over it at the edge."""
    if x + 10 + len(text) * LETTER > WIDTH:
        return _beside(x, y, text)
    return Words(x + 10, y + 5, text)


def _beside(x: float, y: float, text: str, *, under: bool = False) -> Words:
    """Over or under the dot, and never over the edge of the drawing."""
    half = len(text) * LETTER / 2
    lowest = LINE_HEIGHT - BOTTOM - 8
    below = y <= 30 or (under and y + 24 <= lowest)
    return Words(min(max(x, half), WIDTH - half), y + 24 if below else y - 11, text, "middle")


def _grid(top: int, step: int) -> str:
    return "".join(f"M{LEFT} {_y(at, top)}H{WIDTH - RIGHT}" for at in range(0, top + 1, step))


def _scale(top: int, step: int) -> list[Words]:
    return [Words(LEFT - 8, _y(at, top) + 5, whole(at), "end") for at in range(0, top + 1, step)]


def _x(index: int, last: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * index / last, 1)


def _y(value: int, top: int) -> float:
    return round(TOP + (LINE_HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _legend(series: Sequence[tuple[str, Sequence[int | None]]]) -> list[tuple[int, str]]:
    return [(number, name) for number, (name, _) in enumerate(series, start=1)]


def _rows(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[int | None]]]
) -> list[tuple[str, list[str]]]:
    return [
        (label, ["–" if values[i] is None else whole(values[i] or 0) for _, values in series])
        for i, label in enumerate(labels)
    ]


def _same_length(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int | None]]]) -> None:
    for name, values in series:
        if len(values) != len(labels):
            raise ValueError(f"{name} has {len(values)} values for {len(labels)} labels.")
