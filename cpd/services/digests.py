"""The rep's Monday digest: who is out this week and next, what waits, and the balance.

Rule BK-11. It goes only when there is something to say, and after a bank holiday on the first
working day: on Monday nobody would read it, and by Tuesday it would be under other mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from cpd.emails import reminder_mails
from cpd.rules import digest_day
from cpd.services.dates import school_dates
from credits.services.figures import Figures, figures_of
from hub_portal.clock.services.due import Due
from hub_portal.shared.london import at_london_time, end_of_day, london_date, start_of_day
from hub_portal.shared.to_do import ToDo, to_do_list
from schools.models import Person, School, SchoolYear
from schools.rules import ONE_DAY
from schools.services.calendar import hub_calendar, school_year_of
from schools.services.invitations import not_yet_invited
from schools.services.posts import voice_of

SENT_AT = time(7, 30)


@dataclass(frozen=True)
class Out:
    """Somebody of a school who is out, when, and on which course."""

    name: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Digest:
    """What a rep reads on Monday."""

    school: School
    monday: date
    this_week: Sequence[Out]
    next_week: Sequence[Out]
    to_do: Sequence[ToDo]
    year: SchoolYear
    figures: Figures

    @property
    def has_something(self) -> bool:
        """The balance alone is no reason to write."""
        return bool(self.this_week or self.next_week or self.to_do)


def digests_due(at: datetime) -> list[Due]:
    """The week's digests, from their hour on; a day late if the portal was down, not later."""
    today = london_date(at)
    monday = today - ONE_DAY * today.weekday()
    day = digest_day(monday=monday, calendar=hub_calendar())
    if at < at_london_time(day, SENT_AT) or today > day + ONE_DAY:
        return []
    return [Due(f"cpd.send_digests:{monday.isoformat()}", "cpd.send_digests")]


def send_digests(*, at: datetime) -> int:
    """Write this week's digest to the rep of every member school that has something in it.

    Not to one who was never invited (Rule SC-8). Done twice, each is written once. Returns how
    many were written.
    """
    today = london_date(at)
    strangers = not_yet_invited()
    written = 0
    for school in School.objects.members(today).order_by("pk"):
        voice = voice_of(school=school)
        if voice is None or not voice.email or voice.pk in strangers:
            continue
        digest = digest_of(school=school, voice=voice, at=at)
        if digest.has_something:
            until = end_of_day(today + ONE_DAY)
            written += reminder_mails.digest(digest=digest, to=voice, until=until, at=at)
    return written


def digest_of(*, school: School, voice: Person, at: datetime) -> Digest:
    """What a school's digest says in this week."""
    today = london_date(at)
    monday = today - ONE_DAY * today.weekday()
    next_monday = monday + ONE_DAY * 7
    dates = school_dates(
        school=school, first_on=monday, last_on=next_monday + ONE_DAY * 6, told_only=True
    )
    out = [
        Out(name, each.title, each.starts_at, each.ends_at) for each in dates for name in each.names
    ]
    turn = start_of_day(next_monday)
    year = school_year_of(today)
    return Digest(
        school=school,
        monday=monday,
        this_week=[one for one in out if one.starts_at < turn],
        next_week=[one for one in out if one.starts_at >= turn],
        to_do=to_do_list(school=school, at=at),
        year=year,
        figures=figures_of(school, year),
    )
