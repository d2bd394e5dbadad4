"""Calendar entries, read with two other libraries than wrote them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from hub_portal.shared.calendar_entries import CalendarEntry, CalendarSession, Method
from tests.calendars import read_by_two

WRITTEN = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


def session(starts_at, *, key="", hours=3, place="Lampton School, Hall; room 1"):
    return CalendarSession(
        key=key, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), place=place
    )


ENTRY = CalendarEntry(
    uid="booking-345-12@hub.example",
    sequence=2,
    method=Method.REQUEST,
    title="Maths mastery, key stage 3",
    description="Bring a laptop;\nlunch is provided.\n\nhttps://hub.example/my/bookings/345/",
    sessions=[session(datetime(2027, 1, 14, 9, 30, tzinfo=UTC))],
    organiser_name='The "London West" Alliance',
    organiser_email="hub@hub.example",
    attendee_name="Zo\u00eb \u00d6zil",
    attendee_email="zoe@school.example",
    written_at=WRITTEN,
)


def read(entry):
    return vobject.readOne(entry.as_bytes().decode())


def test_an_entry_says_what_it_is_about():
    calendar = read(ENTRY)
    (event,) = calendar.vevent_list

    assert calendar.method.value == "REQUEST"
    assert calendar.version.value == "2.0"
    assert event.uid.value == "booking-345-12@hub.example"
    assert event.sequence.value == "2"
    assert event.dtstamp.value == WRITTEN
    assert event.summary.value == ENTRY.title
    assert event.description.value == ENTRY.description
    assert event.location.value == "Lampton School, Hall; room 1"
    assert event.organizer.value == "mailto:hub@hub.example"
    assert event.organizer.params["CN"] == ["The 'London West' Alliance"]
    assert event.attendee.value == "mailto:zoe@school.example"
    assert event.attendee.params["CN"] == ["Zo\u00eb \u00d6zil"]
    assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert event.status.value == "CONFIRMED"
    assert event.transp.value == "OPAQUE"


def test_a_cancelled_entry_keeps_its_uid_and_takes_no_time():
    calendar = read(replace(ENTRY, method=Method.CANCEL, sequence=3))
    (event,) = calendar.vevent_list

    assert calendar.method.value == "CANCEL"
    assert event.uid.value == ENTRY.uid
    assert event.sequence.value == "3"
    assert event.status.value == "CANCELLED"
    assert event.transp.value == "TRANSPARENT"


def test_an_entry_about_somebody_elses_time_takes_none():
    entry = replace(ENTRY, takes_time=False, attendee_email="", attendee_name="", description="")
    (event,) = read(entry).vevent_list

    assert event.transp.value == "TRANSPARENT"
    assert "attendee" not in event.contents
    assert "description" not in event.contents


def test_each_session_has_a_uid_of_its_own_that_stays_when_it_moves():
    first, second = datetime(2027, 1, 14, 9, tzinfo=UTC), datetime(2027, 2, 4, 9, tzinfo=UTC)
    before = read(replace(ENTRY, sessions=[session(first, key="7"), session(second, key="8")]))
    earlier = session(first - timedelta(days=7), key="8")
    moved = read(replace(ENTRY, sessions=[earlier, session(first, key="7")]))

    assert [event.uid.value for event in before.vevent_list] == [
        "booking-345-12-7@hub.example",
        "booking-345-12-8@hub.example",
    ]
    assert [event.uid.value for event in moved.vevent_list] == [
        "booking-345-12-8@hub.example",
        "booking-345-12-7@hub.example",
    ]
    assert [event.summary.value for event in before.vevent_list] == [
        "Maths mastery, key stage 3 (1 of 2)",
        "Maths mastery, key stage 3 (2 of 2)",
    ]


@pytest.mark.parametrize(
    ("starts_at", "shown"),
    [
        (datetime(2026, 10, 24, 8, 0, tzinfo=UTC), "20261024T090000"),  # the day before
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "20261025T013000"),
        (datetime(2026, 10, 25, 9, 0, tzinfo=UTC), "20261025T090000"),
        (datetime(2027, 3, 27, 9, 0, tzinfo=UTC), "20270327T090000"),
        (datetime(2027, 3, 28, 8, 0, tzinfo=UTC), "20270328T090000"),
        (datetime(2027, 7, 1, 8, 0, tzinfo=UTC), "20270701T090000"),
        (datetime(2028, 2, 29, 9, 0, tzinfo=UTC), "20280229T090000"),
    ],
)
def test_times_are_london_times_across_both_changes_of_the_clocks(starts_at, shown):
    entry = replace(ENTRY, sessions=[session(starts_at)])

    assert f"DTSTART;TZID=Europe/London:{shown}".encode() in entry.as_bytes()
    [both] = read_by_two(entry.as_bytes())[1]
    assert (both.starts_at, both.ends_at) == (starts_at, starts_at + timedelta(hours=3))
    (event,) = read(entry).vevent_list
    assert event.dtstart.value.astimezone(UTC) == starts_at
    assert event.dtend.value == starts_at + timedelta(hours=3)


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2060, 1, 1)))  # noqa: DTZ001
def test_the_clocks_in_the_file_agree_with_londons_in_every_year(moment):
    starts_at = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    # in the hour that comes twice a calendar takes the first, and only there
    if starts_at.month == 10 and starts_at.day >= 25 and starts_at.hour == 1:
        starts_at += timedelta(hours=1)
    (event,) = read(replace(ENTRY, sessions=[session(starts_at)])).vevent_list

    assert event.dtstart.value.astimezone(UTC) == starts_at


@given(
    # the library that writes takes a typed "\\N" for the end of a line
    title=st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1
    ).filter(lambda text: text.strip() and "\\N" not in text),
    name=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])),
)
def test_lines_end_in_crlf_and_are_folded_whatever_is_in_them(title, name):
    content = replace(ENTRY, title=title, organiser_name=name).as_bytes()

    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines)
    assert not re.search(rb"(?<!\r)\n", content)
    (event,) = vobject.readOne(content.decode()).vevent_list
    assert event.summary.value == title


@pytest.mark.parametrize("method", list(Method))
def test_a_second_library_reads_the_same_words_people_and_state(method):
    entry = replace(
        ENTRY, method=method, sessions=[replace(ENTRY.sessions[0], key=key) for key in ("7", "8")]
    )

    said, events = read_by_two(entry.as_bytes())

    assert said == method.value
    assert [(e.uid, e.title) for e in events] == [
        ("booking-345-12-7@hub.example", "Maths mastery, key stage 3 (1 of 2)"),
        ("booking-345-12-8@hub.example", "Maths mastery, key stage 3 (2 of 2)"),
    ]
    for event in events:
        assert event.sequence == 2
        assert event.description == ENTRY.description
        assert event.place == "Lampton School, Hall; room 1"
        assert event.organiser == "mailto:hub@hub.example"
        assert event.attendees == ("mailto:zoe@school.example",)
        assert event.is_cancelled == (method is Method.CANCEL)


def test_two_sessions_of_one_entry_are_not_the_same_event():
    with pytest.raises(ValueError, match="same key"):
        replace(ENTRY, sessions=[session(WRITTEN), session(WRITTEN + timedelta(days=1))])


def test_a_session_that_ends_before_it_begins_is_a_mistake():
    with pytest.raises(ValueError, match="ends after"):
        session(WRITTEN, hours=0)
