"""Every state of a booking × every verb: paid with credits, by invoice, or with a ticket."""

from datetime import timedelta

import pytest

from cpd.choices import BookingStatus, PaidBy
from cpd.services.apologies import send_apologies, take_apologies_back
from cpd.services.approving import lapse_unapproved
from cpd.services.at_the_door import WalkInOrder, add_walk_in
from cpd.services.cancelling import cancel_booking, waive_cancellation
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.guests import cancel_guest
from cpd.services.joining_readers import say_read
from cpd.services.registers import take_register
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from cpd.services.ticket_returns import cannot_release, give_place_back
from cpd.services.unused import waive_unused
from credits.models import Approval
from credits.services.approvals import approve_spending, decline_spending
from schools.models import Person
from tests.cpd.state_tables.reading import outcome_of, read, to_try, verbs_about
from tests.makers.approvals import limit
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking
from tests.makers.evaluations import complete
from tests.makers.invoices import book_by_invoice, make_invoice_cohort
from tests.makers.registers import ON_THE_DAY, make_organiser
from tests.makers.schools import NOON, make_appointment, make_cast
from tests.makers.tickets import make_ticket, make_ticket_cohort, redeem

pytestmark = pytest.mark.django_db

LATE = IN_JANUARY - timedelta(days=1)
AFTER = IN_JANUARY + timedelta(days=1)
MUCH = 1_000_00
"""More than any place costs, in credits or in pence."""

BY_A_SCHOOL = """
                     awaiting          booked           cancelled           completed
approve_spending     booked            -                -                   -
decline_spending     cancelled         -                -                   -
lapse_unapproved     cancelled         =                =                   =
cancel_booking       cancelled         cancelled        =                   BookingNotLive
cancel_by_another    cancelled         cancelled        BookingNotLive      BookingNotLive
waive_cancellation   NothingWasKept    NothingWasKept   cancelled           NothingWasKept
waive_unused         NothingWasKept    NothingWasKept   NothingWasKept      NothingWasKept
cancel_guest         NotAGuest         NotAGuest        NotAGuest           NotAGuest
substitute_delegate  BookingNotLive    booked           BookingNotLive      BookingNotLive
say_read             NotYourPlace      DetailsHaveChanged NotYourPlace      NotYourPlace
send_apologies       BookingNotLive    booked           BookingNotLive      BookingNotLive
take_apologies_back  BookingNotLive    =                BookingNotLive      BookingNotLive
give_place_back      TicketNotLive     TicketNotLive    TicketNotLive       TicketNotLive
cannot_release       TicketNotLive     TicketNotLive    TicketNotLive       TicketNotLive
take_register        NotOnTheRegister  booked           NotOnTheRegister    completed
add_walk_in          AlreadyBooked     AlreadyBooked    cancelled           CohortNotBookable
cancel_cohort        cancelled         cancelled        cancelled           CohortMayNotBecome
settle_cohort        =                 completed        cancelled           =
"""
"""Paid with credits or by invoice. What came of a request once it is answered is in the table of
approvals. A cancelled one is late, by the rep. The walk-in is the same person, at the door."""

WITH_A_TICKET = """
                     booked             cancelled           completed
cancel_booking       BookedWithATicket  BookedWithATicket   BookedWithATicket
waive_cancellation   NothingWasKept     NothingWasKept      NothingWasKept
waive_unused         NothingWasKept     NothingWasKept      NothingWasKept
cancel_guest         NotAGuest          NotAGuest           NotAGuest
say_read             DetailsHaveChanged NotYourPlace        NotYourPlace
substitute_delegate  BookedWithATicket  BookedWithATicket   BookedWithATicket
send_apologies       BookedWithATicket  BookedWithATicket   BookedWithATicket
take_apologies_back  BookedWithATicket  BookedWithATicket   BookedWithATicket
give_place_back      cancelled          =                   BookingNotLive
cannot_release       cancelled          BookingNotLive      BookingNotLive
take_register        booked             NotOnTheRegister    completed
cancel_cohort        cancelled          cancelled           CohortMayNotBecome
settle_cohort        completed          cancelled           =
"""
NOT_BY_ID = {
    "approve_spending",
    "decline_spending",
    "lapse_unapproved",
    "cancel_by_another",
    "take_register",
    "add_walk_in",
    "cancel_cohort",
    "settle_cohort",
}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def booked_by_a_school(cast):
    """Makes a booking in a state, come to it by its own verbs."""
    give_credits(school=cast.our_school)

    def make(state, paid_by):
        cohort = make_invoice_cohort(organiser=make_organiser())
        if state == BookingStatus.AWAITING:
            limit(school=cast.our_school, by=cast.headteacher)
        if paid_by == PaidBy.INVOICE:
            [booking] = book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep)
        else:
            booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
        if state == BookingStatus.CANCELLED:
            cancel_booking(booking_id=booking.pk, shown_kept=MUCH, by=cast.rep, at=LATE)
        if state == BookingStatus.COMPLETED:
            complete(cohort)
        booking.refresh_from_db()
        assert booking.status == state
        return booking

    return make


