"""How an issue begins: by the clock two days † before its slot, or by hand. Rule NL-1."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from hub_portal.clock.services.occurrences import claim_once
from hub_portal.shared.london import end_of_day, london_date, start_of_day
from hub_portal.shared.retrying import retried
from hub_portal.shared.wording import day
from hub_portal.trail.services.acts import record_act
from newsletter.choices import GAVE_ITS_SLOT_UP, Audience, IssueStatus, ItemKind
from newsletter.models import Issue, Item, Newsletter
from newsletter.rules import slots_from
from newsletter.services.blocks import HEADINGS
from newsletter.services.issues import refuse_a_slot_that_cannot_be, subject_of
from newsletter.services.settings import THE_ONE, rhythm_of, the_newsletter
from schools.models import Person
from schools.services.calendar import hub_calendar

USUAL_BLOCKS = (
    ItemKind.COURSES_WITH_PLACES,
    ItemKind.CLOSING_SOON,
    ItemKind.FULL_COURSES,
    ItemKind.TICKETS,
)
LONGEST_SUBJECT = 150


@retried
def draft_issue(*, slot_at: datetime, by: Person, at: datetime) -> Issue:
    """Begin an issue by hand, for a time to come, with the live blocks in their usual order.

    Raises: SlotIsPast, SlotTaken.
    """
    with transaction.atomic():
        newsletter = _locked_newsletter()
        refuse_a_slot_that_cannot_be(slot_at, at=at)
        return _begin(newsletter, slot_at=slot_at, by=by, at=at)


@retried
def draft_for_slot(*, slot_at: datetime, by: Person, at: datetime) -> Issue | None:
    """Begin the issue of a slot for the clock: once for its day, whatever became of it since.

    None if that day has, or had, its issue.
    """
    on = london_date(slot_at)
    with transaction.atomic():
        newsletter = _locked_newsletter()
        of_that_day = Issue.objects.filter(
            slot_at__gte=start_of_day(on), slot_at__lt=end_of_day(on)
        )
        if of_that_day.exists() or not claim_once(f"newsletter.issue_of:{on}", at):
            return None
        return _begin(newsletter, slot_at=slot_at, by=by, at=at)


def suggested_slot(*, at: datetime) -> datetime | None:
    """The next slot in term that no issue has yet, for whoever begins one by hand."""
    taken = set(
        Issue.objects.filter(slot_at__gt=at)
        .exclude(status__in=GAVE_ITS_SLOT_UP)
        .values_list("slot_at", flat=True)
    )
    rhythm = rhythm_of(the_newsletter())
    slots = slots_from(london_date(at), rhythm=rhythm, calendar=hub_calendar())
    free = (slot.at for slot in slots if slot.is_in_term and slot.at > at and slot.at not in taken)
    return next(free, None)


def _locked_newsletter() -> Newsletter:
    """Its lock has numbers given out one after the other."""
    the_newsletter()
    return Newsletter.objects.select_for_update(no_key=True).get(pk=THE_ONE)


def _begin(newsletter: Newsletter, *, slot_at: datetime, by: Person, at: datetime) -> Issue:
    last = Issue.objects.aggregate(last=Max("number"))["last"] or 0
    issue = Issue.objects.create(
        number=last + 1,
        subject=f"{newsletter.title}, {day(slot_at)}"[:LONGEST_SUBJECT],
        slot_at=slot_at,
        status=IssueStatus.DRAFT,
        drafted_at=at,
        drafted_by=by,
    )
    Item.objects.bulk_create(
        Item(
            issue=issue,
            position=position,
            kind=kind,
            heading=HEADINGS[kind],
            audience=Audience.PUBLIC,
        )
        for position, kind in enumerate(USUAL_BLOCKS, start=1)
    )
    record_act(
        verb="issue.drafted",
        subject=subject_of(issue),
        by=by,
        at=at,
        after={"number": issue.number, "slot_at": slot_at.isoformat()},
    )
    return issue
