"""Any order of acts on the books keeps the invariants; they are looked at after every step.

A model beside the books keeps what each school should have, in plain Python, so that the
books are compared with something that is not made of them.
"""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from credits.choices import REVERSIBLE, AccountKind
from credits.errors import CannotBeReversed
from credits.models import AllocationLine, AllocationRun, Instalment, JournalEntry, Transfer
from credits.services import proofs
from credits.services.adjustments import adjust, move_between_schools, reverse_entry
from credits.services.allocation import run_allocation, take_back
from credits.services.corrections import correct_roll, welcome_joiner
from credits.services.figures import accounts_of, figures_of, received_of
from credits.services.planning import plan_allocation
from credits.services.statement_lines import statement_of, year_in_brief
from hub_portal.shared.errors import PortalError
from hub_portal.trail.models import Act
from tests.lives import lives
from tests.makers.credits import (
    ON_THIS_CENSUS,
    balance,
    make_funding,
    make_instalment,
    make_roll,
    make_year,
    the_books,
    the_portal,
)
from tests.makers.schools import NOON, make_cast, make_school
from tests.makers.spending import spend

TABLES = (JournalEntry, Transfer, Act, AllocationLine, Instalment)
EITHER = st.integers(0, 1)
FEW = st.integers(1, 120)


