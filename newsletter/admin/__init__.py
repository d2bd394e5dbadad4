"""The hub manager's room for the newsletter: its settings, its issues, news from schools."""

from newsletter.admin.issues import IssueAdmin
from newsletter.admin.news import NewsAdmin
from newsletter.admin.newsletter import NewsletterAdmin

__all__ = ["IssueAdmin", "NewsAdmin", "NewsletterAdmin"]
