"""Every kind of calendar file the portal writes, read back by two other libraries. Rule BK-11.

Three Saturdays around either change of the clocks; see `tests/calendars.py` for who reads.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cpd.emails import booking_mails, joining_mails
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import PlannedSession, cancel_cohort, save_sessions
from cpd.services.delegates import Delegate
from cpd.services.substituting import substitute_delegate
from cpd.services.ticket_mail import entry_of_place
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from schools.services.feeds import make_own_feed, make_school_feed, token_of
from tests.calendars import read_by_two
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.joining import save
from tests.makers.schools import NOON, make_cast
from tests.makers.tickets import make_ticket, make_ticket_cohort, redeem

pytestmark = pytest.mark.django_db

AROUND_THE_CHANGES = [
    datetime(2027, 3, 27, 9, 0, tzinfo=UTC),
    datetime(2027, 10, 30, 8, 0, tzinfo=UTC),
]
ANN, BEN, REP = "mailto:ann@our.example", "mailto:ben@our.example", "mailto:rita@our.example"
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture(params=AROUND_THE_CHANGES, ids=["spring", "autumn"])
def dates(request):
    """At nine in London, whatever the clocks do between them."""
    return [request.param + timedelta(weeks=n) - change(request.param, n) for n in range(3)]


def change(first, weeks):
    """How much earlier in UTC the same hour in London is, some weeks on."""
    if not weeks:
        return timedelta()
    return AN_HOUR if first.month == 3 else -AN_HOUR


@pytest.fixture
def booking(cast, dates):
    opens_at = NOON - timedelta(days=1)
    cohort = make_cohort(starts_at=dates[0], sessions=3, hours=1, booking_opens_at=opens_at)
    plan(cohort, dates, cast.hub_manager)
    return make_booking(
        cohort=cohort,
        school=cast.our_school,
        by=cast.rep,
        full_name="Ann",
        email="ann@our.example",
    )


def plan(cohort, dates, by):
    planned = [PlannedSession(starts_at=at, ends_at=at + AN_HOUR) for at in dates]
    save_sessions(cohort=cohort, sessions=planned, by=by, at=NOON)


def mailed(kind):
    """The files that go with the last mail of a kind, by name: method and events."""
    delivery = Delivery.objects.filter(kind=kind).order_by("-pk")[0]
    made = mail_kind(kind).make_attachments(delivery.about)
    files = {each.name: (each.content_type, *read_by_two(each.content)) for each in made}
    for content_type, method, _ in files.values():
        assert content_type == f"text/calendar; method={method}"
    return {name: (method, events) for name, (_, method, events) in files.items()}


def times(events):
    return [event.starts_at for event in events]


@pytest.mark.parametrize(
    ("kind", "attendees", "takes_time"),
    [
        (booking_mails.BOOKED, (ANN,), True),
        (booking_mails.BOOKED_BOOKER, (), False),
    ],
)
def test_confirmations(booking, dates, kind, attendees, takes_time):
    [(method, events)] = mailed(kind).values()

    assert (method, times(events)) == ("REQUEST", dates)
    assert [event.ends_at - event.starts_at for event in events] == [AN_HOUR] * 3
    assert {event.attendees for event in events} == {attendees}
    assert {event.takes_time for event in events} == {takes_time}
    assert not any(event.is_cancelled for event in events)
    assert len({event.uid for event in events}) == 3


@pytest.mark.parametrize("kind", [booking_mails.CHANGED, booking_mails.CHANGED_BOOKER])
def test_a_change_and_the_dates_called_off(cast, booking, dates, kind):
    plan(booking.cohort, dates[:2], cast.hub_manager)

    files = mailed(kind)

    method, events = files["course.ics"]
    assert (method, times(events)) == ("REQUEST", dates[:2])
    method, gone = files[booking_mails.CALLED_OFF_FILE]
    assert (method, times(gone)) == ("CANCEL", dates[2:])
    assert gone[0].is_cancelled
    assert gone[0].sequence == events[0].sequence > 0


@pytest.mark.parametrize("kind", [booking_mails.CANCELLED, booking_mails.CANCELLED_BOOKER])
@pytest.mark.parametrize("by_the_hub", [True, False])
def test_cancellations(cast, booking, dates, kind, by_the_hub):
    if by_the_hub:
        cancel_cohort(cohort=booking.cohort, reason="Ill", by=cast.hub_manager, at=NOON)
    else:
        cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    [(method, events)] = mailed(kind).values()

    assert (method, times(events)) == ("CANCEL", dates)
    assert all(event.is_cancelled and not event.takes_time for event in events)


def test_a_place_that_changes_hands(cast, booking, dates):
    ben = Delegate(full_name="Ben", email="ben@our.example")
    substitute_delegate(booking_id=booking.pk, to=ben, by=cast.rep, at=NOON)

    [(method, events)] = mailed(booking_mails.REPLACED).values()
    assert (method, times(events), events[0].attendees) == ("CANCEL", dates, (ANN,))
    [(method, events)] = mailed(booking_mails.BOOKED).values()
    assert (method, times(events), events[0].attendees) == ("REQUEST", dates, (BEN,))


def test_new_joining_details(cast, booking, dates):
    [(_, before)] = mailed(booking_mails.BOOKED).values()

    save(booking.cohort, cast.hub_manager, "<p>Hall; room 1, by the gate</p><p>Bring\n a pen</p>")

    [(method, events)] = mailed(joining_mails.DETAILS_NEW).values()
    assert (method, times(events)) == ("REQUEST", dates)
    assert [event.uid for event in events] == [event.uid for event in before]
    assert events[0].sequence == before[0].sequence + 1
    assert events[0].description.startswith("Hall; room 1, by the gate\n\nBring a pen\n\n")


def test_feeds(client, cast, booking, dates):
    [(_, mailed_events)] = mailed(booking_mails.BOOKED).values()
    own = make_own_feed(by=booking.delegate, at=NOON)
    schools = make_school_feed(school=cast.our_school, by=cast.rep, at=NOON)

    method, events = read_by_two(client.get(f"/calendar/{token_of(own)}.ics").content)
    assert (method, times(events)) == ("PUBLISH", dates)
    assert [(e.uid, e.sequence) for e in events] == [(e.uid, e.sequence) for e in mailed_events]
    assert events[0].attendees == ()
    method, events = read_by_two(client.get(f"/calendar/{token_of(schools)}.ics").content)
    assert (method, times(events)) == ("PUBLISH", dates)
    assert events[0].title == "1 colleague out: Coaching conversations (1 of 3)"


def test_the_file_on_the_page_of_a_course(client, booking, dates):
    cohort = booking.cohort

    answer = client.get(f"/courses/{cohort.programme.slug}/{cohort.pk}/calendar.ics")

    _, events = read_by_two(answer.content)
    assert times(events) == dates


def test_the_file_of_a_place_with_a_ticket(cast, dates):
    opens_at = NOON - timedelta(days=1)
    cohort = make_ticket_cohort(starts_at=dates[0], booking_opens_at=opens_at)
    place = redeem(make_ticket(at=NOON), cohort, at=NOON)

    method, events = read_by_two(entry_of_place(place))

    assert (method, times(events)) == ("REQUEST", dates[:1])
