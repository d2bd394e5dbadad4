"""Redeeming a ticket: once, by its holder, through the gate; what it buys and what it does not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cpd import errors
from cpd.choices import BookingStatus, CohortStatus, PaidBy, TicketStatus
from cpd.models import Booking, BookingRequest, FabulinusTicket
from cpd.services.proofs import differences
from cpd.services.ticket_places import clashes_of, places_for
from cpd.services.ticket_policy import change_ticket_policy
from credits.models import JournalEntry
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import NotAllowed
from hub_portal.trail.models import Act
from schools.choices import Role
from tests.makers.cpd import give_credits, make_booking, make_programme
from tests.makers.schools import NOON, make_appointment, make_cast, make_person
from tests.makers.tickets import LAST_ON, make_ticket, make_ticket_cohort, redeem

pytestmark = pytest.mark.django_db

LATER_THAN_LAST_DAY = datetime(2028, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def ticket(cast):
    return make_ticket()


@pytest.fixture
def cohort():
    return make_ticket_cohort()


def written():
    tables = (Booking, BookingRequest, Act, Delivery, JournalEntry)
    return [table.objects.count() for table in tables]


def refused(error, ticket, cohort, **facts):
    """Redeeming is refused with this error, and has written nothing."""
    before, status = written(), ticket.status

    with pytest.raises(error) as refusal:
        redeem(ticket, cohort, **facts)

    ticket.refresh_from_db()
    assert (written(), ticket.status) == (before, status)
    return refusal.value


def test_redeem_ticket_takes_a_place_that_belongs_to_no_school(ticket, cohort):
    booking = redeem(ticket, cohort)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.redeemed_by) == (TicketStatus.REDEEMED, booking)
    assert (booking.paid_by, booking.price, booking.school) == (PaidBy.TICKET, 0, None)
    assert (booking.delegate, booking.named_as) == (ticket.person, "Jess Owens")
    assert (booking.status, booking.commit_entry) == (BookingStatus.BOOKED, None)
    assert booking.bands == [
        {"working_days": 5, "percent_returned": 100},
        {"working_days": 0, "percent_returned": 0},
    ]
    assert not JournalEntry.objects.exists()
    assert differences() == []


def test_redeem_ticket_records_the_place_and_the_ticket(ticket, cohort):
    Act.objects.all()
    booking = redeem(ticket, cohort)

    made, redeemed = Act.objects.order_by("-pk")[1], Act.objects.order_by("-pk")[0]
    assert (made.verb, made.subject, made.school, made.by) == (
        "booking.made",
        f"booking:{booking.pk}",
        "",
        ticket.person,
    )
    assert (redeemed.verb, redeemed.subject) == ("ticket.redeemed", f"ticket:{ticket.pk}")
    assert redeemed.after["booking"] == booking.pk


def test_the_same_page_sent_twice_redeems_once(ticket, cohort):
    first = redeem(ticket, cohort, page_key="one-page-of-this-ticket")
    before = written()

    again = redeem(ticket, cohort, page_key="one-page-of-this-ticket")

    assert again == first
    assert written() == before


def test_a_ticket_that_holds_a_place_buys_no_other(ticket, cohort):
    redeem(ticket, cohort)
    ticket.refresh_from_db()

    refusal = refused(errors.TicketNotLive, ticket, make_ticket_cohort())

    assert "Give that back first" in refusal.sentence


def test_nobody_but_the_holder_redeems_it(cast, ticket, cohort):
    refused(NotAllowed, ticket, cohort, by=cast.rep)
    refused(NotAllowed, ticket, cohort, by=cast.hub_manager)


def test_a_page_of_an_earlier_code_redeems_nothing(ticket, cohort):
    FabulinusTicket.objects.filter(pk=ticket.pk).update(version=2)

    refused(NotAllowed, ticket, cohort)


def test_a_ticket_is_redeemed_by_its_last_day_and_the_course_may_be_later(ticket):
    far = make_ticket_cohort(starts_at=datetime(2028, 10, 12, 12, 30, tzinfo=UTC))
    evening_of_the_last_day = datetime(2028, 8, 31, 22, 59, tzinfo=UTC)  # London is an hour on
    assert ticket.last_on == LAST_ON

    refused(errors.TicketIsPast, ticket, far, at=evening_of_the_last_day + timedelta(minutes=1))
    booking = redeem(ticket, far, at=evening_of_the_last_day)

    assert booking.cohort.starts_at > LATER_THAN_LAST_DAY


def test_only_programmes_that_welcome_tickets_are_bought(ticket):
    refused(errors.NoTicketsHere, ticket, make_ticket_cohort(programme=make_programme()))


def test_tickets_take_a_quarter_of_the_places_and_always_one(cast, ticket):
    eight, three = make_ticket_cohort(capacity=8), make_ticket_cohort(capacity=3)
    for cohort in (eight, eight, three):
        redeem(make_ticket(), cohort)

    for cohort, share in ((eight, 2), (three, 1)):
        assert refused(errors.NoPlacesForTickets, ticket, cohort).share == share
    change_ticket_policy(by=cast.hub_manager, at=NOON, percent_of_places=50, years=2)
    assert redeem(ticket, eight).cohort == eight


def test_a_full_cohort_has_no_place_for_a_ticket(cast, ticket):
    give_credits(school=cast.our_school)
    cohort = make_ticket_cohort(capacity=2)
    for _ in range(2):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    refused(errors.TooFewPlaces, ticket, cohort)


def test_whoever_has_a_place_already_needs_no_ticket(cast, cohort):
    give_credits(school=cast.our_school)
    make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, email="tom@our.example", full_name="Tom"
    )
    ticket = make_ticket(full_name="Tom", email="tom@our.example")

    refused(errors.HasAPlaceAlready, ticket, cohort)


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        ({"status": CohortStatus.CANCELLED}, NOON),
        ({"status": CohortStatus.DRAFT}, NOON),
        ({"booking_opens_at": NOON + timedelta(days=1)}, NOON),
        ({}, datetime(2027, 1, 14, 13, 0, tzinfo=UTC)),
        ({}, datetime(2027, 1, 14, 14, 0, tzinfo=UTC)),
    ],
)
def test_the_gate_is_that_of_every_booking(ticket, facts, at):
    if facts.get("status") == CohortStatus.CANCELLED:
        facts |= {"cancelled_at": NOON, "cancelled_by": ticket.person}

    refused(errors.CohortNotBookable, ticket, make_ticket_cohort(**facts), at=at)


def test_a_key_used_for_another_redemption_is_refused(cast, ticket, cohort):
    other = make_person(full_name="Ola Other", email="ola@mail.example")
    booking = redeem(ticket, cohort, page_key="one-page-of-this-ticket")
    BookingRequest.objects.filter(pk=booking.request_id).update(made_by=other)

    ticket.refresh_from_db()
    refused(errors.RequestUsedOtherwise, ticket, cohort, page_key="one-page-of-this-ticket")


def test_holder_rep_and_headteacher_are_told_and_nobody_else(cast, ticket, cohort):
    make_appointment(person=ticket.person, school=cast.our_school)

    booking = redeem(ticket, cohort)

    told = Delivery.objects.filter(about=f"booking:{booking.pk}").order_by("to")
    assert list(told.values_list("to", "kind")) == [
        ("hana@our.example", "cpd.ticket.told"),
        (ticket.email, "cpd.ticket.redeemed"),
        ("rita@our.example", "cpd.ticket.told"),
    ]
    assert "Cover to arrange: Jess Owens" in told[0].subject


def test_the_school_is_told_the_name_it_knows(cast, ticket, cohort):
    make_appointment(person=ticket.person, school=cast.our_school, known_as="Jess Taylor")

    redeem(ticket, cohort)

    mail = Delivery.objects.get(to="rita@our.example")
    assert "Jess Taylor" in mail.body.text
    assert "Owens" not in mail.subject + mail.body.text


def test_a_school_outside_the_alliance_is_not_told(cast, ticket, cohort):
    cast.strangers_school.memberships.all().delete()
    make_appointment(person=ticket.person, school=cast.strangers_school)

    redeem(ticket, cohort)

    assert not Delivery.objects.filter(kind="cpd.ticket.told").exists()


def test_a_rep_who_redeems_a_ticket_is_not_told_twice(cast, cohort):
    ticket = make_ticket(full_name="Rita Rep", email="rita@our.example")

    redeem(ticket, cohort)

    to_rita = Delivery.objects.filter(to="rita@our.example", kind__startswith="cpd.ticket.")
    assert set(to_rita.values_list("kind", flat=True)) == {
        "cpd.ticket.issued",
        "cpd.ticket.redeemed",
    }
    assert cast.rep.appointments.live().held_as(Role.REP).exists()


def test_places_for_says_what_is_left_for_tickets(cast):
    give_credits(school=cast.our_school)
    open_one = make_ticket_cohort(capacity=8)
    taken = make_ticket_cohort(capacity=4, starts_at=datetime(2027, 1, 21, 13, 30, tzinfo=UTC))
    full = make_ticket_cohort(capacity=1, starts_at=datetime(2027, 1, 28, 13, 30, tzinfo=UTC))
    make_ticket_cohort(programme=make_programme())
    make_ticket_cohort(status=CohortStatus.DRAFT)
    make_ticket_cohort(booking_opens_at=NOON + timedelta(days=1))
    redeem(make_ticket(), taken)
    make_booking(cohort=full, school=cast.our_school, by=cast.rep)

    found = [(place.cohort, place.places_left, place.words) for place in places_for(at=NOON)]

    assert found == [
        (open_one, 2, "2 places left for tickets"),
        (taken, 0, "No place left for tickets"),
        (full, 0, "No place left for tickets"),
    ]


def test_places_for_asks_as_often_for_three_as_for_one(django_assert_num_queries):
    make_ticket_cohort()
    with django_assert_num_queries(3):
        places_for(at=NOON)
    make_ticket_cohort(sessions=2)
    make_ticket_cohort()
    with django_assert_num_queries(3):
        places_for(at=NOON)


def test_another_course_at_the_same_time_is_warned_of(ticket, cohort):
    same_time = make_ticket_cohort(sessions=2)
    redeem(ticket, cohort)

    clashes = clashes_of(person=ticket.person, cohort=same_time)

    assert [session.starts_at for session in clashes] == [cohort.starts_at]
    assert date(2027, 1, 14) == cohort.starts_at.date()
