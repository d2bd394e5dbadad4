"""The rep's Monday digest: who is out, what waits, the balance; only when there is something."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cpd.emails.reminder_mails import DIGEST
from cpd.rules import digest_day
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from cpd.services.digests import digest_of, digests_due, send_digests
from hub_portal.mail.models import Delivery
from hub_portal.shared import to_do
from schools.choices import Role
from schools.models import Appointment, BankHoliday, Membership, Person, School
from schools.services.calendar import hub_calendar
from schools.services.invitations import invite
from schools.services.posts import appoint
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order, make_programme
from tests.makers.schools import NOON, make_cast, make_school

pytestmark = pytest.mark.django_db

MONDAY = datetime(2027, 1, 11, 7, 30, tzinfo=UTC)
EASTER_MONDAY = date(2027, 3, 29)


@pytest.fixture
def cast(monkeypatch):
    monkeypatch.setattr(to_do, "_kinds", [])
    cast = make_cast()
    Person.objects.update(last_login=NOON)
    give_credits(school=cast.our_school)
    give_credits(school=cast.strangers_school)
    return cast


def booked(cast, name, *, days, hour=13, **facts):
    starts_at = (MONDAY + timedelta(days=days)).replace(hour=hour)
    cohort = make_cohort(programme=make_programme(title=f"Course of {name}"), starts_at=starts_at)
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name=name, **facts)


def digest(cast, at=MONDAY):
    return digest_of(school=cast.our_school, voice=cast.rep, at=at)


def names(out):
    return [one.name for one in out]


# ---- When ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (datetime(2027, 1, 11, 7, 29, tzinfo=UTC), None),
        (datetime(2027, 1, 11, 7, 30, tzinfo=UTC), "cpd.send_digests:2027-01-11"),
        (datetime(2027, 1, 12, 20, 0, tzinfo=UTC), "cpd.send_digests:2027-01-11"),
        (datetime(2027, 1, 13, 0, 0, tzinfo=UTC), None),
        (datetime(2027, 1, 10, 12, 0, tzinfo=UTC), None),
        # Easter Monday 2027, the day after the clocks went forward: Tuesday, by summer time
        (datetime(2027, 3, 29, 12, 0, tzinfo=UTC), None),
        (datetime(2027, 3, 30, 6, 29, tzinfo=UTC), None),
        (datetime(2027, 3, 30, 6, 30, tzinfo=UTC), "cpd.send_digests:2027-03-29"),
        # the Monday after the clocks went back
        (datetime(2027, 11, 1, 7, 29, tzinfo=UTC), None),
        (datetime(2027, 11, 1, 7, 30, tzinfo=UTC), "cpd.send_digests:2027-11-01"),
    ],
)
def test_digests_are_due_on_monday_morning_by_londons_clock(at, key):
    assert EASTER_MONDAY in set(BankHoliday.objects.values_list("on", flat=True))

    assert [due.key for due in digests_due(at)] == ([key] if key else [])


def test_a_week_without_a_working_day_keeps_its_monday():
    class Closed(type(hub_calendar())):
        def is_working_day(self, day):
            return False

    closed = Closed(bank_holidays=(), terms=())

    assert digest_day(monday=EASTER_MONDAY, calendar=closed) == EASTER_MONDAY


# ---- What ---------------------------------------------------------------------------------------


def test_it_says_who_is_out_this_week_and_next_in_order(cast):
    booked(cast, "Last of next week", days=13)
    booked(cast, "This Friday", days=4)
    booked(cast, "This Monday", days=0)
    booked(cast, "Next Monday", days=7, hour=8)
    booked(cast, "In three weeks", days=14)

    shown = digest(cast)

    assert names(shown.this_week) == ["This Monday", "This Friday"]
    assert names(shown.next_week) == ["Next Monday", "Last of next week"]


def test_cancelled_places_and_other_schools_are_not_in_it(cast):
    gone = booked(cast, "Gone", days=2)
    cancel_booking(booking_id=gone.pk, shown_kept=12, by=cast.rep, at=NOON)
    make_booking(cohort=gone.cohort, school=cast.strangers_school, by=cast.stranger)

    shown = digest(cast)

    assert (names(shown.this_week), shown.has_something) == ([], False)


def test_every_session_counts_and_an_unnamed_colleague_too(cast):
    cohort = make_cohort(starts_at=MONDAY.replace(hour=13), sessions=3)
    order = make_order(
        cohort=cohort,
        school=cast.our_school,
        delegates=[Delegate(full_name="Ann"), Delegate()],
    )
    book_places(order=order, by=cast.rep, at=NOON)

    shown = digest(cast)

    assert names(shown.this_week) == ["A colleague to be named", "Ann"]
    assert names(shown.next_week) == ["A colleague to be named", "Ann"]


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(cast, number, django_assert_num_queries):
    for day in range(number):
        booked(cast, f"Name {day}", days=day)

    with django_assert_num_queries(4):
        shown = digest(cast)

    assert len(shown.this_week) == number


# ---- To whom ------------------------------------------------------------------------------------


def test_one_mail_goes_to_the_rep_with_everything_in_it(cast):
    booked(cast, "Ann Owusu", days=3)
    to_do.register_to_do(
        "name",
        rows=lambda school, _at: to_do.waiting_rows(School.objects.filter(pk=school)),
        words=lambda *_: [to_do.ToDo("A place has no name.", "/my/bookings/", "Name it")],
        order=1,
    )

    for _ in range(2):
        send_digests(at=MONDAY)

    mails = Delivery.objects.select_related("body").filter(kind=DIGEST).order_by("to")
    assert [mail.to for mail in mails] == ["rita@our.example", "sam@their.example"]
    for words in (mails[0].body.text, mails[0].body.html):
        assert "Ann Owusu" in words
        assert "A place has no name." in words
        assert "88 credits available" in words
        assert "12 committed" in words
        assert "/my/bookings/" in words
    assert "Ann Owusu" not in mails[1].body.text


def test_a_school_with_nothing_to_say_gets_none(cast):
    booked(cast, "Ann Owusu", days=3)

    assert send_digests(at=MONDAY) == 1


def test_a_rep_who_was_never_invited_gets_none_until_they_are(cast):
    booked(cast, "Ann Owusu", days=3)
    Person.objects.update(last_login=None)
    assert send_digests(at=MONDAY) == 0

    invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=NOON)

    assert send_digests(at=MONDAY) == 1


def test_one_invited_to_another_post_knows_of_the_portal(cast):
    booked(cast, "Ann Owusu", days=3)
    Person.objects.update(last_login=None)
    other = appoint(
        person=cast.rep,
        school=make_school(),
        role=Role.DEPUTY,
        from_on=NOON.date(),
        reason="Speaks for two schools",
        by=cast.hub_manager,
        at=NOON,
    )
    invite(appointment=other, by=cast.hub_manager, at=NOON)

    assert send_digests(at=MONDAY) == 1


@pytest.mark.parametrize("spoil", ["no_member", "no_voice"])
def test_who_has_left_gets_none(cast, spoil):
    booked(cast, "Ann Owusu", days=3)
    if spoil == "no_member":
        Membership.objects.update(to_on=NOON.date())
    else:
        Appointment.objects.of_the_school().update(to_on=NOON.date())

    assert send_digests(at=MONDAY) == 0
