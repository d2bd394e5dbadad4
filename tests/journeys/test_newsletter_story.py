"""The hub manager's Wednesday: a draft is written, looked at, tested, approved, and sent.

The schools are the demo hub's members. The mails go through a real worker and its sender, and the
page says in the end to how many schools.
"""

from datetime import UTC, datetime

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.management.demo import hub, people, schools
from hub_portal.shared.london import london_date
from newsletter.choices import IssueStatus
from newsletter.models import Issue
from schools.models import School
from tests import looking
from tests.faults.harness import running_worker, wait_until
from tests.journeys.telling import not_looked_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Story:
    """The members of the demo hub with their people, and a hub manager."""

    def __init__(self):
        self.at = datetime.now(tz=UTC)
        self.manager = people.first_hub_manager(at=self.at)
        hub.dress(by=self.manager, at=self.at)
        members = schools.add_members(by=self.manager, at=self.at)
        people.give_everyone_a_post(members=members, by=self.manager, at=self.at)
        self.manager.refresh_from_db()
        self.members = School.objects.members(london_date(self.at)).count()


@pytest.fixture
def story(transactional_db):
    return Story()


@pytest.fixture
def worker(tmp_path):
    url = f"filemail://{tmp_path}/mail"
    with running_worker(tmp_path, email_url=url, queues="portal,mail") as worker:
        yield worker


def begin(page, look):
    look(page)
    page.locator("#health").locator("..").get_by_role("link", name="Newsletter").click()
    page.get_by_role("heading", name="Issues", exact=True).wait_for()
    look(page)
    page.get_by_role("link", name="Begin an issue").click()
    page.get_by_label("Day").fill("2040-06-08")
    page.get_by_label("Time, London").fill("07:00")
    look(page)
    page.get_by_role("button", name="Begin it").click()
    page.get_by_text("A draft. It goes on Friday 8 June 2040, 7am").wait_for()
    look(page)


def write(page, look):
    page.get_by_role("link", name="Change subject and opening words").click()
    page.get_by_label("Subject").fill("Places in January")
    page.get_by_role("textbox", name="Opening words").fill("Dear colleagues,\n\nthere is news.")
    look(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write an item").click()
    page.get_by_label("Heading").fill("A garden for the infants")
    page.get_by_role("textbox", name="Text").fill("They dig, sow and harvest.")
    look(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Down A garden for the infants").click()
    page.get_by_role("button", name="Up A garden for the infants").click()
    page.get_by_role("link", name="Remove Fabulinus Tickets").click()
    page.get_by_label("Yes, do this").check()
    look(page)
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("Removed.").wait_for()
    look(page)


def look_at_the_mail_and_test_it(page, look):
    page.get_by_role("link", name="Look at the mail").click()
    framed = page.frame_locator("iframe[title='The mail on a phone, dark']")
    framed.get_by_role("heading", name="A garden for the infants").wait_for()
    look(page)
    page.get_by_role("link", name="Back to Issue 1").press("Enter")
    page.get_by_role("link", name="Send yourself a test").click()
    look(page)
    page.get_by_role("button", name="Send the test").click()
    page.get_by_text("The test is on its way to you.").wait_for()


def approve_and_send(page, look):
    page.get_by_role("link", name="Approve").click()
    page.get_by_label("Yes, do this").check()
    look(page)
    page.get_by_role("button", name="Approve it").click()
    page.get_by_text("Approved. It goes on Friday 8 June 2040, 7am.").wait_for()
    look(page)
    page.get_by_role("link", name="Send it now").click()
    page.get_by_label("Yes, do this").check()
    look(page)
    page.get_by_role("button", name="Send it now").click()
    page.get_by_text("It is being sent.").wait_for()
    look(page)


def everything_went():
    ours = Delivery.objects.filter(kind__startswith="newsletter.")
    return not ours.exclude(status="sent").exists()


def is_sent():
    return Issue.objects.get().status == IssueStatus.SENT


@pytest.mark.parametrize(("at", "javascript"), [("desktop", True), ("phone", False)])
def test_an_issue_goes_from_a_draft_to_every_school(story, worker, visit, at, javascript):
    look = looking.look if javascript else not_looked_at
    page = visit(story.manager, "/admin/", at=at, javascript=javascript)

    begin(page, look)
    write(page, look)
    look_at_the_mail_and_test_it(page, look)
    approve_and_send(page, look)
    worker.ring("clock.tick")
    wait_until(everything_went, what="every mail went")
    worker.ring("clock.tick")
    wait_until(is_sent, what="the issue is called sent")

    page.reload()
    page.get_by_text(f"Sent to {story.members} schools").wait_for()
    look(page)
    page.get_by_role("link", name="Who got it").click()
    words = f"{story.members} of {story.members} schools reached. {story.members} mails sent."
    page.get_by_text(words).wait_for()
    look(page)
    issue = Issue.objects.get()
    assert issue.recipients.mailed().count() == story.members
    assert Delivery.objects.filter(kind="newsletter.test").count() == 1
