"""The gate every way to a place goes through: who may ask, and whether the cohort is open.

Rules BK-1, BK-3 and BK-4. The check page asks here early; the service asks again under the
cohort's lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cpd import rules
from cpd.choices import CohortStatus
from cpd.errors import (
    CohortNotBookable,
    MayNotActFor,
    NotAMember,
    NotOpenYet,
    OverSchoolLimit,
    WrongPhase,
)
from cpd.models import Cohort, Programme
from cpd.services.policy import policy_in_force
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import moment, plain_day
from schools.choices import ROLES_OF_THE_SCHOOL
from schools.models import Person, School
from schools.services.calendar import hub_calendar
from schools.services.staff import people_known, posts_of

Colleague = tuple[Person, str]
"""A person, and the name the school knows them by. Rule PE-1."""


def refuse_unless_acting(*, person: Person, school: School, on: date) -> None:
    """Only a live rep, deputy or headteacher of a current member spends its credits.

    Raises: MayNotActFor, NotAMember.
    """
    who_asks(person=person, school_id=school.pk, on=on).refuse_unless_acting()


@dataclass(frozen=True)
class Asking:
    """Who asks for places and for which colleagues, as the school has them on its list now."""

    school: School
    acts_for_it: bool
    is_member: bool
    colleagues: Mapping[int, Colleague]

    def refuse_unless_acting(self) -> None:
        """Raises: MayNotActFor, NotAMember."""
        if not self.acts_for_it:
            raise MayNotActFor(school=self.school.name)
        if not self.is_member:
            raise NotAMember(school=self.school.name)


def who_asks(*, person: Person, school_id: int, on: date, colleagues: Iterable[int] = ()) -> Asking:
    """The school, whether the person acts for it, and those of its colleagues: one question."""
    asked_for = set(colleagues)
    posts: Sequence[Any] = posts_of(people={person.pk, *asked_for}, school_id=school_id, on=on)
    known = people_known(posts)
    return Asking(
        school=posts[0].school if posts else School.objects.get(pk=school_id),
        acts_for_it=any(
            post.person_id == person.pk and post.role in ROLES_OF_THE_SCHOOL for post in posts
        ),
        is_member=any(post.is_of_member for post in posts),
        colleagues={pk: colleague for pk, colleague in known.items() if pk in asked_for},
    )


def refuse_unless_bookable(
    *,
    cohort: Cohort,
    school: School,
    asked: int,
    has: int,
    at: datetime,
    has_turn: bool = False,
    after_closing: bool = False,
) -> None:
    """Window, phase and the school's limit. `has` are the school's live places.

    A school whose turn it is on the waiting list accepts outside the booking window, until
    the first session; joining the list is possible after booking has closed. Rule BK-8.

    Raises: CohortNotBookable, WrongPhase, OverSchoolLimit.
    """
    refuse_unless_open(
        cohort=cohort, at=at, before_opening=has_turn, after_closing=has_turn or after_closing
    )
    refuse_wrong_phase(programme=cohort.programme, school=school)
    limit, ends_on = school_limit(cohort=cohort)
    if limit is not None and london_date(at) < ends_on and has + asked > limit:
        raise OverSchoolLimit(limit=limit, has=has, asked=asked, ends_at_words=plain_day(ends_on))


def refuse_wrong_phase(*, programme: Programme, school: School) -> None:
    """Raises: WrongPhase when the programme is for schools of other phases. Rule BK-4."""
    audience = [
        name
        for is_for, name in (
            (programme.for_early_years, "early years"),
            (programme.for_primary, "primary"),
            (programme.for_secondary, "secondary"),
            (programme.for_special, "special"),
        )
        if is_for
    ]
    if not rules.is_for_phase(phase=school.phase, audience=audience):
        raise WrongPhase(phase=school.get_phase_display(), audience=audience)


def refuse_unless_open(
    *, cohort: Cohort, at: datetime, before_opening: bool = False, after_closing: bool = False
) -> None:
    """Raises: CohortNotBookable with what to do next."""
    if cohort.status == CohortStatus.CANCELLED:
        raise CohortNotBookable("The hub has cancelled this course. Look for another date.")
    if cohort.status != CohortStatus.OFFERED or cohort.starts_at is None:
        raise CohortNotBookable("This course is not open for booking.")
    if at >= cohort.starts_at:
        raise CohortNotBookable("This course has begun. Look for another date.")
    if at < cohort.booking_opens_at and not before_opening:
        raise NotOpenYet(opens_at_words=moment(cohort.booking_opens_at))
    if at >= cohort.booking_closes_at and not after_closing:
        raise CohortNotBookable(
            f"Booking closed on {moment(cohort.booking_closes_at)}. Ask the hub if it is urgent."
        )


def school_limit(*, cohort: Cohort) -> tuple[int | None, date]:
    """How many places a school may have, and the London day from which the limit is gone.

    Rule BK-1: by default three, until ten school days before the start.
    """
    policy = policy_in_force()
    limit = cohort.places_per_school or policy.places_per_school
    first_on = london_date(cohort.starts_at) if cohort.starts_at else date.max
    ends_on = hub_calendar().school_day_before(first_on, policy.limit_ends_school_days_before)
    return limit or None, ends_on
