"""Calendar files read back by two libraries that did not write them: vobject and ical.

icalendar writes; neither of the others has a line of it, and both have a parser of their own.
They have to agree, event by event, before a test looks at what they read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import vobject
from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class ReadEvent:
    """What a calendar makes of one event; times are UTC."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    description: str
    organiser: str
    attendees: tuple[str, ...]
    is_cancelled: bool
    takes_time: bool


def read_by_two(content):
    """The method of a file and its events, on which both libraries agree."""
    one, other = _by_vobject(content.decode()), _by_ical(content.decode())
    assert one == other
    return one


def _by_vobject(text):
    calendar = vobject.readOne(text)
    events = [_of_vobject(event) for event in calendar.vevent_list]
    return calendar.method.value, events


def _of_vobject(event):
    said = {name: lines[0].value for name, lines in event.contents.items()}
    return ReadEvent(
        uid=said["uid"],
        sequence=int(said.get("sequence", 0)),
        starts_at=said["dtstart"].astimezone(UTC),
        ends_at=said["dtend"].astimezone(UTC),
        title=said["summary"],
        place=said.get("location", ""),
        description=said.get("description", ""),
        organiser=said.get("organizer", ""),
        attendees=tuple(line.value for line in event.contents.get("attendee", ())),
        is_cancelled=said.get("status") == "CANCELLED",
        takes_time=said.get("transp", "OPAQUE") == "OPAQUE",
    )


def _by_ical(text):
    [calendar] = IcsCalendarStream.from_ics(text).calendars
    return calendar.method, [_of_ical(event) for event in calendar.events]


def _of_ical(event):
    return ReadEvent(
        uid=event.uid,
        sequence=event.sequence or 0,
        starts_at=event.dtstart.astimezone(UTC),
        ends_at=event.dtend.astimezone(UTC),
        title=event.summary,
        place=event.location or "",
        description=event.description or "",
        organiser=str(event.organizer.uri) if event.organizer else "",
        attendees=tuple(str(attendee.uri) for attendee in event.attendees),
        is_cancelled=event.status == "CANCELLED",
        takes_time=(event.transparency or "OPAQUE") == "OPAQUE",
    )