@pytest.fixture
def with_a_ticket(cast):
    def make(state):
        cohort = make_ticket_cohort(organiser=make_organiser())
        ticket = make_ticket()
        make_appointment(person=ticket.person, school=cast.our_school)
        booking = redeem(ticket, cohort)
        if state == BookingStatus.CANCELLED:
            give_place_back(booking_id=booking.pk, shown_as_living=True, by=ticket.person, at=NOON)
        if state == BookingStatus.COMPLETED:
            complete(cohort)
        booking.refresh_from_db()
        assert booking.status == state
        return booking

    return make


def acts_on(booking, cast):
    """Each verb as its caller would use it, the day before the course unless it says otherwise."""
    cohort, session = booking.cohort, booking.cohort.sessions.get()
    asked = Approval.objects.first()
    rep, head, hub = cast.rep, cast.headteacher, cast.hub_manager
    place = {"booking_id": booking.pk}
    walk_in = WalkInOrder(
        key="door",
        session_id=session.pk,
        school_id=cast.our_school.pk,
        full_name="Tom",
        email=booking.delegate.email,
        reason="Came all the same",
    )
    by_hub = {"by": hub, "at": LATE}
    return {
        "approve_spending": lambda: approve_spending(approval_id=asked.pk, by=head, at=NOON),
        "decline_spending": lambda: decline_spending(
            approval_id=asked.pk, reason="x", by=head, at=NOON
        ),
        "lapse_unapproved": lambda: lapse_unapproved(cohort_id=cohort.pk, at=LATE),
        "cancel_booking": lambda: cancel_booking(**place, shown_kept=MUCH, by=rep, at=LATE),
        "cancel_by_another": lambda: cancel_booking(**place, shown_kept=MUCH, by=head, at=LATE),
        "waive_cancellation": lambda: waive_cancellation(**place, reason="x", **by_hub),
        "waive_unused": lambda: waive_unused(**place, reason="x", **by_hub),
        "cancel_guest": lambda: cancel_guest(**place, shown_kept=MUCH, reason="x", **by_hub),
        "say_read": lambda: say_read(**place, number=1, by=booking.delegate, at=LATE),
        "substitute_delegate": lambda: substitute_delegate(
            **place, to=Delegate(full_name="Una", email="una@our.example"), by=rep, at=LATE
        ),
        "send_apologies": lambda: send_apologies(**place, by=booking.delegate, at=LATE),
        "take_apologies_back": lambda: take_apologies_back(**place, by=booking.delegate, at=LATE),
        "give_place_back": lambda: give_place_back(
            **place, shown_as_living=True, by=booking.delegate, at=NOON
        ),
        "cannot_release": lambda: cannot_release(
            **place, school_id=cast.our_school.pk, by=rep, at=NOON
        ),
        "take_register": lambda: take_register(
            session_id=session.pk,
            marks={booking.pk: "attended"},
            by=cohort.organiser,
            at=ON_THE_DAY,
        ),
        "add_walk_in": lambda: add_walk_in(order=walk_in, by=cohort.organiser, at=ON_THE_DAY),
        "cancel_cohort": lambda: cancel_cohort(cohort=cohort, reason="x", **by_hub),
        "settle_cohort": lambda: settle_cohort(
            cohort_id=cohort.pk, by=Person.objects.portal(), at=AFTER
        ),
    }


@pytest.mark.parametrize("paid_by", [PaidBy.CREDITS, PaidBy.INVOICE])
@pytest.mark.parametrize(("verb", "state", "outcome"), to_try(BY_A_SCHOOL))
def test_every_verb_on_every_state_of_a_booking_by_a_school(
    cast, booked_by_a_school, paid_by, verb, state, outcome
):
    booking = booked_by_a_school(state, paid_by)

    assert outcome_of(booking, acts_on(booking, cast)[verb]) == outcome


@pytest.mark.parametrize(("verb", "state", "outcome"), to_try(WITH_A_TICKET))
def test_every_verb_on_every_state_of_a_booking_taken_with_a_ticket(
    cast, with_a_ticket, verb, state, outcome
):
    booking = with_a_ticket(state)

    assert outcome_of(booking, acts_on(booking, cast)[verb]) == outcome


def test_no_state_and_no_verb_of_a_booking_is_left_out():
    states, cells = read(BY_A_SCHOOL)
    assert set(states) == set(BookingStatus)
    assert {verb for verb, _, _ in cells} == verbs_about("booking_id") | NOT_BY_ID

    states, cells = read(WITH_A_TICKET)
    assert set(states) == set(BookingStatus) - {BookingStatus.AWAITING}
    assert {verb for verb, _, _ in cells} >= verbs_about("booking_id")
