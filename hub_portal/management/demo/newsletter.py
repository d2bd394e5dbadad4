"""The newsletter of the demo hub: weekly, two issues sent, one a draft, news from schools."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services.sender import send_due
from hub_portal.management.demo.people import Cast
from hub_portal.shared.london import at_london_time, london_date
from newsletter.choices import Audience, Weekday
from newsletter.models import Issue
from newsletter.services.approving import approve_issue
from newsletter.services.drafting import draft_issue, suggested_slot
from newsletter.services.items import add_item, change_words
from newsletter.services.news import send_news
from newsletter.services.news_in_issues import use_news
from newsletter.services.sending import finish_issue, send_issue_due
from newsletter.services.settings import change_newsletter, the_newsletter
from newsletter.services.subscriptions import confirm, subscribe_person, subscription_of
from schools.models import Person

A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Written:
    """What the hub manager wrote one week."""

    subject: str
    opening: str
    heading: str
    text: str
    audience: Audience = Audience.PUBLIC


WRITTEN = (
    Written(
        subject="What is on before the holidays",
        opening="<p>Dear colleagues,</p><p>the courses of the coming weeks stand below. Thank you "
        "to everybody who came to the steering group.</p>",
        heading="Reading for pleasure: join the group",
        text="<p>Eight schools meet once a half term to try books out on each other. "
        "<strong>Newcomers are welcome.</strong></p>",
    ),
    Written(
        subject="Places, and a question to reps",
        opening="<p>Dear colleagues,</p><p>two courses have a few places left, and reps find a "
        "question further down.</p>",
        heading="For reps: which mornings suit you?",
        text="<p>We plan next term’s steering group. Reply to this mail with the mornings on "
        "which you could come.</p>",
        audience=Audience.MEMBERS,
    ),
)


class Letterbox:
    """Takes every mail, as a mail server did in the weeks the demo looks back on."""

    def send(self, *, sender: str, to: str, message: bytes, message_id: str) -> Answer:
        return Answer(Stage.CONTENT, 250, "2.0.0 kept")

    def close(self) -> None:
        """There is nothing to close."""


def send_two(*, cast: Cast, by: Person, at: datetime) -> None:
    """Make the newsletter weekly, with subscribers, and send the issues of the last two weeks."""
    change_newsletter(
        by=by,
        at=at - 4 * A_WEEK,
        is_weekly=True,
        sign_off="<p>With best wishes from the hub team</p>",
    )
    _subscribe(cast, at=at - 3 * A_WEEK)
    for weeks, written in zip((2, 1), WRITTEN, strict=True):
        _send(written, slot_at=_friday(at) - weeks * A_WEEK, by=by)


def begin_the_next(*, cast: Cast, by: Person, at: datetime) -> None:
    """A draft for the coming slot, with news of one school in it; another's waits."""
    slot_at = suggested_slot(at=at) or _friday(at) + A_WEEK
    draft_issue(slot_at=slot_at, by=by, at=at - timedelta(minutes=30))
    used, waiting = cast.schools[1], cast.schools[2]
    news = send_news(
        school=used.school,
        heading="Our choir sings at the town hall",
        text="Forty pupils of years 4 and 5 sang for the mayor. Parents filled the gallery.",
        by=used.rep,
        at=at - timedelta(hours=3),
    )
    send_news(
        school=waiting.school,
        heading="A garden for the infants",
        text="Thanks to a grant our infants dig, sow and harvest. Come and see it.",
        by=waiting.rep,
        at=at - timedelta(hours=2),
    )
    use_news(news=news, by=by, at=at - timedelta(minutes=20))


def _subscribe(cast: Cast, *, at: datetime) -> None:
    """A teacher, and two people whom the alliance has no other name for."""
    subscribe_person(person=cast.lead.staff[0], at=at)
    for address in ("governor@elsewhere.example", "press@elsewhere.example"):
        confirm(subscription=subscription_of(address), at=at)


def _send(written: Written, *, slot_at: datetime, by: Person) -> None:
    """One issue from its first word to its last mail, at the times it would have been done."""
    drafted_at, approved_at = slot_at - timedelta(days=2), slot_at - timedelta(hours=15)
    issue: Issue = draft_issue(slot_at=slot_at, by=by, at=drafted_at)
    change_words(
        issue=issue, subject=written.subject, opening=written.opening, by=by, at=drafted_at
    )
    add_item(
        issue=issue,
        heading=written.heading,
        text=written.text,
        audience=written.audience,
        by=by,
        at=drafted_at,
    )
    approve_issue(issue=issue, by=by, at=approved_at)
    portal = Person.objects.portal()
    send_issue_due(issue=issue, by=portal, at=slot_at)
    send_due(transport=Letterbox(), now=lambda: slot_at, is_told_to_stop=lambda: False)
    finish_issue(issue=issue, by=portal, at=slot_at + timedelta(minutes=1))


def _friday(at: datetime) -> datetime:
    """The Friday of this week at the newsletter's hour."""
    today = london_date(at)
    friday = today + timedelta(days=Weekday.FRIDAY - today.weekday())
    return at_london_time(friday, the_newsletter().hour)
