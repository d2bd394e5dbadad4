"""The waiting list of a full course: joining it, leaving it, and its end. Rule BK-8."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cpd.choices import ENTRY_MOVES, EntryStatus, OfferStatus
from cpd.emails import waiting_mails
from cpd.errors import AlreadyBooked, AlreadyWaiting, NotWaiting, PlacesAreLeft
from cpd.models import Cohort, WaitingDelegate, WaitingEntry
from cpd.services.delegates import Delegate, NamedDelegate, colleagues_among, name_delegates
from cpd.services.gate import refuse_unless_acting, refuse_unless_bookable, who_asks
from cpd.services.moving import lock_cohort
from cpd.services.offers import close_offer, live_offer
from cpd.services.places import Places
from cpd.services.promotion import places_came_free, places_up_to_date
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.trail.services.acts import record_act
from schools.models import Person, School


@dataclass(frozen=True)
class Wish:
    """What a school waits for: a place for each delegate, named or not, perhaps all or none."""

    cohort_id: int
    school_id: int
    delegates: tuple[Delegate, ...]
    all_or_none: bool = False


@retried
def join_waiting_list(*, wish: Wish, by: Person, at: datetime) -> WaitingEntry:
    """Put a school at the end of the line of a full course. It holds nothing. Rule BK-8.

    Raises: NotAMember, MayNotActFor, CohortNotBookable, WrongPhase, OverSchoolLimit,
    AlreadyWaiting, AlreadyBooked, NamedTwice, NotAColleague, PlacesAreLeft.
    """
    with transaction.atomic():
        cohort = lock_cohort(wish.cohort_id)
        asking = who_asks(
            person=by,
            school_id=wish.school_id,
            colleagues=colleagues_among(wish.delegates),
            on=london_date(at),
        )
        asking.refuse_unless_acting()
        named = name_delegates(asking=asking, wanted=wish.delegates, by=by, at=at)
        return stand_in_line(
            cohort=cohort,
            school=asking.school,
            named=named,
            all_or_none=wish.all_or_none,
            places=places_up_to_date(cohort=cohort, at=at),
            by=by,
            at=at,
        )


def stand_in_line(
    *,
    cohort: Cohort,
    school: School,
    named: Sequence[NamedDelegate],
    all_or_none: bool,
    places: Places,
    by: Person,
    at: datetime,
) -> WaitingEntry:
    """Join under the cohort's lock, whose live places the caller has counted. Rule BK-2.

    Raises: as `join_waiting_list`.
    """
    _refuse_unless_it_may_wait(cohort, school, named, all_or_none, places, at)
    entry = WaitingEntry.objects.create(
        cohort=cohort,
        school=school,
        wanted=len(named),
        all_or_none=all_or_none and len(named) > 1,
        joined_by=by,
        joined_at=at,
        in_line_since=at,
    )
    WaitingDelegate.objects.bulk_create(
        WaitingDelegate(entry=entry, person_id=delegate.person_id, named_as=delegate.named_as)
        for delegate in named
        if delegate.person_id is not None
    )
    after = {"cohort": cohort.pk, "wanted": entry.wanted, "all_or_none": entry.all_or_none}
    _record(entry, "waiting.joined", by=by, at=at, after=after)
    return entry


@retried
def leave_waiting_list(*, entry_id: int, by: Person, at: datetime) -> WaitingEntry:
    """Take a school off the list; what was offered to it goes to the next. Rule BK-8.

    Done twice, it changes nothing.

    Raises: MayNotActFor, NotAMember, NotWaiting.
    """
    with transaction.atomic():
        entry = lock_entry(entry_id)
        refuse_unless_acting(person=by, school=entry.school, on=london_date(at))
        if entry.status == EntryStatus.LEFT:
            return entry
        places_up_to_date(cohort=entry.cohort, at=at)
        entry.refresh_from_db(fields=["status"])
        _take_off_the_list(entry, EntryStatus.LEFT, by=by, at=at)
    return entry


def leave_every_list(*, school: School, by: Person, at: datetime) -> None:
    """A school that leaves the alliance waits for nothing any more. Rule SC-2."""
    waiting = WaitingEntry.objects.waiting().filter(school=school).order_by("cohort", "pk")
    for entry_id in list(waiting.values_list("pk", flat=True)):
        _leave_with_the_school(entry_id, by=by, at=at)


@retried
def _leave_with_the_school(entry_id: int, *, by: Person, at: datetime) -> None:
    with transaction.atomic():
        entry = lock_entry(entry_id)
        if entry.status == EntryStatus.WAITING:
            _take_off_the_list(entry, EntryStatus.ENDED, by=by, at=at)


def _take_off_the_list(
    entry: WaitingEntry, status: EntryStatus, *, by: Person, at: datetime
) -> None:
    """End a waiting entry; what was offered to it goes to the next."""
    offer = live_offer(entry)
    if offer is not None:
        close_offer(offer, OfferStatus.DECLINED, by=by, at=at)
    end_entry(entry, status, by=by, at=at)
    if offer is not None:
        places_came_free(cohort=entry.cohort, at=at, by=by)


def end_entry(entry: WaitingEntry, status: EntryStatus, *, by: Person, at: datetime) -> None:
    """Move a waiting school out of the line: served, left, or ended with the course.

    Raises: NotWaiting when the table of moves does not allow it.
    """
    if status not in ENTRY_MOVES[EntryStatus(entry.status)]:
        raise NotWaiting(f"Your school is not waiting: {entry.get_status_display().lower()}.")
    entry.status, entry.ended_by, entry.ended_at = status, by, at
    entry.save(update_fields=["status", "wanted", "ended_by", "ended_at"])
    _record(entry, f"waiting.{status}", by=by, at=at, after={"cohort": entry.cohort_id})


def end_the_line(*, cohort: Cohort, by: Person, at: datetime) -> int:
    """Nobody waits any more for a locked cohort: it was called off, or it has begun.

    The number of schools told.
    """
    entries = list(cohort.waiting.in_line().select_related("school", "joined_by"))
    for entry in entries:
        entry.cohort = cohort
        offer = live_offer(entry)
        if offer is not None:
            close_offer(offer, OfferStatus.LAPSED, by=by, at=at)
        end_entry(entry, EntryStatus.ENDED, by=by, at=at)
    waiting_mails.nobody_waits(cohort=cohort, entries=entries, at=at)
    return len(entries)


def lock_entry(entry_id: int) -> WaitingEntry:
    """Lock the entry's cohort, which is the lock of its whole line, and read the entry."""
    cohort_id = WaitingEntry.objects.values_list("cohort", flat=True).get(pk=entry_id)
    cohort = lock_cohort(cohort_id)
    entry: WaitingEntry = WaitingEntry.objects.select_related("school").get(pk=entry_id)
    entry.cohort = cohort
    return entry


def _refuse_unless_it_may_wait(
    cohort: Cohort,
    school: School,
    named: Sequence[NamedDelegate],
    all_or_none: bool,
    places: Places,
    at: datetime,
) -> None:
    refuse_unless_bookable(
        cohort=cohort,
        school=school,
        asked=len(named),
        has=places.of_school(school.pk),
        at=at,
        after_closing=True,
    )
    there = [each.named_as for each in named if each.person_id in places.delegates]
    if there:
        raise AlreadyBooked(names=there)
    standing = cohort.waiting.waiting().filter(school=school).first()
    if standing is not None:
        raise AlreadyWaiting(wanted=standing.wanted)
    fits = places.left >= len(named) or (places.left > 0 and not all_or_none)
    if fits and at < cohort.booking_closes_at:
        raise PlacesAreLeft(left=places.left)


def _record(
    entry: WaitingEntry, verb: str, *, by: Person, at: datetime, after: Mapping[str, object]
) -> None:
    record_act(
        verb=verb,
        subject=f"waiting_entry:{entry.pk}",
        school=f"school:{entry.school_id}",
        by=by,
        at=at,
        after=after,
    )
