"""A course with all its dates, as anybody or as a school sees it. Reading only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, QuerySet, SlugField

from cpd.models import Cohort, Demand, Programme, Session, WaitingEntry
from cpd.querysets import CohortQuerySet
from cpd.services.availability import Availability, availability
from cpd.services.catalogue import phases_in_words
from cpd.services.policy import bands_in_force, policy_in_force
from cpd.services.waiting_page import with_live_offer
from hub_portal.shared.prepared import prepared
from hub_portal.shared.wording import counted, in_a_row, in_credits, in_pounds
from schools.models import School


@dataclass(frozen=True)
class CourseDate:
    """One cohort as the course page shows it; `ours` are the places the school holds on it.

    `waiting` is the school's place in its line, with `position`, `offered` and `offered_until`.
    """

    cohort: Cohort
    sessions: Sequence[Session]
    availability: Availability
    ours: int
    waiting: WaitingEntry | None = None

    @property
    def price_in_words(self) -> str:
        return price_in_words(self.cohort.price, self.cohort.invoice_price)

    @property
    def own_limit(self) -> str:
        """How many places one school may have on this date, where it has a limit of its own."""
        limit = self.cohort.places_per_school
        return f"Up to {counted(limit, 'place')}" if limit else ""

    @property
    def priority(self) -> str:
        """The priority of the action plan the date belongs to, in words, or nothing."""
        activity = self.cohort.activity
        if activity is None:
            return ""
        priority = activity.priority
        return f"{priority.theme.name} {priority.letter}: {priority.title}"


@dataclass(frozen=True)
class CoursePage:
    """A programme with the dates to come and those that are over or under way.

    `wish` is the school's “tell me when this runs”, looked for while nothing can be booked.
    """

    programme: Programme
    to_come: Sequence[CourseDate]
    earlier: Sequence[CourseDate]
    phases: str
    provider: str
    limit_in_words: str
    cancelling_in_words: str
    wish: Demand | None = None

    @property
    def next_open(self) -> CourseDate | None:
        """The first date that can be booked now."""
        return next((each for each in self.to_come if each.availability.is_open), None)


def course_page(*, slug: str, school: School | None, at: datetime) -> CoursePage | None:
    """Everything the page of a course says, if there is one of that name.

    The same few queries for any number of dates.
    """
    cohorts: list[Any] = (
        _cohorts_and_ours(slug=slug, school=school.pk) if school else _cohorts(slug=slug)
    )
    programme = cohorts[0].programme if cohorts else _public_programmes().filter(slug=slug).first()
    if programme is None:
        return None
    in_line = school is not None and any(cohort.is_waited_for for cohort in cohorts)
    waiting = _waiting_of(school, programme, at) if school and in_line else {}
    sessions: dict[int, list[Session]] = defaultdict(list)
    for session in _sessions(slug=slug) if cohorts else ():
        sessions[session.cohort_id].append(session)
    dates = [
        CourseDate(
            cohort=cohort,
            sessions=sessions[cohort.pk],
            availability=availability(cohort=cohort, places_left=cohort.places_left, at=at),
            ours=cohort.ours,
            waiting=waiting.get(cohort.pk),
        )
        for cohort in cohorts
    ]
    return _page_of(programme, school, dates, at)


def _page_of(
    programme: Programme, school: School | None, dates: Sequence[CourseDate], at: datetime
) -> CoursePage:
    begun = [each for each in dates if each.cohort.starts_at and each.cohort.starts_at <= at]
    is_open = any(each.availability.is_open for each in dates)
    return CoursePage(
        programme=programme,
        to_come=[each for each in dates if each not in begun],
        earlier=begun[::-1],
        phases=phases_in_words(programme),
        provider=provider_of(programme),
        limit_in_words=_limit_in_words() if _policy_limits(dates) else "",
        cancelling_in_words=bands_in_words(bands_in_force()),
        wish=_wish_of(school, programme) if school and not is_open else None,
    )


def provider_of(programme: Programme) -> str:
    """Who teaches it, when it is not the hub itself."""
    return str(programme.provider or programme.provider_school or "")


def price_in_words(price: int, pence: int | None = None) -> str:
    """“3 credits a place”, “Free of charge”."""
    if not price:
        return "Free of charge"
    or_pounds = f", or {in_pounds(pence)} by invoice" if pence else ""
    return f"{in_credits(price)} a place{or_pounds}"


def bands_in_words(bands: Sequence[dict[str, int]]) -> str:
    """The cancellation policy in a sentence or two, longest notice first. Rule BK-6."""
    ordered = sorted(bands, key=lambda band: -band["working_days"])
    said = [
        f"with at least {_notice_in_words(band['working_days'])} "
        f"{_share_in_words(band['percent_returned'])}"
        for band in ordered
        if band["working_days"] > 0
    ]
    at_last = next((b["percent_returned"] for b in ordered if b["working_days"] == 0), 0)
    if not said:
        return f"If you cancel, {_share_in_words(at_last)}."
    return f"If you cancel {in_a_row(said)}; later, {_share_in_words(at_last)}."


def _notice_in_words(days: int) -> str:
    return f"{counted(days, 'working day')}’{'s' if days == 1 else ''} notice"


def _share_in_words(percent: int) -> str:
    if percent == 100:
        return "every credit comes back"
    return f"{percent} % of the price comes back" if percent else "nothing comes back"


def _policy_limits(dates: Sequence[CourseDate]) -> bool:
    """Whether the policy's limit holds for any of them."""
    return any(not each.own_limit for each in dates)


