"""Reminders to delegates, and names asked of schools before it is too late.

Rules BK-2 and BK-11. The clock asks once a day; each mail has a key of its own, so that a run
that is late or repeated reminds nobody twice. Whether a place still stands is asked again when
the mail is to go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from cpd.choices import CohortStatus
from cpd.emails import reminder_mails
from cpd.models import Booking, Session
from cpd.rules import is_due_before
from cpd.services.delegate_policy import delegate_policy
from cpd.services.moving import school_of
from hub_portal.shared.london import end_of_day, london_date, start_of_day
from schools.models import Person, School
from schools.rules import ONE_DAY
from schools.services.posts import voice_of


@dataclass(frozen=True)
class Meeting:
    """One day of a cohort: its sessions on that day, and whether the cohort begins with them."""

    on: date
    sessions: Sequence[Session]

    @property
    def is_first(self) -> bool:
        return self.sessions[0].starts_at == self.sessions[0].cohort.starts_at


def send_reminders(*, at: datetime) -> int:
    """Remind each delegate some days before the first session, and the day before each.

    Rule BK-11: the delegate only. Whoever got the place on the day of the reminder or later
    has just read the confirmation and is not written to again. Returns how many were reminded.
    """
    first_days = delegate_policy().first_reminder_days
    today, reminded = london_date(at), 0
    for meeting in _meetings(until=today + ONE_DAY * first_days, at=at):
        if meeting.on <= today + ONE_DAY:
            kind, due_on = reminder_mails.DAY_BEFORE, meeting.on - ONE_DAY
        elif meeting.is_first and is_due_before(on=meeting.on, days=first_days, today=today):
            kind, due_on = reminder_mails.SOME_DAYS_BEFORE, meeting.on - ONE_DAY * first_days
        else:
            continue
        reminded += _remind(meeting, kind, had_since=start_of_day(due_on), at=at)
    return reminded


def ask_for_names(*, at: datetime) -> int:
    """Ask schools for the names of delegates to be named, twice before the first session.

    Rule BK-2. One mail per school and cohort. Returns how many were written.
    """
    policy, today = delegate_policy(), london_date(at)
    first_days, last_days = policy.names_wanted_days, policy.names_wanted_again_days
    unnamed = _places_to_name(until=today + ONE_DAY * first_days, at=at)
    asked = 0
    for _, group in groupby(unnamed, key=lambda b: (b.cohort_id, b.school_id)):
        places = list(group)
        first_on = london_date(places[0].cohort.starts_at or at)
        for days in (first_days, last_days):
            if is_due_before(on=first_on, days=days, today=today):
                since = start_of_day(first_on - ONE_DAY * days)
                asked += _ask_for(
                    [p for p in places if p.booked_at < since], first_on=first_on, days=days, at=at
                )
    return asked


def _places_to_name(*, until: date, at: datetime) -> QuerySet[Booking]:
    """Places without a name on courses that begin by a London day, school by school."""
    unnamed: QuerySet[Booking] = (
        Booking.objects.booked()
        .told()
        .filter(
            delegate__isnull=True,
            cohort__status=CohortStatus.OFFERED,
            cohort__starts_at__gt=at,
            cohort__starts_at__lt=end_of_day(until),
        )
    )
    return unnamed.select_related("cohort__programme", "school", "booked_by").order_by(
        "cohort", "school", "pk"
    )


def _meetings(*, until: date, at: datetime) -> Iterable[Meeting]:
    """The days of offered cohorts that are still to come, up to and with a London day."""
    sessions = (
        Session.objects.filter(
            cohort__status=CohortStatus.OFFERED,
            starts_at__gt=at,
            starts_at__lt=end_of_day(until),
        )
        .select_related("cohort__programme")
        .order_by("cohort", "starts_at")
    )
    for (_, on), group in groupby(sessions, key=lambda s: (s.cohort_id, london_date(s.starts_at))):
        yield Meeting(on=on, sessions=list(group))


def _remind(meeting: Meeting, kind: str, *, had_since: datetime, at: datetime) -> int:
    cohort = meeting.sessions[0].cohort
    bookings = list(_places_had_before(had_since).filter(cohort=cohort))
    voices = _voices(bookings)
    return reminder_mails.reminders(
        kind,
        bookings=bookings,
        cohort=cohort,
        on=meeting.on,
        starts_at=meeting.sessions[0].starts_at,
        pass_on_to={b.pk: voices.get(b.school_id or 0) or b.booked_by for b in bookings},
        at=at,
    )


def _places_had_before(instant: datetime) -> QuerySet[Booking]:
    """Places whose delegate had them before an instant, by booking or by substitution."""
    places: QuerySet[Booking] = Booking.objects.booked().told().filter(delegate__isnull=False)
    return (
        places.annotate(had_since=Coalesce(Max("substitutions__made_at"), "booked_at"))
        .filter(had_since__lt=instant)
        .select_related("delegate", "booked_by", "school")
        .order_by("pk")
    )


def _voices(bookings: Iterable[Booking]) -> dict[int, Person | None]:
    """Who speaks for the schools of delegates without an address. Rule PE-3."""
    schools: dict[int, School] = {
        booking.school.pk: booking.school
        for booking in bookings
        if booking.school and booking.delegate is not None and not booking.delegate.email
    }
    return {pk: voice_of(school=school) for pk, school in schools.items()}


def _ask_for(places: Sequence[Booking], *, first_on: date, days: int, at: datetime) -> int:
    if not places:
        return 0
    school = school_of(places[0])  # a place without a school has a name from the start
    return reminder_mails.names_wanted(
        bookings=places,
        cohort=places[0].cohort,
        school=school,
        to=voice_of(school=school) or places[0].booked_by,
        key=f"{first_on}:{days}",
        until=at + timedelta(days=days),
        at=at,
    )
