"""Guests: booked by the hub, invoiced, cancelled by their bands. Rules BK-14 and PU-2."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import BookingStatus, CancelledBy, PaidBy
from cpd.models import Booking, BookingRequest, InvoiceLine, InvoicePayer, Substitution
from cpd.services.apologies import send_apologies
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import PlannedSession, cancel_cohort, save_sessions
from cpd.services.delegates import Delegate
from cpd.services.guests import Payer, book_guest, cancel_guest, what_cancelling_keeps
from cpd.services.own_bookings import own_booking_page
from cpd.services.places import places_of
from cpd.services.proofs import differences
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from credits.errors import ReasonNeeded
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput, NotAllowed
from hub_portal.trail.models import Act
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort
from tests.makers.invoices import lines, make_guest, make_guest_order, make_invoice_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

LATE = IN_JANUARY - timedelta(days=1)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def cohort():
    return make_invoice_cohort(price=12, invoice_price=12_000, capacity=2)


@pytest.fixture
def guest(cast, cohort):
    return make_guest(cohort=cohort, by=cast.hub_manager)


def cancel(cast, booking, *, kept, at=NOON, reason="They asked for it"):
    return cancel_guest(
        booking_id=booking.pk, shown_kept=kept, reason=reason, by=cast.hub_manager, at=at
    )


def nothing_was_written():
    return not (
        Booking.objects.exists()
        or BookingRequest.objects.exists()
        or InvoiceLine.objects.exists()
        or InvoicePayer.objects.exists()
        or Delivery.objects.exists()
        or Act.objects.filter(verb__startswith="booking.").exists()
    )


def test_a_guest_has_a_place_without_a_school_and_a_payer(cast, cohort, guest):
    assert (guest.paid_by, guest.price, guest.price_pence) == (PaidBy.INVOICE, 0, 12_000)
    assert (guest.school, guest.named_as, guest.delegate.email) == (
        None,
        "Gwen Guest",
        "gwen@brunel.example",
    )
    assert guest.school_in_words == "Brunel University"
    assert (guest.payer.name, guest.payer.reference) == ("Brunel University", "PO 4711")
    assert guest.payer.address == "Kingston Lane\nUxbridge UB8 3PH"
    assert lines() == [(guest.pk, "line", "booked", 12_000)]
    assert places_of(cohort).left == 1
    assert places_of(cohort).with_tickets == 0
    assert Act.objects.get(verb="booking.made_for_guest").by == cast.hub_manager
    assert differences() == []


def test_the_guest_alone_is_told_with_price_and_payer(guest):
    letter = Delivery.objects.get()

    assert (letter.kind, letter.to) == ("cpd.booked", "gwen@brunel.example")
    assert "The hub has booked this place for Gwen Guest." in letter.body.text
    assert "It costs £120; the invoice goes to Brunel University." in letter.body.text


def test_sent_twice_a_guest_is_booked_once(cast, cohort):
    order = make_guest_order(cohort=cohort)

    first = book_guest(order=order, by=cast.hub_manager, at=NOON)
    second = book_guest(order=order, by=cast.hub_manager, at=NOON)

    assert first == second
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"shown_pence": 9_000}, errors.PriceHasChanged),
        ({"payer": Payer(name="Brunel", address=" ")}, errors.NobodyPays),
        ({"email": " "}, BadInput),
        ({"full_name": " "}, BadInput),
    ],
)
def test_a_guest_is_refused_and_nothing_is_written(cast, cohort, words, refusal):
    with pytest.raises(refusal):
        make_guest(cohort=cohort, by=cast.hub_manager, **words)

    assert nothing_was_written()


def test_a_guest_needs_a_cohort_with_an_invoice_price(cast):
    with pytest.raises(errors.NotByInvoice):
        make_guest(cohort=make_cohort(), by=cast.hub_manager)

    assert nothing_was_written()


def test_only_the_hub_books_guests(cast, cohort):
    with pytest.raises(NotAllowed):
        make_guest(cohort=cohort, by=cast.rep)

    assert nothing_was_written()


def test_a_guest_gets_no_place_on_a_full_cohort_nor_two_places(cast, cohort, guest):
    with pytest.raises(errors.AlreadyBooked):
        make_guest(cohort=cohort, by=cast.hub_manager)
    make_guest(cohort=cohort, by=cast.hub_manager, full_name="Una", email="una@x.example")
    with pytest.raises(errors.TooFewPlaces):
        make_guest(cohort=cohort, by=cast.hub_manager, full_name="Vi", email="vi@x.example")

    assert Booking.objects.count() == 2


def test_a_guest_may_be_booked_until_the_first_session_and_no_later(cast, cohort):
    closed = cohort.booking_closes_at + timedelta(minutes=1)

    assert make_guest(cohort=cohort, by=cast.hub_manager, at=closed).status == "booked"
    with pytest.raises(errors.CohortNotBookable):
        make_guest(cohort=cohort, by=cast.hub_manager, at=IN_JANUARY, email="una@x.example")


def test_cancelled_in_time_nothing_is_to_be_paid(cast, guest):
    cancelled = cancel(cast, guest, kept=0)

    assert (cancelled.status, cancelled.cancelled_from, cancelled.kept_pence) == (
        BookingStatus.CANCELLED,
        CancelledBy.GUEST,
        0,
    )
    assert lines()[1:] == [(guest.pk, "credit_note", "cancelled", 12_000)]
    letter = Delivery.objects.get(kind="cpd.cancelled")
    assert letter.to == "gwen@brunel.example"
    assert "The hub has cancelled the place" in letter.body.text
    assert "Nothing is to be paid." in letter.body.text
    assert not Delivery.objects.filter(kind="cpd.cancelled.booker").exists()
    assert Act.objects.get(verb="booking.cancelled").reason == "They asked for it"
    assert differences() == []


def test_cancelled_late_the_guests_invoice_stands(cast, guest):
    assert what_cancelling_keeps(booking=guest, at=LATE) == 12_000

    cancel(cast, guest, kept=12_000, at=LATE)

    assert len(lines()) == 1
    letter = Delivery.objects.get(kind="cpd.cancelled")
    assert "£120 of the invoice to Brunel University is to be paid" in letter.body.text
    assert differences() == []


def test_a_late_guests_place_taken_again_is_credited_and_the_guest_told(cast, cohort, guest):
    year = give_credits(school=cast.our_school, credits=12)
    cancel(cast, guest, kept=12_000, at=LATE)

    taken = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=LATE)

    guest.refresh_from_db()
    assert (guest.refilled_by, guest.kept_pence) == (taken, 0)
    assert lines()[1:] == [(guest.pk, "credit_note", "taken_again", 12_000)]
    assert Delivery.objects.get(kind="cpd.returned.booker").to == "gwen@brunel.example"
    assert figures_of(cast.our_school, year) == Figures(committed=12)
    assert differences() == []


@pytest.mark.parametrize(
    ("words", "refusal"),
    [({"reason": " "}, ReasonNeeded), ({"at": LATE}, errors.EffectHasChanged)],
)
def test_cancelling_a_guest_is_refused_and_changes_nothing(cast, guest, words, refusal):
    acts = Act.objects.count()

    with pytest.raises(refusal):
        cancel(cast, guest, kept=0, **words)

    guest.refresh_from_db()
    assert guest.status == BookingStatus.BOOKED
    assert (len(lines()), Act.objects.count()) == (1, acts)


def test_the_hub_cancels_no_schools_place_this_way_and_no_school_a_guests(cast, cohort, guest):
    give_credits(school=cast.our_school)
    ours = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    with pytest.raises(errors.NotAGuest):
        cancel(cast, ours, kept=12)
    with pytest.raises(errors.BookedForAGuest):
        cancel_booking(booking_id=guest.pk, shown_kept=0, by=cast.rep, at=NOON)
    with pytest.raises(NotAllowed):
        cancel_guest(booking_id=guest.pk, shown_kept=0, reason="x", by=cast.rep, at=NOON)

    assert Booking.objects.booked().count() == 2


def test_cancelling_twice_writes_one_credit_note(cast, guest):
    cancel(cast, guest, kept=0)
    cancel(cast, guest, kept=0)

    assert len(lines()) == 2


def test_a_cohort_called_off_tells_the_guest_that_nothing_is_to_be_paid(cast, cohort, guest):
    cancel_cohort(cohort=cohort, reason="Snow", by=cast.hub_manager, at=NOON)

    assert lines()[1:] == [(guest.pk, "credit_note", "cohort_cancelled", 12_000)]
    letter = Delivery.objects.get(kind="cpd.cancelled")
    assert "Nothing is to be paid." in letter.body.text
    assert not Delivery.objects.filter(kind__startswith="cpd.ticket").exists()
    assert differences() == []


def test_a_guest_hears_of_new_dates(cast, cohort, guest):
    later = PlannedSession(
        starts_at=IN_JANUARY + timedelta(days=7),
        ends_at=IN_JANUARY + timedelta(days=7, hours=3),
        session_id=cohort.sessions.get().pk,
    )

    save_sessions(cohort=cohort, sessions=[later], by=cast.hub_manager, at=NOON)

    assert [letter.to for letter in Delivery.objects.filter(kind="cpd.changed")] == [
        "gwen@brunel.example"
    ]


def test_completed_a_guest_owes_the_whole_invoice(cast, cohort, guest):
    settle_cohort(cohort_id=cohort.pk, by=cast.hub_manager, at=cohort.ends_at)

    guest.refresh_from_db()
    assert (guest.status, guest.kept_pence) == (BookingStatus.COMPLETED, 12_000)
    assert differences() == []


def test_the_hub_gives_a_guests_place_to_another_guest_with_a_reason(cast, guest):
    to = Delegate(full_name="Una Unlucky", email="una@brunel.example")

    with pytest.raises(ReasonNeeded):
        substitute_delegate(booking_id=guest.pk, to=to, by=cast.hub_manager, at=NOON)
    changed = substitute_delegate(
        booking_id=guest.pk, to=to, by=cast.hub_manager, at=NOON, reason="Agreed with them"
    )

    assert (changed.named_as, changed.delegate.email) == ("Una Unlucky", "una@brunel.example")
    assert Substitution.objects.get().from_named_as == "Gwen Guest"
    told = Delivery.objects.exclude(dedupe_key__contains=":booked:0").order_by("pk")
    assert {letter.to for letter in told if "guest" not in letter.to} >= {
        "una@brunel.example",
        "gwen@brunel.example",
    }


def test_a_guest_named_twice_without_an_address_is_one_change(cast, guest):
    facts = {"booking_id": guest.pk, "by": cast.hub_manager, "at": NOON, "reason": "Agreed"}

    changed = substitute_delegate(to=Delegate(full_name="Una Unlucky"), **facts)
    again = substitute_delegate(to=Delegate(full_name="una unlucky"), **facts)

    assert again.delegate == changed.delegate
    assert Substitution.objects.count() == 1


def test_a_guest_sends_apologies_to_the_hub(cast, guest):
    send_apologies(booking_id=guest.pk, by=guest.delegate, at=NOON)

    letter = Delivery.objects.get(kind="cpd.apologies")
    assert letter.to == cast.hub_manager.email
    assert f"/admin/cpd/booking/{guest.pk}/change/" in letter.body.text


def test_a_guest_finds_the_place_among_their_own(cast, guest):
    page = own_booking_page(booking=guest, person=guest.delegate, at=NOON)

    assert (page.is_with_a_ticket, page.may_send_apologies) == (False, True)
    assert page.voice == cast.hub_manager
