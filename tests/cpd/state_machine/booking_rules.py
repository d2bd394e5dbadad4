"""A rep books, sends the page twice, gives places to others, cancels; the hub waives."""

import itertools

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from cpd.choices import HOLDS_A_PLACE
from cpd.models import Booking
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking, effect_of_cancelling, waive_cancellation
from cpd.services.substituting import substitute_delegate
from tests.cpd.state_machine.seen import changed_tables, every_table
from tests.cpd.state_machine.world import as_typed, some_cohort, some_name, some_names, some_row
from tests.makers.cpd import make_order

_numbers = itertools.count(1)


class BookingRules:
    @rule(ours=st.booleans(), who=st.integers(0, 2), cohort=some_cohort, names=some_names)
    def book(self, ours, who, cohort, names):
        self._book(ours, who, cohort, names)

    @rule(ours=st.booleans(), cohort=some_cohort, names=some_names, waits=some_names)
    def book_and_wait_for_the_rest(self, ours, cohort, names, waits):
        self._book(ours, 0, cohort, names, waits=tuple(as_typed(name) for name in waits))

    def _book(self, ours, who, cohort, names, **more):
        school = self.schools[0 if ours else 1]
        order = make_order(
            cohort=self.cohort(cohort),
            school=school,
            delegates=[as_typed(name) for name in names],
            key=f"machine-{next(_numbers)}",
            **more,
        )
        self.send(book_places, order=order, by=self.caller(school, who))

    @precondition(lambda self: self.sent)
    @rule(number=some_row)
    def send_a_page_again(self, number):
        """Invariant 9: the same key gives the same answer and changes nothing, at any time."""
        verb, facts, first = self.pick(self.sent, number)
        before = every_table()

        assert verb(at=self.at, **facts) == first

        assert changed_tables(before) == set()

    @rule(number=some_row, who=st.integers(0, 2), reason=st.sampled_from(["", "illness"]))
    def cancel(self, number, who, reason):
        booking = self._live_first(number)
        if booking is not None and booking.school is not None:
            self.attempt(
                cancel_booking,
                booking_id=booking.pk,
                shown_kept=effect_of_cancelling(booking=booking, at=self.at).kept,
                reason_code=reason,
                by=self.caller(booking.school, who),
            )

    @rule(number=some_row)
    def waive(self, number):
        booking = self.pick(Booking.objects.order_by("-kept", "pk"), number % 2)
        if booking is not None:
            self.attempt(waive_cancellation, booking_id=booking.pk, reason="x", by=self.manager)

    @rule(number=some_row, name=some_name, who=st.sampled_from(["school", "hub", "organiser"]))
    def substitute(self, number, name, who):
        booking = self._live_first(number)
        if booking is not None:
            school = booking.school or self.cast.our_school
            callers = {
                "school": self.caller(school),
                "hub": self.manager,
                "organiser": self.organiser,
            }
            self.attempt(
                substitute_delegate,
                booking_id=booking.pk,
                to=as_typed(name),
                reason="x",
                by=callers[who],
            )

    @rule(number=some_row, verb=st.sampled_from([cancel_booking, substitute_delegate]))
    def somebody_of_another_school_tries(self, number, verb):
        booking = self.pick(Booking.objects.order_by("pk"), number)
        if booking is not None:
            is_ours = booking.school == self.cast.our_school
            stranger = self.cast.stranger if is_ours else self.cast.rep
            facts = {"to": as_typed("Bob")} if verb is substitute_delegate else {"shown_kept": 99}
            assert self.attempt(verb, booking_id=booking.pk, by=stranger, **facts) is None, (
                "a stranger changed a booking"
            )

    def _live_first(self, number):
        """Mostly a place that is held; sometimes one that is gone."""
        bookings = Booking.objects.select_related("school", "cohort").order_by("pk")
        live = [booking for booking in bookings if booking.status in HOLDS_A_PLACE]
        return self.pick(bookings if number > 9 else live, number)
