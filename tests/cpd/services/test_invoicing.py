"""Places by invoice: booked, cancelled, taken again, called off, completed. Rule BK-14."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cpd import errors
from cpd.choices import BookingStatus, InvoiceKind, PaidBy
from cpd.models import Booking, BookingRequest, InvoiceLine, InvoiceRaised
from cpd.services.approving import lapse_unapproved
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking, effect_of_cancelling, waive_cancellation
from cpd.services.cohorts import cancel_cohort, change_cohort
from cpd.services.delegates import Delegate
from cpd.services.invoicing import mark_raised
from cpd.services.leaving import give_up_places, places_held
from cpd.services.proofs import differences
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from credits.choices import ApprovalStatus
from credits.errors import NotEnoughCredits
from credits.models import Approval, JournalEntry
from credits.services.approvals import approve_spending, decline_spending
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.shared.append_only import AppendOnlyError
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.models import Person
from tests.makers.approvals import limit
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_order
from tests.makers.invoices import (
    book_by_invoice,
    lines,
    make_invoice_cohort,
    make_invoice_order,
)
from tests.makers.schools import NOON, make_cast
from tests.makers.waiting import make_full_course, offers, wait

pytestmark = pytest.mark.django_db

LATE = IN_JANUARY - timedelta(days=1)
HALF = [{"working_days": 0, "percent_returned": 50}]


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def cohort():
    return make_invoice_cohort(price=12, invoice_price=12_000)


@pytest.fixture
def booking(cast, cohort):
    [booking] = book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep)
    return booking


def cancel_late(booking, by, *, kept):
    return cancel_booking(booking_id=booking.pk, shown_kept=kept, by=by, at=LATE)


# ---- Booking ------------------------------------------------------------------------------------


def test_places_by_invoice_touch_no_credits_and_write_a_line_each(cast, cohort):
    """Rule BK-14."""
    year = give_credits(school=cast.our_school, credits=5)
    entries = JournalEntry.objects.count()

    one, two = book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep, places=2)

    assert (one.paid_by, one.price, one.price_pence) == (PaidBy.INVOICE, 0, 12_000)
    assert (one.status, one.kept, one.kept_pence) == (BookingStatus.BOOKED, None, None)
    assert lines() == [
        (one.pk, "line", "booked", 12_000),
        (two.pk, "line", "booked", 12_000),
    ]
    assert figures_of(cast.our_school, year) == Figures(available=5)
    assert JournalEntry.objects.count() == entries
    acts = Act.objects.filter(subject=f"booking:{one.pk}").order_by("pk")
    assert [(act.verb, act.after) for act in acts] == [
        (
            "invoice_line.line",
            {"cause": "booked", "pence": 12_000},
        ),
        (
            "booking.made",
            {"cohort": cohort.pk, "price": 12_000, "paid_by": "invoice"},
        ),
    ]
    assert differences() == []


def test_sent_twice_it_is_invoiced_once(cast, cohort):
    order = make_invoice_order(cohort=cohort, school=cast.our_school)

    first = book_places(order=order, by=cast.rep, at=NOON)
    second = book_places(order=order, by=cast.rep, at=NOON)

    assert first == second
    assert len(lines()) == 1


def test_the_confirmation_says_the_pounds_and_no_credits(cast, cohort, booking):
    letter = Delivery.objects.get(kind="cpd.booked.booker")

    assert "invoice of £120; no credits are used" in letter.body.text
    assert "committed" not in letter.body.text


def test_too_few_credits_are_refused_with_the_other_way(cast, cohort):
    order = make_order(cohort=cohort, school=cast.our_school)

    with pytest.raises(NotEnoughCredits) as refused:
        book_places(order=order, by=cast.rep, at=NOON)

    assert refused.value.sentence == (
        "This needs 12 credits and your school has 0 credits available. Choose fewer places, or "
        "ask the hub. Or choose an invoice to the school instead: £120 a place."
    )
    assert not Booking.objects.exists()
    assert not BookingRequest.objects.exists()
    assert not InvoiceLine.objects.exists()


@pytest.mark.parametrize(
    ("allowed", "shown", "refusal"),
    [(None, 12_000, errors.NotByInvoice), (15_000, 12_000, errors.PriceHasChanged)],
)
def test_an_invoice_is_refused_where_it_is_not_allowed_or_costs_another_price(
    cast, cohort, allowed, shown, refusal
):
    change_cohort(cohort=cohort, invoice_price=allowed, by=cast.hub_manager, at=NOON)
    order = make_invoice_order(cohort=cohort, school=cast.our_school, shown_price=shown)

    with pytest.raises(refusal):
        book_places(order=order, by=cast.rep, at=NOON)

    assert not Booking.objects.exists()
    assert not InvoiceLine.objects.exists()
    assert not Delivery.objects.exists()


def test_a_full_cohort_is_refused_however_it_is_paid(cast):
    give_credits(school=cast.our_school)
    cohort, _ = make_full_course(school=cast.our_school, by=cast.rep, invoice_price=12_000)
    order = make_invoice_order(cohort=cohort, school=cast.strangers_school)

    with pytest.raises(errors.TooFewPlaces):
        book_places(order=order, by=cast.stranger, at=NOON)

    assert not InvoiceLine.objects.exists()


def test_what_the_waiting_list_offers_may_be_accepted_by_invoice(cast):
    give_credits(school=cast.our_school)
    cohort, [held] = make_full_course(school=cast.our_school, by=cast.rep, invoice_price=12_000)
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel_booking(booking_id=held.pk, shown_kept=0, by=cast.rep, at=NOON)

    [booking] = book_by_invoice(
        cohort=cohort, school=cast.strangers_school, by=cast.stranger, entry_id=entry.pk
    )

    assert lines() == [(booking.pk, "line", "booked", 12_000)]
    assert [status for *_, status in offers()] == ["accepted"]
    assert differences() == []


# ---- Cancelling ---------------------------------------------------------------------------------


def test_cancelled_in_time_everything_is_credited(cast, booking):
    cancelled = cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert (cancelled.kept, cancelled.returned, cancelled.kept_pence) == (0, 0, 0)
    assert lines()[1:] == [(booking.pk, "credit_note", "cancelled", 12_000)]
    letter = Delivery.objects.get(kind="cpd.cancelled.booker")
    assert "Nothing is to be paid." in letter.body.text
    assert differences() == []


def test_cancelled_late_the_invoice_stands(cast, booking):
    cancelled = cancel_late(booking, cast.rep, kept=12_000)

    assert cancelled.kept_pence == 12_000
    assert lines() == [(booking.pk, "line", "booked", 12_000)]
    letter = Delivery.objects.get(kind="cpd.cancelled.booker")
    assert "£120 of the invoice is still to be paid" in letter.body.text
    assert differences() == []


def test_what_is_kept_is_rounded_down_to_the_penny(cast):
    cohort = make_invoice_cohort(invoice_price=1_235)
    [booking] = book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep)
    Booking.objects.update(bands=HALF)

    cancelled = cancel_late(booking, cast.rep, kept=617)

    assert cancelled.kept_pence == 617
    assert lines()[1:] == [(booking.pk, "credit_note", "cancelled", 618)]
    assert differences() == []


def test_cancelling_is_refused_when_more_would_be_to_pay_than_shown(cast, booking):
    acts = Act.objects.count()

    with pytest.raises(errors.EffectHasChanged) as refused:
        cancel_late(booking, cast.rep, kept=0)

    assert "would keep £120" in refused.value.sentence
    assert len(lines()) == 1
    assert Act.objects.count() == acts


def test_cancelling_twice_writes_one_credit_note(cast, booking):
    for _ in range(2):
        cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert len(lines()) == 2


def test_the_bands_and_the_price_are_those_of_the_booking(cast, cohort, booking):
    change_cohort(cohort=cohort, invoice_price=99_900, by=cast.hub_manager, at=NOON)

    booking.refresh_from_db()
    refund = effect_of_cancelling(booking=booking, at=LATE)

    assert (refund.kept, refund.returned) == (12_000, 0)


def test_the_hub_waives_what_was_to_be_paid_once(cast, booking):
    cancel_late(booking, cast.rep, kept=12_000)

    waived = waive_cancellation(
        booking_id=booking.pk, reason="Agreed", by=cast.hub_manager, at=LATE
    )
    with pytest.raises(errors.NothingWasKept):
        waive_cancellation(booking_id=booking.pk, reason="Again", by=cast.hub_manager, at=LATE)

    assert waived.kept_pence == 0
    assert lines()[1:] == [(booking.pk, "credit_note", "waived", 12_000)]
    letter = Delivery.objects.get(kind="cpd.returned.booker")
    assert "£120 that a late cancellation had left on the invoice is taken off" in letter.body.text
    assert differences() == []


def test_a_place_taken_again_with_credits_credits_the_invoice(cast, cohort, booking):
    give_credits(school=cast.strangers_school, credits=12)
    cancel_late(booking, cast.rep, kept=12_000)

    taken = make_booking(cohort=cohort, school=cast.strangers_school, by=cast.stranger, at=LATE)

    booking.refresh_from_db()
    assert (booking.refilled_by, booking.kept_pence) == (taken, 0)
    assert lines()[1:] == [(booking.pk, "credit_note", "taken_again", 12_000)]
    assert differences() == []


def test_a_place_taken_again_by_invoice_gives_credits_back(cast, cohort):
    year = give_credits(school=cast.our_school, credits=12)
    late = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    cancel_late(late, cast.rep, kept=12)

    [taken] = book_by_invoice(
        cohort=cohort, school=cast.strangers_school, by=cast.stranger, at=LATE
    )

    late.refresh_from_db()
    assert (late.refilled_by, late.kept, late.returned) == (taken, 0, 12)
    assert figures_of(cast.our_school, year) == Figures(available=12)
    assert lines() == [(taken.pk, "line", "booked", 12_000)]
    assert differences() == []


def test_a_cohort_called_off_keeps_nothing_of_any_invoice(cast, cohort, booking):
    [stands] = book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep)
    cancel_late(booking, cast.rep, kept=12_000)

    cancel_cohort(cohort=cohort, reason="The speaker is ill", by=cast.hub_manager, at=LATE)

    assert sorted(lines()[2:]) == sorted(
        (pk, "credit_note", "cohort_cancelled", 12_000) for pk in (booking.pk, stands.pk)
    )
    letter = Delivery.objects.get(
        dedupe_key=f"booking_request:{stands.request_id}:cancelled:cohort"
    )
    assert "Nothing is to be paid for it." in letter.body.text
    assert "come back" not in letter.body.text
    assert differences() == []


def test_completed_the_whole_invoice_is_owed(cast, cohort, booking):
    settle_cohort(cohort_id=cohort.pk, by=cast.hub_manager, at=cohort.ends_at)

    booking.refresh_from_db()
    assert (booking.status, booking.kept_pence, booking.kept) == ("completed", 12_000, 0)
    assert len(lines()) == 1
    assert differences() == []


def test_a_school_that_leaves_gets_a_credit_note_for_what_it_gives_up(cast, booking):
    [held] = places_held(cast.our_school)

    give_up_places(school=cast.our_school, subjects={held.about}, by=cast.hub_manager, at=NOON)

    assert held.words.endswith("£120 by invoice")
    assert lines()[1:] == [(booking.pk, "credit_note", "cancelled", 12_000)]
    assert differences() == []


def test_a_substitute_changes_nothing_about_the_invoice(cast, booking):
    to = Delegate(full_name="Ann", email="ann@our.example")

    substitute_delegate(booking_id=booking.pk, to=to, by=cast.rep, at=NOON)

    assert len(lines()) == 1
    assert differences() == []


# ---- Approval -----------------------------------------------------------------------------------


@pytest.fixture
def held(cast, cohort):
    """Two places, worth 24 credits, above the limit of 20."""
    limit(school=cast.our_school, by=cast.headteacher, credits=20)
    return book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep, places=2)


def approval_of(held):
    return Approval.objects.get(about=f"invoiced_request:{held[0].request_id}")


def test_above_the_limit_the_headteacher_is_asked_and_nothing_is_invoiced(cast, held):
    """Rule CR-14: the limit counts what the places are worth in credits."""
    approval = approval_of(held)

    assert [booking.status for booking in held] == [BookingStatus.AWAITING] * 2
    assert approval.credits == 24
    assert lines() == []
    letter = Delivery.objects.get(kind="credits.approval_asked")
    assert letter.subject.startswith("Places by invoice for your approval")
    assert "Paid by: an invoice of £240 to the school, not with credits" in letter.body.text
    assert "Places are held until" in letter.body.text
    assert differences() == []


def test_approved_each_place_has_its_line(cast, held):
    approve_spending(approval_id=approval_of(held).pk, by=cast.headteacher, at=NOON)

    assert lines() == [(booking.pk, "line", "booked", 12_000) for booking in held]
    assert differences() == []


def test_declined_nothing_was_ever_owed(cast, held):
    decline_spending(
        approval_id=approval_of(held).pk, reason="Too dear", by=cast.headteacher, at=NOON
    )

    assert set(Booking.objects.values_list("status", "kept_pence")) == {("cancelled", 0)}
    assert lines() == []
    letter = Delivery.objects.get(kind="credits.approval_refused")
    assert "there is no invoice" in letter.body.text
    assert differences() == []


def test_what_nobody_approved_in_time_lapses(cast, cohort, held):
    lapse_unapproved(cohort_id=cohort.pk, at=approval_of(held).answer_by)

    assert approval_of(held).status == ApprovalStatus.LAPSED
    assert Booking.objects.live().count() == 0
    assert lines() == []


def test_one_of_two_given_up_before_the_answer_asks_for_half(cast, held):
    cancel_booking(booking_id=held[0].pk, shown_kept=0, by=cast.rep, at=NOON)
    assert approval_of(held).credits == 12

    cancel_booking(booking_id=held[1].pk, shown_kept=0, by=cast.rep, at=NOON)
    assert approval_of(held).status == ApprovalStatus.WITHDRAWN
    assert lines() == []
    assert differences() == []


# ---- Lines --------------------------------------------------------------------------------------


def test_a_line_is_never_changed_nor_deleted(booking):
    line = InvoiceLine.objects.get()

    with pytest.raises(AppendOnlyError):
        line.save()
    with pytest.raises(AppendOnlyError):
        line.delete()
    for statement in ("UPDATE cpd_invoiceline SET pence = 1", "DELETE FROM cpd_invoiceline"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert InvoiceLine.objects.get().pence == 12_000


def test_one_cause_is_written_once_whoever_forgets(booking):
    line = InvoiceLine.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        InvoiceLine.objects.create(
            key=line.key,
            booking=booking,
            kind=InvoiceKind.LINE,
            cause="booked",
            pence=1,
            at=NOON,
            by=Person.objects.portal(),
        )


def test_a_line_is_marked_as_raised_once_under_its_number(cast, booking):
    line = InvoiceLine.objects.get()

    raised = mark_raised(line_id=line.pk, number=" INV 2041 ", by=cast.hub_manager, at=NOON)
    again = mark_raised(line_id=line.pk, number="INV 2041", by=cast.hub_manager, at=NOON)
    with pytest.raises(errors.AlreadyRaised, match="as INV 2041"):
        mark_raised(line_id=line.pk, number="INV 2042", by=cast.hub_manager, at=NOON)

    assert raised == again
    assert InvoiceRaised.objects.get().number == "INV 2041"
    act = Act.objects.get(verb="invoice_line.raised")
    assert act.after == {"number": "INV 2041", "booking": booking.pk}


def test_a_line_without_a_number_is_not_raised(cast, booking):
    with pytest.raises(BadInput):
        mark_raised(line_id=InvoiceLine.objects.get().pk, number=" ", by=cast.rep, at=NOON)

    assert not InvoiceRaised.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"price_pence": 11_000}, "make 12000 pence, and 11000 are owed"),
        ({"status": "cancelled", "kept_pence": 0}, "make 12000 pence, and 0 are owed"),
    ],
)
def test_the_books_check_finds_lines_that_are_not_what_is_owed(cast, booking, change, sentence):
    ended = {"kept": 0, "returned": 0, "cancelled_by": cast.rep, "cancelled_at": NOON}
    more = ended | {"cancelled_from": "school"} if "status" in change else {}
    Booking.objects.update(**change, **more)

    [found] = differences()

    assert sentence in found
