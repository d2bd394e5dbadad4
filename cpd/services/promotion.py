"""What happens when a place comes free: the one way a waiting list moves. Rule BK-8.

Whatever frees a place (a cancellation, more places, an offer declined or lapsed) calls this
under the cohort's lock, in its own transaction.
"""

from datetime import datetime

from cpd.choices import CohortStatus
from cpd.emails import waiting_mails
from cpd.models import Cohort, LateCall, Offer
from cpd.services.line import Line, line_of
from cpd.services.offers import lapse_overdue, make_offer
from cpd.services.places import Places, places_of
from cpd.services.waiting_times import has_begun
from hub_portal.trail.services.acts import record_act
from schools.models import Person


def places_came_free(*, cohort: Cohort, at: datetime, by: Person) -> list[Offer]:
    """Offer the free places of a locked cohort to the first in line. Rule BK-8.

    Each school is offered up to the number it wants and the rest keeps its position; one that
    wants all or none is passed over until enough are free. From 5 school days † before the
    start every waiting school is called at once instead, and nothing is held.
    """
    cohort.waiting.waiting().filter(sits_out=True).update(sits_out=False)
    return move_on(cohort=cohort, at=at, by=by, calls_again=True)


def move_on(*, cohort: Cohort, at: datetime, by: Person, calls_again: bool = False) -> list[Offer]:
    """Offer what is free, to nobody who has let it go before.

    Late schools are called once, and again only when `calls_again`: another place came free.
    """
    if cohort.status != CohortStatus.OFFERED or has_begun(cohort=cohort, at=at):
        return []
    line = line_of(cohort=cohort, at=at)
    if line.is_late:
        if calls_again or not cohort.late_calls.exists():
            _call_everybody(line, at=at, by=by)
        return []
    return [
        make_offer(entry=each.entry, places=each.takes, by=by, at=at)
        for each in line.waiting
        if each.takes
    ]


def tell_those_who_asked(*, cohort: Cohort, at: datetime, by: Person) -> None:
    """A date planned from demand is offered: its waiters come first, all are told. Rule PU-4."""
    offered = {offer.entry_id for offer in places_came_free(cohort=cohort, at=at, by=by)}
    left_over = cohort.waiting.in_line().exclude(pk__in=offered)
    entries = list(left_over.select_related("school", "joined_by"))
    for entry in entries:
        entry.cohort = cohort
    waiting_mails.course_runs(entries=entries, at=at)


def places_up_to_date(*, cohort: Cohort, at: datetime) -> Places:
    """The live places of a locked cohort, with its overdue offers counted as lapsed.

    Asked by every verb that needs to know which places are left: what lapsed a moment ago
    goes to the next in line before it goes to anybody else.
    """
    places = places_of(cohort)
    if all(offer.answer_by > at for offer in places.offered):
        return places
    portal = Person.objects.portal()
    lapse_overdue(cohort=cohort, at=at, by=portal)
    move_on(cohort=cohort, at=at, by=portal, calls_again=True)
    return places_of(cohort)


def _call_everybody(line: Line, *, at: datetime, by: Person) -> None:
    """Tell every school that could take what is free; the first to accept has it."""
    free = line.places.left
    called = [
        each.entry
        for each in line.waiting
        if each.offer is None and not (each.entry.all_or_none and each.entry.wanted > free)
    ]
    if not free or not called:
        return
    call = LateCall.objects.create(cohort=line.cohort, places=free, called_by=by, called_at=at)
    record_act(
        verb="waiting.called",
        subject=f"cohort:{line.cohort.pk}",
        by=by,
        at=at,
        after={"places": free, "entries": [entry.pk for entry in called]},
    )
    waiting_mails.everybody_called(call=call, entries=called, at=at)
