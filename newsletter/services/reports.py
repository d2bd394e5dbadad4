"""How far an issue has come, and afterwards who exactly got it, who did not and why. Rule NL-2."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from hub_portal.mail.choices import Status
from hub_portal.mail.services.many import Progress, progress_of
from hub_portal.mail.services.outcome_words import mail_in_words, with_outcome
from hub_portal.shared.exports import Column
from hub_portal.shared.wording import counted
from hub_portal.trail.services.acts import record_act
from newsletter.choices import LeftOut, Why
from newsletter.models import Issue, Recipient
from newsletter.services.issues import subject_of
from newsletter.services.sending import bodies_of
from schools.models import Person

FORMATS = ("csv", "xlsx")


@dataclass(frozen=True)
class HowFar:
    """The mails of an issue by what became of them."""

    mails: int
    sent: int
    unfinished: int
    failed: int
    stopped: int
    suppressed: int
    is_held_back: bool

    @property
    def ended(self) -> int:
        return self.mails - self.unfinished


@dataclass(frozen=True)
class Reached:
    """How many member schools an issue was for, and how many of them it reached."""

    schools: int
    reached: int


@dataclass(frozen=True)
class SchoolReport:
    """One school of the report, with everybody an issue was for there."""

    name: str
    recipients: list[Any]
    was_reached: bool


def how_far(issue: Issue) -> HowFar:
    """Count the mails of an issue; nothing before it went."""
    parts: list[Progress] = [progress_of(body=body) for body in bodies_of(issue)]
    return HowFar(
        mails=sum(part.all for part in parts),
        sent=sum(part.sent for part in parts),
        unfinished=sum(part.unfinished for part in parts),
        failed=sum(part.failed for part in parts),
        stopped=sum(part.stopped + part.expired for part in parts),
        suppressed=sum(part.suppressed + part.untrue for part in parts),
        is_held_back=any(part.is_held_back for part in parts),
    )


def schools_reached(issue: Issue) -> Reached:
    """Of the member schools an issue was for, those where somebody's mail was sent.

    A rep of two schools, or an office with a rep's address, has one mail for both.
    """
    schools = issue.recipients.exclude(school=None).exclude(why=Why.STAFF)
    reached = with_outcome(schools).filter(_had_it())
    return Reached(
        schools=schools.values("school").distinct().count(),
        reached=reached.values("school").distinct().count(),
    )


def sent_in_words(issue: Issue) -> str:
    """“sent to 21 schools”, and of how many if not all were reached."""
    count = schools_reached(issue)
    if count.reached == count.schools:
        return f"sent to {counted(count.schools, 'school')}"
    return f"sent to {count.reached} of {counted(count.schools, 'school')}"


def report_by_school(issue: Issue) -> list[SchoolReport]:
    """Everybody at schools the issue was for, school by school."""
    rows = recipientswith_outcome(issue).exclude(school=None)
    by_school: dict[int, list[Any]] = {}
    for row in rows:
        by_school.setdefault(row.school_id or 0, []).append(row)
    return [
        SchoolReport(
            name=rows_of_it[0].school.name,
            recipients=rows_of_it,
            was_reached=any(_got_it(row) for row in rows_of_it),
        )
        for rows_of_it in by_school.values()
    ]


def subscribers_of(issue: Issue) -> "QuerySet[Recipient]":
    """The subscribers that belong to no school."""
    return recipientswith_outcome(issue).filter(school=None)


def recipientswith_outcome(issue: Issue) -> "QuerySet[Recipient]":
    """Whom an issue was for, by school and address, each with what became of the mail."""
    rows = issue.recipients.select_related("school", "subscription__person")
    by_school = (F("school__name").asc(nulls_last=True), "school", "why")
    return with_outcome(rows).order_by(*by_school, "subscription__address", "pk")


def outcome_in_words(row: Any) -> str:
    """What became of one recipient: “sent”, “failed: …”, “not sent: unsubscribed”."""
    if row.left_out == LeftOut.HAD_IT:
        return LeftOut.HAD_IT.label
    if row.left_out:
        return f"not sent: {row.get_left_out_display()}"
    return mail_in_words(row)


COLUMNS: tuple[Column[Any], ...] = (
    Column("School", lambda row: row.school.name if row.school else ""),
    Column("As", lambda row: row.get_why_display()),
    Column("Name", lambda row: _name(row)),
    Column("Address", lambda row: row.subscription.address if row.subscription else ""),
    Column("Outcome", outcome_in_words),
    Column("When", lambda row: row.mail_finished_at),
)
"""What the report shows, a column each."""


def record_report_taken(*, issue: Issue, form: str, by: Person, at: datetime) -> None:
    """Write down that the list of recipients was taken away. Rule XX-1."""
    after = {"format": form}
    record_act(verb="recipients.exported", subject=subject_of(issue), by=by, at=at, after=after)


def rows_to_take_away(issue: Issue) -> Iterable[Any]:
    """The report's rows one after the other, however many there are."""
    return recipientswith_outcome(issue).iterator(chunk_size=1000)


def _had_it() -> Q:
    """Whoever was sent a mail, or has it by another key of the same issue."""
    return Q(mail_status=Status.SENT) | Q(left_out=LeftOut.HAD_IT)


def _got_it(row: Any) -> bool:
    return bool(row.mail_status == Status.SENT or row.left_out == LeftOut.HAD_IT)


def _name(row: Any) -> str:
    person = row.subscription.person if row.subscription else None
    return str(person.full_name) if person else ""
