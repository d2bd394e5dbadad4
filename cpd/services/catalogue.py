"""The catalogue: what may be looked for, and what is found. Reading only.

A page of it costs the same number of queries at one cohort and at a thousand: the dates are
counted by subject, so that their sum is the number found.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, overload

from django.core.paginator import Page, Paginator
from django.db.models import Count, DateTimeField, Q

from cpd.choices import CohortStatus, Format
from cpd.models import Cohort, Programme, Subject
from cpd.querysets import CohortQuerySet
from cpd.services.availability import Availability, availability
from hub_portal.shared.kept import kept_for_a_moment
from hub_portal.shared.london import london_time, start_of_day
from hub_portal.shared.prepared import prepared
from hub_portal.shared.wording import clock_time, in_a_row, in_credits
from schools.choices import TermName
from schools.models import SchoolYear, Term

PAGE_SIZE = 12

PHASES = {
    "early-years": ("Early years", "for_early_years"),
    "primary": ("Primary", "for_primary"),
    "secondary": ("Secondary", "for_secondary"),
    "special": ("Special", "for_special"),
}
"""The phases a programme may be for: how an address and a page say them, and the field."""


@dataclass(frozen=True)
class TermSpan:
    """A term as a filter: its first day until the next term begins, holidays after it included."""

    slug: str
    name: str
    from_on: date
    before: date | None
    year: SchoolYear

    def holds(self, on: date) -> bool:
        return self.from_on <= on and (self.before is None or on < self.before)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; all empty means every date to come.

    `at_most` is a price in credits, asked for or what the school has available.
    """

    words: str = ""
    phases: tuple[str, ...] = ()
    subject_id: int | None = None
    term: TermSpan | None = None
    format: str = ""
    at_most: int | None = None
    has_places: bool = False


@dataclass(frozen=True, slots=True)
class CourseCard:
    """One date of a course as the catalogue and the home page show it, in words already.

    No price in words means free of charge.
    """

    cohort_id: int
    slug: str
    title: str
    summary: str
    phases: str
    subject: str
    price: str
    starts_at: str
    weekday: str
    day: int
    month: str
    facts: str
    availability: Availability


@dataclass(frozen=True)
class SubjectFound:
    """A subject, and how many dates of it match everything else that is looked for."""

    pk: int
    name: str
    found: int


@kept_for_a_moment
def terms_offered() -> tuple[TermSpan, ...]:
    """Every term on record, in order, each until the next begins."""
    terms = list(Term.objects.select_related("year").order_by("starts_on"))
    ends: list[date | None] = [*(term.starts_on for term in terms[1:]), None]
    return tuple(
        TermSpan(
            slug=f"{term.name}-{term.starts_on.year}",
            name=f"{TermName(term.name).label.removesuffix(' term')} {term.starts_on.year}",
            from_on=term.starts_on,
            before=before,
            year=term.year,
        )
        for term, before in zip(terms, ends, strict=True)
    )


def terms_from(terms: Sequence[TermSpan], on: date) -> list[TermSpan]:
    """The terms that are not over on a day."""
    return [term for term in terms if term.before is None or term.before > on]


def year_among(terms: Sequence[TermSpan], on: date) -> SchoolYear | None:
    """The school year of a day, found among terms already read."""
    years = (term.year for term in terms)
    return next((year for year in years if year.starts_on <= on <= year.ends_on), None)


def dates_to_come(at: datetime) -> CohortQuerySet:
    """Public dates that have not begun: offered, or called off after they were offered."""
    shown = (CohortStatus.OFFERED, CohortStatus.CANCELLED)
    dates: CohortQuerySet = _rows_of_cards().public()
    return dates.filter(status__in=shown, starts_at__gt=at)


def find_dates(wanted: Wanted, *, at: datetime) -> CohortQuerySet:
    """The dates that match, whatever their subject (that is chosen by `page_of_cards`)."""
    found = dates_to_come(at)
    for word in wanted.words.split():
        found = found.filter(_mentions(word))
    if wanted.phases:
        fields = [PHASES[phase][1] for phase in wanted.phases]
        found = found.filter(_any_of(Q(**{f"programme__{field}": True}) for field in fields))
    if wanted.term:
        found = found.filter(starts_at__gte=start_of_day(wanted.term.from_on))
        if wanted.term.before:
            found = found.filter(starts_at__lt=start_of_day(wanted.term.before))
    if wanted.format:
        found = found.filter(format=wanted.format)
    if wanted.at_most is not None:
        found = found.filter(price__lte=wanted.at_most)
    if wanted.has_places:
        found = found.filter(
            status=CohortStatus.OFFERED, booking_closes_at__gt=at, places_left__gt=0
        )
    return found


def subjects_found(wanted: Wanted, *, at: datetime) -> list[SubjectFound]:
    """Every subject in order of name, with how many of the dates it has; one query for those."""
    counted = _dates_by_subject(replace(wanted, subject_id=None))(at=at)
    found = {pk: SubjectFound(pk, name, number) for pk, name, number in counted}
    none = {pk: SubjectFound(pk, name, 0) for pk, name in subjects_offered()}
    return sorted((none | found).values(), key=lambda each: each.name)


@lru_cache(maxsize=32)
def _dates_by_subject(wanted: Wanted) -> Callable[..., list[Any]]:
    """How many dates match what is wanted, by subject."""
    subject = ("programme__subject", "programme__subject__name")

    @prepared(at=DateTimeField())
    def counted(at: Any) -> Any:
        dates = find_dates(wanted, at=at).order_by()
        return dates.values_list(*subject).annotate(found=Count("pk"))

    return counted


