"""The page on which a school sends news in."""

import pytest

from newsletter.models import News
from newsletter.services.news import send_news
from tests.makers.schools import NOON, sign_in

pytestmark = pytest.mark.django_db

NEWS = {"heading": "Choir at the Albert Hall", "text": "Forty pupils sang."}


@pytest.fixture
def rep(client, cast):
    sign_in(client, cast.rep)
    return client


def text(response):
    return response.content.decode()


def test_a_rep_sends_news_in_and_sees_it_with_the_hub(rep, cast):
    response = rep.post("/my/news/", {**NEWS, "school": cast.our_school.pk}, follow=True)

    assert News.objects.get().sent_by == cast.rep
    assert "Choir at the Albert Hall" in text(response)
    assert "With the hub" in text(response)


def test_nothing_typed_is_lost_when_something_is_missing(rep, cast):
    response = rep.post("/my/news/", {"heading": "", "text": "Sang.", "school": cast.our_school.pk})

    assert response.status_code == 422
    assert "Give your news a heading" in text(response)
    assert "Sang." in text(response)
    assert not News.objects.exists()


def test_the_school_stands_in_the_form_and_is_checked(rep, cast):
    response = rep.post("/my/news/", {**NEWS, "school": cast.strangers_school.pk})

    assert response.status_code == 422
    assert not News.objects.exists()


def test_another_schools_news_is_not_shown(rep, cast):
    send_news(school=cast.strangers_school, by=cast.stranger, at=NOON, heading="Ours", text="X")

    assert "Ours" not in text(rep.get("/my/news/"))
    assert "has sent no news yet" in text(rep.get("/my/news/"))
