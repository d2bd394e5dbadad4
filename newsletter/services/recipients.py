"""Whom an issue is for, worked out once, when it is frozen. Rule NL-2.

Every member school's rep and office, its staff who subscribe, and other subscribers: one mail for
each person, or for each address that is no person's. A row whose `key` ends in nothing more has a
mail; whoever is left out has a row too that says why, and never takes the key of a mail.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connections, router
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat

from hub_portal.mail.models import Suppression
from hub_portal.shared.insert_new import insert_new
from hub_portal.shared.wording import counted
from newsletter.choices import How, LeftOut, SubscriptionStatus, Why
from newsletter.models import Issue, Recipient, Subscription
from newsletter.services.posts import Post, posts_on
from newsletter.services.subscriptions import hash_of_address
from schools.models import Appointment, School

COLUMNS = ("issue_id", "key", "subscription_id", "school_id", "why", "left_out")


def write_recipients(issue: Issue, *, on: date) -> None:
    """Write down whom an issue is for, as it is on this day. The issue's lock is held.

    Posts are a handful of statements whatever their number; subscribers are three.
    """
    _join_people_to_their_addresses()
    _write_posts(issue, on=on)
    subscribed = _subscribers(issue, on=on)
    _insert_selected(subscribed)
    once_written = issue.recipients.exclude(subscription=None).values("subscription")
    _insert_selected(_again(issue, subscribed.exclude(pk__in=once_written)))


def _join_people_to_their_addresses() -> None:
    """A subscription of an address that somebody has proved is that person's."""
    proved = EmailAddress.objects.filter(verified=True, email=OuterRef("address"))
    Subscription.objects.filter(person=None, address__in=_proved()).update(
        person=Subquery(proved.values("user")[:1])
    )


def _proved() -> QuerySet[EmailAddress]:
    return EmailAddress.objects.filter(verified=True).values("email")


def still_wanted(abouts: Sequence[str]) -> set[str]:
    """Of the mails of an issue, those whose reader has not unsubscribed since it was frozen."""
    ids = {about: int(about.split(":")[1]) for about in abouts}
    gone = Subscription.objects.unsubscribed().filter(pk__in=set(ids.values()))
    said_no = set(gone.values_list("pk", flat=True))
    return {about for about, pk in ids.items() if pk not in said_no}


def about_how_many(*, on: date) -> str:
    """Whom an issue would go to if it went now, in words: schools, and other subscribers."""
    schools = School.objects.members(on).count()
    subscribed = Subscription.objects.subscribed().count()
    return f"{counted(schools, 'school')} and {counted(subscribed, 'subscriber')}"


# ---- Posts --------------------------------------------------------------------------------------


def _write_posts(issue: Issue, *, on: date) -> None:
    posts = posts_on(on)
    known = _subscriptions_of(posts)
    said_no = _who_said_no()
    suppressed = set(Suppression.objects.in_force().values_list("address", flat=True))
    taken: dict[str, str] = {}
    rows = []
    for post in posts:
        subscription = known.get(post.address) or said_no.get(post.person_id or 0)
        left_out = _why_not(post, subscription, suppressed)
        key = _key(issue, post, subscription)
        if key in taken and not left_out:
            left_out = LeftOut.HAD_IT
        if left_out:
            key = f"{key}:not:school:{post.school.pk}:{post.why}"
        taken[key] = left_out
        rows.append(
            Recipient(
                issue=issue,
                key=key,
                subscription=subscription,
                school=post.school,
                why=post.why,
                left_out=left_out,
            )
        )
    Recipient.objects.bulk_create(rows)


def _subscriptions_of(posts: Iterable[Post]) -> dict[str, Subscription]:
    """The row of every address; made for those that have none, so that one click ends it.

    Somebody who has said no at another address says no at a new one too: it gets no row.
    """
    owner = {post.address: post.person_id for post in posts if post.address}
    known = set(Subscription.objects.filter(address__in=owner).values_list("address", flat=True))
    said_no = _who_said_no()
    insert_new(
        [
            Subscription(
                address=address,
                address_hash=hash_of_address(address),
                person_id=person_id,
                status=SubscriptionStatus.OF_A_POST,
                began_how=How.POST,
            )
            for address, person_id in sorted(owner.items(), key=lambda pair: pair[0])
            if address not in known and person_id not in said_no
        ],
        key="address",
    )
    _give_to_their_people(owner)
    rows = Subscription.objects.filter(address__in=owner)
    return {row.address: row for row in rows}


