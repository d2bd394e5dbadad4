"""The dates of a cohort: which of those it has becomes which of those it is given.

A session keeps its row for ever, since calendars know it by its key and its register hangs on it:
it moves, it is called off, it comes back (Rule BK-11).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cpd.choices import CohortStatus
from cpd.errors import NotReadyToOffer
from cpd.models import Cohort, Session
from hub_portal.shared.wording import day, moment
from schools.models import Person


@dataclass(frozen=True)
class PlannedSession:
    """One date as the hub manager typed it; `session_id` says which session it was before."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    venue: str = ""
    session_id: int | None = None


def in_order(sessions: Iterable[Session]) -> list[Session]:
    """The dates of one cohort from the first to the last, wherever they were read."""
    return sorted(sessions, key=lambda session: session.starts_at)


def plan_sessions(
    *, cohort: Cohort, sessions: Sequence[PlannedSession], by: Person, at: datetime
) -> list[Session]:
    """Give a locked cohort these dates and no others; the sessions called off by it.

    Raises: NotReadyToOffer when an offered cohort would be left without a date, a date ends
    before it begins, two begin at the same time, or somebody else took one away meanwhile.
    """
    _refuse_odd_dates(cohort, sessions)
    was, gone = _which_was_which(cohort, sessions, at=at)
    moving = [
        session.pk
        for planned, session in zip(sessions, was, strict=True)
        if session is not None and session.starts_at != planned.starts_at
    ]
    # what moves steps aside first, so that two sessions may change places
    aside = [*moving, *(session.pk for session in gone)]
    Session.objects.filter(pk__in=aside).update(called_off_at=at, called_off_by=by)
    planned_now = [
        _as_planned(planned, session or Session(cohort=cohort))
        for planned, session in zip(sessions, was, strict=True)
    ]
    Session.with_called_off.bulk_update(
        [session for session in planned_now if session.pk],
        ["starts_at", "ends_at", "title", "venue", "called_off_at", "called_off_by"],
    )
    Session.objects.bulk_create([session for session in planned_now if not session.pk])
    cohort.starts_at = min((planned.starts_at for planned in sessions), default=None)
    cohort.ends_at = max((planned.ends_at for planned in sessions), default=None)
    cohort.save(update_fields=["starts_at", "ends_at"])
    return gone


def _which_was_which(
    cohort: Cohort, sessions: Sequence[PlannedSession], *, at: datetime
) -> tuple[list[Session | None], list[Session]]:
    """For each planned date the session it was, None for a new one; and the sessions left over.

    A date is the session it says it was; else the one that begins then, called off or not;
    else, where nobody says anything, the next one in the row that has not begun.
    """
    standing = {session.pk: session for session in cohort.sessions.order_by("starts_at")}
    was = [
        _named(standing, planned.session_id) if planned.session_id else None for planned in sessions
    ]
    gone = Session.with_called_off.filter(cohort=cohort).called_off()
    by_start = {session.starts_at: session for session in gone.order_by("called_off_at", "pk")}
    by_start |= {session.starts_at: session for session in standing.values()}
    for place, planned in enumerate(sessions):
        if was[place] is None and planned.starts_at in by_start:
            was[place] = by_start[planned.starts_at]
            standing.pop(by_start[planned.starts_at].pk, None)
    if not any(planned.session_id for planned in sessions):
        waiting = [session for session in standing.values() if session.starts_at > at]
        places = [place for place, session in enumerate(was) if session is None]
        places.sort(key=lambda place: sessions[place].starts_at)
        for place, session in zip(places, waiting, strict=False):
            was[place] = standing.pop(session.pk)
    return was, list(standing.values())


def _named(standing: dict[int, Session], session_id: int) -> Session:
    """Raises: NotReadyToOffer when the session was called off, or named before."""
    if session_id not in standing:
        raise NotReadyToOffer(
            "Somebody else has changed the dates of this course. Look at them again, and then "
            "save yours."
        )
    return standing.pop(session_id)


def _as_planned(planned: PlannedSession, session: Session) -> Session:
    session.starts_at, session.ends_at = planned.starts_at, planned.ends_at
    session.title, session.venue = planned.title, planned.venue
    session.called_off_at = session.called_off_by = None
    return session


def _refuse_odd_dates(cohort: Cohort, sessions: Sequence[PlannedSession]) -> None:
    if not sessions and cohort.status == CohortStatus.OFFERED:
        raise NotReadyToOffer("An offered course needs at least one date.")
    for planned in sessions:
        if planned.ends_at <= planned.starts_at:
            raise NotReadyToOffer(f"The session on {day(planned.starts_at)} ends before it begins.")
    starts = [planned.starts_at for planned in sessions]
    for start in starts:
        if starts.count(start) > 1:
            raise NotReadyToOffer(f"Two sessions begin at the same time, {moment(start)}.")
