"""A list of people who got the newsletter before the portal: looked at, then saved whole. SC-8.

They agreed before; the hub says how, and that stands with each of them (decision 24). Nobody is
mailed by it: the next issue is the first they get, with its link to unsubscribe. A long list is
saved by a worker (Rule XX-5), in one transaction like a short one.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse

from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import Outcome
from hub_portal.clock.services.list_jobs import list_to_save, save_list_as_job
from hub_portal.files.services.sent_lists import (
    KindOfList,
    look_at_list,
    note_saved,
    note_taken_away,
    put_list_aside,
    ready_to_save,
    take_in_list,
)
from hub_portal.shared.insert_new import insert_new
from hub_portal.shared.london import now
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.sheets import Sheet
from hub_portal.shared.wording import counted
from hub_portal.trail.services.acts import build_act, record_acts
from newsletter.choices import Becomes, How, SubscriptionStatus
from newsletter.errors import HowTheyAgreedNeeded, SubscriberListIsGone, SubscriberListWrong
from newsletter.models import SubscriberImport, Subscription
from newsletter.services.subscriber_rows import (
    MOST_ROWS,
    SubscriberRow,
    rows_of_subscribers,
    subscriptions_around,
    written_in,
)
from newsletter.services.subscriptions import hash_of_address
from schools.models import Person
from schools.services.people import refuse_unless_hub

SUBSCRIBERS_FILE = "subscribers_file"
SAVING_JOB = "newsletter.save_subscribers"
SAVED_AT_ONCE = 500
"""Rows that are saved while the page loads; a longer list is a job."""

IN_FIGURES = {
    Becomes.NEW: "New subscribers",
    Becomes.SUBSCRIBED: "Subscribe already",
    Becomes.FOR_A_POST: "Get it as rep or office",
    Becomes.UNSUBSCRIBED: "Unsubscribed before",
    Becomes.SUPPRESSED: "Take no mail",
    Becomes.TWICE: "Stand there before",
    Becomes.PROBLEM: "Cannot be saved",
}
"""What rows become, beside how many of them do."""

OF_ITS_ROW = ("person", "agreed_how", "agreed_on")
"""What a subscription has of its own row; the rest is the same for the whole list."""


@dataclass(frozen=True)
class SubscribersPreview:
    """What saving a list would do, before anything is saved."""

    rows: list[SubscriberRow]

    @property
    def problems(self) -> list[SubscriberRow]:
        return self.that_become(Becomes.PROBLEM)

    @property
    def new(self) -> list[SubscriberRow]:
        return self.that_become(Becomes.NEW)

    @property
    def left_alone(self) -> list[SubscriberRow]:
        """Rows that change nothing, each with its reason."""
        changing = (Becomes.NEW, Becomes.PROBLEM)
        return [row for row in self.rows if row.becomes not in changing]

    @property
    def figures(self) -> list[tuple[str, int]]:
        """How many rows become what; what nothing becomes is left out."""
        counts = Counter(row.becomes for row in self.rows)
        return [(words, counts[kind]) for kind, words in IN_FIGURES.items() if counts[kind]]

    @property
    def is_long(self) -> bool:
        return len(self.rows) > SAVED_AT_ONCE

    def that_become(self, *kinds: Becomes) -> list[SubscriberRow]:
        return [row for row in self.rows if row.becomes in kinds]


def _read(sheet: Sheet, at: datetime) -> SubscribersPreview:
    return SubscribersPreview(rows_of_subscribers(written_in(sheet), at=at))


SUBSCRIBERS_LIST = KindOfList(
    model=SubscriberImport,
    named="subscriber_import",
    file_kind=SUBSCRIBERS_FILE,
    read=_read,
    most_rows=MOST_ROWS,
    refuse_others=refuse_unless_hub,
    is_gone=SubscriberListIsGone,
    is_wrong=lambda rows: SubscriberListWrong(rows=rows),
    counts={
        "subscribed": "subscribed",
        "had_it": "had_it",
        "unsubscribed": "unsubscribed",
        "suppressed": "suppressed",
        "twice": "twice",
    },
)


@transaction.atomic
def take_in_subscribers(
    *, upload: "File[Any]", agreed_how: str, by: Person, at: datetime
) -> SubscriberImport:
    """Keep a list to look at, and how its people agreed, where a row does not say it itself.

    Raises: OnlyTheHub, HowTheyAgreedNeeded, BadInput, FileTooBig, WrongKindOfFile, BadSheet.
    """
    agreed = clean_line(agreed_how)
    if not agreed:
        raise HowTheyAgreedNeeded
    taken = take_in_list(SUBSCRIBERS_LIST, upload=upload, by=by, at=at)
    taken.agreed_how = agreed
    taken.save(update_fields=["agreed_how"])
    return taken


def preview_subscribers(*, taken: SubscriberImport, at: datetime) -> SubscribersPreview:
    """What the list would do now. Raises: SubscriberListIsGone, BadSheet."""
    return look_at_list(SUBSCRIBERS_LIST, taken=taken, at=at)


@transaction.atomic
def save_subscribers(*, taken: SubscriberImport, by: Person, at: datetime) -> SubscribersPreview:
    """Subscribe the new ones of a list, all or nothing, and delete the list. Rules SC-8 and NL-3.

    What was looked at is looked at again once the rows are locked: whoever has unsubscribed
    meanwhile stays out. A list with a wrong row is refused whole.

    Raises: OnlyTheHub, SubscriberListIsGone, SubscriberListWrong, BadSheet.
    """
    locked, preview = ready_to_save(SUBSCRIBERS_LIST, taken=taken, by=by, at=at)
    held = _hold(preview, locked)
    again = rows_of_subscribers([row.written for row in preview.new], at=at)
    now_becomes = {row.number: row for row in again}
    saved = SubscribersPreview([now_becomes.get(row.number, row) for row in preview.rows])
    _subscribe(saved, held, locked, by=by, at=at)
    locked.subscribed = len(saved.new)
    locked.had_it = len(saved.that_become(Becomes.SUBSCRIBED, Becomes.FOR_A_POST))
    locked.unsubscribed = len(saved.that_become(Becomes.UNSUBSCRIBED))
    locked.suppressed = len(saved.that_become(Becomes.SUPPRESSED))
    locked.twice = len(saved.that_become(Becomes.TWICE))
    note_saved(SUBSCRIBERS_LIST, locked=locked, by=by, at=at)
    return saved


def save_subscribers_as_job(*, taken: SubscriberImport, by: Person, at: datetime) -> Job:
    """Have a worker save a long list; its page shows how far it is. Rule XX-5.

    Raises: as `save_subscribers`.
    """
    return save_list_as_job(SUBSCRIBERS_LIST, job_kind=SAVING_JOB, taken=taken, by=by, at=at)


def save_as_job(job: Job) -> Outcome:
    """Save a long list: a worker runs this."""
    taken = list_to_save(SUBSCRIBERS_LIST, job)
    if taken.saved_at is None:
        by = Person.objects.get(pk=job.started_by_id)
        save_subscribers(taken=taken, by=by, at=now())
        taken.refresh_from_db()
    return Outcome(sentence=in_a_sentence(taken), report={"subscribed": taken.subscribed})


def in_a_sentence(saved: SubscriberImport) -> str:
    """What came of a list."""
    left = saved.had_it + saved.unsubscribed + saved.suppressed + saved.twice
    rows = f"; {counted(left, 'row')} changed nothing" if left else ""
    return f"{counted(saved.subscribed, 'new subscriber')}{rows}. Nobody was mailed."


def where_the_list_is(job: Job) -> str:
    """Where the page of the job leads to when it is done: what came of the list."""
    pk = job.about.partition(":")[2]
    return reverse("admin:newsletter_subscriberimport_change", args=[pk])


def put_subscribers_aside(*, taken: SubscriberImport, by: Person, at: datetime) -> None:
    """Delete a list without saving it. Raises: OnlyTheHub, SubscriberListIsGone."""
    put_list_aside(SUBSCRIBERS_LIST, taken=taken, by=by, at=at)


def note_findings_taken(*, taken: SubscriberImport, by: Person, at: datetime) -> None:
    """Keep that the rows were taken away with what would become of them. Rule XX-1."""
    note_taken_away(SUBSCRIBERS_LIST, taken=taken, by=by, at=at)


@dataclass(frozen=True)
class _Held:
    """Locked rows by their address, and which of them were made for this list."""

    rows: dict[str, Subscription]
    made: set[int]


def _hold(preview: SubscribersPreview, by_list: SubscriberImport) -> _Held:
    """The row of every new address, made if there is none, locked with all its holder's others."""
    new = []
    for row in sorted(preview.new, key=lambda row: row.address):
        subscription = Subscription(
            address=row.address,
            address_hash=hash_of_address(row.address),
            status=SubscriptionStatus.PENDING,
        )
        _say_who_agreed(subscription, row, by_list)
        new.append(subscription)
    made = insert_new(new, key="address")
    people = {row.person.pk: row.person for row in preview.new if row.person}
    rows = subscriptions_around([row.address for row in preview.new], people.values())
    locked = rows.select_for_update(no_key=True).order_by("pk")
    return _Held({row.address: row for row in locked}, {row.pk for row in made})


