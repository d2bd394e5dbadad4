"""The whole hub as one state machine, and what must hold after every step of it.

The invariants are those of the books check (each app's `services/proofs.py`), and those that no
single look at the database shows: what has changed since the step before.
"""

from hypothesis.stateful import invariant, run_state_machine_as_test

from cpd.choices import LIVE_TICKETS, WITH_A_BOOKING, CohortStatus, EntryStatus, PaidBy
from cpd.emails import booking_mails, reminder_mails
from cpd.models import Booking, Cohort, FabulinusTicket, Offer, WaitingEntry
from cpd.rules import places_for_tickets
from cpd.services import proofs as cpd_proofs
from credits.choices import ApprovalStatus
from credits.models import Approval
from credits.services import proofs as credits_proofs
from credits.services.figures import figures_of_schools
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.trail.models import Act
from schools.models import Person
from schools.services.merging import registered_rows
from tests.cpd.state_machine.booking_rules import BookingRules
from tests.cpd.state_machine.door_rules import DoorRules
from tests.cpd.state_machine.hub_rules import HubRules
from tests.cpd.state_machine.seen import states, written_once
from tests.cpd.state_machine.ticket_rules import TicketRules
from tests.cpd.state_machine.waiting_rules import WaitingRules
from tests.cpd.state_machine.world import RECEIVED, World
from tests.lives import lives

PLACE_IS_HELD = (booking_mails.BOOKED, booking_mails.CHANGED, reminder_mails.DAY_BEFORE)


class WholeHub(BookingRules, WaitingRules, TicketRules, DoorRules, HubRules, World):
    """Booking, waiting, approving, tickets, registers and the clock, in any order."""

    @invariant()
    def everything_holds(self):
        self.the_books_and_the_rows_agree()
        self.nobody_has_too_many_places()
        self.what_is_held_is_asked_for()
        self.tickets_and_places_go_together()
        self.no_mail_says_that_a_place_is_held_which_is_not()
        self.a_record_that_went_has_nothing_of_its_own()
        self.what_happened_is_on_record()

    def the_books_and_the_rows_agree(self):
        """Invariants 1 to 6, 8 and 18."""
        differences = [*credits_proofs.differences(), *cpd_proofs.differences()]
        assert differences == [], differences
        figures = figures_of_schools([school.pk for school in self.schools], self.year)
        assert [each.received for each in figures.values()] == [RECEIVED, RECEIVED]

    def nobody_has_too_many_places(self):
        """What the books check leaves of Invariant 7; and nobody waits for what is over."""
        for cohort in Cohort.objects.all():
            live = cohort.bookings.live()
            there = [pk for pk in live.values_list("delegate", flat=True) if pk]
            assert len(there) == len(set(there))
            of_tickets = live.filter(paid_by=PaidBy.TICKET).count()
            assert of_tickets <= places_for_tickets(capacity=cohort.capacity, percent=25)
            if cohort.status != CohortStatus.OFFERED:
                assert not cohort.bookings.standing().exists()
            if cohort.status in (CohortStatus.CANCELLED, CohortStatus.COMPLETED):
                assert not cohort.waiting.waiting().exists()

    def what_is_held_is_asked_for(self):
        """Requests hold what they say; offers are to who waits."""
        for approval in Approval.objects.all():
            waiting = Booking.objects.awaiting().filter(request=approval.about.partition(":")[2])
            held = sum(booking.price for booking in waiting)
            assert held == (approval.credits if approval.status == ApprovalStatus.ASKED else 0)
        offered = Offer.objects.live().values_list("entry", flat=True)
        waits = WaitingEntry.objects.filter(status=EntryStatus.WAITING, pk__in=offered)
        assert waits.count() == len(offered)

    def tickets_and_places_go_together(self):
        """Invariant 8: a ticket holds one place at most, and each has one award."""
        live = Booking.objects.live().with_a_ticket()
        for ticket in FabulinusTicket.objects.all():
            assert (ticket.redeemed_by_id is not None) == (ticket.status in WITH_A_BOOKING)
        redeemed = FabulinusTicket.objects.filter(redeemed_by__in=live).values("redeemed_by")
        assert redeemed.distinct().count() == live.count()
        awards = FabulinusTicket.objects.filter(status__in=LIVE_TICKETS)
        pairs = list(awards.values_list("person", "award_year"))
        assert len(pairs) == len(set(pairs))

    def no_mail_says_that_a_place_is_held_which_is_not(self):
        """Invariant 16, asked as the sender asks just before it sends."""
        live = {(b.pk, b.delegate_id) for b in Booking.objects.live()}
        for mail in Delivery.objects.filter(status="waiting", kind__in=PLACE_IS_HELD):
            if mail_kind(mail.kind).is_still_true(mail.about):
                booking, *person = map(int, mail.about.split(":")[1:3])  # then perhaps a day
                is_held = any(pk == booking and person in ([], [who]) for pk, who in live)
                assert is_held, f"{mail.kind} of {mail.about}, which is gone"

    def a_record_that_went_has_nothing_of_its_own(self):
        gone = Person.objects.filter(merged_into__isnull=False)
        for person in gone:
            left = [rows.noun for rows in registered_rows() if rows.of(person).exists()]
            assert left == []
            assert not person.is_active

    def what_happened_is_on_record(self):
        """Invariants 11 and 17: old rows as they were; for every new state an act and an actor."""
        now, written = states(), written_once()
        if self.last_seen is not None:
            before, rows_before = self.last_seen
            for earlier, rows in zip(rows_before, written, strict=True):
                assert rows[: len(earlier)] == earlier
            acts = Act.objects.order_by("pk")[len(rows_before[-1]) :]
            said = {act.subject for act in acts}
            moved = {row for row, status in now.items() if before.get(row) != status}
            assert moved <= said, f"no act for {moved - said}"
            assert {act.at for act in acts} <= {self.at}
        self.last_seen = now, written


def run(machine=WholeHub, *, examples=8, steps=40):
    """Some lives of the hub."""
    run_state_machine_as_test(machine, settings=lives(examples=examples, steps=steps))
