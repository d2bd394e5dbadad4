"""What the pages at the door show: who is in, who came last, and whose code this is. Rule BK-10."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cpd.models import Attendance, Booking, Session
from cpd.services.registers import Register, RegisterLine, may_take_registers, register_of
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import clock_time, day
from schools.models import Person

LATEST = 8
"""So many of those who came last are named."""


@dataclass(frozen=True)
class DoorPage:
    """One session at its door: the register, and those who came last."""

    register: Register
    latest: Sequence[RegisterLine]
    why_not: str

    @property
    def session(self) -> Session:
        return self.register.session

    @property
    def is_open(self) -> bool:
        """Whether codes may be scanned now."""
        return not self.why_not

    @property
    def count(self) -> str:
        """“41 of 60 are in”."""
        return f"{self.register.there} of {len(self.register.lines)}"


@dataclass(frozen=True)
class ShownCode:
    """A delegate's code as its organiser sees it: whose it is, and the sessions of today."""

    place: Booking
    seen_by: Person
    sessions: Sequence[tuple[Session, str]]
    next_session: Session | None


def door_page(*, session: Session, at: datetime) -> DoorPage:
    """Everything the scanning page says. `session` comes with its cohort."""
    register = register_of(session=session, at=at)
    came = [line for line in register.lines if line.is_there]
    came.sort(key=lambda line: (line.marked_at, line.booking.pk), reverse=True)
    return DoorPage(register=register, latest=came[:LATEST], why_not=_why_not(register, at))


def shown_code(*, place: Booking, person: Person, at: datetime) -> ShownCode | None:
    """Whose code this is, for whoever organises the course; None for everybody else."""
    if not may_take_registers(cohort=place.cohort, person=person):
        return None
    sessions = list(place.cohort.sessions.order_by("starts_at"))
    today = [each for each in sessions if london_date(each.starts_at) == london_date(at)]
    to_come = [each for each in sessions if each.starts_at > at and each not in today]
    marks = {
        mark.session_id: mark
        for mark in Attendance.objects.there().filter(
            booking=place, person=place.delegate_id, session__in=today
        )
    }
    return ShownCode(
        place=place,
        seen_by=person,
        sessions=[(each, _since(marks.get(each.pk))) for each in today],
        next_session=to_come[0] if to_come else None,
    )


def _since(mark: Attendance | None) -> str:
    return clock_time(mark.marked_at) if mark is not None else ""


def _why_not(register: Register, at: datetime) -> str:
    """Why no code may be scanned now: the register's own reason, or that the day is over."""
    if register.why_not:
        return register.why_not
    starts_at = register.session.starts_at
    if london_date(at) != london_date(starts_at):
        return f"This session was on {day(starts_at)}: codes are scanned on the day itself."
    return ""
