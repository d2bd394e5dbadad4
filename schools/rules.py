"""The arithmetic of the school calendar, and phases from ages: plain Python, London dates."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schools.choices import Phase

ONE_DAY = timedelta(days=1)


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
        known = [term for term in self.terms if term.starts_on <= day <= term.ends_on]
        if known or self._lies_between_terms(day):
            return self.is_school_day(day)
        return self.is_working_day(day)

    def _lies_between_terms(self, day: date) -> bool:
        starts = [term.starts_on for term in self.terms]
        ends = [term.ends_on for term in self.terms]
        return bool(self.terms) and min(starts) < day < max(ends)


def phase_of(*, kind: str, named_phase: str, lowest: int | None, highest: int | None) -> Phase:
    """The phase of a school from its type, GIAS's phase and its ages.

    GIAS knows no infant or junior school, and calls the phase of special schools "Not
    applicable"; there the type and the ages tell.
    """
    if "special" in kind.lower():
        return Phase.SPECIAL
    if "pupil referral" in kind.lower() or "alternative provision" in kind.lower():
        return Phase.ALTERNATIVE
    named = _NAMED.get(named_phase.strip().lower())
    if named not in (None, Phase.PRIMARY):
        return named
    if lowest is None or highest is None:
        return named or Phase.OTHER
    return _phase_of_ages(lowest, highest)


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


def _phase_of_ages(lowest: int, highest: int) -> Phase:
    if highest <= 5:
        return Phase.NURSERY
    if highest <= 8:
        return Phase.INFANT
    if lowest >= 16:
        return Phase.POST_16
    if highest <= 11:
        return Phase.JUNIOR if lowest >= 7 else Phase.PRIMARY
    if lowest >= 11:
        return Phase.SECONDARY
    return Phase.ALL_THROUGH if highest >= 16 else Phase.MIDDLE
