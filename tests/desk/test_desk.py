"""The desk: figures, what needs doing, how the portal is, and the starting list."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cpd.models import Booking
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from credits.models import OpeningImport
from hub_portal.clock.services.heartbeats import beat
from hub_portal.desk.services import desk_at
from hub_portal.desk.starting import starting_list
from hub_portal.desk.to_do import MANY, what_needs_doing
from hub_portal.mail.choices import Trouble
from hub_portal.mail.models import BounceMailbox
from hub_portal.shared.london import now
from schools.models import HubProfile
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast
from tests.makers.tickets import make_ticket
from tests.reading import main_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def sentences(at=NOON):
    return [item.sentence for item in what_needs_doing(at=at)]


def test_the_figures_are_those_of_the_books(cast):
    give_credits(school=cast.our_school, credits=100)
    make_booking(cohort=make_cohort(price=12), school=cast.our_school, by=cast.rep)

    figures = desk_at(at=NOON).figures

    assert (figures.available, figures.committed, figures.spent) == (88, 12, 0)
    assert (figures.places_booked, figures.members) == (1, 2)


def test_members_without_a_roll_are_waiting(cast):
    assert "2 members without a roll" in sentences()


def test_a_late_cancellation_with_a_reason_waits_for_the_hub(cast):
    give_credits(school=cast.our_school)
    booking = make_booking(cohort=make_cohort(), school=cast.our_school, by=cast.rep)
    before = sentences()
    late = booking.cohort.starts_at - timedelta(days=1)

    cancel_booking(
        booking_id=booking.pk, shown_kept=12, by=cast.rep, at=late, reason_code="illness"
    )

    assert set(sentences()) - set(before) == {"1 late cancellation gives a reason"}


def test_places_to_be_named_soon_are_waiting(cast):
    give_credits(school=cast.our_school)
    cohort = make_cohort()
    order = make_order(cohort=cohort, school=cast.our_school, delegates=[Delegate()])
    book_places(order=order, by=cast.rep, at=NOON)

    two_weeks_before = cohort.starts_at - timedelta(days=14)
    assert "1 place to be named within two weeks" in sentences(two_weeks_before)
    assert "1 place to be named within two weeks" not in sentences(NOON)


def test_a_silent_clock_is_said(cast):
    assert desk_at(at=NOON).tick_is_late

    beat(name="clock.tick", at=NOON)

    assert not desk_at(at=NOON).tick_is_late
    assert desk_at(at=NOON + timedelta(minutes=6)).tick_is_late


def test_the_desk_says_how_old_the_newest_backup_is(client, cast, settings):
    client.force_login(cast.hub_manager)
    said = []
    for settings.PRODUCTION in (False, True):
        settings.STAFF_NEED_SECOND_STEP = False
        said.append(client.get(reverse("admin:index")).content.decode())
    beat(name="backup", at=now() - timedelta(hours=3))
    said.append(client.get(reverse("admin:index")).content.decode())

    tag = '<span class="tag{}">Backup</span>\n          {}.'
    assert tag.format("", "None made") in said[0]
    assert tag.format(" tag--bad", "None made") in said[1]
    assert tag.format(" tag--ok", "Made 3 hours ago") in said[2]


def test_every_thing_to_do_has_its_words_for_several():
    assert all(one != many for one, many in MANY.items())


def test_the_starting_list_goes_when_everything_is_done(cast):
    steps = {step.sentence: step.is_done for step in starting_list()}

    assert steps["Add the member schools from a GIAS file"]
    assert not steps["Record the year's funding"]
    HubProfile.objects.update(contact_email="hub@hub.example")
    assert starting_list()[0].is_done


def test_the_starting_list_says_what_a_hub_in_mid_year_still_owes(cast):
    by_sentence = {step.sentence: step for step in starting_list()}
    telling = "Tell the delegates of running courses, course by course"
    sending = "Send the tickets not yet sent"
    assert not by_sentence[telling].is_needed
    assert not by_sentence[sending].is_needed
    cohort = make_cohort()
    give_credits(school=cast.our_school)
    book_places(order=make_order(cohort=cohort, school=cast.our_school), by=cast.rep, at=NOON)

    Booking.objects.update(is_told=False)
    make_ticket(is_mailed=False)

    by_sentence = {step.sentence: step for step in starting_list()}
    for sentence in (telling, sending):
        assert (by_sentence[sentence].is_needed, by_sentence[sentence].is_done) == (True, False)
    said = [item.sentence for item in what_needs_doing(at=NOON)]
    assert "1 running course whose delegates are not told yet" in said
    assert "1 ticket issued and not sent" in said


def test_opening_figures_stand_for_funding_and_allocation(cast):
    OpeningImport.objects.create(
        file_name="o.csv", uploaded_by=cast.hub_manager, uploaded_at=NOON, saved_at=NOON
    )

    done = {step.sentence: step.is_done for step in starting_list()}

    assert done["Record the year's funding"]
    assert done["Preview and run the allocation"]


def test_the_admin_opens_on_the_desk(client, cast):
    client.force_login(cast.hub_manager)

    response = client.get(reverse("admin:index"))

    assert response.status_code == 200
    assert "What needs doing" in response.content.decode()
    assert "Setting up the hub" in response.content.decode()


def test_every_room_the_desk_names_is_there(cast):
    rooms = [step.room for step in starting_list()] + [i.room for i in what_needs_doing(at=NOON)]

    assert all(reverse(room) for room in rooms)


def test_the_desk_says_how_the_mailbox_of_bounces_is_read_where_there_is_one(
    cast, client, settings
):
    client.force_login(cast.hub_manager)
    assert desk_at(at=NOON).bounces.says == "no mailbox is set up"
    assert b">Bounces</span>" not in client.get(reverse("admin:index")).content

    settings.BOUNCE_MAILBOX = {"host": "mail.example"}
    BounceMailbox.objects.create(pk=1, tried_at=NOON, trouble=Trouble.NOT_LET_IN)

    page = main_words(client.get(reverse("admin:index")))
    assert (
        "Bounces The mailbox cannot be read: its mail server refuses the name or the password; "
        "never read."
    ) in page
