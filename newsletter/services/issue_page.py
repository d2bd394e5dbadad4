"""One issue as the hub manager works on it: where it stands, what may be done. Rule NL-1."""

from dataclasses import dataclass
from datetime import datetime

from hub_portal.mail.services.placeholders import fill_html, fill_text
from hub_portal.shared.wording import clock_time, counted, moment
from newsletter.choices import MAY_BE_EDITED, IssueStatus, ItemKind
from newsletter.emails.issue_mails import rendered_issue
from newsletter.models import Issue, Item
from newsletter.services.issues import last_moment_of
from newsletter.services.items import blocks_not_in
from newsletter.services.reports import HowFar, how_far, sent_in_words
from newsletter.services.saying import Part, parts_of, what_is_said
from newsletter.services.warnings import warnings_of

HERE = {"unsubscribe": "#", "preferences": "#"}
"""What stands for a reader's own links where nobody's are shown."""


@dataclass(frozen=True)
class Line:
    """One item of an issue as the page lists it."""

    item: Item
    part: Part
    says: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class IssuePage:
    """Everything the page of an issue shows."""

    issue: Issue
    state: str
    lines: list[Line]
    warnings: list[str]
    blocks: list[ItemKind]
    progress: HowFar | None

    @property
    def is_draft(self) -> bool:
        return self.issue.status in MAY_BE_EDITED

    @property
    def is_on_its_way(self) -> bool:
        return self.issue.status in (IssueStatus.SENDING, IssueStatus.PAUSED)


@dataclass(frozen=True)
class ShownMail:
    """The mail of an issue with nobody's links in it."""

    html: str
    text: str


def issue_page(issue: Issue, *, at: datetime) -> IssuePage:
    """The page of an issue at this moment."""
    has_gone = issue.frozen_at is not None
    waits = issue.status in (IssueStatus.DRAFT, IssueStatus.APPROVED)
    return IssuePage(
        issue=issue,
        state=state_in_words(issue, at=at),
        lines=_lines(issue, at=at),
        warnings=warnings_of(issue, at=at) if waits else [],
        blocks=blocks_not_in(issue),
        progress=how_far(issue) if has_gone else None,
    )


def state_in_words(issue: Issue, *, at: datetime) -> str:
    """Where an issue stands, and what comes next, as a sentence."""
    goes = moment(issue.slot_at)
    if issue.status == IssueStatus.DRAFT:
        if issue.slot_at > at:
            return f"A draft. It goes on {goes} if you approve it by then."
        until = last_moment_of(issue)
        if until >= at:
            return (
                f"A draft, and its time, {goes}, has come. Approved by {clock_time(until)} it "
                "goes at once."
            )
        return f"A draft whose time, {goes}, is over. Give it another time, or send it now."
    return {
        IssueStatus.APPROVED: f"Approved. It goes on {goes}.",
        IssueStatus.SENDING: "It is being sent.",
        IssueStatus.PAUSED: f"Paused: {issue.reason} What has not gone yet waits.",
        IssueStatus.SENT: "",
        IssueStatus.CANCELLED: f"Cancelled: {issue.reason}",
        IssueStatus.MISSED: f"It missed its time, {goes}. Nothing was sent.",
    }[IssueStatus(issue.status)] or _sent(issue)


def shown_mail(issue: Issue, *, at: datetime, for_members: bool) -> ShownMail:
    """The mail as it would go now; of an issue that went, as it was frozen."""
    body = issue.body if for_members else issue.public_body
    if body is not None and body.emptied_at is None:
        html, text = body.html, body.text
    else:
        said = what_is_said(issue, at=at, public_only=not for_members)
        mail = rendered_issue(said, for_members=for_members)
        html, text = mail.html, mail.text
    return ShownMail(html=fill_html(html, HERE), text=fill_text(text, HERE))


def _sent(issue: Issue) -> str:
    when = f" on {moment(issue.frozen_at)}" if issue.frozen_at else ""
    return f"{sent_in_words(issue).capitalize()}{when}."


def _lines(issue: Issue, *, at: datetime) -> list[Line]:
    items = list(issue.items.in_order())
    last = len(items) - 1
    return [
        Line(
            item=item,
            part=part,
            says=_says(part),
            is_first=place == 0,
            is_last=place == last,
        )
        for place, (item, part) in enumerate(zip(items, parts_of(issue, at=at), strict=True))
    ]


def _says(part: Part) -> str:
    """What an item says, shortly."""
    if part.kind != ItemKind.OWN:
        return counted(len(part.lines), "line") if part.lines else "nothing to tell at the moment"
    words = " ".join(part.text.text.split())
    return words if len(words) <= 120 else f"{words[:119]}…"
