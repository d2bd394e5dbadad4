"""A hub that starts in mid-year: its manager sends lists in, puts them right, saves, and tells."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from cpd.models import Booking, Cohort
from hub_portal.mail.models import Delivery
from hub_portal.shared.london import london_date
from newsletter.choices import SubscriptionStatus
from newsletter.models import Subscription
from tests import looking
from tests.browser import overflow
from tests.journeys.telling import Mailbox
from tests.makers.cpd import make_programme
from tests.makers.newsletter import make_subscription
from tests.makers.schools import make_cast, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Coaching conversations"


@pytest.fixture
def cast(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    make_programme(title=TITLE, slug="coaching")
    return make_cast()


@pytest.fixture
def page(live_server, open_page, cast):
    client = Client()
    sign_in(client, cast.hub_manager)
    page = open_page(at="desktop", base_url=live_server.url)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    return page


def send_in(page, room, text, **fields):
    page.goto(f"/admin/{room}/")
    page.get_by_role("link", name="Send in a list").click()
    looking.look(page)
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("[type=file]", files=[file])
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Put it aside").wait_for()
    looking.look(page)


def courses(cast, *, school):
    today = london_date(datetime.now(tz=UTC))
    over, to_come = today - timedelta(days=9), today + timedelta(days=40)
    facts = f"{TITLE},{over} 13:30-16:30; {to_come} 13:30-16:30,8,12"
    return "\n".join(
        [
            "Cohort,Programme,Dates,Places,Price,School,Delegate,Email,Attended",
            f"Autumn,{facts},{cast.our_school.urn},Tom Teacher,tom@our.example,all",
            f"Autumn,,,,,{school},Una Unknown,una@our.example,none",
        ]
    )


def test_the_hub_manager_brings_a_running_course_and_tells(page, cast, tmp_path):
    mailbox = Mailbox(tmp_path)
    send_in(page, "credits/openingimport", f"School,Received,Spent\n{cast.our_school.urn},90,30")
    page.get_by_role("button", name="Post all of it").click()
    page.get_by_text("1 school opened: 90 credits received, 30 spent.").wait_for()

    send_in(page, "cpd/cohortimport", courses(cast, school="Lampton Skool"))
    page.get_by_text("The portal knows no school “Lampton Skool”: write its URN.").wait_for()
    assert not page.get_by_role("button", name="Save all of it").count()
    page.get_by_role("button", name="Put it aside").click()

    send_in(page, "cpd/cohortimport", courses(cast, school="Lampton School"))
    page.get_by_role("button", name="Save all of it").click()
    page.get_by_text("1 course and 2 places added. Nobody was mailed.").wait_for()
    assert not Delivery.objects.exists()

    page.goto("/admin/")
    page.get_by_text("Tell the delegates of running courses, course by course").wait_for()
    page.goto(f"/admin/cpd/cohort/{Cohort.objects.get().pk}/change/")
    assert not overflow(page)
    page.get_by_role("link", name="Tell the delegates").first.click()
    looking.look(page)
    page.get_by_label("Yes, do this").check()
    page.get_by_role("button", name="Tell them").click()
    page.get_by_text("2 places confirmed.").wait_for()

    assert not Booking.objects.to_be_told().exists()
    for address in ("tom@our.example", "una@our.example", "rita@our.example"):
        [(subject, text)] = mailbox.received_by(address)
        assert TITLE in subject + text


def test_the_hub_manager_brings_those_who_got_the_newsletter(page, cast):
    make_subscription(address="ned@elsewhere.example", status=SubscriptionStatus.UNSUBSCRIBED)
    page.goto("/admin/newsletter/newsletter/")
    page.get_by_role("link", name="Subscribers", exact=True).last.click()
    looking.look(page)

    readers = "Email,Name,School,Agreed on\nolive@elsewhere.example,Olive Hall,,2024-09-01\n"
    readers += f"ned@elsewhere.example,Ned,,\n{cast.rep.email},Rita,Lampton School,\n"
    send_in(page, "newsletter/subscription", readers, agreed_how="On the old website")
    page.get_by_text("Unsubscribed before: stays out").first.wait_for()
    page.get_by_role("button", name="Subscribe 1 person, mail nobody").click()
    page.get_by_text("1 new subscriber; 2 rows changed nothing. Nobody was mailed.").wait_for()
    looking.look(page)

    page.get_by_role("link", name="Those it brought").click()
    page.get_by_role("link", name="olive@elsewhere.example").click()
    page.get_by_text("On the old website").wait_for()
    looking.look(page)
    page.get_by_role("link", name="Unsubscribe", exact=True).click()
    looking.look(page)
    page.get_by_label("Reason").fill("Rang up")
    page.get_by_label("Yes, do this").check()
    page.get_by_role("button", name="Unsubscribe").click()
    page.get_by_text("This address is unsubscribed.").wait_for()

    assert not Subscription.objects.subscribed().exists()
    assert not Delivery.objects.exists()
