"""A date that is called off leaves the calendars it stood in. Rule BK-11.

`InCalendar` is a calendar that does what a mail program does with our files: it keeps an event by
its UID, and takes in or out what comes with a sequence that is not older. Each file is read by two
libraries that did not write it.
"""

from datetime import UTC, datetime, timedelta

import pytest

from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import PlannedSession, cancel_cohort, change_venue, save_sessions
from cpd.services.delegates import Delegate
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from tests.calendars import read_by_two
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

# three Saturdays around a change of the clocks: the day before it, the week after, the one after
AROUND_THE_CHANGES = [
    datetime(2027, 3, 27, 9, 0, tzinfo=UTC),
    datetime(2027, 10, 30, 8, 0, tzinfo=UTC),
]
ANN, BEN, REP = "ann@our.example", "ben@our.example", "rita@our.example"


class InCalendar:
    """What stands in somebody's calendar after the mails they were sent."""

    def __init__(self):
        self.events = {}

    def read(self, made):
        method, events = read_by_two(made.content)
        assert made.content_type == f"text/calendar; method={method}"
        for event in events:
            assert event.is_cancelled == (method == "CANCEL")
            known, _ = self.events.get(event.uid, (-1, None))
            if event.sequence >= known:
                at = None if event.is_cancelled else event.starts_at
                self.events[event.uid] = (event.sequence, at)

    @property
    def dates(self):
        return sorted(starts_at for _, starts_at in self.events.values() if starts_at)


class Mailboxes:
    """Sends what waits, in the order it was written, as the sender would."""

    def __init__(self):
        self.calendars = {}
        self.sent = set()

    def send(self):
        for delivery in Delivery.objects.order_by("pk"):
            kind = mail_kind(delivery.kind)
            if delivery.pk not in self.sent and kind.is_still_true(delivery.about):
                for made in kind.make_attachments(delivery.about):
                    self.calendars.setdefault(delivery.to, InCalendar()).read(made)
            self.sent.add(delivery.pk)

    def dates_of(self, address):
        return self.calendars[address].dates if address in self.calendars else []


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture(params=AROUND_THE_CHANGES, ids=["spring", "autumn"])
def dates(request):
    return [request.param + timedelta(weeks=n) for n in range(3)]


@pytest.fixture
def cohort(cast, dates):
    give_credits(school=cast.our_school)
    opens_at = NOON - timedelta(days=1)
    return make_cohort(starts_at=dates[0], sessions=3, hours=1, booking_opens_at=opens_at)


@pytest.fixture
def booking(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, email=ANN)


@pytest.fixture
def mail(booking):
    mailboxes = Mailboxes()
    mailboxes.send()
    return mailboxes


def plan(cohort, dates, by, at=NOON):
    planned = [PlannedSession(starts_at=d, ends_at=d + timedelta(hours=1)) for d in dates]
    save_sessions(cohort=cohort, sessions=planned, by=by, at=at)


def test_a_confirmation_puts_every_date_into_both_calendars(mail, dates):
    assert mail.dates_of(ANN) == dates
    assert mail.dates_of(REP) == dates


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_date_that_is_called_off_leaves_delegates_and_bookers_calendars(
    cast, cohort, mail, dates, gone
):
    left = [date for place, date in enumerate(dates) if place != gone]

    plan(cohort, left, cast.hub_manager)
    mail.send()

    assert mail.dates_of(ANN) == left
    assert mail.dates_of(REP) == left


def test_several_changes_before_the_mail_is_sent_end_in_the_last_one(cast, cohort, mail, dates):
    first, _, third = dates
    moved = third + timedelta(days=2)

    plan(cohort, [first, third], cast.hub_manager)
    plan(cohort, [third], cast.hub_manager)
    plan(cohort, [moved], cast.hub_manager)
    mail.send()

    assert mail.dates_of(ANN) == [moved]
    assert mail.dates_of(REP) == [moved]


