"""The line of a waiting list: who would be offered what now, and why nobody else is. BK-8.

One reading for the promotion, which acts on it, and for the pages, which explain it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from cpd.choices import CohortStatus
from cpd.models import Cohort, WaitingEntry
from cpd.services.gate import school_limit
from cpd.services.places import HeldOffer, Places, places_of
from cpd.services.waiting_times import has_begun, is_late
from hub_portal.shared.london import london_date
from hub_portal.shared.wording import counted, deadline_in_words, plain_day
from schools.models import School


@dataclass(frozen=True)
class InLine:
    """One waiting school: its position, its live offer, what it would be offered, or why not."""

    entry: WaitingEntry
    position: int
    offer: HeldOffer | None
    takes: int = 0
    why: str = ""


@dataclass(frozen=True)
class Line:
    """The whole waiting list of a cohort, and the places that are free beside it."""

    cohort: Cohort
    places: Places
    is_late: bool
    waiting: Sequence[InLine]

    @property
    def why_nobody_moves(self) -> str:
        """Why a free place goes to nobody, in a sentence that names no school."""
        if not self.places.left or self.is_late:
            return ""
        first = next((each for each in self.waiting if each.offer is None), None)
        return first.why if first else ""

    def of(self, entry_id: int) -> InLine:
        return next(each for each in self.waiting if each.entry.pk == entry_id)


def line_of(*, cohort: Cohort, at: datetime, places: Places | None = None) -> Line:
    """The waiting list as it stands; `places` if the caller has counted them already."""
    places = places or places_of(cohort)
    late = is_late(cohort=cohort, at=at)
    stopped = _why_nobody_is_offered(cohort, late, at)
    limit = _Limit(*school_limit(cohort=cohort), today=london_date(at))
    free, waiting = places.left, []
    for position, entry in enumerate(_in_line(cohort, at), start=1):
        offer = places.offer_to(entry.pk)
        if offer is not None:
            until = deadline_in_words(offer.answer_by)
            why = f"Is offered {counted(offer.places, 'place')}, to be answered by {until}."
            waiting.append(InLine(entry, position, offer, why=why))
            continue
        takes, why = (0, stopped) if stopped else _turn(entry, free, places, limit)
        free -= takes
        waiting.append(InLine(entry, position, None, takes, why))
    return Line(cohort, places, late, waiting)


def _in_line(cohort: Cohort, at: datetime) -> list[WaitingEntry]:
    members = School.objects.members(london_date(at)).filter(pk=OuterRef("school"))
    line = cohort.waiting.in_line().select_related("school", "joined_by")
    entries = list(line.annotate(is_of_a_member=Exists(members)))
    for entry in entries:
        entry.cohort = cohort
    return entries


def _why_nobody_is_offered(cohort: Cohort, late: bool, at: datetime) -> str:
    if cohort.status != CohortStatus.OFFERED or has_begun(cohort=cohort, at=at):
        return "The course is not open for booking."
    if late:
        return "The start is near: every waiting school is told, and the first to accept has it."
    if at >= cohort.booking_closes_at:
        return "Booking has closed."
    return ""


@dataclass(frozen=True)
class _Limit:
    """How many places one school may have, and until which day. Rule BK-1."""

    places: int | None
    ends_on: date
    today: date

    def room_for(self, wanted: int, *, has: int) -> int:
        if self.places is None or self.today >= self.ends_on:
            return wanted
        return min(wanted, self.places - has)

    def __str__(self) -> str:
        return f"May have {counted(self.places or 0, 'place')} until {plain_day(self.ends_on)}."


def _turn(entry: WaitingEntry, free: int, places: Places, limit: _Limit) -> tuple[int, str]:
    """How many of the free places go to this school now; if none, why."""
    if not entry.is_of_a_member:  # type: ignore[attr-defined]
        return 0, "Is not a member of the alliance today."
    if entry.sits_out:
        return 0, "Let an offer go, and is offered the next place that comes free."
    room = limit.room_for(entry.wanted, has=places.of_school(entry.school_id))
    if room <= 0 or (entry.all_or_none and room < entry.wanted):
        return 0, str(limit)
    if not free:
        return 0, "No place is free."
    takes = min(room, free)
    if entry.all_or_none and takes < entry.wanted:
        is_free = "is" if free == 1 else "are"
        return 0, f"Wants all or none of {entry.wanted}, and {free} {is_free} free."
    return takes, ""
