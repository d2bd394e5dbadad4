"""News of a school becomes an item of an issue, and is the hub's to edit from then on."""

from datetime import datetime

from django.db import transaction

from newsletter.choices import IssueStatus
from newsletter.errors import NoDraft
from newsletter.models import Issue, Item, News
from newsletter.services.items import add_item
from newsletter.services.news import note_news_used
from schools.models import Person


def use_news(*, news: News, by: Person, at: datetime) -> Item:
    """Put news of a school into the next draft, as an item of the hub's own.

    Raises: NoDraft, IssueIsNotADraft, NewsIsDecided.
    """
    with transaction.atomic():
        draft = next_draft()
        if draft is None:
            raise NoDraft
        item = add_item(issue=draft, heading=news.heading, text=news.text, by=by, at=at)
        note_news_used(news=news, item=item, by=by, at=at)
    return item


def next_draft() -> Issue | None:
    """The draft that goes first; none if nobody has begun one."""
    drafts = Issue.objects.filter(status=IssueStatus.DRAFT)
    found: Issue | None = drafts.order_by("slot_at", "pk").first()
    return found
