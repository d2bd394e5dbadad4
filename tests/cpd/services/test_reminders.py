"""Reminders by London's clock, once each, to those whose place still stands. Rules BK-2, BK-11."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cpd.emails.reminder_mails import DAY_BEFORE, NAMES_WANTED, SOME_DAYS_BEFORE
from cpd.models import Session
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import PlannedSession, cancel_cohort, save_sessions
from cpd.services.delegate_policy import change_delegate_policy
from cpd.services.delegates import Delegate
from cpd.services.reminders import ask_for_names, send_reminders
from cpd.services.substituting import substitute_delegate
from hub_portal.clock.services import due
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.shared.context import HubIdentity
from schools.choices import Role
from schools.models import Appointment
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.door import code_of
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

SPRING_FORWARD = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
FALL_BACK = datetime(2027, 10, 31, 1, 0, tzinfo=UTC)


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    give_credits(school=cast.strangers_school)
    return cast


@pytest.fixture
def booking(cast):
    return booked(cast, make_cohort(sessions=2))


def booked(cast, cohort, *, at=NOON, email="ann@our.example", name="Ann Owusu"):
    return make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, at=at, full_name=name, email=email
    )


def morning(day):
    """Eight in the morning, as a London clock shows it in winter."""
    return day.replace(hour=8, minute=0)


def days_before(days, starts_at=IN_JANUARY):
    return morning(starts_at - timedelta(days=days))


def reminded():
    mails = Delivery.objects.filter(kind__in=(SOME_DAYS_BEFORE, DAY_BEFORE)).order_by("pk")
    return list(mails.values_list("kind", "to"))


# ---- When ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (8, []),
        (7, [SOME_DAYS_BEFORE]),
        (6, [SOME_DAYS_BEFORE]),  # the portal was down on the day
        (5, [SOME_DAYS_BEFORE]),
        (4, []),
        (2, []),
        (1, [DAY_BEFORE]),
        (0, [DAY_BEFORE]),  # late, and still before it begins
    ],
)
def test_a_first_session_is_reminded_of_a_week_and_a_day_before(booking, days, found):
    send_reminders(at=days_before(days))

    assert reminded() == [(kind, "ann@our.example") for kind in found]


def test_the_day_before_says_where_the_code_is_and_holds_none(booking):
    send_reminders(at=days_before(7))
    send_reminders(at=days_before(1))

    early, late = Delivery.objects.filter(kind__in=(SOME_DAYS_BEFORE, DAY_BEFORE)).order_by("pk")
    code = code_of(booking)
    assert "At the door you show a code" not in early.body.text
    assert "At the door you show a code" in late.body.text
    assert f"/me/bookings/{booking.pk}/" in late.body.text
    for said in (late.body.text, late.body.html, str(late.replacements)):
        assert code not in said
        assert "check-in" not in said


def test_nobody_is_told_of_a_door_for_an_online_course(cast):
    booked(cast, make_cohort(format="online"))

    send_reminders(at=days_before(1))

    assert "At the door" not in Delivery.objects.get(kind=DAY_BEFORE).body.text


def test_each_later_session_is_reminded_of_the_day_before_only(booking):
    second = IN_JANUARY + timedelta(weeks=1)

    for days in range(7, -1, -1):
        send_reminders(at=days_before(days, second))

    assert reminded() == [(DAY_BEFORE, "ann@our.example")] * 2  # the first begins on the first day
    assert [d.subject for d in Delivery.objects.filter(kind=DAY_BEFORE).order_by("pk")] == [
        "Thursday 14 January 2027: Coaching conversations",
        "Thursday 21 January 2027: Coaching conversations",
    ]


def test_nothing_is_reminded_of_once_it_has_begun(booking):
    send_reminders(at=IN_JANUARY)

    assert reminded() == []


def test_a_run_that_is_repeated_reminds_nobody_twice(booking):
    for hours in range(3):
        send_reminders(at=days_before(7) + timedelta(hours=hours))
    send_reminders(at=days_before(6))

    assert len(reminded()) == 1


def test_two_sessions_on_one_day_are_one_reminder(cast):
    cohort = make_cohort()
    Session.objects.create(
        cohort=cohort,
        starts_at=IN_JANUARY - timedelta(hours=3),
        ends_at=IN_JANUARY - timedelta(hours=1),
    )
    booked(cast, cohort)

    send_reminders(at=days_before(1))

    assert len(reminded()) == 1


def test_the_setting_says_how_many_days(cast, booking):
    change_delegate_policy(by=cast.hub_manager, at=NOON, first_reminder_days=10)

    send_reminders(at=days_before(10))

    assert reminded() == [(SOME_DAYS_BEFORE, "ann@our.example")]


@pytest.mark.parametrize("change", [SPRING_FORWARD, FALL_BACK])
@pytest.mark.parametrize("days", [7, 1])
def test_reminders_go_at_eight_by_londons_clock_when_it_changes(cast, monkeypatch, change, days):
    """A course the morning after the change: seven days and one day before are on either side."""
    starts_at = change + timedelta(hours=32)
    give_credits(school=cast.our_school, at=starts_at - timedelta(days=30))
    cohort = make_cohort(starts_at=starts_at, price=0)
    booked(cast, cohort, at=starts_at - timedelta(days=30))
    eight = (starts_at.astimezone(UTC) - timedelta(days=days)).date()
    summer = (change == SPRING_FORWARD and days == 1) or (change == FALL_BACK and days == 7)
    at = datetime(eight.year, eight.month, eight.day, 7 if summer else 8, tzinfo=UTC)
    rung = []
    monkeypatch.setattr(due, "ring", lambda *args: rung.append(args))
    what_is_due = due._REGISTERED["cpd.reminders"]

    before, after = (list(what_is_due(at + timedelta(minutes=n))) for n in (-1, 0))
    assert before != after
    assert after[0].key == f"cpd.send_reminders:{eight}"
    send_reminders(at=at)

    assert [kind for kind, _ in reminded()] == [SOME_DAYS_BEFORE if days == 7 else DAY_BEFORE]


# ---- Whom ---------------------------------------------------------------------------------------


def test_a_delegate_without_address_is_reminded_through_the_rep_marked(cast):
    delegates = [Delegate(full_name="No Address")]
    order = make_order(cohort=make_cohort(), school=cast.our_school, delegates=delegates)
    book_places(order=order, by=cast.rep, at=NOON)
    Appointment.objects.filter(role=Role.REP, school=cast.our_school).update(to_on=NOON.date())

    send_reminders(at=days_before(1))

    mail = Delivery.objects.select_related("body").get(kind=DAY_BEFORE)
    assert mail.to == "hana@our.example"  # the headteacher stands in for a rep who has left
    assert mail.subject.startswith("For No Address: ")
    assert "We have no address for No Address" in mail.body.text


def test_places_to_be_named_are_not_reminded(cast):
    order = make_order(cohort=make_cohort(), school=cast.our_school, delegates=[Delegate()])
    book_places(order=order, by=cast.rep, at=NOON)

    send_reminders(at=days_before(1))

    assert reminded() == []


def test_whoever_has_just_been_confirmed_is_not_reminded_the_same_day(cast):
    cohort = make_cohort()
    booked(cast, cohort, at=days_before(7) - timedelta(hours=1))

    send_reminders(at=days_before(7))
    assert reminded() == []

    send_reminders(at=days_before(1))
    assert reminded() == [(DAY_BEFORE, "ann@our.example")]


def test_a_new_delegate_is_reminded_of_what_is_still_to_come(cast, booking):
    send_reminders(at=days_before(7))
    ben = Delegate(full_name="Ben", email="ben@our.example")
    substitute_delegate(booking_id=booking.pk, to=ben, by=cast.rep, at=days_before(6))

    send_reminders(at=days_before(5))
    send_reminders(at=days_before(1))

    assert reminded() == [
        (SOME_DAYS_BEFORE, "ann@our.example"),
        (DAY_BEFORE, "ben@our.example"),
    ]


# ---- Still true when it goes --------------------------------------------------------------------


def is_true(mail, at=None):
    with time_machine.travel(at or days_before(1), tick=False):
        return mail_kind(mail.kind).is_still_true(mail.about)


@pytest.fixture
def reminder(booking):
    send_reminders(at=days_before(1))
    return Delivery.objects.get(kind=DAY_BEFORE)


def test_a_reminder_is_true_until_the_session_begins(reminder):
    assert is_true(reminder)
    assert reminder.expires_at == IN_JANUARY
    assert not is_true(reminder, at=IN_JANUARY + timedelta(seconds=1))


def test_a_cancelled_place_is_not_reminded(cast, booking, reminder):
    cancel_booking(booking_id=booking.pk, shown_kept=12, by=cast.rep, at=days_before(1))

    assert not is_true(reminder)


def test_a_place_that_changed_hands_is_not_reminded(cast, booking, reminder):
    ben = Delegate(full_name="Ben", email="ben@our.example")
    substitute_delegate(booking_id=booking.pk, to=ben, by=cast.rep, at=days_before(1))

    assert not is_true(reminder)


def test_a_course_called_off_is_not_reminded(cast, booking, reminder):
    cancel_cohort(
        cohort=booking.cohort, reason="Trainer ill", by=cast.hub_manager, at=days_before(1)
    )

    assert not is_true(reminder)
    send_reminders(at=days_before(0))
    assert len(reminded()) == 1


def test_a_session_moved_away_is_reminded_on_its_new_day(cast, booking, reminder):
    later = IN_JANUARY + timedelta(days=3)
    moved = PlannedSession(starts_at=later, ends_at=later + timedelta(hours=3))
    save_sessions(cohort=booking.cohort, sessions=[moved], by=cast.hub_manager, at=days_before(1))

    assert not is_true(reminder)
    send_reminders(at=days_before(1, later))
    assert reminded() == [(DAY_BEFORE, "ann@our.example")] * 2


def test_it_says_where_and_how_and_where_to_say_that_one_cannot_come(booking, reminder):
    text = reminder.body.text

    assert f"/me/bookings/{booking.pk}/" in text
    assert "Lampton School, Hounslow" in text
    assert "tomorrow" not in text.lower()


@pytest.mark.parametrize("number", [1, 3])
def test_reminding_costs_the_same_for_one_place_and_for_three(
    cast, number, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("hub_portal.mail.services.rendering.hub_identity", HubIdentity)
    cohort = make_cohort()
    for _ in range(number):
        booked(cast, cohort, email=None, name=None)

    with django_assert_num_queries(6):
        assert send_reminders(at=days_before(1)) == number


# ---- Names --------------------------------------------------------------------------------------


@pytest.fixture
def unnamed(cast):
    order = make_order(
        cohort=make_cohort(), school=cast.our_school, delegates=[Delegate(), Delegate()]
    )
    return book_places(order=order, by=cast.rep, at=NOON)


def asked():
    return list(Delivery.objects.filter(kind=NAMES_WANTED).values_list("to", flat=True))


@pytest.mark.parametrize(
    ("days", "mails"), [(15, 0), (14, 1), (12, 1), (11, 0), (4, 0), (3, 1), (1, 1), (0, 0)]
)
def test_missing_names_are_asked_for_twice(unnamed, days, mails):
    ask_for_names(at=days_before(days))

    assert asked() == ["rita@our.example"] * mails


def test_one_mail_asks_for_all_names_of_a_school_and_is_not_repeated(cast, unnamed):
    for hours in range(2):
        ask_for_names(at=days_before(14) + timedelta(hours=hours))
    ask_for_names(at=days_before(3))

    assert asked() == ["rita@our.example"] * 2
    text = Delivery.objects.filter(kind=NAMES_WANTED)[0].body.text
    assert all(f"/my/bookings/{place.pk}/delegate/" in text for place in unnamed)
    assert "2 places" in text


def test_each_school_is_asked_for_its_own(cast, unnamed):
    order = make_order(
        cohort=unnamed[0].cohort, school=cast.strangers_school, delegates=[Delegate()]
    )
    unnamed[0].cohort.programme.for_primary = True
    book_places(order=order, by=cast.stranger, at=NOON)

    ask_for_names(at=days_before(14))

    assert sorted(asked()) == ["rita@our.example", "sam@their.example"]


def test_a_place_booked_since_is_not_chased_the_same_day(cast):
    order = make_order(cohort=make_cohort(), school=cast.our_school, delegates=[Delegate()])
    book_places(order=order, by=cast.rep, at=days_before(14) - timedelta(hours=1))

    ask_for_names(at=days_before(14))

    assert asked() == []


def test_names_given_meanwhile_are_not_asked_for(cast, unnamed):
    ask_for_names(at=days_before(14))
    mail = Delivery.objects.get(kind=NAMES_WANTED)
    assert is_true(mail)

    for number, place in enumerate(unnamed):
        name = Delegate(full_name=f"Name {number}", email=f"n{number}@our.example")
        substitute_delegate(booking_id=place.pk, to=name, by=cast.rep, at=days_before(14))

    assert not is_true(mail)
    ask_for_names(at=days_before(3))
    assert len(asked()) == 1
