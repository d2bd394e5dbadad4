"""The arithmetic of the school calendar, phases from ages, colours and names. Plain Python."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from schools.choices import Phase

ONE_DAY = timedelta(days=1)
LONGEST_HOLIDAY = timedelta(weeks=8)
"""Longer than any summer holiday: two terms further apart have one missing between them."""


@dataclass(frozen=True)
class TermDates:
    """A term and its half term; first and last days are included in each."""

    starts_on: date
    ends_on: date
    half_term_starts_on: date
    half_term_ends_on: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in the term and outside its half term."""
        in_term = self.starts_on <= day <= self.ends_on
        return in_term and not self.half_term_starts_on <= day <= self.half_term_ends_on


@dataclass(frozen=True)
class HubCalendar:
    """Bank holidays and terms, from which working days and school days follow. Rule SC-7."""

    bank_holidays: Container[date]
    terms: Sequence[TermDates]

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday and no England bank holiday."""
        return day.weekday() < 5 and day not in self.bank_holidays

    def is_school_day(self, day: date) -> bool:
        """A working day inside a term."""
        return self.is_working_day(day) and any(term.holds(day) for term in self.terms)

    def is_in_term(self, day: date) -> bool:
        return any(term.holds(day) for term in self.terms)

    def working_days_between(self, after: date, before: date) -> int:
        """Working days after the one day and before the other, both left out. Rule SC-7."""
        return sum(
            self.is_working_day(after + ONE_DAY * n) for n in range(1, (before - after).days)
        )

    def working_day_after(self, day: date, days: int) -> date:
        """The day on which so many working days after a day have come. Rule SC-7."""
        while days:
            day += ONE_DAY
            days -= self.is_working_day(day)
        return day

    def last_of_school_days(self, after: date, days: int) -> date:
        """The day on which so many school days after a day have passed.

        Where no term is known so far ahead, working days stand in for school days.
        """
        return self._count(after, days, ONE_DAY)

    def school_day_before(self, day: date, days: int) -> date:
        """The day that lies so many school days before a day."""
        return self._count(day, days, -ONE_DAY)

    def _count(self, start: date, days: int, step: timedelta) -> date:
        day = start
        while days > 0:
            day += step
            if self._counts_as_school_day(day):
                days -= 1
        return day

    def _counts_as_school_day(self, day: date) -> bool:
        return self.is_school_day(day) if self.knows(day) else self.is_working_day(day)

    def knows(self, day: date) -> bool:
        """Whether the terms on record say if there is school on this day.

        They do inside a term and in the holiday between two terms; not before the first, not
        after the last, and not where a whole term is missing.
        """
        terms = sorted(self.terms, key=lambda term: term.starts_on)
        if any(term.starts_on <= day <= term.ends_on for term in terms):
            return True
        return any(
            before.ends_on < day < after.starts_on
            and after.starts_on - before.ends_on <= LONGEST_HOLIDAY
            for before, after in pairwise(terms)
        )

    def what_is_odd_about(self, day: date) -> str:
        """Why nothing would be expected on this day, or '' when it is a school day.

        A date outside term is allowed and warned. Rules SC-7 and BK-1.
        """
        if day.weekday() >= 5:
            return "at a weekend"
        if day in self.bank_holidays:
            return "a bank holiday"
        if not self.knows(day):
            return "in no term the portal knows"
        return "" if self.is_in_term(day) else "outside term"


@dataclass(frozen=True)
class NamedTerm:
    """A term as it was typed, for `oddities_of_year`."""

    name: str
    dates: TermDates


def oddities_of_year(first_day: date, terms: Sequence[NamedTerm]) -> list[str]:
    """What may be a mistake in the terms of a school year, as sentences. Rule SC-7.

    `terms` in the order autumn, spring, summer. None of it is refused.
    """
    last_day = date(first_day.year + 1, 8, 31)
    odd = [
        f"The {term.name.lower()} lies outside the school year, "
        f"which runs from {_plain(first_day)} to {_plain(last_day)}."
        for term in terms
        if term.dates.starts_on < first_day or term.dates.ends_on > last_day
    ]
    odd += [
        f"The {after.name.lower()} begins before the {before.name.lower()} has ended."
        for before, after in pairwise(terms)
        if after.dates.starts_on <= before.dates.ends_on
    ]
    odd += [
        f"The {term.name.lower()} {verb} on {day:%A} {_plain(day)}, which is at a weekend."
        for term in terms
        for verb, day in (("begins", term.dates.starts_on), ("ends", term.dates.ends_on))
        if day.weekday() >= 5
    ]
    if len(terms) < 3:
        odd.append("Not all three terms are on record; until then working days stand in.")
    return odd


def _plain(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def phase_of(*, kind: str, named_phase: str, lowest: int | None, highest: int | None) -> Phase:
    """The phase of a school from its type, GIAS's phase and its ages.

    GIAS knows no infant or junior school, and calls the phase of special schools "Not
    applicable"; there the type and the ages tell.
    """
    if "special" in kind.lower():
        return Phase.SPECIAL
    if "pupil referral" in kind.lower() or "alternative provision" in kind.lower():
        return Phase.ALTERNATIVE
    named = _NAMED.get(" ".join(named_phase.split()).casefold())
    if named is not None and named != Phase.PRIMARY:
        return named
    by_ages = _phase_of_ages(lowest, highest)
    if named is None:
        return by_ages
    return by_ages if by_ages in (Phase.INFANT, Phase.JUNIOR) else Phase.PRIMARY


_NAMED = {
    "nursery": Phase.NURSERY,
    "primary": Phase.PRIMARY,
    "middle deemed primary": Phase.MIDDLE,
    "middle deemed secondary": Phase.MIDDLE,
    "secondary": Phase.SECONDARY,
    "all-through": Phase.ALL_THROUGH,
    "all through": Phase.ALL_THROUGH,
    "16 plus": Phase.POST_16,
}


def _phase_of_ages(lowest: int | None, highest: int | None) -> Phase:
    """By the ages alone. A school that has not said them writes 0 to 0, or nothing."""
    if lowest is None or not highest or lowest > highest:
        return Phase.OTHER
    if lowest >= 16:
        return Phase.POST_16
    if highest <= 5:
        return Phase.NURSERY
    if highest <= 8 and lowest <= 5:
        return Phase.INFANT
    if highest <= 11:
        return Phase.JUNIOR if lowest >= 7 else Phase.PRIMARY
    if highest >= 16:
        return Phase.SECONDARY if lowest >= 10 else Phase.ALL_THROUGH
    return Phase.MIDDLE if lowest >= 7 else Phase.PRIMARY


def contrast_with_white(colour: str) -> float:
    """The contrast of a colour like "#0b5563" with white, 1 to 21, as WCAG 2.2 computes it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(
        weight * light for weight, light in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
    return 1.05 / (luminance + 0.05)


def initial_and_surname(full_name: str) -> str:
    """ "A Owusu", as statements name people. Rule CR-10."""
    first, _, rest = full_name.strip().partition(" ")
    return f"{first[:1]} {rest.rsplit(' ', 1)[-1]}" if rest else first
