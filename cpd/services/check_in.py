"""Somebody shows their code at the door and is in: the register's mark, once. Rule BK-10.

There is no second way of marking: a scan locks, checks and writes as the list does. It is the
same call however often it is sent, by however many devices, now or when there is a connection
again; the register says when the code was scanned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from cpd.choices import WAS_THERE, BookingStatus, Mark
from cpd.errors import (
    CodeOfAnotherCourse,
    MarkedSince,
    NotExpectedYet,
    NotTheDay,
    PlaceIsCancelled,
    PlaceIsNotApproved,
    ScannedInTheFuture,
    TooManyWrongCodes,
    UnknownCode,
)
from cpd.models import Attendance, Booking, Session
from cpd.services.door_codes import place_behind
from cpd.services.registers import keeps_its_person, mark_places, open_register, places_at
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.shared.throttle import too_many
from hub_portal.shared.wording import clock_time
from schools.models import Person

WRONG_CODES = 60
"""By one person within ten minutes; a whole conference brings fewer wrong codes to one door."""

COUNTED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class CheckedIn:
    """Somebody is in. `is_new` is False when they were marked before: nothing was counted."""

    attendance: Attendance
    school: str
    is_new: bool

    @property
    def sentence(self) -> str:
        """“Ann Lee is in.”, or since when they are."""
        name, mark = self.attendance.named_as, self.attendance.mark
        if self.is_new:
            return f"{name} is in."
        since = clock_time(self.attendance.marked_at)
        if mark == Mark.PARTLY:
            return f"{name} was marked before as partly attended, at {since}."
        return f"{name} was already in, at {since}."


@dataclass(frozen=True)
class Scan:
    """A code as a device read it, and when."""

    code: str
    scanned_at: datetime


@dataclass(frozen=True)
class ScanAnswer:
    """What became of one scan: somebody is in, or a sentence says why not."""

    scan: Scan
    sentence: str
    checked_in: CheckedIn | None = None


def check_in(
    *, code: str, session_id: int, by: Person, at: datetime, scanned_at: datetime | None = None
) -> CheckedIn:
    """Mark whoever has this code as attended at one session, on its day. Rule BK-10.

    `code` is a token, its address, or the reference of a place; `scanned_at` is when it was
    scanned, if that was earlier. Done twice, it changes nothing and says since when they are in.

    Raises: NotTheOrganiser, RegisterNotOpen, NotTheDay, ScannedInTheFuture, UnknownCode,
    TooManyWrongCodes, CodeHasChangedHands, CodeOfAnotherCourse, PlaceIsCancelled,
    PlaceIsNotApproved, NotExpectedYet, NameNeeded, MarkedSince.
    """
    try:
        return _check_in(code, session_id, by, at, scanned_at or at)
    except UnknownCode:
        # outside the transaction, which would take the count back
        if too_many("check-in", str(by.pk), most=WRONG_CODES, within=COUNTED_WITHIN, at=at):
            raise TooManyWrongCodes from None
        raise


def check_in_all(
    *, scans: Sequence[Scan], session_id: int, by: Person, at: datetime
) -> list[ScanAnswer]:
    """Send several scans that waited for a connection; an answer for each, in their order.

    Each stands for itself: one that is refused keeps none of the others out.
    """
    return [_answer(scan, session_id, by, at) for scan in scans]


def _answer(scan: Scan, session_id: int, by: Person, at: datetime) -> ScanAnswer:
    try:
        done = check_in(
            code=scan.code, session_id=session_id, by=by, at=at, scanned_at=scan.scanned_at
        )
    except PortalError as refused:
        return ScanAnswer(scan, refused.sentence)
    return ScanAnswer(scan, done.sentence, done)


@retried
def _check_in(
    code: str, session_id: int, by: Person, at: datetime, scanned_at: datetime
) -> CheckedIn:
    with transaction.atomic():
        session = open_register(session_id, by=by, at=at)
        _refuse_unless_scanned_on_the_day(session, scanned_at, at)
        place = place_behind(code, cohort_id=session.cohort_id)
        _refuse_unless_expected(place, session)
        earlier = _mark_of(place, session)
        if earlier is not None and _is_theirs(earlier, place) and earlier.mark in WAS_THERE:
            return CheckedIn(earlier, place.school_in_words, is_new=False)
        _refuse_if_marked_since(earlier, place, session, scanned_at, at)
        wanted = [(place, Mark.ATTENDED)]
        mark_places(session=session, wanted=wanted, by=by, at=at, seen_at=scanned_at)
        return CheckedIn(
            Attendance.objects.get(session=session, booking=place),
            place.school_in_words,
            is_new=True,
        )


def _refuse_unless_scanned_on_the_day(session: Session, scanned_at: datetime, at: datetime) -> None:
    if scanned_at > at:
        raise ScannedInTheFuture
    if london_date(scanned_at) != london_date(session.starts_at):
        raise NotTheDay(starts_at=session.starts_at)


def _refuse_unless_expected(place: Booking, session: Session) -> None:
    if place.cohort_id != session.cohort_id:
        raise CodeOfAnotherCourse
    if place.status == BookingStatus.CANCELLED:
        raise PlaceIsCancelled(reference=place.reference)
    if place.status == BookingStatus.AWAITING:
        raise PlaceIsNotApproved(reference=place.reference)
    if not places_at(session).filter(pk=place.pk).exists():
        raise NotExpectedYet(begins_at=place.walk_in.session.starts_at)


def _mark_of(place: Booking, session: Session) -> Attendance | None:
    marks = Attendance.objects.filter(session=session, booking=place)
    return marks.select_related("marked_by").first()


def _is_theirs(mark: Attendance, place: Booking) -> bool:
    """Whether a mark is of whoever has the place now."""
    return mark.person_id == place.delegate_id


def _refuse_if_marked_since(
    earlier: Attendance | None,
    place: Booking,
    session: Session,
    scanned_at: datetime,
    at: datetime,
) -> None:
    """A scan that comes late takes back nothing that was decided after it was made."""
    if earlier is None:
        return
    stays = keeps_its_person(earlier, place, session, at)
    if stays or (_is_theirs(earlier, place) and earlier.marked_at > scanned_at):
        raise MarkedSince(
            name=earlier.named_as,
            mark=Mark(earlier.mark).label,
            by=earlier.marked_by.full_name,
            at=earlier.marked_at,
        )
