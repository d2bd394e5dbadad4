"""News that schools send in, and what the hub does with it."""

import pytest

from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from newsletter.choices import NewsStatus
from newsletter.errors import NewsIsDecided, TooMuchNews
from newsletter.models import News
from newsletter.services.news import MOST_AT_ONCE, decline_news, note_news_used, send_news
from tests.makers.newsletter import make_issue, make_item
from tests.makers.schools import NOON

pytestmark = pytest.mark.django_db


def send(cast, **facts):
    facts = {"heading": "Choir at the Albert Hall", "text": "Forty pupils sang.", **facts}
    return send_news(school=cast.our_school, by=cast.rep, at=NOON, **facts)


def use(*, news, by, at):
    note_news_used(news=news, item=make_item(make_issue()), by=by, at=at)


def test_news_waits_for_the_hub_with_who_sent_it(cast):
    news = send(cast)

    assert (news.status, news.sent_by, news.school) == (NewsStatus.NEW, cast.rep, cast.our_school)
    assert news.text == "<p>Forty pupils sang.</p>"
    assert list(News.objects.to_look_at()) == [news]
    assert Act.objects.get().verb == "news.sent_in"


@pytest.mark.parametrize("facts", [{"heading": " "}, {"text": " \n "}])
def test_news_without_a_heading_or_words_is_refused(cast, facts):
    with pytest.raises(BadInput, match="heading"):
        send(cast, **facts)

    assert not News.objects.exists()


def test_a_school_has_no_more_than_five_waiting(cast):
    for _ in range(MOST_AT_ONCE):
        send(cast)

    with pytest.raises(TooMuchNews, match="5 pieces"):
        send(cast)

    assert News.objects.count() == MOST_AT_ONCE


def test_used_news_knows_its_item_and_who_looked(cast):
    news, item = send(cast), make_item(make_issue())

    note_news_used(news=news, item=item, by=cast.hub_manager, at=NOON)

    news.refresh_from_db()
    assert (news.status, news.item, news.looked_at_by) == (NewsStatus.USED, item, cast.hub_manager)


@pytest.mark.parametrize("decide", [use, decline_news])
def test_news_is_decided_once(cast, decide):
    news = send(cast)
    decline_news(news=news, by=cast.hub_manager, at=NOON)

    with pytest.raises(NewsIsDecided):
        decide(news=news, by=cast.hub_manager, at=NOON)

    news.refresh_from_db()
    assert (news.status, news.item) == (NewsStatus.DECLINED, None)
