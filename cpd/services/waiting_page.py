"""What a school sees of its waiting lists: position, offers, and why nobody moved. Rule BK-8."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cpd.choices import CohortStatus, EntryStatus, OfferStatus
from cpd.models import Offer, Session, WaitingEntry
from cpd.querysets import WaitingEntryQuerySet
from cpd.services.line import Line, line_of
from cpd.services.offers import offers_in_order
from cpd.services.waiting_times import has_begun
from hub_portal.shared.london import london_time
from hub_portal.shared.wording import counted, deadline_in_words, ordinal, short_day
from schools.models import Person, School


@dataclass(frozen=True)
class WaitingPage:
    """One school's place in one line.

    `offer` is what it may answer now; `free_now` are the places the first to accept has.
    """

    entry: WaitingEntry
    sessions: Sequence[Session]
    position: int
    in_line: int
    offer: Offer | None
    free_now: int
    moves: str
    named: Sequence[tuple[int, str]]
    behind: int
    earlier: Sequence[Offer]

    @property
    def is_waiting(self) -> bool:
        return self.entry.status == EntryStatus.WAITING

    @property
    def delegates(self) -> Sequence[str]:
        """Whom the school has named so far."""
        return [name for _, name in self.named]

    @property
    def until(self) -> str:
        return deadline_in_words(self.offer.answer_by) if self.offer else ""

    @property
    def may_take(self) -> int:
        """How many places the school may take now."""
        return self.offer.places if self.offer else min(self.free_now, self.entry.wanted)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One waiting entry in a list, in words already."""

    pk: int
    title: str
    starts_at: str
    weekday: str
    day: int
    month: str
    facts: str
    words: str
    tone: str


def entries_for(person: Person) -> WaitingEntryQuerySet:
    """The waiting entries a person may look at and answer: those of the schools they act for.

    A draft that is planned from demand shows nothing yet.
    """
    entries: WaitingEntryQuerySet = WaitingEntry.objects.of_schools_acted_for_by(person)
    return entries.exclude(cohort__status=CohortStatus.DRAFT).select_related(
        "cohort__programme", "school", "joined_by"
    )


def named_in_advance(entry: WaitingEntry) -> list[int]:
    """Ids of those the school named when it joined."""
    return list(entry.delegates.order_by("pk").values_list("person", flat=True))


def waiting_page(*, entry: WaitingEntry, at: datetime) -> WaitingPage:
    """Everything the page of one waiting entry says."""
    position = in_line = free_now = 0
    moves, offer = "", None
    offers = offers_in_order(entry)
    if entry.status == EntryStatus.WAITING:
        line = line_of(cohort=entry.cohort, at=at)
        position, in_line = line.of(entry.pk).position, len(line.waiting)
        live = (each for each in offers if each.status == OfferStatus.OFFERED)
        offer = next((each for each in live if each.answer_by > at), None)
        near = line.is_late and not has_begun(cohort=entry.cohort, at=at)
        free_now = line.places.left if near and offer is None else 0
        moves = _why_nobody_moves(line, entry)
    return WaitingPage(
        entry=entry,
        sessions=list(entry.cohort.sessions.order_by("starts_at")),
        position=position,
        in_line=in_line,
        offer=offer,
        free_now=free_now,
        moves=moves,
        named=list(entry.delegates.order_by("pk").values_list("person", "named_as")),
        behind=in_line - position,
        earlier=[each for each in offers if each.status != OfferStatus.OFFERED],
    )


def _why_nobody_moves(line: Line, entry: WaitingEntry) -> str:
    """“1 place is free. The next in line wants all or none of 3, and 1 is free.”"""
    left, why = line.places.left, line.why_nobody_moves
    if not why:
        return ""
    first = next(each.entry for each in line.waiting if each.offer is None)
    who = "Your school" if first == entry else "The next in line"
    is_free = f"{counted(left, 'place')} {'is' if left == 1 else 'are'} free."
    return f"{is_free} {who} {why[0].lower()}{why[1:]}"


def waiting_rows(*, school: School, at: datetime) -> list[WaitingRow]:
    """Where a school stands in line, soonest course first; one query."""
    entries = WaitingEntry.objects.waiting().filter(school=school).with_position()
    entries = entries.exclude(cohort__status=CohortStatus.DRAFT)
    rows = with_live_offer(entries, at).select_related("cohort__programme")
    return [_row(entry) for entry in rows.order_by("cohort__starts_at", "pk")]


def with_live_offer(entries: WaitingEntryQuerySet, at: datetime) -> Any:
    """Each with `offered`, the places it is offered now, and `offered_until`."""
    live = Offer.objects.to_answer(at)
    return entries.with_offer(live)


def _row(entry: Any) -> WaitingRow:
    starts = london_time(entry.cohort.starts_at)
    wants = counted(entry.wanted, "place")
    if entry.offered:
        words, tone = f"Answer by {deadline_in_words(entry.offered_until)}", "warn"
        facts = f"{counted(entry.offered, 'place')} offered · {short_day(starts)}"
    else:
        words, tone = f"{ordinal(entry.position)} in line", "plain"
        facts = f"Waiting for {wants}{', all or none' * entry.all_or_none} · {short_day(starts)}"
    return WaitingRow(
        pk=entry.pk,
        title=entry.cohort.programme.title,
        starts_at=starts.isoformat(),
        weekday=f"{starts:%a}",
        day=starts.day,
        month=f"{starts:%b}",
        facts=facts,
        words=words,
        tone=tone,
    )
