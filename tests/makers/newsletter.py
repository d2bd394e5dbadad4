"""Issues of the newsletter in every state, straight into the database."""

import itertools
from datetime import timedelta

from hub_portal.mail.models import Body
from newsletter.choices import Audience, IssueStatus, ItemKind, SubscriptionStatus
from newsletter.models import Issue, Item, Subscription
from newsletter.services.saying import freeze_items
from newsletter.services.subscriptions import hash_of_address
from schools.models import Person
from tests.makers.schools import NOON

_numbers = itertools.count(1)


def make_issue(*, at=NOON, **facts):
    """A draft that goes in two days."""
    number = next(_numbers)
    facts = {
        "number": number,
        "subject": "Places in January",
        "slot_at": at + timedelta(days=2, minutes=number),
        "drafted_at": at,
        "drafted_by": Person.objects.portal(),
        **facts,
    }
    return Issue.objects.get(pk=Issue.objects.create(**facts).pk)


def make_item(issue, *, kind=ItemKind.OWN, audience=Audience.PUBLIC, **facts):
    """The next part of an issue; an own item has words, a block fills itself."""
    facts = {"heading": "Well done, Berrymede", "position": issue.items.count() + 1, **facts}
    if kind == ItemKind.OWN:
        facts = {"text": "<p>Forty pupils sang.</p>", **facts}
    return Item.objects.create(issue=issue, kind=kind, audience=audience, **facts)


def make_sent(issue, *, at=NOON, status=IssueStatus.SENT):
    """As if the issue had been approved, frozen and sent; nobody got it."""
    freeze_items(issue, at=at)
    issue.refresh_from_db()
    body = Body.objects.create(digest=f"{issue.number:064d}", html="<p>Sent</p>", text="Sent")
    issue.status, issue.frozen_at, issue.body, issue.public_body = status, at, body, body
    issue.approved_at, issue.approved_by = at, issue.drafted_by
    issue.ended_at = at if status == IssueStatus.SENT else None
    issue.save()
    return issue


def make_subscription(
    *, address="olive@elsewhere.example", status=SubscriptionStatus.SUBSCRIBED, at=NOON, **facts
):
    """What an address has said; confirmed, unless it is pending."""
    if status == SubscriptionStatus.SUBSCRIBED:
        facts = {"began_at": at, **facts}
    if status == SubscriptionStatus.UNSUBSCRIBED:
        facts = {"ended_at": at, **facts}
    return Subscription.objects.create(
        address=address, address_hash=hash_of_address(address), status=status, **facts
    )
