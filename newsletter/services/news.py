"""News that schools send in for the newsletter, and what the hub does with it."""

from datetime import datetime

from django.db import transaction

from hub_portal.shared.errors import BadInput
from hub_portal.shared.plain_text import clean_line
from hub_portal.shared.rich_text import clean_rich_text
from hub_portal.trail.services.acts import record_act
from newsletter.choices import NewsStatus
from newsletter.errors import NewsIsDecided, TooMuchNews
from newsletter.models import Item, News
from schools.models import Person, School

MOST_AT_ONCE = 5
"""As much as one school may have waiting to be looked at."""


def send_news(*, school: School, heading: str, text: str, by: Person, at: datetime) -> News:
    """A school sends news in; the hub may put it into the next issue.

    Raises: BadInput without a heading or words; TooMuchNews while five wait.
    """
    title, words = clean_line(heading), clean_rich_text(text)
    if not title or not words.text.strip():
        raise BadInput("Give your news a heading, and say what it is.")
    with transaction.atomic():
        School.objects.select_for_update(no_key=True).get(pk=school.pk)
        if News.objects.to_look_at().filter(school=school).count() >= MOST_AT_ONCE:
            raise TooMuchNews(most=MOST_AT_ONCE)
        news = News.objects.create(school=school, sent_by=by, sent_at=at, heading=title, text=words)
        record_act(
            verb="news.sent_in",
            subject=f"news:{news.pk}",
            by=by,
            at=at,
            school=f"school:{school.pk}",
        )
    return news


def note_news_used(*, news: News, item: Item, by: Person, at: datetime) -> News:
    """The hub has made an item of it. Raises: NewsIsDecided."""
    return _decide(news, NewsStatus.USED, item=item, by=by, at=at)


def decline_news(*, news: News, by: Person, at: datetime) -> News:
    """The hub does not use it. Raises: NewsIsDecided."""
    return _decide(news, NewsStatus.DECLINED, item=None, by=by, at=at)


def _decide(news: News, status: NewsStatus, *, item: Item | None, by: Person, at: datetime) -> News:
    with transaction.atomic():
        row = News.objects.select_for_update(no_key=True).get(pk=news.pk)
        if row.status != NewsStatus.NEW:
            raise NewsIsDecided
        row.status, row.item = status, item
        row.looked_at_at, row.looked_at_by = at, by
        row.save(update_fields=["status", "item", "looked_at_at", "looked_at_by"])
        record_act(verb=f"news.{status}", subject=f"news:{row.pk}", by=by, at=at)
    return row
