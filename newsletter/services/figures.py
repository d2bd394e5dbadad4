"""How the newsletter stands, in sentences for the desk and for its own room. Rule NL-1."""

from datetime import date, datetime, timedelta

from hub_portal.shared.wording import clock_time, day, in_a_row, moment
from newsletter.choices import IssueStatus
from newsletter.models import Issue, News
from newsletter.rules import next_slot, weeks_skipped
from newsletter.services.issues import last_moment_of
from newsletter.services.settings import rhythm_of, the_newsletter
from schools.services.calendar import hub_calendar

MISSED_IS_TOLD = timedelta(days=7)
SKIPPED_IS_TOLD = timedelta(days=7)


def issues_to_look_at(*, at: datetime) -> list[str]:
    """What waits for the hub manager, a sentence an issue, the most pressing first."""
    waiting = Issue.objects.filter(status__in=(IssueStatus.PAUSED, IssueStatus.DRAFT))
    missed = Issue.objects.filter(status=IssueStatus.MISSED, ended_at__gt=at - MISSED_IS_TOLD)
    sentences = [_missed(issue) for issue in missed.order_by("slot_at", "pk")]
    for issue in waiting.order_by("slot_at", "pk"):
        if issue.status == IssueStatus.PAUSED:
            sentences.append(f"{issue} of the newsletter is paused: {issue.reason}")
        elif issue.slot_at > at:
            sentences.append(f"{issue} waits to be approved: it goes on {moment(issue.slot_at)}")
        else:
            until = clock_time(last_moment_of(issue))
            sentences.append(
                f"{issue} was to go at {clock_time(issue.slot_at)} and is not approved: until "
                f"{until} it goes at once when you approve it"
            )
    return sentences


def news_to_look_at() -> int:
    """How much news from schools nobody has looked at."""
    return News.objects.to_look_at().count()


def rhythm_in_words(*, at: datetime) -> str:
    """When the newsletter goes next, and which weeks have none and why."""
    newsletter = the_newsletter()
    coming = Issue.objects.to_come().filter(slot_at__gt=at).order_by("slot_at", "pk").first()
    goes = f"{coming} goes on {moment(coming.slot_at)}." if coming is not None else ""
    if not newsletter.is_weekly:
        return goes or "No issue waits; one is begun by hand."
    rhythm, calendar = rhythm_of(newsletter), hub_calendar()
    skipped = [
        slot.on
        for slot in weeks_skipped(after=at, rhythm=rhythm, calendar=calendar)
        if slot.at <= at + SKIPPED_IS_TOLD or coming is None
    ]
    none_on = _none_on(skipped)
    following = next_slot(after=at, rhythm=rhythm, calendar=calendar)
    if not goes and following is None:
        return "No issue drafts itself: no term is on record for the weeks to come."
    if not goes and following is not None:
        drafted = day(rhythm.drafted_at(following.at))
        goes = f"The next issue drafts itself on {drafted}, and goes on {moment(following.at)}."
    return " ".join(filter(None, (none_on, goes)))


def _none_on(days: list[date]) -> str:
    if not days:
        return ""
    if len(days) > 2:
        return f"None from {day(days[0])} to {day(days[-1])}: {_why(days[0])}."
    return f"None on {in_a_row([day(each) for each in days])}: {_why(days[0])}."


def _why(on: date) -> str:
    """Why no issue goes on a day outside term."""
    terms = hub_calendar().terms
    is_half_term = any(term.half_term_starts_on <= on <= term.half_term_ends_on for term in terms)
    return "half term" if is_half_term else "holidays"


def _missed(issue: Issue) -> str:
    return f"{issue} missed its time, {moment(issue.slot_at)}: send it now, or give it another time"
