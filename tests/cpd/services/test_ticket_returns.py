"""A place taken with a ticket comes back: who gives it, until when, and what the ticket is then."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cpd import errors
from cpd.choices import BookingStatus, CancelledBy, TicketStatus
from cpd.models import Booking, FabulinusTicket
from cpd.services.cancelling import cancel_booking, waive_cancellation
from cpd.services.cohorts import cancel_cohort, change_venue
from cpd.services.delegates import Delegate
from cpd.services.proofs import differences
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from cpd.services.ticket_returns import cannot_release, give_place_back, lives_again_until
from cpd.services.tickets import give_ticket_back
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import NotAllowed
from hub_portal.trail.models import Act
from schools.models import Person, Term
from schools.services.calendar import school_year_of
from tests.makers.cpd import give_credits, make_booking
from tests.makers.schools import NOON, make_appointment, make_cast
from tests.makers.tickets import LAST_ON, make_ticket, make_ticket_cohort, redeem

pytestmark = pytest.mark.django_db

IN_TIME = datetime(2027, 1, 6, 12, 0, tzinfo=UTC)
LATE = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def ticket(cast):
    return make_ticket()


@pytest.fixture
def cohort():
    return make_ticket_cohort()


@pytest.fixture
def booking(ticket, cohort):
    return redeem(ticket, cohort)


def give_back(booking, *, at=IN_TIME, lives=None, by=None):
    shown = lives_again_until(booking=booking, at=at) is not None if lives is None else lives
    return give_place_back(
        booking_id=booking.pk, shown_as_living=shown, by=by or booking.delegate, at=at
    )


def now_is(ticket):
    ticket.refresh_from_db()
    return ticket.status, ticket.redeemed_by, ticket.last_on


def mailed(booking):
    mails = Delivery.objects.filter(about=f"booking:{booking.pk}").order_by("pk")
    return [(mail.to, mail.kind.removeprefix("cpd.ticket.")) for mail in mails]


def test_given_back_in_time_the_ticket_lives_again(ticket, booking):
    assert lives_again_until(booking=booking, at=IN_TIME) == date(2027, 1, 6)

    assert give_back(booking)

    booking.refresh_from_db()
    assert now_is(ticket) == (TicketStatus.ISSUED, None, LAST_ON)
    assert (booking.status, booking.cancelled_from, booking.cancelled_by) == (
        BookingStatus.CANCELLED,
        CancelledBy.HOLDER,
        ticket.person,
    )
    assert mailed(booking) == [(ticket.email, "redeemed"), (ticket.email, "given_back")]
    assert differences() == []


def test_given_back_too_late_the_ticket_is_used_and_the_place_is_free(ticket, booking):
    assert lives_again_until(booking=booking, at=LATE) is None

    assert not give_back(booking, at=LATE)

    assert now_is(ticket) == (TicketStatus.USED, booking, LAST_ON)
    assert not booking.cohort.bookings.live().exists()
    assert "too near the date" in Delivery.objects.order_by("-pk")[0].body.text
    assert differences() == []


def test_a_ticket_that_lives_again_buys_another_place(ticket, booking):
    give_back(booking)

    again = redeem(ticket, make_ticket_cohort())

    assert now_is(ticket)[:2] == (TicketStatus.REDEEMED, again)
    assert differences() == []


def test_given_back_after_its_last_day_it_lives_to_the_end_of_the_next_term(ticket):
    cohort = make_ticket_cohort(starts_at=datetime(2028, 11, 16, 13, 30, tzinfo=UTC))
    booking = redeem(ticket, cohort, at=datetime(2028, 8, 31, 12, 0, tzinfo=UTC))
    year = school_year_of(date(2028, 9, 4))
    for name, first, last in (
        ("autumn", date(2028, 9, 4), date(2028, 12, 20)),
        ("spring", date(2029, 1, 4), date(2029, 3, 29)),
    ):
        half = first + timedelta(days=40)
        Term.objects.update_or_create(
            year=year,
            name=name,
            defaults={
                "starts_on": first,
                "ends_on": last,
                "half_term_starts_on": half,
                "half_term_ends_on": half + timedelta(days=5),
            },
        )

    give_back(booking, at=datetime(2028, 10, 2, 12, 0, tzinfo=UTC))

    assert now_is(ticket) == (TicketStatus.ISSUED, None, date(2029, 3, 29))


def test_giving_back_twice_changes_nothing(ticket, booking):
    give_back(booking)
    acts, mails = Act.objects.count(), Delivery.objects.count()

    assert give_back(booking)

    assert (Act.objects.count(), Delivery.objects.count()) == (acts, mails)


def test_giving_back_late_twice_still_says_that_it_is_used(ticket, booking):
    give_back(booking, at=LATE)

    assert not give_back(booking, at=LATE)


def refused(error, act):
    before = (Act.objects.count(), Delivery.objects.count(), Booking.objects.booked().count())

    with pytest.raises(error):
        act()

    assert before == (
        Act.objects.count(),
        Delivery.objects.count(),
        Booking.objects.booked().count(),
    )


def test_giving_back_is_refused_when_the_page_said_that_the_ticket_lives(booking):
    refused(errors.TicketWouldBeUsed, lambda: give_back(booking, at=LATE, lives=True))


def test_giving_back_is_refused_to_anybody_but_the_holder(cast, booking):
    for person in (cast.rep, cast.hub_manager):
        refused(NotAllowed, lambda person=person: give_back(booking, by=person))


def test_giving_back_is_refused_once_the_course_has_begun(booking):
    refused(errors.CohortNotBookable, lambda: give_back(booking, at=booking.cohort.starts_at))


def test_a_place_that_credits_bought_is_not_given_back_this_way(cast, cohort):
    give_credits(school=cast.our_school)
    paid = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    refused(errors.TicketNotLive, lambda: give_back(paid))


# ---- Cannot release -----------------------------------------------------------------------------


def hold_back(cast, booking, *, school=None, by=None, at=IN_TIME):
    return cannot_release(
        booking_id=booking.pk, school_id=(school or cast.our_school).pk, by=by or cast.rep, at=at
    )


def test_the_school_cannot_release_its_colleague(cast, ticket, booking):
    make_appointment(person=ticket.person, school=cast.our_school)

    hold_back(cast, booking)

    booking.refresh_from_db()
    assert (booking.status, booking.cancelled_from) == (BookingStatus.CANCELLED, "school")
    assert now_is(ticket) == (TicketStatus.ISSUED, None, LAST_ON)
    assert mailed(booking)[1:] == [
        (ticket.email, "given_back"),
        ("hana@our.example", "told_no_longer"),
        ("rita@our.example", "told_no_longer"),
    ] or set(mailed(booking)[1:]) == {
        (ticket.email, "given_back"),
        ("hana@our.example", "told_no_longer"),
        ("rita@our.example", "told_no_longer"),
    }
    to_holder = Delivery.objects.get(to=ticket.email, kind="cpd.ticket.given_back")
    assert "Lampton School has told us that it cannot release you" in to_holder.body.text
    assert differences() == []


def test_saying_it_twice_changes_nothing(cast, ticket, booking):
    make_appointment(person=ticket.person, school=cast.our_school)
    hold_back(cast, booking)
    acts = Act.objects.count()

    hold_back(cast, booking)

    assert Act.objects.count() == acts


def test_only_those_who_act_for_a_school_of_the_holder_hold_back(cast, ticket, booking):
    refused(NotAllowed, lambda: hold_back(cast, booking))
    make_appointment(person=ticket.person, school=cast.our_school)

    refused(errors.MayNotActFor, lambda: hold_back(cast, booking, by=cast.stranger))
    refused(
        NotAllowed,
        lambda: hold_back(cast, booking, school=cast.strangers_school, by=cast.stranger),
    )
    cast.our_school.memberships.all().delete()
    refused(errors.NotAMember, lambda: hold_back(cast, booking))


def test_after_the_free_cancel_day_a_school_cannot_hold_back(cast, ticket, booking):
    make_appointment(person=ticket.person, school=cast.our_school)

    refused(errors.TooLateToHoldBack, lambda: hold_back(cast, booking, at=LATE))
    refused(
        errors.TooLateToHoldBack,
        lambda: hold_back(cast, booking, at=datetime(2027, 1, 7, 0, 0, tzinfo=UTC)),
    )
    hold_back(cast, booking, at=datetime(2027, 1, 6, 23, 59, tzinfo=UTC))


# ---- The hub ------------------------------------------------------------------------------------


def test_the_hub_calling_a_cohort_off_restores_tickets(cast, cohort):
    standing, late = make_ticket(), make_ticket()
    late_booking = redeem(late, cohort)
    give_back(late_booking, at=LATE)
    booking = redeem(standing, cohort, at=LATE)

    cancel_cohort(cohort=cohort, reason="x", by=cast.hub_manager, at=LATE)

    assert now_is(standing)[:2] == (TicketStatus.ISSUED, None)
    assert now_is(late)[:2] == (TicketStatus.ISSUED, None)
    booking.refresh_from_db()
    assert (booking.status, booking.cancelled_from) == (BookingStatus.CANCELLED, "hub")
    kinds = Delivery.objects.filter(to=standing.email).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["cpd.ticket.issued", "cpd.ticket.redeemed", "cpd.ticket.given_back"]
    assert differences() == []


def test_whoever_came_or_stayed_away_has_used_the_ticket(ticket, booking):
    after = booking.cohort.ends_at

    settle_cohort(cohort_id=booking.cohort_id, by=Person.objects.portal(), at=after)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.COMPLETED
    assert now_is(ticket)[:2] == (TicketStatus.USED, booking)
    assert Act.objects.filter(verb="booking.completed", school="").count() == 1
    assert differences() == []


def test_the_hub_lets_a_ticket_live_again_whose_place_came_back_too_late(cast, ticket, booking):
    give_back(booking, at=LATE)

    give_ticket_back(ticket_id=ticket.pk, reason="A funeral", by=cast.hub_manager, at=LATE)

    assert now_is(ticket)[:2] == (TicketStatus.ISSUED, None)
    act = Act.objects.order_by("-pk")[0]
    assert (act.verb, act.reason, act.after["why"]) == ("ticket.lives_again", "A funeral", "hub")
    assert Delivery.objects.order_by("-pk")[0].kind == "cpd.ticket.lives_again"
    assert differences() == []


def test_new_dates_are_told_to_holder_and_school_once_each(cast, ticket, booking):
    make_appointment(person=ticket.person, school=cast.our_school)
    before = Delivery.objects.count()

    change_venue(cohort=booking.cohort, venue="Isleworth Town", by=cast.hub_manager, at=NOON)

    new = Delivery.objects.order_by("pk")[before:]
    assert sorted((mail.to, mail.kind) for mail in new) == [
        ("hana@our.example", "cpd.ticket.told"),
        (ticket.email, "cpd.changed"),
        ("rita@our.example", "cpd.ticket.told"),
    ]
    assert "New dates" in new[1].subject


# ---- What reps do with bookings is not for places of tickets -----------------------------------


def test_a_ticket_holders_place_is_not_cancelled_given_away_or_waived_as_a_schools(cast, booking):
    to = Delegate(full_name="Ola Other", email="ola@our.example")

    for by in (cast.rep, cast.hub_manager):
        refused(
            errors.BookedWithATicket,
            lambda by=by: substitute_delegate(
                booking_id=booking.pk, to=to, by=by, at=NOON, reason="x"
            ),
        )
        refused(
            errors.BookedWithATicket,
            lambda by=by: cancel_booking(booking_id=booking.pk, shown_kept=0, by=by, at=NOON),
        )
    refused(
        errors.NothingWasKept,
        lambda: waive_cancellation(booking_id=booking.pk, reason="x", by=cast.hub_manager, at=NOON),
    )


# ---- The proofs ---------------------------------------------------------------------------------


def test_the_books_check_finds_a_ticket_and_a_booking_that_do_not_go_together(cast, booking):
    other = make_ticket()
    FabulinusTicket.objects.filter(redeemed_by=booking).update(status="issued", redeemed_by=None)
    assert differences() == [f"Booking {booking.pk}: taken with a ticket, and no ticket holds it."]

    FabulinusTicket.objects.filter(pk=other.pk).update(status="redeemed", redeemed_by=booking)
    assert differences() == [
        f"Ticket {other.pk}: it and the booking it has bought do not go together."
    ]

    FabulinusTicket.objects.filter(pk=other.pk).update(status="issued", redeemed_by=None)
    FabulinusTicket.objects.filter(person=booking.delegate).update(
        status="used", redeemed_by=booking
    )
    assert len(differences()) == 1
