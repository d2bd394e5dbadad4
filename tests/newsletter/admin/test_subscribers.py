"""Subscribers in the hub manager's room: lists sent in and saved, looked up, ended. SC-8, NL-3."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub_portal.clock.models import Job
from hub_portal.trail.models import Act
from newsletter.choices import How, SubscriptionStatus
from newsletter.models import SubscriberImport, Subscription
from tests.makers.newsletter import make_subscription
from tests.makers.schools import NOON, make_finance_officer, sign_in

LISTS = "/admin/newsletter/subscriberimport/"
SUBSCRIBERS = "/admin/newsletter/subscription/"
OLIVE = "olive@elsewhere.example"
SHEET = "On the sheet at our conferences"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def freshly(client, cast):
    sign_in(client, cast.hub_manager)
    return client


def send(client, *rows, agreed_how=SHEET):
    text = "Email,Name\n" + "\n".join(rows)
    upload = SimpleUploadedFile("readers.csv", text.encode())
    given = {"list_of_subscribers": upload, "agreed_how": agreed_how}
    return client.post(f"{LISTS}send/", given)


def words(answer):
    return " ".join(answer.content.decode().split())


def text_of(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig")


# ---- Lists --------------------------------------------------------------------------------------


def test_a_list_is_sent_in_looked_at_and_saved(as_manager, cast):
    make_subscription(address="no@elsewhere.example", status=SubscriptionStatus.UNSUBSCRIBED)
    look = send(as_manager, f"{OLIVE},Olive Hall", "no@elsewhere.example,Ned")["Location"]

    page = words(as_manager.get(look))
    saved = words(as_manager.post(look, {"save": ""}, follow=True))

    assert "<dt>New subscribers</dt><dd>1</dd>" in page
    assert "Unsubscribed before: stays out" in page
    assert "Subscribe 1 person, mail nobody" in page
    assert SHEET in page
    assert "1 new subscriber; 1 row changed nothing. Nobody was mailed." in saved
    taken = SubscriberImport.objects.get()
    brought = words(as_manager.get(f"{SUBSCRIBERS}?from_list={taken.pk}"))
    assert f"{SUBSCRIBERS}?from_list={taken.pk}" in saved
    assert OLIVE in brought
    assert "no@elsewhere.example" not in brought


def test_a_wrong_row_is_shown_and_nothing_is_saved(as_manager):
    look = send(as_manager, f"{OLIVE},Olive", "olive at elsewhere,Olive")["Location"]

    page = words(as_manager.get(look))
    refused = words(as_manager.post(look, {"save": ""}, follow=True))

    assert "“olive at elsewhere” is no email address." in page
    assert "mail nobody" not in page
    assert "1 row of this list cannot be saved, so nothing was." in refused
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("agreed_how", ["", "on\x07paper"])
def test_a_list_without_a_word_on_how_they_agreed_is_not_taken(as_manager, agreed_how):
    answer = send(as_manager, OLIVE, agreed_how=agreed_how)

    assert answer.status_code == 422
    assert not SubscriberImport.objects.exists()


def test_a_list_without_addresses_is_refused_and_what_was_typed_stays(as_manager):
    upload = SimpleUploadedFile("readers.csv", b"Address\nx")
    given = {"list_of_subscribers": upload, "agreed_how": SHEET}

    answer = as_manager.post(f"{LISTS}send/", given)

    assert answer.status_code == 422
    assert "This file has no column “Email”." in words(answer)
    assert f'value="{SHEET}"' in words(answer)


def test_a_list_put_aside_is_gone(as_manager):
    look = send(as_manager, OLIVE)["Location"]

    answer = as_manager.post(look, {"aside": ""}, follow=True)

    assert "The list is deleted; nothing was saved." in words(answer)
    assert SubscriberImport.objects.get().file is None
    assert not Subscription.objects.exists()


def test_a_long_list_becomes_a_job_and_shows_its_first_rows(as_manager):
    look = send(as_manager, *[f"r{number}@elsewhere.example,R" for number in range(501)])[
        "Location"
    ]

    page = words(as_manager.get(look))
    answer = as_manager.post(look, {"save": ""})

    assert "These are the first 200 of 501." in page
    assert answer["Location"] == Job.objects.get().get_absolute_url()


def test_the_template_and_what_becomes_of_the_rows_are_taken_away(freshly):
    look = send(freshly, f"{OLIVE},+Olive")["Location"]

    template = text_of(freshly.get(f"{LISTS}template.csv"))
    answer = freshly.get(look.replace("look/", "report.csv"))

    assert template.startswith("Email,Name,School,Agreed on,Agreed how")
    assert text_of(answer).splitlines()[1] == f"2,{OLIVE},'+Olive,,,,new subscriber"
    assert Act.objects.filter(verb="subscriber_import.taken_away").count() == 1


# ---- Subscribers --------------------------------------------------------------------------------


def test_the_newsletters_page_leads_to_its_subscribers_and_these_to_the_lists(as_manager):
    newsletter = words(as_manager.get("/admin/newsletter/newsletter/"))
    subscribers = words(as_manager.get(SUBSCRIBERS))

    assert f'href="{SUBSCRIBERS}"' in newsletter
    assert f'href="{LISTS}send/"' in subscribers
    assert f'href="{LISTS}"' in subscribers


def test_a_subscriber_is_looked_up_with_how_they_agreed(as_manager):
    as_manager.post(send(as_manager, OLIVE)["Location"], {"save": ""})
    make_subscription(address="other@elsewhere.example")
    row = Subscription.objects.get(address=OLIVE)

    found = words(as_manager.get(f"{SUBSCRIBERS}?q=olive"))
    page = words(as_manager.get(f"{SUBSCRIBERS}{row.pk}/change/"))

    assert OLIVE in found
    assert "other@elsewhere.example" not in found
    assert SHEET in page
    assert "readers.csv" in page


def test_the_hub_ends_it_for_somebody_who_asked(as_manager, cast):
    row = make_subscription(address=OLIVE)

    answer = as_manager.post(
        f"{SUBSCRIBERS}{row.pk}/end/", {"is_sure": "on", "reason": "Rang up"}, follow=True
    )

    row.refresh_from_db()
    assert (row.status, row.ended_how) == (SubscriptionStatus.UNSUBSCRIBED, How.HUB)
    assert "This address is unsubscribed." in words(answer)
    act = Act.objects.get(verb="newsletter.unsubscribed")
    assert (act.by, act.reason) == (cast.hub_manager, "Rang up")


@pytest.mark.parametrize("given", [{"is_sure": "on"}, {"reason": "Rang up"}])
def test_ending_it_wants_a_reason_and_a_tick(as_manager, given):
    row = make_subscription(address=OLIVE)

    assert as_manager.post(f"{SUBSCRIBERS}{row.pk}/end/", given).status_code == 422

    assert Subscription.objects.get().status == SubscriptionStatus.SUBSCRIBED


def test_what_has_ended_is_not_ended_again(as_manager):
    row = make_subscription(address=OLIVE, status=SubscriptionStatus.UNSUBSCRIBED)

    answer = as_manager.post(f"{SUBSCRIBERS}{row.pk}/end/", {"is_sure": "on", "reason": "Rang up"})

    assert answer.status_code == 422
    assert "This address has unsubscribed already." in words(answer)
    assert not Act.objects.exists()


def test_what_the_list_shows_is_taken_away_with_an_act(freshly, cast):
    make_subscription(address=OLIVE)
    make_subscription(address="no@elsewhere.example", status=SubscriptionStatus.UNSUBSCRIBED)

    text = text_of(freshly.get(f"{SUBSCRIBERS}subscribers.csv?status__exact=subscribed"))
    workbook = freshly.get(f"{SUBSCRIBERS}subscribers.xlsx")

    assert [line.split(",")[0] for line in text.splitlines()] == ["Address", OLIVE]
    assert b"".join(workbook.streaming_content).startswith(b"PK")
    assert Act.objects.filter(verb="subscribers.exported", by=cast.hub_manager).count() == 2
    workbook.close()


@pytest.mark.parametrize("name", ["subscribers.csv", "subscribers.xlsx"])
def test_taking_subscribers_away_asks_for_a_fresh_sign_in(client, cast, name):
    sign_in(client, cast.hub_manager, at=NOON - timedelta(minutes=29))

    assert client.get(SUBSCRIBERS + name).status_code == 302
    assert not Act.objects.filter(verb="subscribers.exported").exists()


@pytest.mark.parametrize("rows", [1, 40])
def test_the_list_costs_the_same_questions_at_any_length(
    as_manager, cast, rows, django_assert_num_queries
):
    for number in range(rows):
        make_subscription(address=f"r{number}@elsewhere.example", person=cast.rep)
    as_manager.get(SUBSCRIBERS)

    with django_assert_num_queries(6):
        as_manager.get(SUBSCRIBERS)


def test_subscribers_are_the_hub_managers(client, db):
    row = make_subscription()
    sign_in(client, make_finance_officer())

    for path in (
        SUBSCRIBERS,
        f"{SUBSCRIBERS}{row.pk}/end/",
        f"{SUBSCRIBERS}subscribers.csv",
        LISTS,
        f"{LISTS}send/",
    ):
        assert client.get(path).status_code == 403, path
    assert send(client, OLIVE).status_code == 403
    assert not SubscriberImport.objects.exists()
