"""What stands in an issue while it is a draft: the hub's own items, the blocks, their order.

Each verb locks the issue, numbers its items anew from one, and leaves an act.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hub_portal.files.models import Picture
from hub_portal.shared.retrying import retried
from hub_portal.shared.rich_text import RichText
from hub_portal.trail.services.acts import record_act
from newsletter.choices import Audience, ItemKind
from newsletter.errors import BlockIsInTheIssue
from newsletter.models import Issue, Item
from newsletter.services.blocks import HEADINGS
from newsletter.services.issues import lock_draft, subject_of
from schools.models import Person


@retried
def change_words(*, issue: Issue, subject: str, opening: str, by: Person, at: datetime) -> Issue:
    """Write the subject of an issue and its opening words.

    Raises: IssueIsNotADraft.
    """
    with transaction.atomic():
        issue = lock_draft(issue)
        issue.subject, issue.opening = subject, RichText(opening)
        issue.save(update_fields=["subject", "opening"])
        record_act(verb="issue.changed", subject=subject_of(issue), by=by, at=at)
    return issue


@retried
def add_item(
    *,
    issue: Issue,
    heading: str,
    text: str,
    by: Person,
    at: datetime,
    audience: str = Audience.PUBLIC,
    picture: Picture | None = None,
    picture_alt: str = "",
) -> Item:
    """Write an item of the hub's own; it stands before the blocks until it is moved.

    Raises: IssueIsNotADraft.
    """
    with transaction.atomic():
        issue = lock_draft(issue)
        item = Item(
            issue=issue,
            kind=ItemKind.OWN,
            heading=heading,
            text=RichText(text),
            audience=audience,
            picture=picture,
            picture_alt=picture_alt,
        )
        _insert_before_blocks(issue, [item])
        _record("item.added", item, by=by, at=at)
    return item


@retried
def change_item(*, item: Item, by: Person, at: datetime, **changes: Any) -> Item:
    """Change an item: its heading and who may read it; of an own one also text and picture.

    Raises: IssueIsNotADraft.
    """
    with transaction.atomic():
        item = _locked(item)
        if item.is_live:
            changes = {name: changes[name] for name in ("heading", "audience") if name in changes}
        for name, value in changes.items():
            setattr(item, name, value)
        item.save(update_fields=[*changes])
        _record("item.changed", item, by=by, at=at)
    return item


@retried
def remove_item(*, item: Item, by: Person, at: datetime) -> None:
    """Take an item or a block out of its issue.

    Raises: IssueIsNotADraft.
    """
    with transaction.atomic():
        item = _locked(item)
        _record("item.removed", item, by=by, at=at)
        item.delete()
        _put_in_order(_items_of(item.issue))


@retried
def move_item(*, item: Item, up: bool, by: Person, at: datetime) -> None:
    """Move an item one place up or down; the first goes no higher, the last no lower.

    Raises: IssueIsNotADraft.
    """
    with transaction.atomic():
        item = _locked(item)
        items = _items_of(item.issue)
        place = next(n for n, each in enumerate(items) if each.pk == item.pk)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(items):
            return
        items[place], items[other] = items[other], items[place]
        _put_in_order(items)
        _record("item.moved", item, by=by, at=at)


@retried
def add_block(*, issue: Issue, kind: str, by: Person, at: datetime) -> Item:
    """Put a block that fills itself at the end of an issue.

    Raises: IssueIsNotADraft, BlockIsInTheIssue.
    """
    with transaction.atomic():
        issue = lock_draft(issue)
        items = _items_of(issue)
        if any(item.kind == kind for item in items):
            raise BlockIsInTheIssue
        item = Item(issue=issue, kind=kind, heading=HEADINGS[kind], position=len(items) + 1)
        item.save(force_insert=True)
        _record("item.added", item, by=by, at=at)
    return item


@retried
def copy_last_issue(*, issue: Issue, by: Person, at: datetime) -> int:
    """Copy the hub's own items of the last issue that went out; returns how many.

    One that stands in this issue already, word for word, is not copied again.

    Raises: IssueIsNotADraft.
    """
    with transaction.atomic():
        issue = lock_draft(issue)
        before = Issue.objects.in_the_archive().filter(number__lt=issue.number)
        last = before.order_by("-number").first()
        here = {(item.heading, item.text) for item in _items_of(issue)}
        theirs = last.items.filter(kind=ItemKind.OWN).in_order() if last else []
        copies = [_copy(item, issue) for item in theirs if (item.heading, item.text) not in here]
        if last and copies:
            _insert_before_blocks(issue, copies)
            after = {"copied": len(copies), "from": last.number}
            record_act(verb="issue.copied", subject=subject_of(issue), by=by, at=at, after=after)
    return len(copies)


def blocks_not_in(issue: Issue) -> list[ItemKind]:
    """The blocks that could still be put into an issue."""
    there = {item.kind for item in _items_of(issue)}
    return [kind for kind in ItemKind if kind != ItemKind.OWN and kind not in there]


def _locked(item: Item) -> Item:
    """The item as it stands, under the lock of its issue; `DoesNotExist` if it is gone."""
    issue = lock_draft(item.issue)
    locked: Item = issue.items.get(pk=item.pk)
    locked.issue = issue
    return locked


def _items_of(issue: Issue) -> list[Item]:
    return list(issue.items.in_order())


def _insert_before_blocks(issue: Issue, new: Sequence[Item]) -> None:
    items = _items_of(issue)
    place = next((n for n, item in enumerate(items) if item.is_live), len(items))
    items[place:place] = new
    for position, item in enumerate(items, start=1):
        item.position = position
    for item in new:
        item.save(force_insert=True)
    _put_in_order(items)


def _put_in_order(items: Sequence[Item]) -> None:
    for position, item in enumerate(items, start=1):
        item.position = position
    Item.objects.bulk_update(items, ["position"])


def _copy(item: Item, issue: Issue) -> Item:
    return Item(
        issue=issue,
        kind=ItemKind.OWN,
        heading=item.heading,
        text=item.text,
        audience=item.audience,
        picture_id=item.picture_id,
        picture_alt=item.picture_alt,
    )


def _record(verb: str, item: Item, *, by: Person, at: datetime) -> None:
    after = {"item": item.pk, "kind": str(item.kind), "position": item.position}
    record_act(verb=verb, subject=subject_of(item.issue), by=by, at=at, after=after)
