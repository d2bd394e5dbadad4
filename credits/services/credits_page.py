"""A school's credits of one year, put together for its page in a handful of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import overload

from django.core.paginator import Page, Paginator

from credits.services.figures import Accounts, Figures, Received, YearOfSchool, years_of
from credits.services.statement_lines import StatementLine, newest_lines, year_in_brief
from hub_portal.shared.charts import Chart, balance_chart
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import in_credits, plain_day, signed, table_day, whole
from schools.models import School, SchoolYear
from schools.services.calendar import school_year_of

LINES_ON_A_PAGE = 20
MOST_DAYS_DRAWN = 30


@dataclass(frozen=True, slots=True)
class LineInWords:
    """A line of the ledger as the page shows it, in words already.

    `beside` is what stands under its words: who, why, and its reference in the books.
    """

    day: str
    what: str
    beside: str
    gain: str
    came_in: bool
    available: str


@dataclass(frozen=True)
class CreditsPage:
    """What the page shows: the four figures, where they came from, the year, the lines."""

    school: School
    year: SchoolYear
    years: Sequence[SchoolYear]
    figures: Figures
    received: Received
    chart: Chart | None
    page: "Page[LineInWords]"

    @property
    def is_empty(self) -> bool:
        return not self.page.paginator.count


def credits_page(
    school: School, *, starts_in: int | None, page: str | None, at: datetime
) -> CreditsPage | None:
    """The page of a year (the present one unless told); None for a year it has nothing in."""
    today = london_date(at)
    known = years_of(school)
    wanted = _year_wanted(known, starts_in, today)
    if wanted is None:
        return None
    year, brief = wanted.year, year_in_brief(wanted.accounts)
    lines = _Lines(wanted.accounts, brief.lines, closing=wanted.figures.available)
    return CreditsPage(
        school=school,
        year=year,
        years=sorted(
            {year, *(each.year for each in known)}, key=lambda each: each.starts_on, reverse=True
        ),
        figures=wanted.figures,
        received=brief.received,
        chart=_chart(year, brief.balances, today) if brief.balances else None,
        page=Paginator(lines, LINES_ON_A_PAGE).get_page(page),
    )


class _Lines(Sequence[LineInWords]):
    """The year's lines, newest first, of which only the wanted page is read."""

    def __init__(self, own: Accounts, count: int, *, closing: int) -> None:
        self._own, self._count, self._closing = own, count, closing

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, wanted: int) -> LineInWords: ...
    @overload
    def __getitem__(self, wanted: slice) -> Sequence[LineInWords]: ...
    def __getitem__(self, wanted: int | slice) -> LineInWords | Sequence[LineInWords]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _ = wanted.indices(self._count)
        if start >= stop:
            return []
        until = start + LINES_ON_A_PAGE  # the same question for a page that is not full
        lines = newest_lines(self._own, start=start, stop=until, closing=self._closing)
        return [_in_words(line) for line in lines[: stop - start]]


def _in_words(line: StatementLine) -> LineInWords:
    set_aside = "" if line.gain else f"{in_credits(line.amount)}, set aside before"
    return LineInWords(
        day=table_day(line.on),
        what=line.what,
        beside=" · ".join(filter(None, (line.who, line.why, set_aside, line.reference))),
        gain=signed(line.gain),
        came_in=line.gain > 0,
        available=whole(line.available),
    )


def _year_wanted(
    known: Sequence[YearOfSchool], starts_in: int | None, today: date
) -> YearOfSchool | None:
    present = today.year if today.month >= 9 else today.year - 1
    wanted = present if starts_in is None else starts_in
    for each in known:
        if each.year.starts_on.year == wanted:
            return each
    if wanted != present:
        return None
    return YearOfSchool(year=school_year_of(today), figures=Figures(), accounts={})


def _chart(year: SchoolYear, balances: Sequence[tuple[date, int]], today: date) -> Chart:
    last_day, last = balances[-1]
    drawn = list(_drawn(balances))
    until = min(max(today, last_day), max(year.ends_on, last_day))
    if until > last_day:
        drawn.append((until, last))
    return balance_chart(
        title=f"Credits available through {year}",
        sentence=f"{in_credits(last)} available on {plain_day(until)}; at most "
        f"{in_credits(max(balance for _, balance in balances))} in the year.",
        column="Available",
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        balances=drawn,
    )


def _drawn(balances: Sequence[tuple[date, int]]) -> Sequence[tuple[date, int]]:
    """Every day of movement; in a busy year the first day and the last of each week."""
    if len(balances) <= MOST_DAYS_DRAWN:
        return balances
    by_week = {on.isocalendar()[:2]: (on, balance) for on, balance in balances[1:]}
    return [balances[0], *by_week.values()]