def _subscribe(
    saved: SubscribersPreview, held: _Held, by_list: SubscriberImport, *, by: Person, at: datetime
) -> None:
    """Write who agreed, when and how, and an act for each; a row made in vain goes again."""
    known = []
    for row in saved.new:
        subscription = held.rows[row.address]
        if subscription.pk not in held.made:
            _say_who_agreed(subscription, row, by_list)
            known.append(subscription)
    Subscription.objects.bulk_update(known, OF_ITS_ROW, batch_size=500)
    subscribed = [held.rows[row.address].pk for row in saved.new]
    Subscription.objects.filter(pk__in=subscribed).update(
        status=SubscriptionStatus.SUBSCRIBED,
        began_at=at,
        began_how=How.LIST,
        from_list=by_list,
        opt_in_mails=0,
    )
    Subscription.objects.filter(pk__in=held.made.difference(subscribed)).delete()
    record_acts(
        build_act(
            verb="newsletter.subscribed",
            subject=f"subscription:{pk}",
            by=by,
            at=at,
            after={"how": How.LIST, "list": by_list.pk},
        )
        for pk in subscribed
    )


def _say_who_agreed(
    subscription: Subscription, row: SubscriberRow, by_list: SubscriberImport
) -> None:
    """Whose the address is, and how and when they agreed: their row's words, else the list's."""
    subscription.person = row.person or subscription.person
    subscription.agreed_how = row.written.agreed_how or by_list.agreed_how
    subscription.agreed_on = row.agreed_on
