"""Schools wait, are offered places, accept, decline, leave; headteachers say yes or no."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cpd.models import WaitingEntry
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from cpd.services.turns import decline_offer, offer_out_of_turn
from cpd.services.waiting import Wish, join_waiting_list, leave_waiting_list
from credits.choices import ApprovalStatus
from credits.models import Approval
from credits.services.approvals import approve_spending, decline_spending
from tests.cpd.state_machine.world import as_typed, some_cohort, some_names, some_row
from tests.makers.cpd import make_order


class WaitingRules:
    @rule(ours=st.booleans(), cohort=some_cohort, names=some_names, all_or_none=st.booleans())
    def wait(self, ours, cohort, names, all_or_none):
        school = self.schools[0 if ours else 1]
        wish = Wish(
            cohort_id=self.cohort(cohort).pk,
            school_id=school.pk,
            delegates=tuple(as_typed(name) for name in names),
            all_or_none=all_or_none,
        )
        self.attempt(join_waiting_list, wish=wish, by=self.caller(school))

    def entry(self, number):
        """Those with an offer first, so that offers are answered often."""
        entries = WaitingEntry.objects.waiting().select_related("cohort", "school")
        return self.pick(entries.order_by("-offers__status", "pk").distinct(), number)

    @rule(number=st.integers(0, 3), places=st.integers(1, 3))
    def accept(self, number, places):
        entry = self.entry(number)
        if entry is not None:
            order = make_order(
                cohort=entry.cohort,
                school=entry.school,
                delegates=[Delegate()] * places,
                entry_id=entry.pk,
            )
            self.send(book_places, order=order, by=self.caller(entry.school))

    @rule(number=st.integers(0, 3), verb=st.sampled_from([decline_offer, leave_waiting_list]))
    def decline_or_leave(self, number, verb):
        entry = self.entry(number)
        if entry is not None:
            self.attempt(verb, entry_id=entry.pk, by=self.caller(entry.school))

    @rule(number=st.integers(0, 3), places=st.integers(1, 3))
    def offer_before_its_turn(self, number, places):
        entry = self.entry(number)
        if entry is not None:
            facts = {"entry_id": entry.pk, "places": places, "reason": "x"}
            self.attempt(offer_out_of_turn, by=self.manager, **facts)

    @rule(number=some_row, yes=st.booleans())
    def answer(self, number, yes):
        asked = self.pick(Approval.objects.order_by("-status", "pk"), number % 4)
        if asked is not None:
            facts = {"approval_id": asked.pk, "by": self.cast.headteacher}
            if yes:
                self.attempt(approve_spending, **facts)
            else:
                self.attempt(decline_spending, reason="x", **facts)

    @rule(number=some_row)
    def somebody_else_answers(self, number):
        asked = self.pick(Approval.objects.asked().order_by("pk"), number)
        if asked is not None:
            for by in (self.cast.rep, self.cast.stranger, self.manager):
                assert self.attempt(approve_spending, approval_id=asked.pk, by=by) is None

    def has_just_lapsed(self):
        lapsed = Approval.objects.filter(status=ApprovalStatus.LAPSED, answered_at=self.at)
        return lapsed.exists()