@kept_for_a_moment
def subjects_offered() -> tuple[tuple[int, str], ...]:
    """Every subject a course may have; what it has dates of is counted each time."""
    return tuple(Subject.objects.values_list("pk", "name"))


def page_of_cards(
    wanted: Wanted, *, subjects: Sequence[SubjectFound], number: str, at: datetime
) -> "Page[CourseCard]":
    """One page of the dates found, soonest first; counting it needs no query of its own."""
    chosen = [subject for subject in subjects if wanted.subject_id in (None, subject.pk)]
    found = sum(subject.found for subject in chosen)
    return Paginator(_Cards(wanted, found, at), PAGE_SIZE).get_page(number)


class _Cards(Sequence[CourseCard]):
    """The cards of all dates found, of which only the wanted page is read."""

    def __init__(self, wanted: Wanted, found: int, at: datetime) -> None:
        self._wanted, self._found, self._at = wanted, found, at

    def __len__(self) -> int:
        return self._found

    @overload
    def __getitem__(self, of: int) -> CourseCard: ...
    @overload
    def __getitem__(self, of: slice) -> Sequence[CourseCard]: ...
    def __getitem__(self, of: int | slice) -> CourseCard | Sequence[CourseCard]:
        if isinstance(of, int):
            return self[of : of + 1][0]
        start, stop, _ = of.indices(self._found)
        if start >= stop:
            return []
        until = start + PAGE_SIZE  # the same question for a page that is not full
        rows = _dates_found(self._wanted, start, until)(at=self._at)
        return cards(rows[: stop - start], at=self._at)


@lru_cache(maxsize=64)
def _dates_found(wanted: Wanted, start: int, stop: int) -> Callable[..., list[Any]]:
    """Some of the dates that match what is wanted, the soonest first."""

    @prepared(at=DateTimeField())
    def dates(at: Any) -> Any:
        found = find_dates(wanted, at=at)
        if wanted.subject_id is not None:
            found = found.filter(programme__subject=wanted.subject_id)
        return found[start:stop]

    return dates


def next_cards(*, at: datetime, limit: int) -> list[CourseCard]:
    """The dates of the public home page: the soonest with places, open for booking now."""
    return cards(_next_dates(limit)(at=at), at=at)


@lru_cache(maxsize=8)
def _next_dates(limit: int) -> Callable[..., list[Any]]:
    """The soonest dates that can be booked now."""

    @prepared(at=DateTimeField())
    def dates(at: Any) -> Any:
        return dates_to_come(at).open_for_booking(at).filter(places_left__gt=0)[:limit]

    return dates


def cards(dates: Iterable[Any], *, at: datetime) -> list[CourseCard]:
    """Cards of the rows of dates."""
    return [_card(row, at) for row in dates]


def _card(row: Any, at: datetime) -> CourseCard:
    starts = london_time(row.starts_at)
    return CourseCard(
        cohort_id=row.pk,
        slug=row.programme__slug,
        title=row.programme__title,
        summary=row.programme__summary,
        phases=_said([getattr(row, f"programme__{field}") for _, field in PHASES.values()]),
        subject=row.programme__subject__name,
        price=in_credits(row.price) if row.price else "",
        starts_at=starts.isoformat(),
        weekday=f"{starts:%a}",
        day=starts.day,
        month=f"{starts:%b}",
        facts=" · ".join(
            (clock_time(starts), FORMATS[row.format], hours_in_words(row.programme__hours))
        ),
        availability=availability(cohort=row, places_left=row.places_left, at=at),
    )


FORMATS = dict(Format.choices)


def hours_in_words(hours: Decimal) -> str:
    """“3 hours”, “1.5 hours”, “1 hour”."""
    shown = f"{hours:f}".rstrip("0").rstrip(".") if hours % 1 else f"{hours:.0f}"
    return f"{shown} hour" if hours == 1 else f"{shown} hours"


def phases_in_words(programme: Programme) -> str:
    """“Primary and special”, “All phases”."""
    return _said([getattr(programme, field) for _, field in PHASES.values()])


def _said(is_for: Sequence[bool]) -> str:
    names = [name for (name, _), yes in zip(PHASES.values(), is_for, strict=True) if yes]
    if len(names) == len(PHASES):
        return "All phases"
    return in_a_row([names[0], *(name.lower() for name in names[1:])])


def _rows_of_cards() -> Any:
    """Cohorts with what a card says and no more: a page of them needs no objects of each kind."""
    rows: Any = (
        Cohort.objects.with_places_left()
        .order_by("starts_at", "pk")
        .values_list(
            "pk",
            "status",
            "format",
            "price",
            "starts_at",
            "ends_at",
            "booking_opens_at",
            "booking_closes_at",
            "places_left",
            "programme__slug",
            "programme__title",
            "programme__summary",
            "programme__hours",
            "programme__subject__name",
            *(f"programme__{field}" for _, field in PHASES.values()),
            named=True,
        )
    )
    return rows


def _mentions(word: str) -> Q:
    fields = (
        "programme__title",
        "programme__summary",
        "programme__audience",
        "programme__kind__name",
        "programme__subject__name",
        "programme__provider__name",
        "programme__provider_school__name",
        "venue",
    )
    return _any_of(Q(**{f"{field}__icontains": word}) for field in fields)


def _any_of(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