class YearOfCredits(RuleBasedStateMachine):
    """Two schools and one that joins later, an eager hub manager, and two spending reps."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(pupils=st.tuples(st.integers(0, 900), st.integers(1, 900)))
    def begin(self, pupils):
        self.cast = make_cast()
        self.schools = [self.cast.our_school, self.cast.strangers_school]
        for school, roll in zip(self.schools, pupils, strict=True):
            make_roll(school=school, pupils=roll)
        self.year = make_year()
        self.funding = make_funding(floor=5, reserve_percent=20)
        self.committed = Counter()
        self.spent = Counter()
        self.live = []
        self.pages = 0

    def attempt(self, act, **facts):
        """What the act returns; None when it was refused, and then nothing was written."""
        before, counts = the_books(), [table.objects.count() for table in TABLES]
        try:
            with transaction.atomic():
                return act(**facts)
        except PortalError:
            assert the_books() == before
            assert [table.objects.count() for table in TABLES] == counts
            return None

    def by_hand(self, act, **facts):
        """An act of the hub manager, and again from the same page: once is all it does."""
        facts = {"year": self.year, "reason": "Why.", "by": self.cast.hub_manager, **facts}
        done = self.attempt(act, at=NOON, **facts)
        if done is not None:
            before = the_books()
            self.attempt(act, at=NOON, **facts)
            assert the_books() == before
        return done

    @rule(pounds=st.integers(200, 8000))
    def fund(self, pounds):
        self.attempt(make_instalment, funding=self.funding, pence=pounds * 100)

    @rule(which=st.integers(0, 3))
    def allocate(self, which):
        instalments = list(Instalment.objects.order_by("pk"))[which : which + 1]
        for instalment in instalments:
            self.attempt(self.run_twice, instalment=instalment)

    def run_twice(self, instalment):
        plan = plan_allocation(instalment=instalment, choices=ON_THIS_CENSUS, on=NOON.date())
        facts = {
            "instalment": instalment,
            "choices": ON_THIS_CENSUS,
            "shown": plan.fingerprint,
            "by": self.cast.hub_manager,
            "at": NOON,
        }
        run = run_allocation(**facts)
        before = the_books()
        assert run_allocation(**facts) == run
        assert the_books() == before

    @rule(which=st.integers(0, 3))
    def take_a_run_back(self, which):
        for run in list(AllocationRun.objects.order_by("pk"))[which : which + 1]:
            facts = {"run": run, "reason": "Why.", "by": self.cast.hub_manager, "at": NOON}
            if self.attempt(take_back, **facts):
                assert self.attempt(take_back, **facts) is None

    @rule(which=EITHER, credits=FEW)
    def commit(self, which, credits):
        school = self.schools[which]
        booked = self.attempt(spend, school=school, credits=credits)
        if booked:
            self.live.append(booked)
            self.committed[school] += credits

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def settle(self, data):
        booked = self.live.pop(data.draw(st.integers(0, len(self.live) - 1)))
        booked.settle()
        self.committed[booked.school] -= booked.credits
        self.spent[booked.school] += booked.credits

    @precondition(lambda self: self.live)
    @rule(data=st.data(), waived=st.booleans())
    def release(self, data, waived):
        booked = self.live.pop(data.draw(st.integers(0, len(self.live) - 1)))
        kept = data.draw(st.integers(0, booked.credits))
        booked.give_back(kept=kept)
        self.committed[booked.school] -= booked.credits
        if kept and waived:
            booked.waive(amount=kept)
        else:
            self.spent[booked.school] += kept

    @rule(which=EITHER, credits=st.integers(-60, 60))
    def adjust(self, which, credits):
        self.pages += 1
        self.by_hand(adjust, key=f"page-{self.pages}", school=self.schools[which], credits=credits)

    @rule(which=EITHER, credits=FEW)
    def move(self, which, credits):
        self.pages += 1
        giving, receiving = self.schools[which], self.schools[1 - which]
        self.by_hand(
            move_between_schools,
            key=f"page-{self.pages}",
            giving=giving,
            receiving=receiving,
            credits=credits,
            agreed_by=(self.cast.rep, self.cast.stranger)[which],
        )

    @rule(which=EITHER, pupils=st.integers(0, 900))
    def correct(self, which, pupils):
        school = self.schools[which]
        self.by_hand(correct_roll, school=school, roll=make_roll(school=school, pupils=pupils))

    @rule(pupils=st.integers(0, 60))
    def join(self, pupils):
        if len(self.schools) < 3:
            self.schools.append(make_school(name="Elm School"))
        joiner = self.schools[2]
        roll = make_roll(school=joiner, pupils=pupils)
        facts = {"school": joiner, "year": self.year, "roll": roll, "by": the_portal(), "at": NOON}
        if self.attempt(welcome_joiner, **facts):
            assert self.attempt(welcome_joiner, **facts) is None

    @rule(data=st.data())
    def reverse(self, data):
        entries = list(JournalEntry.objects.order_by("pk"))
        if not entries:
            return
        entry = data.draw(st.sampled_from(entries))
        facts = {"entry": entry, "reason": "Why.", "by": self.cast.hub_manager, "at": NOON}
        if self.attempt(reverse_entry, **facts) is None:
            return
        assert entry.kind in REVERSIBLE
        with pytest.raises(CannotBeReversed), transaction.atomic():
            reverse_entry(**facts)

    @invariant()
    def the_books_are_proved(self):
        """Invariants 1 to 4: sums, totals, nothing below zero, the pots, lines and runs."""
        assert proofs.differences() == []

    @invariant()
    def the_figures_add_up(self):
        """Invariants 5, 6, 13 and 19: committed is what was booked; every reading is the same."""
        for school in getattr(self, "schools", []):
            figures = figures_of(school, self.year)
            assert figures.committed == self.committed[school]
            assert figures.spent == self.spent[school]
            statement = statement_of(school, self.year)
            brief = year_in_brief(accounts_of(school, self.year))
            assert statement.closing == figures.available
            assert all(line.available >= 0 for line in statement.lines)
            assert len(statement.lines) == brief.lines
            parts = received_of(school, self.year)
            assert parts == brief.received
            assert parts.total == figures.received

    @invariant()
    def a_run_shares_its_pool(self):
        """Invariant 14: shares add up, and a bigger roll never gets less."""
        for run in AllocationRun.objects.all():
            lines = run.lines.order_by("pupils", "credits").values_list("credits", flat=True)
            assert sum(lines) == run.pool_credits
            assert list(lines) == sorted(lines)

    @invariant()
    def every_act_has_an_actor(self):
        """Invariant 17, and no key without its transfers (10)."""
        assert not JournalEntry.objects.filter(transfers__isnull=True).exists()
        assert balance(AccountKind.RESERVE) >= 0


@pytest.mark.django_db
def test_no_order_of_acts_breaks_the_books():
    run_state_machine_as_test(YearOfCredits, settings=lives(examples=12, steps=25))
