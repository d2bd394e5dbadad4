"""Who gets the newsletter besides the schools: asked for, confirmed, ended by one click.

Rules NL-2 and NL-3. Nobody learns from these pages whether an address is known: what is said is
the same for every address, and what happens is seen in its mailbox alone.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from newsletter.choices import How, SubscriptionStatus
from newsletter.emails import opt_in_mails
from newsletter.errors import HasUnsubscribed
from newsletter.models import Subscription
from newsletter.rules import has_said_no
from newsletter.services.posts import posts_on
from schools.choices import Role
from schools.models import Person
from schools.services.people import clean_address, person_with_address, require_hub_manager

MOST_OPT_IN_MAILS = 3
PENDING_IS_KEPT = timedelta(days=365)


def hash_of_address(address: str) -> str:
    """What names a mailbox where its address may not stand: keyed, so nobody can look it up."""
    key = settings.LINK_KEYS[0].encode()
    return hmac.digest(key, f"newsletter:{address}".encode(), hashlib.sha256).hex()


def subscription_of(address: str) -> Subscription:
    """The row of an address, made if there is none; locked until the transaction ends."""
    subscription, _ = Subscription.objects.get_or_create(
        address=address,
        defaults={
            "address_hash": hash_of_address(address),
            "status": SubscriptionStatus.PENDING,
        },
    )
    return Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)


def ask_to_subscribe(*, address: str, at: datetime) -> None:
    """Somebody left an address: ask there whether it wants the newsletter. Rule NL-2.

    At most one such mail a day and three in all; none where the newsletter goes anyway.

    Raises: BadInput for what is no address.
    """
    wanted = _valid(address)
    with transaction.atomic():
        subscription, today = subscription_of(wanted), london_date(at)
        if _goes_there_anyway(subscription, on=today):
            return
        asked_enough = subscription.opt_in_mails >= MOST_OPT_IN_MAILS
        if asked_enough or subscription.last_opt_in_on == today:
            return
        subscription.asked_at = at
        subscription.opt_in_mails += 1
        subscription.last_opt_in_on = today
        subscription.save(update_fields=["asked_at", "opt_in_mails", "last_opt_in_on"])
        opt_in_mails.opt_in(subscription=subscription, at=at)


def _goes_there_anyway(subscription: Subscription, *, on: date) -> bool:
    """Whether its holder has said yes, or holds a post that it goes to, and not one that ended."""
    if subscription.status == SubscriptionStatus.OF_A_POST:
        return any(post.address == subscription.address for post in posts_on(on))
    return subscription.status == SubscriptionStatus.SUBSCRIBED


def confirm(*, subscription: Subscription, at: datetime) -> Subscription:
    """The holder of an address says yes. Said twice, it changes nothing."""
    return _begin(subscription.address, how=How.FORM, by=None, at=at)


def subscribe_person(*, person: Person, at: datetime) -> Subscription:
    """Somebody signed in wants the newsletter: their address is proved, so nobody asks again.

    Raises: BadInput for somebody without an address.
    """
    if not person.email:
        raise BadInput("You have no address on record that the newsletter could go to.")
    return _begin(person.email, how=How.OWN_PAGE, by=person, at=at)


def unsubscribe(
    *,
    subscription: Subscription,
    how: How,
    at: datetime,
    by: Person | None = None,
    reason: str = "",
) -> None:
    """End the newsletter for an address, and for all addresses of the same person. Rule NL-3.

    From this list only: mails about bookings still come. Done twice, it changes nothing.
    """
    with transaction.atomic():
        rows = _all_of(subscription).select_for_update(no_key=True).order_by("pk")
        _wait_for(rows)
        live = [row for row in rows if row.status != SubscriptionStatus.UNSUBSCRIBED]
        for row in live:
            row.status = SubscriptionStatus.UNSUBSCRIBED
            row.ended_at, row.ended_how = at, how
            row.save(update_fields=["status", "ended_at", "ended_how"])
            _record(
                "newsletter.unsubscribed", row, by=by or row.person, at=at, how=how, reason=reason
            )


def unsubscribe_as_asked(
    *, subscription: Subscription, reason: str, by: Person, at: datetime
) -> None:
    """The hub ends the newsletter for somebody who asked it to, by telephone say. Rule NL-3.

    Raises: OnlyTheHub, ReasonNeeded, HasUnsubscribed.
    """
    require_hub_manager(by, reason=reason)
    with transaction.atomic():
        row = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
        if row.status == SubscriptionStatus.UNSUBSCRIBED:
            raise HasUnsubscribed
        unsubscribe(subscription=row, how=How.HUB, at=at, by=by, reason=reason.strip())


def note_subscribers_taken(*, form: str, by: Person, at: datetime) -> None:
    """Keep that the list of subscribers was taken away. Rule XX-1. Raises: OnlyTheHub."""
    require_hub_manager(by, reason="export")
    record_act(
        verb="subscribers.exported", subject="subscribers", by=by, at=at, after={"format": form}
    )


def stop_for_person(*, person: Person, at: datetime) -> None:
    """Somebody signed in wants no newsletter, whatever post they hold. Rule NL-3."""
    if not person.email:
        return
    with transaction.atomic():
        subscription = subscription_of(person.email)
        if subscription.person_id is None:
            subscription.person = person
            subscription.save(update_fields=["person"])
        unsubscribe(subscription=subscription, how=How.OWN_PAGE, at=at)


def get_it_again(*, subscription: Subscription, at: datetime) -> Subscription:
    """Take back an unsubscribing: whoever holds the link of a mail has that mailbox.

    A post's own row becomes that again, and ends with the post.
    """
    with transaction.atomic():
        row = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
        if row.status != SubscriptionStatus.UNSUBSCRIBED:
            return row
        was_of_a_post = row.began_at is None
        row.status = (
            SubscriptionStatus.OF_A_POST if was_of_a_post else SubscriptionStatus.SUBSCRIBED
        )
        row.ended_at, row.ended_how = None, ""
        row.save(update_fields=["status", "ended_at", "ended_how"])
        _record("newsletter.subscribed", row, by=row.person, at=at, how=How.LINK)
    return row


@dataclass(frozen=True)
class Standing:
    """Whether the newsletter comes to somebody, and whether a post of theirs is why."""

    gets_it: bool
    for_a_post: bool
    has_said_no: bool


def how_it_stands(*, person: Person) -> Standing:
    """What the newsletter does for somebody now. Rule NL-2.

    Reps get it unless they have said no; other colleagues if they have said yes. A yes at one
    address counts more than a no at another.
    """
    rows = Subscription.objects.filter(Q(person=person) | Q(address=person.email or ""))
    statuses = set(rows.values_list("status", flat=True))
    wants_it = SubscriptionStatus.SUBSCRIBED in statuses
    said_no = has_said_no(statuses)
    is_rep = person.appointments.live().held_as(Role.REP).exists()
    return Standing(
        gets_it=wants_it or (is_rep and not said_no),
        for_a_post=is_rep and not wants_it,
        has_said_no=said_no,
    )


def forget_unconfirmed(*, at: datetime) -> int:
    """Delete addresses that were left a year ago and never confirmed; returns how many."""
    old = Subscription.objects.filter(
        status=SubscriptionStatus.PENDING, asked_at__lt=at - PENDING_IS_KEPT
    )
    return old.delete()[0]


def _begin(address: str, *, how: How, by: Person | None, at: datetime) -> Subscription:
    with transaction.atomic():
        row = subscription_of(address)
        holder = person_with_address(address)
        if row.status == SubscriptionStatus.SUBSCRIBED and row.person == holder:
            return row
        row.status, row.person = SubscriptionStatus.SUBSCRIBED, holder
        row.began_at, row.began_how = row.began_at or at, row.began_how or how
        row.ended_at, row.ended_how = None, ""
        row.opt_in_mails = 0
        row.save()
        _record("newsletter.subscribed", row, by=by or holder, at=at, how=how)
    return row


def _all_of(subscription: Subscription) -> "QuerySet[Subscription]":
    if subscription.person_id is None:
        return Subscription.objects.filter(pk=subscription.pk)
    return Subscription.objects.filter(person=subscription.person_id)


def _wait_for(rows: "QuerySet[Subscription]") -> None:
    """Take the locks; reading again then finds rows that their last holder has just added."""
    list(rows.all())


def _record(
    verb: str,
    row: Subscription,
    *,
    by: Person | None,
    at: datetime,
    how: How,
    reason: str = "",
) -> None:
    """An act names the row, never the address; a stranger's is done by the portal for them."""
    record_act(
        verb=verb,
        subject=f"subscription:{row.pk}",
        by=by or Person.objects.portal(),
        at=at,
        reason=reason,
        after={"how": how},
    )


def _valid(address: str) -> str:
    cleaned = clean_address(address) or ""
    try:
        validate_email(cleaned)
    except ValidationError as error:
        raise BadInput("Give an email address, like name@school.org.") from error
    return cleaned
