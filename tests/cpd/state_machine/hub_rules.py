"""The hub changes places and dates, calls off, makes two records one; and the clock goes on."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from cpd.models import Offer, Session
from cpd.services import reminders
from cpd.services.absences import tell_of_absences
from cpd.services.approving import lapse_unapproved
from cpd.services.certificates import issue_certificates
from cpd.services.cohorts import (
    PlannedSession,
    cancel_cohort,
    change_capacity,
    offer_cohort,
    save_sessions,
    withdraw_offer,
)
from cpd.services.evaluations import ask_for_evaluations
from cpd.services.line import line_of
from cpd.services.running_lists import cohorts_with_a_line, run_waiting_list
from cpd.services.settling import cohorts_to_settle, settle_cohort
from cpd.services.ticket_clock import expire_tickets, remind_of_tickets
from credits.services.approvals import remind_of_approvals
from schools.models import Person
from schools.services.merging import merge_people
from tests.cpd.state_machine.seen import changed_tables, every_table
from tests.cpd.state_machine.world import some_cohort, some_row


class HubRules:
    @rule(cohort=some_cohort, capacity=st.integers(1, 6))
    def change_places(self, cohort, capacity):
        facts = {"cohort": self.cohort(cohort), "capacity": capacity, "by": self.manager}
        self.attempt(change_capacity, **facts)

    @rule(cohort=some_cohort, verb=st.sampled_from([offer_cohort, withdraw_offer]))
    def offer_or_withdraw(self, cohort, verb):
        self.attempt(verb, cohort=self.cohort(cohort), by=self.manager)

    @rule(cohort=some_cohort)
    def call_off(self, cohort):
        self.attempt(cancel_cohort, cohort=self.cohort(cohort), reason="x", by=self.manager)

    @rule(cohort=some_cohort, days=st.integers(-10, 10), drops_the_last=st.booleans())
    def move_dates(self, cohort, days, drops_the_last):
        cohort = self.cohort(cohort)
        sessions = list(cohort.sessions.order_by("starts_at"))
        later = timedelta(days=days)
        planned = [
            PlannedSession(each.starts_at + later, each.ends_at + later, session_id=each.pk)
            for each in (sessions[:-1] if drops_the_last else sessions)
        ]
        self.attempt(save_sessions, cohort=cohort, sessions=planned, by=self.manager)

    @rule(stays=some_row, goes=some_row)
    def merge_two_records(self, stays, goes):
        people = Person.objects.filter(is_portal=False, appointments__role="staff").distinct()
        stays, goes = (self.pick(people.order_by("pk"), number) for number in (stays, goes))
        self.attempt(merge_people, stays=stays, goes=goes, reason="x", by=self.manager)

    @rule(hours=st.integers(1, 24 * 10))
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @rule(hours=st.sampled_from([-30, -1, 1, 12]))
    def until_the_next_session(self, hours):
        """To the day before the next session, to just before it, or into and after it."""
        coming = Session.objects.filter(starts_at__gt=self.at - timedelta(hours=hours))
        session = coming.order_by("starts_at").first()
        if session is not None:
            self.at = max(self.at, session.starts_at + timedelta(hours=hours))

    @rule()
    def the_clock_strikes(self):
        """All that the clock does for courses, in any order of nights; twice is as once."""
        self._everything_due()
        for cohort in map(self.cohort, range(4)):
            assert not Offer.objects.overdue(self.at).filter(entry__cohort=cohort).exists()
            line = line_of(cohort=cohort, at=self.at)
            assert [each.entry for each in line.waiting if each.takes] == []
        before = every_table()

        self._everything_due()

        assert changed_tables(before) == set()

    def _everything_due(self):
        """As cpd.tasks and credits.tasks do it, with our clock."""
        at, portal = self.at, Person.objects.portal()
        for cohort in map(self.cohort, range(4)):
            lapse_unapproved(cohort_id=cohort.pk, at=at)
        for cohort_id in cohorts_with_a_line():
            run_waiting_list(cohort_id=cohort_id, by=portal, at=at)
        for cohort_id in cohorts_to_settle(at=at):
            settle_cohort(cohort_id=cohort_id, by=portal, at=at)
        expire_tickets(by=portal, at=at)
        remind_of_tickets(at=at)
        remind_of_approvals(at=at)
        reminders.send_reminders(at=at)
        reminders.ask_for_names(at=at)
        tell_of_absences(at=at)
        ask_for_evaluations(at=at)
        issue_certificates(at=at)
