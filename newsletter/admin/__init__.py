"""The hub manager's room for the newsletter: settings, issues, subscribers, news from schools."""

from newsletter.admin.issues import IssueAdmin
from newsletter.admin.news import NewsAdmin
from newsletter.admin.newsletter import NewsletterAdmin
from newsletter.admin.subscriber_imports import SubscriberImportAdmin
from newsletter.admin.subscriptions import SubscriptionAdmin

__all__ = [
    "IssueAdmin",
    "NewsAdmin",
    "NewsletterAdmin",
    "SubscriberImportAdmin",
    "SubscriptionAdmin",
]
