"""The hub the machine lives in: two schools, four courses, tickets, a clock that goes forward.

Every rule says which verb a caller of the portal uses, and `attempt` does it. A verb that is
refused has changed no table at all; done twice at once, it has changed nothing more (Invariants
9 and 10).
"""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from cpd.models import Cohort, FabulinusTicket
from cpd.services.delegates import Delegate
from hub_portal.shared.errors import PortalError
from tests.cpd.state_machine.seen import changed_tables, every_table
from tests.makers.approvals import limit
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_programme
from tests.makers.evaluations import make_evaluation_form
from tests.makers.registers import make_organiser
from tests.makers.schools import NOON, make_appointment, make_cast
from tests.makers.tickets import make_ticket

RECEIVED = 60
HOLDERS = ("Jess Owens", "Kit Obi", "Lee Park")
TEACHERS = ("Ann", "Bob", "Cy", "Di", "Eve")
TO_BE_NAMED = ""

some_cohort = st.integers(0, 3)
some_row = st.integers(0, 11)
some_name = st.sampled_from((*TEACHERS, *HOLDERS[:2], TO_BE_NAMED))
some_names = st.lists(some_name, min_size=1, max_size=3)

LETTING_GO = {
    "credits_approval",
    "cpd_booking",
    "cpd_offer",
    "cpd_waitingentry",
    "cpd_latecall",
    "credits_account",
    "credits_journalentry",
    "credits_transfer",
    "trail_act",
    "mail_body",
    "mail_delivery",
}
"""What changes when a headteacher's time is up, which stays true whatever comes after."""


def address_of(name):
    """Ann and Di have no address of their own; holders have that of their ticket."""
    return "" if name in ("Ann", "Di") else f"{name.split()[0].lower()}@our.example"


def as_typed(name):
    return Delegate(full_name=name, email=address_of(name)) if name else Delegate()


class World(RuleBasedStateMachine):
    """The cast, the clock, and how an act is tried. The rules are the mixins' beside this file."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.at = NOON
        self.cast = make_cast()
        self.manager = self.cast.hub_manager
        self.organiser = make_organiser()
        self.schools = [self.cast.our_school, self.cast.strangers_school]
        limit(school=self.cast.our_school, by=self.cast.headteacher, credits=15)
        for school in self.schools:
            self.year = give_credits(school=school, credits=RECEIVED)
        make_evaluation_form()
        for name in HOLDERS:
            ticket = make_ticket(full_name=name, email=address_of(name))
            if name != HOLDERS[2]:
                make_appointment(person=ticket.person, school=self.cast.our_school)
        self._plan_courses()
        for school in self.schools:
            make_booking(cohort=self.cohort(0), school=school, by=self.caller(school))
        self.sent = []
        self.last_seen = None

    def _plan_courses(self):
        welcoming = make_programme(tickets_welcome=True)
        for price, capacity, days, sessions, facts in (
            (12, 2, 20, 1, {}),
            (7, 4, 30, 2, {"programme": welcoming}),
            (0, 5, 45, 1, {"programme": welcoming}),
            (5, 3, 60, 1, {"programme": welcoming, "status": "draft"}),
        ):
            starts_at = NOON + timedelta(days=days)
            make_cohort(
                price=price,
                capacity=capacity,
                starts_at=starts_at,
                sessions=sessions,
                organiser=self.organiser,
                **facts,
            )

    def cohort(self, number):
        return Cohort.objects.select_related("programme").order_by("pk")[number]

    def pick(self, rows, number):
        """One of the rows there are, or None."""
        rows = list(rows)
        return rows[number % len(rows)] if rows else None

    def ticket(self, number):
        tickets = FabulinusTicket.objects.select_related("person").order_by("pk")
        return self.pick(tickets, number)

    def caller(self, school, who=0):
        """Whoever acts for a school: ours has three, the headteacher needing no approval."""
        if school == self.cast.strangers_school:
            return self.cast.stranger
        return (self.cast.rep, self.cast.deputy, self.cast.headteacher)[who % 3]

    def attempt(self, verb, *, again=True, **facts):
        """Do it now, as its caller. Done once more it changes nothing, unless told otherwise."""
        before = every_table()
        try:
            result = verb(at=self.at, **facts)
        except PortalError:
            self._has_changed_nothing(before, verb, facts)
            return None
        if again:
            after = every_table()
            with suppress(PortalError):
                verb(at=self.at, **facts)
            assert changed_tables(after) == set(), f"{verb.__name__} done twice"
        return result

    def send(self, verb, **facts):
        """A verb with a key: kept, so that its page can be sent again at any later time."""
        result = self.attempt(verb, **facts)
        if result is not None:
            self.sent.append((verb, facts, result))

    def _has_changed_nothing(self, before, verb, facts):
        changed = changed_tables(before)
        if changed and self.has_just_lapsed():
            assert changed <= LETTING_GO, f"{verb.__name__} was refused"
            self.attempt(verb, **facts)
        else:
            assert changed == set(), f"{verb.__name__} was refused"
