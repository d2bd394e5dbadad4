"""Another number of places while a school waits, or all of them or none. Rule BK-8.

Fewer keep their place in the line. More would push those behind further away than they were when
they joined, so the school goes to the end of the line, as if it had joined today; where nobody
stands behind it, that is where it stands (decision 19).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cpd.choices import EntryStatus
from cpd.errors import (
    AnswerTheOfferFirst,
    MoreMeansTheEnd,
    MoreNamedThanWanted,
    NotWaiting,
    WantsTooMany,
)
from cpd.models import WaitingEntry
from cpd.services.bookings import MOST_IN_ONE_GO
from cpd.services.gate import refuse_unless_acting, refuse_unless_bookable
from cpd.services.offers import live_offer
from cpd.services.places import Places
from cpd.services.promotion import move_on, places_up_to_date
from cpd.services.waiting import lock_entry
from hub_portal.shared.london import london_date
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import counted, moment
from hub_portal.trail.services.acts import acts_on, record_act
from schools.models import Person


@dataclass(frozen=True)
class NewWish:
    """What a waiting school wants from now on; `named` are the people it still names.

    `to_the_end` says that it knows where more places put it.
    """

    wanted: int
    all_or_none: bool = False
    named: Collection[int] = ()
    to_the_end: bool = False


@retried
def change_wish(*, entry_id: int, wish: NewWish, by: Person, at: datetime) -> WaitingEntry:
    """Change what a school waits for; nobody is mailed, and the line moves on. Rule BK-8.

    Done twice, it changes nothing.

    Raises: MayNotActFor, NotAMember, NotWaiting, AnswerTheOfferFirst, WantsTooMany,
    MoreNamedThanWanted, MoreMeansTheEnd; for more places also as for joining: CohortNotBookable,
    WrongPhase, OverSchoolLimit.
    """
    with transaction.atomic():
        entry = lock_entry(entry_id)
        refuse_unless_acting(person=by, school=entry.school, on=london_date(at))
        places = places_up_to_date(cohort=entry.cohort, at=at)
        entry.refresh_from_db(fields=["status", "wanted", "in_line_since", "sits_out"])
        _refuse_unless_it_may_change(entry, wish)
        staying = _named_among(entry, wish)
        is_more = wish.wanted > entry.wanted
        if is_more:
            _refuse_unless_more_is_possible(entry, wish, places, at)
        if _is_the_same(entry, wish, staying):
            return entry
        before = _facts(entry)
        entry.wanted = wish.wanted
        entry.all_or_none = wish.all_or_none and wish.wanted > 1
        if is_more and stands_behind(entry):
            entry.in_line_since = at
        entry.save(update_fields=["wanted", "all_or_none", "in_line_since"])
        entry.delegates.exclude(person__in=staying).delete()
        record_act(
            verb="waiting.changed",
            subject=f"waiting_entry:{entry.pk}",
            school=f"school:{entry.school_id}",
            by=by,
            at=at,
            before=before,
            after=_facts(entry),
        )
        move_on(cohort=entry.cohort, at=at, by=by)
    return entry


def stands_behind(entry: WaitingEntry) -> int:
    """How many schools stand in line behind this one."""
    line = list(entry.cohort.waiting.in_line().values_list("pk", flat=True))
    return len(line) - 1 - line.index(entry.pk)


def changes_in_words(entry: WaitingEntry) -> list[str]:
    """What became of a school's wish, from the trail: “2 places instead of 4, place kept”."""
    acts = acts_on(f"waiting_entry:{entry.pk}", verb="waiting.changed")
    return [
        f"{moment(act.at)}: {_wish_in_words(act.after)} instead of {_wish_in_words(act.before)}, "
        + ("place kept" if _since(act.before) == _since(act.after) else "to the end of the line")
        + f" ({act.by})"
        for act in acts
    ]


def _wish_in_words(facts: Mapping[str, Any]) -> str:
    return f"{counted(facts['wanted'], 'place')}{', all or none' * facts['all_or_none']}"


def _since(facts: Mapping[str, Any]) -> str:
    return str(facts["in_line_since"])


def _refuse_unless_it_may_change(entry: WaitingEntry, wish: NewWish) -> None:
    if entry.status != EntryStatus.WAITING:
        raise NotWaiting(f"Your school is not waiting: {entry.get_status_display().lower()}.")
    if live_offer(entry) is not None:
        raise AnswerTheOfferFirst
    if not 1 <= wish.wanted <= MOST_IN_ONE_GO:
        raise WantsTooMany(most=MOST_IN_ONE_GO)


def _named_among(entry: WaitingEntry, wish: NewWish) -> list[int]:
    """Those named before who are still named; a place each, at most."""
    named = entry.delegates.filter(person__in=list(wish.named)).order_by("pk")
    staying = list(named.values_list("person", flat=True))
    if len(staying) > wish.wanted:
        raise MoreNamedThanWanted(named=len(staying), wanted=wish.wanted)
    return staying


def _refuse_unless_more_is_possible(
    entry: WaitingEntry, wish: NewWish, places: Places, at: datetime
) -> None:
    refuse_unless_bookable(
        cohort=entry.cohort,
        school=entry.school,
        asked=wish.wanted,
        has=places.of_school(entry.school_id),
        at=at,
        after_closing=True,
    )
    if not wish.to_the_end and (behind := stands_behind(entry)):
        raise MoreMeansTheEnd(behind=behind)


def _is_the_same(entry: WaitingEntry, wish: NewWish, staying: Collection[int]) -> bool:
    all_or_none = wish.all_or_none and wish.wanted > 1
    return (entry.wanted, entry.all_or_none, entry.delegates.count()) == (
        wish.wanted,
        all_or_none,
        len(staying),
    )


def _facts(entry: WaitingEntry) -> dict[str, object]:
    return {
        "wanted": entry.wanted,
        "all_or_none": entry.all_or_none,
        "in_line_since": entry.in_line_since.isoformat(),
    }
