"""Calendar entries of booking mails: they update and cancel themselves. Rule BK-11."""

from datetime import timedelta

import icalendar
import pytest

from cpd.emails.booking_mails import BOOKED, BOOKED_BOOKER, CANCELLED, REPLACED
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import PlannedSession, save_sessions
from cpd.services.delegates import Delegate
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.shared.rich_text import RichText
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def booking(cast):
    give_credits(school=cast.our_school)
    return make_booking(
        cohort=make_cohort(), school=cast.our_school, by=cast.rep, email="ann@our.example"
    )


def entry_of(kind, about):
    [attachment] = mail_kind(kind).make_attachments(about)
    calendar = icalendar.Calendar.from_ical(attachment.content)
    [event] = calendar.walk("VEVENT")
    return calendar["METHOD"], event


def test_a_confirmation_puts_the_course_into_the_calendar(booking):
    method, event = entry_of(BOOKED, f"booking:{booking.pk}")

    assert method == "REQUEST"
    assert event["DTSTART"].dt == IN_JANUARY
    assert event["SUMMARY"] == "Coaching conversations"
    assert event["LOCATION"] == "Lampton School, Hounslow"
    assert event["ATTENDEE"] == "mailto:ann@our.example"
    assert f"/me/bookings/{booking.pk}/" in event["DESCRIPTION"]


def test_new_dates_keep_the_uid_and_raise_the_sequence(cast, booking):
    _, before = entry_of(BOOKED, f"booking:{booking.pk}")
    later = IN_JANUARY + timedelta(days=7)
    planned = PlannedSession(starts_at=later, ends_at=later + timedelta(hours=1))

    save_sessions(cohort=booking.cohort, sessions=[planned], by=cast.hub_manager, at=NOON)

    _, after = entry_of(BOOKED, f"booking:{booking.pk}")
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == later


def test_a_cancellation_takes_it_out_again(cast, booking):
    _, before = entry_of(BOOKED, f"booking:{booking.pk}")

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    method, after = entry_of(CANCELLED, f"booking:{booking.pk}")
    assert (method, after["UID"]) == ("CANCEL", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_substitution_takes_it_from_one_and_gives_it_to_the_other(cast, booking):
    _, before = entry_of(BOOKED, f"booking:{booking.pk}")
    ben = Delegate(full_name="Ben", email="ben@our.example")

    substitute_delegate(booking_id=booking.pk, to=ben, by=cast.rep, at=NOON)

    taken = Delivery.objects.get(kind=REPLACED)
    method, old = entry_of(REPLACED, taken.about)
    assert (method, old["UID"]) == ("CANCEL", before["UID"])
    method, new = entry_of(BOOKED, f"booking:{booking.pk}")
    assert method == "REQUEST"
    assert new["UID"] != before["UID"]


def test_the_booker_sees_who_is_out_and_loses_no_time(cast, booking):
    about = f"booking_request:{booking.request_id}"

    method, event = entry_of(BOOKED_BOOKER, about)
    assert (method, event["TRANSP"]) == ("REQUEST", "TRANSPARENT")
    assert booking.named_as in event["SUMMARY"]

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)
    method, _ = entry_of(BOOKED_BOOKER, about)
    assert method == "CANCEL"


def test_a_confirmation_of_a_place_given_up_is_not_sent(cast, booking):
    about = f"booking:{booking.pk}"
    assert mail_kind(BOOKED).is_still_true(about)

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert not mail_kind(BOOKED).is_still_true(about)
    assert mail_kind(CANCELLED).is_still_true(about)


def test_a_picture_in_the_joining_details_is_its_description_in_every_mail(cast):
    """Nothing is fetched from the portal by opening a mail."""
    give_credits(school=cast.our_school)
    details = RichText(
        '<p>By the gate</p><img src="stored-file:aaaaaaaaaaaaaaaaaaaaaa" alt="A map">'
    )
    cohort = make_cohort(joining_details=details)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    mails = list(Delivery.objects.select_related("body"))

    assert len(mails) == 2
    for delivery in mails:
        assert "[A map]" in delivery.body.html
        assert "[A map]" in delivery.body.text
        assert "<img" not in delivery.body.html
    _, event = entry_of(BOOKED, f"booking:{booking.pk}")
    assert "[A map]" in event["DESCRIPTION"]