@pytest.mark.parametrize("is_sent_between", [True, False])
def test_a_date_that_comes_back_is_the_same_event_again(cast, cohort, mail, dates, is_sent_between):
    uids = set(mail.calendars[ANN].events)

    plan(cohort, [dates[0], dates[2]], cast.hub_manager)
    if is_sent_between:
        mail.send()
    plan(cohort, dates, cast.hub_manager)
    mail.send()

    assert mail.dates_of(ANN) == dates
    assert mail.dates_of(REP) == dates
    assert set(mail.calendars[ANN].events) == uids


@pytest.mark.parametrize("is_sent_between", [True, False])
def test_a_place_given_up_after_a_date_was_called_off_leaves_nothing(
    cast, cohort, booking, mail, dates, is_sent_between
):
    plan(cohort, dates[:2], cast.hub_manager)
    if is_sent_between:
        mail.send()
    cancel_booking(booking_id=booking.pk, shown_kept=12, by=cast.rep, at=NOON)
    mail.send()

    assert mail.dates_of(ANN) == []
    assert mail.dates_of(REP) == []


@pytest.mark.parametrize("is_sent_between", [True, False])
def test_a_place_that_changed_hands_leaves_one_calendar_and_enters_the_other(
    cast, cohort, booking, mail, dates, is_sent_between
):
    plan(cohort, dates[:2], cast.hub_manager)
    if is_sent_between:
        mail.send()
    ben = Delegate(full_name="Ben", email=BEN)
    substitute_delegate(booking_id=booking.pk, to=ben, by=cast.rep, at=NOON)
    mail.send()
    plan(cohort, dates[1:2], cast.hub_manager, at=NOON + timedelta(hours=1))
    mail.send()

    assert mail.dates_of(ANN) == []
    assert mail.dates_of(BEN) == dates[1:2]
    assert mail.dates_of(REP) == dates[1:2]


def test_a_place_that_came_back_before_any_mail_stays_in_its_calendar(
    cast, cohort, booking, mail, dates
):
    plan(cohort, dates[1:], cast.hub_manager)
    ben = Delegate(full_name="Ben", email=BEN)
    substitute_delegate(booking_id=booking.pk, to=ben, by=cast.rep, at=NOON)
    ann = Delegate(person_id=booking.delegate_id)
    substitute_delegate(booking_id=booking.pk, to=ann, by=cast.rep, at=NOON)
    mail.send()

    assert mail.dates_of(ANN) == dates[1:]


def test_a_course_called_off_after_a_date_was_leaves_nothing(cast, cohort, mail, dates):
    plan(cohort, dates[:2], cast.hub_manager)
    cancel_cohort(cohort=cohort, reason="Speaker ill", by=cast.hub_manager, at=NOON)
    mail.send()

    assert mail.dates_of(ANN) == []
    assert mail.dates_of(REP) == []


def test_who_books_later_hears_nothing_of_a_date_called_off_before(cast, cohort, dates):
    plan(cohort, dates[:2], cast.hub_manager, at=NOON - timedelta(days=1))
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, email=ANN)
    Delivery.objects.all().delete()

    change_venue(cohort=cohort, venue="Elsewhere", by=cast.hub_manager, at=NOON)

    for delivery in Delivery.objects.all():
        made = mail_kind(delivery.kind).make_attachments(delivery.about)
        assert [each.name for each in made] == ["course.ics"]


def test_the_change_mails_say_what_is_called_off_and_which_file_to_open(cast, cohort, mail, dates):
    mail.sent.update(Delivery.objects.values_list("pk", flat=True))

    plan(cohort, dates[:2], cast.hub_manager)

    for delivery in Delivery.objects.exclude(pk__in=mail.sent):
        made = mail_kind(delivery.kind).make_attachments(delivery.about)
        assert [each.name for each in made] == ["course.ics", "dates-called-off.ics"]
        for form in (delivery.body.text, delivery.body.html):
            assert "Called off:" in form
            assert "dates-called-off.ics" in form
