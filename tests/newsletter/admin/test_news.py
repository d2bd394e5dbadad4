"""News from schools in the hub manager's room."""

import pytest

from newsletter.choices import NewsStatus
from newsletter.models import Item, News
from newsletter.services.news import send_news
from tests.makers.issues import make_approved, make_draft
from tests.makers.schools import NOON, make_finance_officer


@pytest.fixture
def news(cast):
    return send_news(
        school=cast.our_school, heading="A garden", text="They dig.", by=cast.rep, at=NOON
    )


def page_of(news, rest="change/"):
    return f"/admin/newsletter/news/{news.pk}/{rest}"


def test_news_is_put_into_the_next_draft_and_edited_there(as_manager, cast, news):
    issue = make_draft(by=cast.hub_manager, at=NOON)

    assert "Issue 1" in as_manager.get(page_of(news, "use/")).content.decode()
    answer = as_manager.post(page_of(news, "use/"), {"is_sure": "on"})

    item = issue.items.get(heading="A garden")
    news = News.objects.get(pk=news.pk)
    assert answer["Location"] == f"/admin/newsletter/issue/{issue.pk}/items/{item.pk}/"
    assert (news.status, news.item, news.looked_at_by) == (NewsStatus.USED, item, cast.hub_manager)
    assert (item.text, item.kind) == ("<p>They dig.</p>", "own")


def test_without_a_draft_news_cannot_be_used(as_manager, cast, news):
    make_approved(by=cast.hub_manager, at=NOON)
    items = Item.objects.count()

    answer = as_manager.post(page_of(news, "use/"), {"is_sure": "on"})

    assert answer.status_code == 422
    assert "No issue is a draft at the moment. Begin one first." in answer.content.decode()
    assert (Item.objects.count(), News.objects.get().status) == (items, NewsStatus.NEW)


def test_news_used_once_is_not_used_again_and_no_item_is_left_behind(as_manager, cast, news):
    issue = make_draft(by=cast.hub_manager, at=NOON)
    as_manager.post(page_of(news, "use/"), {"is_sure": "on"})
    items = issue.items.count()

    answer = as_manager.post(page_of(news, "use/"), {"is_sure": "on"})

    assert answer.status_code == 422
    assert "This news was looked at already." in answer.content.decode()
    assert issue.items.count() == items


def test_news_is_declined(as_manager, news):
    as_manager.post(page_of(news, "decline/"), {"is_sure": "on"})

    assert News.objects.get().status == NewsStatus.DECLINED


def test_news_is_looked_at_and_never_edited(as_manager, client, news):
    assert "They dig." in as_manager.get(page_of(news)).content.decode()
    assert as_manager.get("/admin/newsletter/news/add/").status_code == 403
    assert as_manager.post(page_of(news, "delete/")).status_code == 403

    client.force_login(make_finance_officer())
    assert client.get(page_of(news)).status_code == 403
    assert client.post(page_of(news, "use/"), {"is_sure": "on"}).status_code == 403