def _give_to_their_people(owner: dict[str, int | None]) -> None:
    """The row of a rep's address is the rep's, whoever asked for the newsletter there before."""
    rows = Subscription.objects.filter(address__in=owner)
    moved = []
    for row in rows:
        person_id = owner[row.address]
        if person_id is not None and row.person_id != person_id:
            row.person_id = person_id
            moved.append(row)
    Subscription.objects.bulk_update(moved, ["person"])


def _who_said_no() -> dict[int, Subscription]:
    """People who unsubscribed and have not subscribed at another address since, by id."""
    yes = Subscription.objects.subscribed().filter(person=OuterRef("person"))
    rows = Subscription.objects.unsubscribed().exclude(person=None).filter(~Exists(yes))
    return {row.person_id: row for row in rows.order_by("-ended_at", "-pk")}


def _why_not(post: Post, subscription: Subscription | None, suppressed: set[str]) -> str:
    if not post.address:
        return LeftOut.NO_ADDRESS
    if subscription is None or subscription.status == SubscriptionStatus.UNSUBSCRIBED:
        return LeftOut.UNSUBSCRIBED
    return LeftOut.SUPPRESSED if post.address in suppressed else ""


def _key(issue: Issue, post: Post, subscription: Subscription | None) -> str:
    if post.person_id is not None:
        return f"issue:{issue.pk}:person:{post.person_id}"
    if subscription is not None:
        return f"issue:{issue.pk}:address:{subscription.address_hash}"
    return f"issue:{issue.pk}:nobody"


# ---- Subscribers --------------------------------------------------------------------------------


def _subscribers(issue: Issue, *, on: date) -> QuerySet[Any, Any]:
    """Everybody who has subscribed, as the rows of `Recipient` they become."""
    members = School.objects.members(on).values("pk")
    posts = Appointment.objects.live().filter(school__in=members, person=OuterRef("person"))
    held = Suppression.objects.in_force().filter(address=OuterRef("address"))
    return (
        Subscription.objects.subscribed()
        .annotate(
            school_id=Subquery(posts.order_by("from_on", "pk").values("school")[:1]),
            left_out=Case(When(Exists(held), Value(LeftOut.SUPPRESSED)), default=_text("")),
        )
        .annotate(
            issue_id=Value(issue.pk),
            subscription_id=F("pk"),
            why=Case(When(school_id=None, then=_text(Why.SUBSCRIBER)), default=_text(Why.STAFF)),
            key=_key_of_subscriber(issue),
        )
        .order_by("pk")
        .values_list(*COLUMNS)
    )


def _again(issue: Issue, others: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Subscribed addresses of people whose mail goes to another one, or to them for a post."""
    key = Concat(_text(f"issue:{issue.pk}:again:"), Cast("pk", CharField()))
    return others.annotate(key_again=key, had_it=_text(LeftOut.HAD_IT)).values_list(
        "issue_id", "key_again", "subscription_id", "school_id", "why", "had_it"
    )


def _key_of_subscriber(issue: Issue) -> Case:
    of_person = Concat(_text(f"issue:{issue.pk}:person:"), Cast("person_id", CharField()))
    of_address = Concat(_text(f"issue:{issue.pk}:address:"), F("address_hash"))
    no_mail = Concat(_text(f"issue:{issue.pk}:not:"), Cast("pk", CharField()))
    return Case(
        When(left_out=LeftOut.SUPPRESSED, then=no_mail),
        When(person=None, then=of_address),
        default=of_person,
        output_field=CharField(),
    )


def _text(words: str) -> Value:
    return Value(str(words), output_field=CharField())


def _insert_selected(rows: QuerySet[Any, Any]) -> int:
    """INSERT … SELECT into the recipients; a key that is there already is passed over."""
    using = router.db_for_write(Recipient)
    quote = connections[using].ops.quote_name
    selected, values = rows.query.get_compiler(using=using).as_sql()
    columns = ", ".join(quote(column) for column in COLUMNS)
    statement = (
        f"INSERT INTO {quote(Recipient._meta.db_table)} ({columns}) {selected} "
        f"ON CONFLICT ({quote('key')}) DO NOTHING"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
