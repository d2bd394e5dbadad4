"""The dates of a person and of a school: for their calendar pages and the Monday digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from cpd.choices import CohortStatus, Format
from cpd.models import Booking, Session
from hub_portal.shared.london import end_of_day, start_of_day
from schools.models import Person, School

TO_BE_NAMED = "A colleague to be named"


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """One session somebody is on; `names` are the colleagues of a school who are."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    url: str
    names: Sequence[str] = ()


def own_dates(*, person: Person, first_on: date, last_on: date) -> list[CalendarDate]:
    """A person's own sessions on these London days, in order. Rule SC-6: of every school."""
    places = dict(
        Booking.objects.of_delegate(person)
        .live()
        .filter(_meets(first_on, last_on))
        .values_list("cohort", "pk")
    )
    return [
        CalendarDate(
            title=session.cohort.programme.title,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=_place(session),
            url=reverse("cpd:own_booking", args=[places[session.cohort_id]]),
        )
        for session in _sessions(list(places), first_on, last_on)
    ]


def school_dates(
    *, school: School, first_on: date, last_on: date, told_only: bool = False
) -> list[CalendarDate]:
    """The sessions a school's colleagues are on, with their names, in order.

    `told_only` leaves out places nobody has been mailed about yet. Rule SC-8.
    """
    names: dict[int, list[str]] = {}
    live = Booking.objects.for_school(school).live().filter(_meets(first_on, last_on))
    live = live.told() if told_only else live
    for cohort_id, name in live.order_by("pk").values_list("cohort", "named_as"):
        names.setdefault(cohort_id, []).append(name or TO_BE_NAMED)
    return [
        CalendarDate(
            title=session.cohort.programme.title,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=_place(session),
            url=reverse("cpd:course", args=[session.cohort.programme.slug]),
            names=sorted(names[session.cohort_id]),
        )
        for session in _sessions(list(names), first_on, last_on)
    ]


def _meets(first_on: date, last_on: date) -> Q:
    """Bookings of cohorts that run at all between these days."""
    return Q(
        cohort__starts_at__lt=end_of_day(last_on), cohort__ends_at__gte=start_of_day(first_on)
    ) & ~Q(cohort__status=CohortStatus.CANCELLED)


def _sessions(cohort_ids: list[int], first_on: date, last_on: date) -> QuerySet[Session]:
    return (
        Session.objects.filter(
            cohort__in=cohort_ids,
            starts_at__gte=start_of_day(first_on),
            starts_at__lt=end_of_day(last_on),
        )
        .select_related("cohort__programme")
        .order_by("starts_at", "pk")
    )


def _place(session: Session) -> str:
    if session.cohort.format == Format.ONLINE:
        return "Online"
    return session.venue or session.cohort.venue
