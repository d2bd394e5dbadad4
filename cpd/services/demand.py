"""“Tell me when this runs”: what schools ask for, pooled by programme, and planned. Rule PU-4."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cpd.choices import DEMAND_MOVES, CohortStatus, DemandStatus
from cpd.errors import AlreadyAsked, DateIsOpen, NobodyAsks, WishHasEnded
from cpd.models import Cohort, Demand, Programme, WaitingEntry
from cpd.services.cohorts import PlannedSession, add_cohort
from cpd.services.gate import refuse_unless_acting, refuse_wrong_phase
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School


@dataclass(frozen=True)
class Asker:
    """One school that wants places on a programme: by a wish, or on a date's waiting list."""

    school: School
    wanted: int
    since: datetime
    asked_by: Person
    wish: Demand | None = None


@dataclass(frozen=True)
class Pooled:
    """Everybody who wants a programme, longest waiting first, each school once."""

    programme: Programme
    askers: Sequence[Asker]

    @property
    def places(self) -> int:
        return sum(asker.wanted for asker in self.askers)

    @property
    def on_waiting_lists(self) -> int:
        """How many of the schools stand on the waiting list of a date."""
        return sum(1 for asker in self.askers if asker.wish is None)


@retried
def ask_for_course(
    *, programme_id: int, school_id: int, wanted: int, by: Person, at: datetime
) -> Demand:
    """Ask to be told when a programme runs, for so many places. It holds nothing. Rule PU-4.

    Raises: MayNotActFor, NotAMember, WrongPhase, AlreadyAsked, DateIsOpen.
    """
    with transaction.atomic():
        programme = _lock_programme(programme_id)
        school = School.objects.get(pk=school_id)
        refuse_unless_acting(person=by, school=school, on=london_date(at))
        refuse_wrong_phase(programme=programme, school=school)
        if may_be_booked(programme=programme, at=at):
            raise DateIsOpen
        known = open_wish(programme=programme, school=school)
        if known is not None:
            raise AlreadyAsked(wanted=known.wanted)
        wish = Demand.objects.create(
            programme=programme, school=school, wanted=wanted, asked_by=by, asked_at=at
        )
        _record(wish, "demand.asked", by=by, at=at)
    return wish


@retried
def withdraw_wish(*, wish_id: int, by: Person, at: datetime) -> Demand:
    """Ask no more. Done twice, it changes nothing.

    Raises: MayNotActFor, NotAMember, WishHasEnded when a date is planned from it.
    """
    with transaction.atomic():
        wish = _lock_wish(wish_id)
        refuse_unless_acting(person=by, school=wish.school, on=london_date(at))
        if wish.status != DemandStatus.WITHDRAWN:
            end_wish(wish, DemandStatus.WITHDRAWN, by=by, at=at)
    return wish


def withdraw_every_wish(*, school: School, by: Person, at: datetime) -> None:
    """A school that leaves the alliance asks for nothing any more. Rule SC-2."""
    for wish_id in Demand.objects.open().filter(school=school).values_list("pk", flat=True):
        with transaction.atomic():
            wish = _lock_wish(wish_id)
            if wish.status == DemandStatus.OPEN:
                end_wish(wish, DemandStatus.WITHDRAWN, by=by, at=at)


@retried
def plan_from_demand(
    *,
    programme_id: int,
    sessions: Sequence[PlannedSession],
    by: Person,
    at: datetime,
    **facts: Any,
) -> Cohort:
    """Plan a draft date for those who ask; offered, its places go to them first. Rule PU-4.

    They stand in its line in the order in which they asked. A school on the waiting list of
    another date keeps its position there. `facts` are those of a cohort.

    Raises: NobodyAsks, NotReadyToOffer when a date ends before it begins.
    """
    with transaction.atomic():
        programme = _lock_programme(programme_id)
        askers = _askers([programme_id])[programme_id]
        if not askers:
            raise NobodyAsks
        cohort = add_cohort(programme=programme, sessions=sessions, by=by, at=at, **facts)
        for asker in askers:
            _stand_in_line(cohort, asker, by=by, at=at)
            if asker.wish is not None:
                end_wish(asker.wish, DemandStatus.PLANNED, cohort=cohort, by=by, at=at)
    return cohort


