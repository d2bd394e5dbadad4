"""Holders redeem and give back, schools do not release, the hub withdraws, extends and moves."""

import itertools
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cpd.services.redeeming import Redemption, redeem_ticket
from cpd.services.ticket_returns import cannot_release, give_place_back
from cpd.services.tickets import (
    change_ticket_address,
    extend_ticket,
    give_ticket_back,
    issue_ticket,
    send_ticket_again,
    withdraw_ticket,
)
from tests.cpd.state_machine.world import HOLDERS, address_of, some_cohort
from tests.makers.tickets import make_award

_numbers = itertools.count(1)
some_ticket = st.integers(0, 4)


class TicketRules:
    @rule(number=some_ticket, cohort=some_cohort)
    def redeem(self, number, cohort):
        ticket = self.ticket(number)
        redemption = Redemption(
            page_key=f"page-{next(_numbers)}",
            ticket_id=ticket.pk,
            version=ticket.version,
            cohort_id=self.cohort(cohort).pk,
        )
        self.send(redeem_ticket, redemption=redemption, by=ticket.person)

    @rule(number=some_ticket, with_an_old_code=st.booleans(), cohort=some_cohort)
    def redeem_without_the_right(self, number, with_an_old_code, cohort):
        ticket = self.ticket(number)
        redemption = Redemption(
            page_key=f"page-{next(_numbers)}",
            ticket_id=ticket.pk,
            version=ticket.version - with_an_old_code,
            cohort_id=self.cohort(cohort).pk,
        )
        by = ticket.person if with_an_old_code else self.cast.stranger
        assert self.attempt(redeem_ticket, redemption=redemption, by=by) is None

    @rule(number=some_ticket, shown_as_living=st.booleans())
    def give_back(self, number, shown_as_living):
        ticket = self.ticket(number)
        if ticket.redeemed_by_id:
            self.attempt(
                give_place_back,
                booking_id=ticket.redeemed_by_id,
                shown_as_living=shown_as_living,
                by=ticket.person,
            )

    @rule(number=some_ticket, ours=st.booleans())
    def hold_back(self, number, ours):
        ticket, school = self.ticket(number), self.schools[0 if ours else 1]
        if ticket.redeemed_by_id:
            self.attempt(
                cannot_release,
                booking_id=ticket.redeemed_by_id,
                school_id=school.pk,
                by=self.caller(school),
            )

    @rule(number=some_ticket, verb=st.sampled_from([withdraw_ticket, give_ticket_back]))
    def the_hub_withdraws_or_gives_back(self, number, verb):
        self.attempt(verb, ticket_id=self.ticket(number).pk, reason="x", by=self.manager)

    @rule(number=some_ticket, days=st.integers(-1, 100))
    def extend(self, number, days):
        ticket = self.ticket(number)
        last_on = max(ticket.last_on, self.at.date()) + timedelta(days=days)
        facts = {"ticket_id": ticket.pk, "last_on": last_on, "reason": "x"}
        self.attempt(extend_ticket, by=self.manager, **facts)

    @rule(number=some_ticket)
    def send_again(self, number):
        ticket = self.ticket(number)
        self.attempt(send_ticket_again, again=False, ticket_id=ticket.pk, by=self.manager)

    @rule(number=some_ticket, by_the_holder=st.booleans())
    def change_address(self, number, by_the_holder):
        ticket = self.ticket(number)
        self.attempt(
            change_ticket_address,
            ticket_id=ticket.pk,
            email=f"new{next(_numbers)}@mail.example",
            reason="x",
            by=ticket.person if by_the_holder else self.manager,
        )

    @rule(name=st.sampled_from(HOLDERS), award_on=st.sampled_from([2025, 2026]))
    def issue(self, name, award_on):
        self.attempt(
            issue_ticket,
            full_name=name,
            email=address_of(name),
            award=make_award(award_on=date(award_on, 7, 10)),
            by=self.manager,
        )
