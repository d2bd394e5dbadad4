"""A delegate cannot come: the school is told, and decides. Rules BK-6 and BK-7."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.emails.delegate_mails import APOLOGIES, COMING_AFTER_ALL
from cpd.models import Apology, Booking
from cpd.services.apologies import apologies_to_answer, send_apologies, take_apologies_back
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.trail.models import Act
from schools.models import Appointment
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db
ANN = {"full_name": "Ann Owusu", "email": "ann@our.example"}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def booking(cast):
    give_credits(school=cast.our_school)
    return make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep, **ANN)


def send(booking, by=None, at=NOON):
    return send_apologies(booking_id=booking.pk, by=by or booking.delegate, at=at)


def written():
    return [model.objects.count() for model in (Apology, Delivery, Act)]


def test_the_school_is_told_and_the_place_stays(cast, booking):
    apology = send(booking)

    mail = Delivery.objects.select_related("body").get(kind=APOLOGIES)
    assert (mail.to, mail.subject) == (
        "rita@our.example",
        "Ann Owusu cannot come: Coaching conversations",
    )
    assert f"/my/bookings/{booking.pk}/" in mail.body.text
    booking.refresh_from_db()
    assert (booking.status, booking.delegate) == ("booked", apology.person)
    act = Act.objects.get(verb="booking.apologies")
    assert (act.by, act.subject) == (booking.delegate, f"booking:{booking.pk}")
    assert list(apologies_to_answer(school=cast.our_school, at=NOON)) == [apology]


def test_sent_twice_it_is_told_once(booking):
    first = send(booking)
    before = written()

    assert send(booking) == first
    assert written() == before


def test_taken_back_the_school_is_told_that_all_is_well(cast, booking):
    apology = send(booking)

    for _ in range(2):
        take_apologies_back(booking_id=booking.pk, by=booking.delegate, at=NOON)

    assert Delivery.objects.get(kind=COMING_AFTER_ALL).to == "rita@our.example"
    assert not mail_kind(APOLOGIES).is_still_true(f"apology:{apology.pk}")
    assert list(apologies_to_answer(school=cast.our_school, at=NOON)) == []


def test_without_a_rep_and_a_headteacher_whoever_booked_is_told(booking):
    Appointment.objects.filter(
        person__in=Appointment.objects.of_the_school().values("person")
    ).update(to_on=NOON.date())

    send(booking)

    assert Delivery.objects.get(kind=APOLOGIES).to == "rita@our.example"


@pytest.mark.parametrize("who", ["rep", "stranger", "hub_manager"])
def test_nobody_sends_apologies_for_somebody_else(cast, booking, who):
    before = written()

    with pytest.raises(errors.NotYourPlace):
        send(booking, by=getattr(cast, who))

    assert written() == before


def test_a_place_given_up_needs_no_apologies(cast, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)
    before = written()

    with pytest.raises(errors.BookingNotLive):
        send(booking)

    assert written() == before


def test_a_course_that_is_over_needs_no_apologies(booking):
    send(booking, at=booking.cohort.ends_at - timedelta(minutes=1))
    before = written()

    with pytest.raises(errors.BookingNotLive):
        take_apologies_back(booking_id=booking.pk, by=booking.delegate, at=booking.cohort.ends_at)

    assert written() == before


def test_a_colleague_in_the_place_answers_them(cast, booking):
    ann = booking.delegate
    apology = send(booking)

    substitute_delegate(booking_id=booking.pk, to=Delegate(full_name="Ben"), by=cast.rep, at=NOON)

    assert list(apologies_to_answer(school=cast.our_school, at=NOON)) == []
    assert not mail_kind(APOLOGIES).is_still_true(f"apology:{apology.pk}")
    with pytest.raises(errors.NotYourPlace):
        take_apologies_back(booking_id=booking.pk, by=ann, at=NOON)
    assert Booking.objects.get().named_as == "Ben"