def end_wish(
    wish: Demand, status: DemandStatus, *, by: Person, at: datetime, cohort: Cohort | None = None
) -> None:
    """Move an open wish to planned or withdrawn.

    Raises: WishHasEnded when the table of moves does not allow it.
    """
    if status not in DEMAND_MOVES[DemandStatus(wish.status)]:
        raise WishHasEnded(f"This wish has ended: {wish.get_status_display().lower()}.")
    wish.status, wish.cohort, wish.ended_by, wish.ended_at = status, cohort, by, at
    wish.save(update_fields=["status", "cohort", "ended_by", "ended_at"])
    _record(wish, f"demand.{status}", by=by, at=at)


def demand_board() -> list[Pooled]:
    """Every programme that schools want and cannot have, most places wanted first."""
    wanted = set(Demand.objects.open().values_list("programme", flat=True))
    wanted |= set(_waiting().values_list("cohort__programme", flat=True))
    askers = _askers(wanted)
    programmes = Programme.objects.filter(pk__in=wanted).order_by("title", "pk")
    board = [Pooled(programme, askers[programme.pk]) for programme in programmes]
    return sorted(board, key=lambda pooled: -pooled.places)


def open_wish(*, programme: Programme, school: School) -> Demand | None:
    """What the school asks of this programme now."""
    wish: Demand | None = Demand.objects.open().filter(programme=programme, school=school).first()
    return wish


def may_be_booked(*, programme: Programme, at: datetime) -> bool:
    """Whether a date of the programme can be booked now."""
    dates = Cohort.objects.filter(programme=programme).open_for_booking(at).with_places_left()
    return dates.filter(places_left__gt=0).exists()


def _askers(programme_ids: Iterable[int]) -> dict[int, list[Asker]]:
    """By programme, each school once: by its wish, or as it waits for a date."""
    found: dict[int, dict[int, Asker]] = defaultdict(dict)
    wishes = Demand.objects.open().filter(programme__in=programme_ids)
    for wish in wishes.select_related("school", "asked_by"):
        found[wish.programme_id][wish.school_id] = Asker(
            wish.school, wish.wanted, wish.asked_at, wish.asked_by, wish
        )
    waiting = _waiting().filter(cohort__programme__in=programme_ids)
    for entry in waiting.select_related("school", "joined_by", "cohort").order_by("-pk"):
        if entry.school_id not in found[entry.cohort.programme_id]:
            asker = Asker(entry.school, entry.wanted, entry.in_line_since, entry.joined_by)
            found[entry.cohort.programme_id][entry.school_id] = asker
    return defaultdict(
        list,
        {
            programme_id: sorted(each.values(), key=lambda asker: (asker.since, asker.school.pk))
            for programme_id, each in found.items()
        },
    )


def _waiting() -> Any:
    """Schools on the waiting list of a date that is in the catalogue."""
    return WaitingEntry.objects.waiting().filter(cohort__status=CohortStatus.OFFERED)


def _stand_in_line(cohort: Cohort, asker: Asker, *, by: Person, at: datetime) -> None:
    entry = WaitingEntry.objects.create(
        cohort=cohort,
        school=asker.school,
        wanted=asker.wanted,
        joined_by=asker.asked_by,
        joined_at=at,
        in_line_since=asker.since,
    )
    record_act(
        verb="waiting.joined",
        subject=f"waiting_entry:{entry.pk}",
        school=f"school:{entry.school_id}",
        by=by,
        at=at,
        after={"cohort": cohort.pk, "wanted": entry.wanted, "from": "demand"},
    )


def _lock_programme(programme_id: int) -> Programme:
    return Programme.objects.select_for_update(no_key=True).get(pk=programme_id)


def _lock_wish(wish_id: int) -> Demand:
    """Lock the wish's programme, which is the lock of all wishes for it, and read the wish."""
    programme_id = Demand.objects.values_list("programme", flat=True).get(pk=wish_id)
    _lock_programme(programme_id)
    wish: Demand = Demand.objects.select_related("school").get(pk=wish_id)
    return wish


def _record(wish: Demand, verb: str, *, by: Person, at: datetime) -> None:
    record_act(
        verb=verb,
        subject=f"demand:{wish.pk}",
        school=f"school:{wish.school_id}",
        by=by,
        at=at,
        after={"programme": wish.programme_id, "wanted": wish.wanted},
    )
