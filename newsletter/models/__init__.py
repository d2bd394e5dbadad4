"""The rows of the newsletter."""

from newsletter.models.issues import Issue, Item, News, Recipient
from newsletter.models.newsletter import Newsletter
from newsletter.models.subscriber_imports import SubscriberImport
from newsletter.models.subscriptions import Subscription

__all__ = [
    "Issue",
    "Item",
    "News",
    "Newsletter",
    "Recipient",
    "SubscriberImport",
    "Subscription",
]
