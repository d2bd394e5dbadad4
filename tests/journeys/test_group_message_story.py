"""The hub manager writes to all reps: looks at it, tries it, sends it, sees who got it. XX-6."""

import pytest
from django.test import Client

from tests import looking
from tests.journeys.telling import Mailbox
from tests.makers.schools import make_cast, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_cast()


@pytest.fixture
def page(live_server, open_page, cast):
    client = Client()
    sign_in(client, cast.hub_manager)
    page = open_page(at="desktop", base_url=live_server.url)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    return page


def test_the_hub_manager_writes_to_all_reps(page, cast, tmp_path):
    mailbox = Mailbox(tmp_path)
    page.goto("/admin/schools/groupmessage/")
    page.get_by_role("link", name="Write to a group").click()
    looking.look(page)
    page.get_by_label("Steering group reps").check()
    page.get_by_label("Subject").fill("Which mornings suit you?")
    page.get_by_label("Message").fill("We plan next term.")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("This goes to 2 people").wait_for()
    looking.look(page)

    page.get_by_role("button", name="Send yourself a test").click()
    page.get_by_text("A test is on its way to you alone.").wait_for()
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("Message").fill("We plan the summer term.")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Send to 2 people").click()
    page.get_by_text("Sent: 2 mails on the way.").wait_for()
    looking.look(page)

    [(subject, _)] = mailbox.received_by(cast.hub_manager.email)
    assert subject == "Test: Which mornings suit you?"
    [(subject, text)] = mailbox.received_by(cast.rep.email)
    assert subject == "Which mornings suit you?"
    assert "We plan the summer term." in text
    page.reload()
    page.get_by_text("2 of 2 sent").wait_for()
