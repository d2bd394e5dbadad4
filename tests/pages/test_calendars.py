"""Calendar pages and private feeds, read back by programs that did not write them. Rule EV-4."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
import vobject
from django.contrib.sessions.models import Session as WebSession

from cpd.emails.booking_mails import BOOKED, BOOKED_BOOKER
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import PlannedSession, cancel_cohort, change_venue, save_sessions
from cpd.services.delegates import Delegate
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.shared.context import HubIdentity
from schools.services.feeds import make_own_feed, make_school_feed, token_of
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast, make_colleague, make_person

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cast(db):
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    give_credits(school=cast.strangers_school)
    return cast


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


@pytest.fixture
def booking(cast, tom):
    return booked(cast, make_cohort())


def booked(cast, cohort, **facts):
    facts = {"full_name": "Tom Teacher", "email": "tom@our.example", **facts}
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, **facts)


def address(feed):
    return f"/calendar/{token_of(feed)}.ics"


def own(client, person):
    return client.get(address(make_own_feed(by=person, at=NOON)))


def school(client, cast):
    return client.get(address(make_school_feed(school=cast.our_school, by=cast.rep, at=NOON)))


def events(response):
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


def mailed(kind, about):
    [attachment, *_] = mail_kind(kind).make_attachments(about)
    return icalendar.Calendar.from_ical(attachment.content).walk("VEVENT")


def facts(events):
    return [(str(e["UID"]), int(e["SEQUENCE"]), e["DTSTART"].dt) for e in events]


# ---- One's own ----------------------------------------------------------------------------------


def test_a_feed_has_the_very_entries_that_were_mailed(client, cast, tom):
    booking = booked(cast, make_cohort(sessions=3))

    response = own(client, tom)

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    in_mail = mailed(BOOKED, f"booking:{booking.pk}")
    assert facts(events(response)) == facts(in_mail)
    assert len(events(response)) == 3
    assert [e["SUMMARY"] for e in events(response)] == [e["SUMMARY"] for e in in_mail]


def test_it_is_a_published_calendar_without_attendees(client, cast, tom, booking):
    calendar = icalendar.Calendar.from_ical(own(client, tom).content)

    assert calendar["METHOD"] == "PUBLISH"
    assert str(calendar["X-WR-CALNAME"]).startswith("My courses")
    [event] = calendar.walk("VEVENT")
    assert "ATTENDEE" not in event
    assert event["STATUS"] == "CONFIRMED"
    assert event["LOCATION"] == "Lampton School, Hounslow"


def test_a_change_keeps_the_uid_and_raises_the_sequence(client, cast, tom, booking):
    [before] = facts(events(own(client, tom)))

    change_venue(cohort=booking.cohort, venue="Elsewhere", by=cast.hub_manager, at=NOON)

    [event] = events(own(client, tom))
    [after] = facts([event])
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] > before[1]
    assert event["LOCATION"] == "Elsewhere"
    assert facts(mailed(BOOKED, f"booking:{booking.pk}")) == [after]


def test_what_is_given_up_called_off_or_somebody_elses_is_taken_away(client, cast, tom):
    cancelled, called_off, changed = (booked(cast, make_cohort()) for _ in range(3))
    cancel_booking(booking_id=cancelled.pk, shown_kept=0, by=cast.rep, at=NOON)
    cancel_cohort(cohort=called_off.cohort, reason="Ill", by=cast.hub_manager, at=NOON)
    substitute_delegate(booking_id=changed.pk, to=Delegate(full_name="Ben"), by=cast.rep, at=NOON)

    assert events(own(client, tom)) == []


def test_places_of_other_schools_and_of_this_year_only(client, cast, tom, booking):
    make_booking(
        cohort=make_cohort(),
        school=cast.strangers_school,
        by=cast.stranger,
        full_name="Tom Teacher",
        email="tom@our.example",
    )
    last_year = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    give_credits(school=cast.our_school, at=last_year - timedelta(days=30))
    make_booking(
        cohort=make_cohort(starts_at=last_year),
        school=cast.our_school,
        by=cast.rep,
        at=last_year - timedelta(days=30),
        full_name="Tom Teacher",
        email="tom@our.example",
    )

    assert len(events(own(client, tom))) == 2


@pytest.mark.parametrize(
    ("local", "offset"),
    [
        (datetime(2027, 3, 26, 9, 0, tzinfo=LONDON), 0),
        (datetime(2027, 3, 29, 9, 0, tzinfo=LONDON), 1),
        (datetime(2027, 10, 29, 9, 0, tzinfo=LONDON), 1),
        (datetime(2027, 11, 1, 9, 0, tzinfo=LONDON), 0),
    ],
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_both_changes(
    client, cast, tom, clock, local, offset
):
    starts_at = local.astimezone(UTC)
    give_credits(school=cast.our_school, at=starts_at - timedelta(days=30))
    cohort = make_cohort(starts_at=starts_at)
    booked(cast, cohort, at=starts_at - timedelta(days=30))
    clock.move_to(starts_at - timedelta(days=1))
    content = own(client, tom).content

    [event] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert event["DTSTART"].dt == starts_at
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    # vobject works the hour out from the rules in the file alone
    [read] = vobject.readOne(content.decode()).vevent_list
    assert read.dtstart.value.astimezone(UTC) == starts_at
    assert read.dtstart.value.utcoffset() == timedelta(hours=offset)
    assert b"DTSTART;TZID=Europe/London:%s" % f"{local:%Y%m%dT%H%M%S}".encode() in content


def test_a_date_called_off_is_taken_away_and_the_others_stay_themselves(client, cast, tom):
    booking = booked(cast, make_cohort(sessions=3))
    before = facts(events(own(client, tom)))
    first, _, last = booking.cohort.sessions.order_by("starts_at")
    kept = [
        PlannedSession(starts_at=one.starts_at, ends_at=one.ends_at, session_id=one.pk)
        for one in (first, last)
    ]

    save_sessions(cohort=booking.cohort, sessions=kept, by=cast.hub_manager, at=NOON)

    after = facts(events(own(client, tom)))
    assert [uid for uid, *_ in after] == [before[0][0], before[2][0]]
    assert all(sequence > before[0][1] for _, sequence, _ in after)
    assert after == facts(mailed(BOOKED, f"booking:{booking.pk}"))


# ---- A school's ---------------------------------------------------------------------------------


def test_a_schools_feed_says_how_many_and_never_who(client, cast, tom):
    cohort = make_cohort()
    order = make_order(
        cohort=cohort,
        school=cast.our_school,
        delegates=[Delegate(person_id=tom.pk), Delegate(full_name="Zora Zed")],
    )
    bookings = book_places(order=order, by=cast.rep, at=NOON)

    response = school(client, cast)

    [event] = events(response)
    assert event["SUMMARY"] == "2 colleagues out: Coaching conversations"
    assert event["TRANSP"] == "TRANSPARENT"
    in_mail = mailed(BOOKED_BOOKER, f"booking_request:{bookings[0].request_id}")
    assert facts([event]) == facts(in_mail)
    for secret in (b"Tom", b"Teacher", b"Zora", b"tom@our.example", b"B-0"):
        assert secret not in response.content

    cancel_booking(booking_id=bookings[0].pk, shown_kept=0, by=cast.rep, at=NOON)
    [event] = events(school(client, cast))
    assert event["SUMMARY"] == "1 colleague out: Coaching conversations"
    cancel_booking(booking_id=bookings[1].pk, shown_kept=0, by=cast.rep, at=NOON)
    assert events(school(client, cast)) == []


def test_another_schools_courses_are_not_in_it(client, cast):
    make_booking(cohort=make_cohort(), school=cast.strangers_school, by=cast.stranger)

    assert events(school(client, cast)) == []


# ---- How it is read -----------------------------------------------------------------------------


def test_nobody_needs_to_be_signed_in_and_no_session_is_touched(client, cast, tom, booking):
    response = own(client, tom)

    assert response.status_code == 200
    assert response.cookies == {}
    assert not WebSession.objects.exists()
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"


def test_what_has_not_changed_is_not_sent_again(client, cast, tom, booking, clock):
    first = own(client, tom)
    url = first.request["PATH_INFO"]
    clock.shift(timedelta(days=2))

    by_tag = client.get(url, headers={"if-none-match": first["ETag"]})
    by_date = client.get(url, headers={"if-modified-since": first["Last-Modified"]})

    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert client.get(url).content == first.content
    assert client.head(url)["ETag"] == first["ETag"]

    change_venue(
        cohort=booking.cohort,
        venue="Elsewhere",
        by=cast.hub_manager,
        at=NOON + timedelta(days=2),
    )
    assert client.get(url, headers={"if-none-match": first["ETag"]}).status_code == 200
    changed = client.get(url, headers={"if-modified-since": first["Last-Modified"]})
    assert changed.status_code == 200


def test_a_place_given_up_is_a_change(client, cast, tom, booking, clock):
    first = own(client, tom)
    url = first.request["PATH_INFO"]
    clock.shift(timedelta(hours=2))

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON + timedelta(hours=1))

    answer = client.get(url, headers={"if-modified-since": first["Last-Modified"]})
    assert (answer.status_code, events(answer)) == (200, [])


def test_a_wrong_address_does_not_exist_and_says_nothing(client, cast, tom):
    feed = make_own_feed(by=tom, at=NOON)
    old = address(feed)
    make_own_feed(by=tom, at=NOON)

    for url in (old, "/calendar/1.x.ics", "/calendar/x.ics"):
        response = client.get(url)
        assert response.status_code == 404
        assert b"Tom" not in response.content


def test_the_token_stands_in_no_log_line(client, cast, tom, caplog):
    feed = make_own_feed(by=tom, at=NOON)

    client.get(address(feed))

    assert "pages:calendar_feed" in str([vars(record) for record in caplog.records])
    assert token_of(feed) not in str([vars(record) for record in caplog.records])


@pytest.mark.parametrize("number", [1, 3])
def test_reading_costs_the_same_for_one_course_and_for_three(
    client, cast, tom, number, django_assert_num_queries, monkeypatch
):
    for where in ("hub_portal.pages.calendars", "cpd.services.mail_kinds"):
        monkeypatch.setattr(f"{where}.hub_identity", HubIdentity)
    for _ in range(number):
        booked(cast, make_cohort(sessions=2))
    url = address(make_own_feed(by=tom, at=NOON))

    with django_assert_num_queries(5):
        response = client.get(url)

    assert len(events(response)) == number * 2


# ---- Pages --------------------------------------------------------------------------------------


def test_a_month_is_a_list_and_a_grid_and_leads_to_each_place(client, cast, tom, booking):
    client.force_login(tom)

    response = client.get("/me/calendar/?month=2027-01")

    page = response.content.decode()
    assert page.count(f'href="/me/bookings/{booking.pk}/"') == 2
    assert "January 2027" in page
    assert "1:30pm to 4:30pm" in page
    shown = response.context["shown"]
    assert [len(week) for week in shown.weeks] == [7] * len(shown.weeks)
    assert (str(shown.before), str(shown.after)) == ("2026-12-01", "2027-02-01")


def test_days_around_the_month_are_in_the_grid_and_not_in_the_list(client, cast, tom):
    booked(cast, make_cohort(starts_at=IN_JANUARY - timedelta(days=14)))  # 31 December
    client.force_login(tom)

    shown = client.get("/me/calendar/?month=2027-01").context["shown"]

    assert shown.dates == []
    assert [str(day.on) for week in shown.weeks for day in week if day.dates] == ["2026-12-31"]


def test_this_month_comes_first_and_an_empty_one_says_so(client, cast, tom):
    client.force_login(tom)

    page = client.get("/me/calendar/").content.decode()

    assert "Nothing in November 2026" in page
    assert "Make an address" in page


@pytest.mark.parametrize("month", ["x", "2027-13", "2027-1", "1999-01", "2027-01-01"])
def test_a_month_that_cannot_be_does_not_exist(client, cast, tom, month):
    client.force_login(tom)

    assert client.get(f"/me/calendar/?month={month}").status_code == 404


def test_a_schools_calendar_names_its_colleagues_to_its_own(client, cast, tom, booking):
    client.force_login(cast.rep)
    assert "Tom Teacher" in client.get("/my/calendar/?month=2027-01").content.decode()

    client.force_login(cast.stranger)
    assert "Tom Teacher" not in client.get("/my/calendar/?month=2027-01").content.decode()


def test_an_address_is_made_made_anew_and_ended_by_post(client, cast, tom):
    client.force_login(tom)
    client.get("/me/calendar/")
    assert not tom.calendar_feeds.exists()

    client.post("/me/calendar/")
    first = client.get("/me/calendar/").context["feed_address"]
    client.post("/me/calendar/")
    second = client.get("/me/calendar/").context["feed_address"]

    assert first.startswith("http://127.0.0.1:8000/calendar/")
    assert first != second
    path = "/" + second.split("/", 3)[3]
    assert client.get(path).status_code == 200
    assert client.get("/" + first.split("/", 3)[3]).status_code == 404
    client.post("/me/calendar/", {"end": "yes"})
    client.post("/me/calendar/", {"end": "yes"})
    assert client.get(path).status_code == 404


def test_a_schools_address_is_for_the_school_of_the_form(client, cast):
    client.force_login(cast.rep)

    assert client.post("/my/calendar/", {"school": cast.strangers_school.pk}).status_code == 404
    client.post("/my/calendar/", {"school": cast.our_school.pk})

    [feed] = cast.rep.calendar_feeds.all()
    assert feed.appointment.school == cast.our_school
    client.post("/my/calendar/", {"school": cast.our_school.pk, "end": "yes"})
    assert not cast.rep.calendar_feeds.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_a_month_costs_the_same_for_one_date_and_for_three(
    client, cast, tom, number, django_assert_num_queries
):
    for day in range(number):
        booked(cast, make_cohort(starts_at=IN_JANUARY + timedelta(days=day)))
    client.force_login(cast.rep)
    client.get("/my/calendar/?month=2027-01")

    with django_assert_num_queries(7):
        response = client.get("/my/calendar/?month=2027-01")

    assert len(response.context["shown"].dates) == number


def test_somebody_without_post_has_a_calendar_too(client, cast):
    client.force_login(make_person(email="new@nowhere.example"))

    assert client.get("/me/calendar/").status_code == 200


def test_dates_replaced_keep_nothing_of_the_old(client, cast, tom, booking):
    later = IN_JANUARY + timedelta(days=7)
    moved = PlannedSession(starts_at=later, ends_at=later + timedelta(hours=1))

    save_sessions(cohort=booking.cohort, sessions=[moved], by=cast.hub_manager, at=NOON)

    assert [at for _, _, at in facts(events(own(client, tom)))] == [later]
