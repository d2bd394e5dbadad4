"""Rules NL-2 and NL-3 on the pages: the same words for every address; one click ends it."""

import re

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.shared.links import fill_placeholders, sign
from newsletter.choices import How, SubscriptionStatus
from newsletter.emails.issue_mails import UNSUBSCRIBE
from newsletter.models import Subscription
from newsletter.views.subscribing import MOST_ASKED_FROM_ONE_ADDRESS
from tests.makers.newsletter import make_subscription
from tests.makers.schools import make_colleague, sign_in

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def token_of(row):
    return sign(UNSUBSCRIBE, row.pk, row.link_version)


def link_in_the_mail():
    words = fill_placeholders(Delivery.objects.get(kind="newsletter.opt_in").body.text)
    return re.search(r"https?://[^/]+(/newsletter/confirm/\S+)", words)[1]


# ---- Getting it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("known", ["nobody", "subscribed", "unsubscribed", "rep"])
def test_the_page_says_the_same_whoever_the_address_is(client, cast, known):
    address = cast.rep.email if known == "rep" else "olive@elsewhere.example"
    if known in ("subscribed", "unsubscribed"):
        make_subscription(address=address, status=known)

    response = client.post("/newsletter/subscribe/", {"email": address}, follow=True)

    assert response.redirect_chain == [("/newsletter/subscribe/asked/", 302)]
    assert address not in text(response)


def test_a_mistyped_address_is_said_at_the_field_and_kept_there(client, cast):
    response = client.post("/newsletter/subscribe/", {"email": "olive@"})

    assert response.status_code == 422
    assert "Give an email address, like name@school.org." in text(response)
    assert 'value="olive@"' in text(response)
    assert not Subscription.objects.exists()


def test_the_link_of_the_mail_says_yes_by_a_button(client, cast):
    client.post("/newsletter/subscribe/", {"email": "olive@elsewhere.example"})
    link = link_in_the_mail()
    for _ in range(3):  # a scanner of mails opens every link
        client.get(link)
        client.head(link)
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING

    page = client.get(link, follow=True)
    response = client.post("/newsletter/confirm/", follow=True)

    assert page.redirect_chain == [("/newsletter/confirm/", 302)]
    assert "You get the newsletter" in text(response)
    assert Subscription.objects.get().status == SubscriptionStatus.SUBSCRIBED


@pytest.mark.parametrize("token", ["1.forged", "x", "1." + "a" * 32])
def test_a_forged_link_leads_nowhere(client, cast, token):
    make_subscription(status=SubscriptionStatus.PENDING)

    response = client.get(f"/newsletter/confirm/{token}/", follow=True)

    assert response.status_code == 404
    assert "This link no longer works" in text(response)


def test_a_yes_without_the_link_is_none(client, cast):
    make_subscription(status=SubscriptionStatus.PENDING)

    assert client.post("/newsletter/confirm/").status_code == 404
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING


def test_whoever_asks_for_hundreds_of_addresses_is_slowed_down(client, cast):
    for number in range(MOST_ASKED_FROM_ONE_ADDRESS):
        client.post("/newsletter/subscribe/", {"email": f"olive{number}@elsewhere.example"})

    response = client.post("/newsletter/subscribe/", {"email": "one-more@elsewhere.example"})

    assert response.status_code == 429
    assert Subscription.objects.count() == MOST_ASKED_FROM_ONE_ADDRESS


# ---- Ending it ----------------------------------------------------------------------------------


def test_one_click_ends_it_without_a_session_or_a_csrf_token(cast, client_that_checks_csrf):
    row = make_subscription()

    response = client_that_checks_csrf.post(
        f"/newsletter/unsubscribe/{token_of(row)}/",
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    row.refresh_from_db()
    assert (response.status_code, text(response)) == (200, "You are unsubscribed.")
    assert (row.status, row.ended_how) == (SubscriptionStatus.UNSUBSCRIBED, How.ONE_CLICK)
    assert "Set-Cookie" not in response.headers


def test_opening_the_link_ends_nothing_and_its_button_does(client, cast):
    row = make_subscription()
    for _ in range(20):
        client.get(f"/newsletter/unsubscribe/{token_of(row)}/")
        client.head(f"/newsletter/unsubscribe/{token_of(row)}/")
    row.refresh_from_db()
    assert row.status == SubscriptionStatus.SUBSCRIBED

    page = client.get(f"/newsletter/unsubscribe/{token_of(row)}/", follow=True)
    done = client.post("/newsletter/preferences/", {"stop": "yes"}, follow=True)

    row.refresh_from_db()
    assert page.redirect_chain == [("/newsletter/preferences/", 302)]
    assert "Unsubscribe from the newsletter" in text(page)
    assert row.status == SubscriptionStatus.UNSUBSCRIBED
    assert "no longer comes to you" in text(done)


def test_the_page_shows_no_more_of_the_address_than_its_owner_needs(client, cast):
    row = make_subscription()

    page = text(client.get(f"/newsletter/preferences/{token_of(row)}/", follow=True))

    assert "o•••@" in page
    assert row.address not in page


def test_a_mistaken_click_is_taken_back_on_the_same_page(client, cast):
    row = make_subscription()
    client.get(f"/newsletter/preferences/{token_of(row)}/")
    client.post("/newsletter/preferences/", {"stop": "yes"})

    client.post("/newsletter/preferences/", {"again": "yes"})

    row.refresh_from_db()
    assert row.status == SubscriptionStatus.SUBSCRIBED


def test_a_token_for_another_purpose_or_another_row_ends_nothing(client, cast):
    row, other = make_subscription(), make_subscription(address="otto@elsewhere.example")
    swapped = f"{row.pk}.{token_of(other).partition('.')[2]}"

    response = client.post(f"/newsletter/unsubscribe/{swapped}/")

    row.refresh_from_db()
    assert response.status_code == 404
    assert row.status == SubscriptionStatus.SUBSCRIBED


def test_without_a_link_there_are_no_preferences(client, cast):
    assert client.get("/newsletter/preferences/").status_code == 404


# ---- Signed in ----------------------------------------------------------------------------------


def test_a_colleague_turns_it_on_and_off(client, cast):
    tom = make_colleague(school=cast.our_school)
    sign_in(client, tom)
    assert "It does not come to you" in text(client.get("/me/newsletter/"))

    on = text(client.post("/me/newsletter/", {"start": "yes"}, follow=True))
    off = text(client.post("/me/newsletter/", {"stop": "yes"}, follow=True))

    assert f"It comes to {tom.email}." in on
    assert "you unsubscribed" in off


def test_a_rep_is_told_why_it_comes(client, cast):
    sign_in(client, cast.rep)

    page = text(client.get("/me/newsletter/"))

    assert "because you are your school’s rep" in page
