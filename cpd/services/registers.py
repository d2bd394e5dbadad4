"""The register of a session: who was there, marked and put right. Rule BK-10.

Whoever organises the cohort takes it, on the day or later; the hub may as well. Only places
that are held are marked, and what is marked twice the same changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from cpd.choices import WAS_THERE, CohortStatus, Mark
from cpd.errors import (
    CertificateStands,
    NameNeeded,
    NotOnTheRegister,
    NotTheOrganiser,
    RegisterNotOpen,
)
from cpd.models import Attendance, Booking, Certificate, Cohort, Session
from cpd.services.moving import lock_cohort
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import day
from hub_portal.trail.models import Act
from hub_portal.trail.services.acts import build_act, record_acts
from schools.models import Person


@dataclass(frozen=True)
class RegisterLine:
    """One place on a register: whose it is, and what is marked. `mark` is "" before that."""

    booking: Booking
    name: str
    school: str
    is_walk_in: bool
    mark: str
    marked_by: str
    marked_at: datetime | None

    @property
    def needs_a_name(self) -> bool:
        return self.booking.delegate_id is None

    @property
    def is_there(self) -> bool:
        return self.mark in WAS_THERE

    @property
    def mark_in_words(self) -> str:
        return Mark(self.mark).label if self.mark else "Not marked yet"


@dataclass(frozen=True)
class Register:
    """A session with everybody who has a place on it, by name.

    `why_not` says why it may not be taken now, `places_change_hands` whether somebody else may
    still come on a place.
    """

    session: Session
    cohort: Cohort
    lines: Sequence[RegisterLine]
    why_not: str
    places_change_hands: bool

    @property
    def is_open(self) -> bool:
        """Whether it may be taken now."""
        return not self.why_not

    @property
    def marked(self) -> int:
        return sum(1 for line in self.lines if line.mark)

    @property
    def there(self) -> int:
        return sum(1 for line in self.lines if line.is_there)


def may_take_registers(*, cohort: Cohort, person: Person) -> bool:
    """Whoever organises the cohort, and the hub manager. Rule BK-10."""
    return person.is_hub_manager or (person.is_active and cohort.organiser_id == person.pk)


def refuse_unless_organising(*, cohort: Cohort, by: Person) -> None:
    """Raises: NotTheOrganiser."""
    if not may_take_registers(cohort=cohort, person=by):
        raise NotTheOrganiser


def register_of(*, session: Session, at: datetime) -> Register:
    """The register as it stands, in two queries. `session` comes with its cohort."""
    marks = {
        mark.booking_id: mark
        for mark in Attendance.objects.filter(session=session).select_related("marked_by")
    }
    lines = [
        _line(booking, marks.get(booking.pk), session, at)
        for booking in places_at(session).select_related("school", "walk_in")
    ]
    return Register(
        session=session,
        cohort=session.cohort,
        lines=sorted(lines, key=lambda line: (not line.name, line.name.casefold(), line.school)),
        why_not=_why_not_open(session, session.cohort, at),
        places_change_hands=_is_first_and_not_over(session, at),
    )


def places_at(session: Session) -> QuerySet[Booking]:
    """The places on the register of a session, walk-ins among them."""
    places: QuerySet[Booking] = Booking.objects.expected_at(session)
    return places.order_by("pk")


@retried
def take_register(*, session_id: int, marks: Mapping[int, Mark], by: Person, at: datetime) -> int:
    """Mark places of one session, or put marks right; how many changed. Rule BK-10.

    `marks` are by booking; places left out stay as they are. What was marked before, by whom
    and when stays in the trail.

    Raises: NotTheOrganiser, RegisterNotOpen, NotOnTheRegister, NameNeeded, CertificateStands.
    """
    with transaction.atomic():
        session = open_register(session_id, by=by, at=at)
        places = {booking.pk: booking for booking in places_at(session)}
        if not marks.keys() <= places.keys():
            raise NotOnTheRegister
        wanted = [(places[pk], Mark(mark)) for pk, mark in sorted(marks.items())]
        return mark_places(session=session, wanted=wanted, by=by, at=at)


def open_register(session_id: int, *, by: Person, at: datetime) -> Session:
    """Lock the cohort of a session whose register may be taken now; the session with its cohort.

    Raises: NotTheOrganiser, RegisterNotOpen.
    """
    session = Session.objects.get(pk=session_id)
    session.cohort = lock_cohort(session.cohort_id)
    refuse_unless_organising(cohort=session.cohort, by=by)
    why_not = _why_not_open(session, session.cohort, at)
    if why_not:
        raise RegisterNotOpen(why_not)
    return session


def mark_places(
    *,
    session: Session,
    wanted: Sequence[tuple[Booking, Mark]],
    by: Person,
    at: datetime,
    seen_at: datetime | None = None,
) -> int:
    """Write marks under the cohort's lock, with an act for each that changed.

    `seen_at` is when they were seen at the door, if that was earlier: a scan may have waited
    for a connection. The register says that moment, the act both.

    Raises: NameNeeded for attendance on a place without a delegate; CertificateStands when
    somebody with a certificate would have been at no session.
    """
    if any(mark in WAS_THERE and booking.delegate_id is None for booking, mark in wanted):
        raise NameNeeded
    known = {
        row.booking_id: row
        for row in Attendance.objects.filter(
            session=session, booking__in=[booking.pk for booking, _ in wanted]
        )
    }
    changes = [
        _Change(booking, mark, known.get(booking.pk), session, by, at, seen_at or at)
        for booking, mark in wanted
    ]
    changed = [change for change in changes if change.changes_anything]
    Attendance.objects.bulk_create(change.row for change in changed if change.earlier is None)
    Attendance.objects.bulk_update(
        [change.row for change in changed if change.earlier is not None],
        ["person", "named_as", "mark", "marked_by", "marked_at", "told_at"],
    )
    record_acts(change.act() for change in changed)
    _refuse_if_a_certificate_stands(session, changed)
    return len(changed)


def _refuse_if_a_certificate_stands(session: Session, changed: "Sequence[_Change]") -> None:
    """Invariant 18: somebody with a certificate was at some session of the course."""
    people = {change.before["person"] for change in changed if change.took_somebody_off}
    if not people:
        return
    marks = Attendance.objects.filter(session__cohort=session.cohort_id, person__in=people)
    without = Certificate.objects.valid().filter(cohort=session.cohort_id, person__in=people)
    names = without.exclude(person__in=marks.there().values("person"))
    if found := list(names.order_by("printed_name").values_list("printed_name", flat=True)):
        raise CertificateStands(names=found)


class _Change:
    """One line of a register before and after a mark."""

    def __init__(
        self,
        booking: Booking,
        mark: Mark,
        earlier: Attendance | None,
        session: Session,
        by: Person,
        at: datetime,
        seen_at: datetime,
    ) -> None:
        self.earlier, self.booking, self.by = earlier, booking, by
        self.at, self.seen_at = at, seen_at
        self.before = _facts(earlier) if earlier else {}
        self.row = earlier or Attendance(session=session, booking=booking)
        if not keeps_its_person(earlier, booking, session, at):
            self.row.person_id, self.row.named_as = booking.delegate_id, booking.named_as
        self.row.mark = mark
        self.changes_anything = self.before != _facts(self.row)
        if self.changes_anything:
            self.row.marked_by, self.row.marked_at, self.row.told_at = by, seen_at, None

    @property
    def took_somebody_off(self) -> bool:
        """Whether the line said somebody was there and no longer says it of them."""
        still = (str(self.row.mark) in WAS_THERE, self.row.person_id)
        return self.before.get("mark") in WAS_THERE and still != (True, self.before["person"])

    def act(self) -> Act:
        return build_act(
            verb="attendance.marked",
            subject=f"attendance:{self.row.pk}",
            school=self.booking.school_in_acts,
            by=self.by,
            at=self.at,
            before=self.before,
            after={
                **_facts(self.row),
                "booking": self.booking.pk,
                "session": self.row.session_id,
                **({} if self.seen_at == self.at else {"seen_at": self.seen_at.isoformat()}),
            },
        )


def keeps_its_person(
    earlier: Attendance | None, booking: Booking, session: Session, at: datetime
) -> bool:
    """Whether a line stays with whoever gave the place up since.

    It does for somebody who was there, once the day of the session is over: a delegate who
    takes the place over for the later sessions did not sit through this one.
    """
    return (
        earlier is not None
        and earlier.mark in WAS_THERE
        and earlier.person_id != booking.delegate_id
        and london_date(at) > london_date(session.starts_at)
    )


def _facts(row: Attendance) -> dict[str, object]:
    return {"mark": str(row.mark), "person": row.person_id}


def _line(
    booking: Booking, mark: Attendance | None, session: Session, at: datetime
) -> RegisterLine:
    is_theirs = mark is not None and (
        mark.person_id == booking.delegate_id or keeps_its_person(mark, booking, session, at)
    )
    return RegisterLine(
        booking=booking,
        name=mark.named_as if mark is not None and is_theirs else booking.named_as,
        school=booking.school_in_words,
        is_walk_in=hasattr(booking, "walk_in"),
        mark=mark.mark if mark is not None and is_theirs else "",
        marked_by=mark.marked_by.full_name if mark is not None and is_theirs else "",
        marked_at=mark.marked_at if mark is not None and is_theirs else None,
    )


def _is_first_and_not_over(session: Session, at: datetime) -> bool:
    """Rule BK-7: free until the end of the first session, at the door too."""
    cohort = session.cohort
    is_first = session.starts_at == cohort.starts_at
    return is_first and cohort.status == CohortStatus.OFFERED and at < session.ends_at


def _why_not_open(session: Session, cohort: Cohort, at: datetime) -> str:
    """Why the register may not be taken, in a sentence; '' when it may."""
    if cohort.status == CohortStatus.CANCELLED:
        return "The hub has called this course off, so there is no register to take."
    if cohort.status == CohortStatus.DRAFT:
        return "This course is not offered yet, so there is no register to take."
    if london_date(at) < london_date(session.starts_at):
        return f"This register opens on {day(session.starts_at)}, the day of the session."
    return ""
