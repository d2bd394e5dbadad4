"""Calendar entries that update and cancel themselves (rule BK-11).

An entry keeps its UID for ever and its sequence only rises: a calendar that knows the entry moves
it or takes it away when a newer file comes. Every session is an event of its own, whose UID is the
entry's with the session's key: a session that moves stays itself, whichever others come and go. A
file has one method; what falls away while the rest stays is a second entry with the same UID.
Times are London's, with the rules of its clocks in the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from hub_portal.shared.london import london_time, now

PRODUCT = "-//Hub Portal//Calendar entries//EN"

# the last Sundays of March and October, at 01:00 UTC, since 1996; icalendar would work the dates
# out one by one, with an offset that calendars read an hour late
LONDON_CLOCKS = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
END:VTIMEZONE
""".replace("\n", "\r\n")


class Method(StrEnum):
    """What a calendar is to do with an entry."""

    REQUEST = "REQUEST"  # put it in, or bring it up to date
    CANCEL = "CANCEL"  # take it away


@dataclass(frozen=True, kw_only=True)
class CalendarSession:
    """One time somebody has to be somewhere; `key` names it among the sessions of its entry."""

    key: str = ""
    starts_at: datetime
    ends_at: datetime
    place: str = ""

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise ValueError("A session ends after it has begun.")


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """What a mail puts into a calendar: one or several sessions, for one person.

    `sequence` rises with every change. `takes_time` is false for a note about somebody else's
    time. The attendee is already booked, so no answer is asked for.
    """

    uid: str
    sequence: int
    method: Method
    title: str
    sessions: Sequence[CalendarSession]
    organiser_name: str
    organiser_email: str
    description: str = ""
    attendee_name: str = ""
    attendee_email: str = ""
    takes_time: bool = True
    written_at: datetime = field(default_factory=now)

    def __post_init__(self) -> None:
        if len({session.key for session in self.sessions}) < len(self.sessions):
            raise ValueError("Two sessions of an entry have the same key.")

    def as_bytes(self) -> bytes:
        """The file: lines end in CRLF and are folded, as the standard (RFC 5545) asks."""
        calendar = _empty_calendar(self.method.value)
        for place, session in enumerate(self.sessions, start=1):
            calendar.add_component(self._event(session, place))
        content: bytes = calendar.to_ical()
        return content

    def _event(self, session: CalendarSession, place: int) -> Event:
        event = Event()
        event.add("uid", self._uid_of(session))
        event.add("sequence", self.sequence)
        event.add("dtstamp", self.written_at)
        event.add("dtstart", london_time(session.starts_at))
        event.add("dtend", london_time(session.ends_at))
        event.add("summary", self._title_of(place))
        if session.place:
            event.add("location", session.place)
        if self.description:
            event.add("description", self.description)
        event.add("organizer", _mailbox(self.organiser_name, self.organiser_email))
        if self.attendee_email:
            event.add("attendee", self._attendee())
        is_cancelled = self.method is Method.CANCEL
        event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
        event.add("transp", "OPAQUE" if self.takes_time and not is_cancelled else "TRANSPARENT")
        return event

    def _uid_of(self, session: CalendarSession) -> str:
        if not session.key:
            return self.uid
        name, at, host = self.uid.partition("@")
        return f"{name}-{session.key}{at}{host}"

    def _title_of(self, place: int) -> str:
        of_several = len(self.sessions) > 1
        return f"{self.title} ({place} of {len(self.sessions)})" if of_several else self.title

    def _attendee(self) -> vCalAddress:
        attendee = _mailbox(self.attendee_name, self.attendee_email)
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        return attendee


def calendar_feed(*, name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """Entries as a calendar that others subscribe to, by the same UIDs as the mailed files.

    What is published asks nobody, so no attendee stands in it (RFC 5546, 3.2.1).
    """
    calendar = _empty_calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT4H")
    for entry in entries:
        published = replace(entry, attendee_name="", attendee_email="")
        for place, session in enumerate(published.sessions, start=1):
            calendar.add_component(published._event(session, place))
    content: bytes = calendar.to_ical()
    return content


def _empty_calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_ical(LONDON_CLOCKS))
    return calendar


def _mailbox(name: str, email: str) -> vCalAddress:
    mailbox = vCalAddress(f"mailto:{email}")
    if name:
        # a quotation mark cannot stand in a parameter, whatever is done to it
        mailbox.params["CN"] = vText(name.replace('"', "'"))
    return mailbox
