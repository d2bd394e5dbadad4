"""What the newsletter holds about a person. Rule XX-3."""

from collections.abc import Iterable

from django.db.models import Q

from hub_portal.shared.privacy import Held, Row, register_held
from newsletter.models import News, Recipient, Subscription
from schools.models import Person


def register() -> None:
    """Tell what this app holds; called once, when it is ready."""
    register_held(
        Held(
            "newsletter",
            fields=("newsletter.Subscription.address", "newsletter.Subscription.agreed_how"),
            rows=subscriptions_of,
        ),
        Held("issues of the newsletter", fields=(), rows=issues_of),
        Held(
            "news sent in",
            fields=("newsletter.News.heading", "newsletter.News.text"),
            rows=news_of,
        ),
    )


def subscriptions_of(person: Person) -> Iterable[Row]:
    """Every address of theirs that the newsletter knows, and what it was told."""
    rows = Subscription.objects.filter(Q(person=person) | Q(address=person.email or ""))
    for row in rows.order_by("pk"):
        yield {
            "address": row.address,
            "status": row.get_status_display(),
            "asked": row.asked_at,
            "confirmed": row.began_at,
            "agreed before the portal": row.agreed_how,
            "agreed on": row.agreed_on,
            "unsubscribed": row.ended_at,
        }


def issues_of(person: Person) -> Iterable[Row]:
    """Which issues were for them, and why."""
    received = Recipient.objects.filter(subscription__person=person).select_related("issue")
    for row in received.order_by("issue__number", "pk"):
        yield {
            "issue": row.issue.number,
            "because": row.get_why_display(),
            "not sent because": row.get_left_out_display(),
        }


def news_of(person: Person) -> Iterable[Row]:
    """What they sent in for their school."""
    for news in News.objects.filter(sent_by=person).order_by("pk"):
        yield {
            "sent": news.sent_at,
            "heading": news.heading,
            "text": news.text.text,
            "status": news.get_status_display(),
        }
