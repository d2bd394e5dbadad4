"""About 25 programmes of the kinds the alliance offers, with cohorts over the year."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cpd.choices import Format
from cpd.models import Cohort, Programme, ProgrammeKind, Subject
from cpd.services.cohorts import PlannedSession, add_cohort, offer_cohort
from hub_portal.management.demo.catalogue import CLOSES_TODAY, COURSES, WELCOME_TICKETS
from hub_portal.management.demo.course import Course
from hub_portal.management.demo.dates import at_clock, weeks_from
from hub_portal.management.demo.people import Cast
from hub_portal.shared.london import end_of_day, london_date
from hub_portal.shared.rich_text import RichText
from schools.models import Activity, PartnerOrganisation, Person, Priority
from schools.rules import HubCalendar
from schools.services.calendar import hub_calendar, school_year_of


@dataclass(frozen=True)
class PlannedCohorts:
    """Every cohort of the demo, and the ones with a story of their own."""

    by_slug: dict[str, list[Cohort]]

    @property
    def all(self) -> list[Cohort]:
        return [cohort for cohorts in self.by_slug.values() for cohort in cohorts]

    def first(self, slug: str) -> Cohort:
        return self.by_slug[slug][0]


def plan_courses(*, cast: Cast, by: Person, at: datetime) -> PlannedCohorts:
    """Plan and offer every cohort, as the hub manager would have in July."""
    calendar = hub_calendar()
    partners = {name: PartnerOrganisation.objects.get_or_create(name=name)[0] for name in PARTNERS}
    by_slug = {}
    for course in COURSES:
        programme = _programme(course, partners)
        by_slug[course.slug] = [
            _cohort(course, programme, weeks, calendar, cast, by, at) for weeks in course.weeks
        ]
    return PlannedCohorts(by_slug)


def _programme(course: Course, partners: dict[str, PartnerOrganisation]) -> Programme:
    kind, _ = ProgrammeKind.objects.get_or_create(name=course.kind)
    subject, _ = Subject.objects.get_or_create(name=course.subject)
    return Programme.objects.create(
        title=course.title,
        slug=course.slug,
        kind=kind,
        subject=subject,
        summary=course.summary,
        description=RichText(course.about),
        hours=course.hours,
        format=course.format,
        provider=partners.get(course.partner),
        tickets_welcome=course.slug in WELCOME_TICKETS,
        **{f"for_{phase}": True for phase in course.phases},
    )


def _cohort(
    course: Course,
    programme: Programme,
    weeks: float,
    calendar: HubCalendar,
    cast: Cast,
    by: Person,
    at: datetime,
) -> Cohort:
    """A cohort of weekly sessions; booking opened in July and closes two days before."""
    weekday = 0 if course.slug == CLOSES_TODAY else len(course.slug) % 5 / 7
    days = [weeks_from(at, weeks + n + weekday, calendar) for n in range(course.sessions)]
    length = timedelta(hours=course.hours / course.sessions)
    starts = [at_clock(day, *course.starts_at) for day in dict.fromkeys(days)]
    planned_at = min(at, starts[0]) - timedelta(weeks=16)
    cohort = add_cohort(
        programme=programme,
        sessions=[PlannedSession(starts_at=start, ends_at=start + length) for start in starts],
        price=course.price,
        capacity=course.capacity,
        minimum=min(6, course.capacity),
        format=course.format,
        venue=course.venue,
        booking_opens_at=planned_at,
        booking_closes_at=_closing(course, starts[0], at),
        joining_details=RichText(JOINING[course.format]),
        organiser=cast.lead.staff[0],
        activity=_activity(course, at),
        by=by,
        at=planned_at,
    )
    return offer_cohort(cohort=cohort, by=by, at=planned_at)


def _closing(course: Course, starts_at: datetime, at: datetime) -> datetime:
    """Two days before the start; for the one that closes today, tonight."""
    if course.slug == CLOSES_TODAY and starts_at - at < timedelta(weeks=2):
        return end_of_day(london_date(at)) - timedelta(minutes=1)
    return starts_at - timedelta(days=2)


def _activity(course: Course, at: datetime) -> Activity | None:
    """The activity of this year's plan that the course serves, made when first needed."""
    priority = Priority.objects.filter(
        theme__plan__year=school_year_of(london_date(at)),
        theme__name__startswith=course.theme,
        letter=course.priority,
    ).first()
    if priority is None:
        return None
    return Activity.objects.get_or_create(priority=priority, title=course.title)[0]


PARTNERS = ("Hounslow Language Service", "OLEVI International", "Ambition School Leadership")

JOINING = {
    Format.IN_PERSON: "<p>Please sign in at main reception. Tea and coffee from fifteen minutes "
    "before the start. There is no parking on site; Hounslow East is ten minutes on foot.</p>",
    Format.ONLINE: "<p>The link comes with the reminder the day before. Please join with your "
    "camera on and have a piece of pupils’ work to hand.</p>",
    Format.BLENDED: "<p>The first session is in person, the others online; links come with the "
    "reminders. Please bring your school’s development plan to the first.</p>",
}