def _limit_in_words() -> str:
    """The policy's limit of places per school. Rule BK-1."""
    policy = policy_in_force()
    if not policy.places_per_school:
        return ""
    limit = f"Each school may have {counted(policy.places_per_school, 'place')}"
    days = policy.limit_ends_school_days_before
    if not days:
        return f"{limit}."
    return f"{limit} until {counted(days, 'school day')} before the start; then what is left."


_OF_A_PROGRAMME = ("kind", "subject", "provider", "provider_school")


def _public_programmes() -> "QuerySet[Programme]":
    programmes: QuerySet[Programme] = Programme.objects.public()
    return programmes.select_related(*_OF_A_PROGRAMME)


@prepared(slug=SlugField())
def _cohorts(slug: Any) -> CohortQuerySet:
    """The dates of a course as a visitor sees them, each with the programme."""
    return _cohorts_of(slug).with_places_of(None).with_line_of(None)


@prepared(slug=SlugField(), school=BigIntegerField())
def _cohorts_and_ours(slug: Any, school: Any) -> CohortQuerySet:
    """The same with what a school has of each."""
    return _cohorts_of(slug).with_places_of(school).with_line_of(school)


def _cohorts_of(slug: Any) -> CohortQuerySet:
    cohorts: CohortQuerySet = Cohort.objects.public()
    of_the_programme = (f"programme__{each}" for each in _OF_A_PROGRAMME)
    return (
        cohorts.filter(programme__slug=slug)
        .with_places_left()
        .select_related("activity__priority__theme", *of_the_programme)
        .defer("joining_details")
        .order_by("starts_at", "pk")
    )


@prepared(slug=SlugField())
def _sessions(slug: Any) -> "QuerySet[Session]":
    """Every date of a course, in order."""
    dates: QuerySet[Session] = Session.objects.filter(cohort__programme__slug=slug)
    return dates.order_by("starts_at")


def _waiting_of(school: School, programme: Programme, at: datetime) -> dict[int, WaitingEntry]:
    """Where the school stands in line, by cohort. Rule BK-8."""
    entries = WaitingEntry.objects.waiting().filter(school=school, cohort__programme=programme)
    return {entry.cohort_id: entry for entry in with_live_offer(entries.with_position(), at)}


def _wish_of(school: School, programme: Programme) -> Demand | None:
    """Whether the school asked to be told when the course runs. Rule PU-4."""
    wish: Demand | None = Demand.objects.open().filter(school=school, programme=programme).first()
    return wish
