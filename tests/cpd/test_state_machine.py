"""Any order of booking, waiting, approving, changing, cancelling and completing keeps the rules.

The invariants are those of the books check and of the places; they are looked at after
every step.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cpd.choices import CohortStatus, EntryStatus, OfferStatus
from cpd.models import Booking, Cohort, LateCall, Offer, WaitingDelegate, WaitingEntry
from cpd.services.approving import lapse_unapproved
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking, effect_of_cancelling, waive_cancellation
from cpd.services.cohorts import cancel_cohort, change_capacity
from cpd.services.delegates import Delegate
from cpd.services.line import line_of
from cpd.services.places import places_of
from cpd.services.proofs import differences
from cpd.services.running_lists import run_waiting_list
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from cpd.services.turns import decline_offer, offer_out_of_turn
from cpd.services.waiting import Wish, join_waiting_list, leave_waiting_list
from credits.choices import ApprovalStatus
from credits.models import Approval, JournalEntry, Transfer
from credits.services.approvals import approve_spending, decline_spending
from credits.services.figures import figures_of
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import PortalError
from hub_portal.trail.models import Act
from tests.makers.approvals import limit
from tests.makers.cpd import give_credits, make_cohort, make_order
from tests.makers.schools import NOON, make_cast

PEOPLE = [f"Teacher {n}" for n in range(8)]
WAITING = (WaitingEntry, WaitingDelegate, Offer, LateCall)
TABLES = (Booking, Approval, JournalEntry, Transfer, Act, Delivery, *WAITING)


class YearOfBookings(RuleBasedStateMachine):
    """Two schools, three cohorts, and a clock that only goes forward."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.cast = make_cast()
        self.schools = {
            self.cast.our_school: self.cast.rep,
            self.cast.strangers_school: self.cast.stranger,
        }
        limit(school=self.cast.our_school, by=self.cast.headteacher, credits=15)
        self.received = 60
        for school in self.schools:
            self.year = give_credits(school=school, credits=self.received)
        self.cohorts = [
            make_cohort(price=price, capacity=capacity, starts_at=NOON + timedelta(days=days))
            for price, capacity, days in ((12, 2, 20), (7, 4, 40), (0, 3, 60))
        ]
        self.at = NOON
        self.last_order = None

    def attempt(self, act):
        """Do it; a refusal must have written nothing."""
        before = [table.objects.count() for table in TABLES]
        try:
            with transaction.atomic():
                act()
        except PortalError:
            assert [table.objects.count() for table in TABLES] == before

    @rule(hours=st.integers(1, 24 * 12))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @rule(
        ours=st.booleans(),
        cohort=st.integers(0, 2),
        names=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3),
    )
    def book(self, ours, cohort, names):
        school = list(self.schools)[ours]
        delegates = [Delegate(full_name=n, email=f"{n[-1]}-{school.pk}@our.example") for n in names]
        order = make_order(cohort=self.cohorts[cohort], school=school, delegates=delegates)
        self.last_order = (order, self.schools[school])
        self.attempt(lambda: book_places(order=order, by=self.schools[school], at=self.at))

    @precondition(lambda self: self.last_order is not None)
    @rule()
    def send_the_same_page_again(self):
        order, rep = self.last_order
        before = Booking.objects.filter(request__key=order.key).count()
        if before:
            book_places(order=order, by=rep, at=self.at)
            assert Booking.objects.filter(request__key=order.key).count() == before

    def some_booking(self, number):
        bookings = list(Booking.objects.order_by("pk"))
        return bookings[number % len(bookings)] if bookings else None

    @rule(number=st.integers(0, 50))
    def cancel(self, number):
        booking = self.some_booking(number)
        if booking:
            kept = effect_of_cancelling(booking=booking, at=self.at).kept
            rep = self.schools[booking.school]
            self.attempt(
                lambda: cancel_booking(booking_id=booking.pk, shown_kept=kept, by=rep, at=self.at)
            )

    @rule(number=st.integers(0, 50))
    def waive(self, number):
        booking = self.some_booking(number)
        if booking:
            self.attempt(
                lambda: waive_cancellation(
                    booking_id=booking.pk, reason="x", by=self.cast.hub_manager, at=self.at
                )
            )

    @rule(number=st.integers(0, 50), name=st.sampled_from(PEOPLE))
    def substitute(self, number, name):
        booking = self.some_booking(number)
        if booking:
            to = Delegate(full_name=name, email=f"{name[-1]}-{booking.school_id}@our.example")
            rep = self.schools[booking.school]
            self.attempt(
                lambda: substitute_delegate(booking_id=booking.pk, to=to, by=rep, at=self.at)
            )

    @rule(
        ours=st.booleans(),
        cohort=st.integers(0, 2),
        wanted=st.integers(1, 3),
        all_or_none=st.booleans(),
        name=st.sampled_from(PEOPLE),
    )
    def wait(self, ours, cohort, wanted, all_or_none, name):
        school = list(self.schools)[ours]
        named = Delegate(full_name=name, email=f"{name[-1]}-{school.pk}@our.example")
        wish = Wish(
            cohort_id=self.cohorts[cohort].pk,
            school_id=school.pk,
            delegates=(named, *[Delegate()] * (wanted - 1)),
            all_or_none=all_or_none,
        )
        self.attempt(lambda: join_waiting_list(wish=wish, by=self.schools[school], at=self.at))

    def some_entry(self, number):
        """Those with an offer first, so that offers are answered often."""
        entries = list(WaitingEntry.objects.waiting().order_by("-offers__status", "pk"))
        return entries[number % len(entries)] if entries else None

    @rule(number=st.integers(0, 3), places=st.integers(1, 3))
    def accept(self, number, places):
        entry = self.some_entry(number)
        if entry:
            order = make_order(
                cohort=entry.cohort,
                school=entry.school,
                delegates=[Delegate()] * places,
                entry_id=entry.pk,
            )
            rep = self.schools[entry.school]
            self.attempt(lambda: book_places(order=order, by=rep, at=self.at))

    @rule(number=st.integers(0, 3), stays=st.booleans())
    def decline_or_leave(self, number, stays):
        entry = self.some_entry(number)
        if entry:
            act = decline_offer if stays else leave_waiting_list
            rep = self.schools[entry.school]
            self.attempt(lambda: act(entry_id=entry.pk, by=rep, at=self.at))

    @rule(number=st.integers(0, 3), places=st.integers(1, 3))
    def offer_before_its_turn(self, number, places):
        entry = self.some_entry(number)
        if entry:
            manager = self.cast.hub_manager
            self.attempt(
                lambda: offer_out_of_turn(
                    entry_id=entry.pk, places=places, reason="x", by=manager, at=self.at
                )
            )

    @rule(number=st.integers(0, 3), yes=st.booleans())
    def answer(self, number, yes):
        waiting = list(Approval.objects.asked().order_by("pk"))
        if waiting:
            asked = waiting[number % len(waiting)]
            how = {"approval_id": asked.pk, "by": self.cast.headteacher, "at": self.at}
            if yes:
                self.attempt(lambda: approve_spending(**how))
            else:
                self.attempt(lambda: decline_spending(reason="x", **how))

    @rule(cohort=st.integers(0, 2))
    def the_clock_lets_requests_lapse(self, cohort):
        lapse_unapproved(cohort_id=self.cohorts[cohort].pk, at=self.at)

        waiting = Booking.objects.awaiting().filter(cohort=self.cohorts[cohort])
        for booking in waiting:
            about = f"booking_request:{booking.request_id}"
            assert Approval.objects.get(about=about).answer_by > self.at

    @rule(cohort=st.integers(0, 2))
    def the_clock_looks_after_a_list(self, cohort):
        cohort = self.cohorts[cohort]
        run_waiting_list(cohort_id=cohort.pk, by=self.cast.hub_manager, at=self.at)

        cohort.refresh_from_db()
        assert not Offer.objects.overdue(self.at).filter(entry__cohort=cohort).exists()
        line = line_of(cohort=cohort, at=self.at)
        assert [each.entry for each in line.waiting if each.takes] == []

    @rule(cohort=st.integers(0, 2), capacity=st.integers(1, 6))
    def change_places(self, cohort, capacity):
        self.attempt(
            lambda: change_capacity(
                cohort=self.cohorts[cohort],
                capacity=capacity,
                by=self.cast.hub_manager,
                at=self.at,
            )
        )

    @rule(cohort=st.integers(0, 2))
    def call_off(self, cohort):
        self.attempt(
            lambda: cancel_cohort(
                cohort=self.cohorts[cohort], reason="x", by=self.cast.hub_manager, at=self.at
            )
        )

    @rule(cohort=st.integers(0, 2))
    def settle(self, cohort):
        self.attempt(
            lambda: settle_cohort(
                cohort_id=self.cohorts[cohort].pk, by=self.cast.hub_manager, at=self.at
            )
        )

    @invariant()
    def the_books_and_the_places_agree(self):
        if not hasattr(self, "cast"):
            return
        assert differences() == []
        for school in self.schools:
            figures = figures_of(school, self.year)
            assert figures.received == self.received
            assert min(figures.committed, figures.spent, figures.available) >= 0
        for cohort in Cohort.objects.all():
            live = cohort.bookings.live()
            assert places_of(cohort).live <= cohort.capacity
            there = [delegate for delegate in live.values_list("delegate", flat=True) if delegate]
            assert len(there) == len(set(there))
            if cohort.status != CohortStatus.OFFERED:
                assert not cohort.bookings.standing().exists()
                assert not cohort.waiting.waiting().exists()
        for approval in Approval.objects.all():
            waiting = Booking.objects.awaiting().filter(request=approval.about.partition(":")[2])
            held = sum(booking.price for booking in waiting)
            assert held == (approval.credits if approval.status == ApprovalStatus.ASKED else 0)
        for entry in WaitingEntry.objects.all():
            offers = entry.offers.filter(status=OfferStatus.OFFERED)
            assert offers.count() <= (entry.status == EntryStatus.WAITING)


@pytest.mark.django_db
def test_any_order_of_acts_keeps_every_invariant():
    run_state_machine_as_test(
        YearOfBookings,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
