"""The demo hub: built through the services, so building it is a test of them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from cpd.choices import BookingStatus, Mark, PaidBy, TicketStatus
from cpd.models import (
    Apology,
    AskedPlace,
    Attendance,
    Booking,
    Certificate,
    Cohort,
    Evaluation,
    EvaluationForm,
    FabulinusTicket,
    InvoiceLine,
    JoiningDetails,
    Needs,
    Offer,
    Session,
    WaitingEntry,
    WalkIn,
)
from cpd.services.availability import availability
from cpd.services.demand import demand_board
from cpd.services.evaluation_results import results_of
from cpd.services.organised import registers_not_taken
from cpd.services.scanning import door_page
from cpd.services.school_tickets import places_to_come
from credits.models import AllocationRun, Approval
from credits.services.books import reconcile_ledger
from hub_portal.mail.models import Delivery
from hub_portal.management.demo import build_demo_hub, who_may_sign_in
from hub_portal.management.demo.catalogue import (
    ASKED_FOR,
    BY_INVOICE,
    CANCELLED,
    CLOSES_TODAY,
    FINISHED,
    FULL,
)
from hub_portal.management.demo.door import CONFERENCE, STILL_ON_THE_WAY
from hub_portal.shared.london import london_date
from hub_portal.trail.models import Act
from newsletter.models import Issue, News
from newsletter.services.reports import sent_in_words
from newsletter.services.settings import the_newsletter
from schools.models import HubProfile, Person, PupilRoll, School

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo hub, built once for all tests here and undone after them."""
    said = []
    with django_db_blocker.unblock(), transaction.atomic():
        assert build_demo_hub(at=NOON, say=said.append)
        yield said
        transaction.set_rollback(True)


def first(slug):
    return Cohort.objects.filter(programme__slug=slug).with_places_left().order_by("pk")[0]


def words_of(slug):
    cohort = first(slug)
    return availability(cohort=cohort, places_left=cohort.places_left, at=NOON).words


def test_the_demo_hub_is_a_year_in_full_swing(demo):
    assert School.objects.members(london_date(NOON)).count() == 21
    assert set(PupilRoll.objects.values_list("census_on", flat=True)) == {
        datetime(2019, 1, 17, tzinfo=UTC).date()
    }
    assert AllocationRun.objects.count() == 2
    states = Counter(Booking.objects.values_list("status", "cancelled_from"))
    assert set(states) == {
        ("awaiting", ""),
        ("booked", ""),
        ("completed", ""),
        ("cancelled", "holder"),
        ("cancelled", "school"),
        ("cancelled", "hub"),
    }
    assert Booking.objects.filter(substitutions__isnull=False).exists()
    assert Booking.objects.filter(kept__gt=0, status="cancelled").exists()
    assert HubProfile.objects.get().is_demo


def test_four_courses_have_their_story(demo):
    assert words_of(FULL) == "Full"
    assert "Closes today" in words_of(CLOSES_TODAY)
    assert words_of(CANCELLED) == "Cancelled"
    assert words_of(FINISHED) == "Finished"


def test_schools_wait_for_the_full_course_and_one_is_offered_a_place(demo):
    entries = WaitingEntry.objects.waiting().filter(cohort=first(FULL))
    [offer] = Offer.objects.live()

    assert entries.count() == 3
    assert (offer.entry, offer.places) == (entries.in_line()[0], 1)
    assert offer.answer_by > NOON


def test_one_school_in_line_makes_do_with_fewer_places(demo):
    [act] = Act.objects.filter(verb="waiting.changed")

    assert (act.before["wanted"], act.after["wanted"]) == (3, 2)


def test_joining_details_have_changed_and_some_delegates_have_read_them(demo):
    [version] = JoiningDetails.objects.filter(number=2)

    assert version.are_told
    assert version.reads.exists()
    told = Cohort.objects.exclude(joining_details="")
    assert JoiningDetails.objects.filter(number=1).count() == told.count() > 30


def test_one_booking_waits_for_its_headteacher(demo):
    [asked] = Approval.objects.asked()

    assert asked.answer_by > NOON
    assert Booking.objects.awaiting().count() == 1


def test_three_schools_ask_for_a_course_that_is_over(demo):
    [pooled] = [each for each in demand_board() if each.programme.slug == ASKED_FOR]

    assert len(pooled.askers) == 3


def test_a_course_is_paid_by_invoice_too_one_place_given_up_late_and_a_guest_comes(demo):
    by_invoice = Booking.objects.filter(paid_by=PaidBy.INVOICE)
    late = by_invoice.get(status=BookingStatus.CANCELLED)
    guest = by_invoice.get(school=None)

    assert set(by_invoice.values_list("cohort__programme__slug", flat=True)) == {BY_INVOICE}
    assert (late.cost_kept, late.invoice_lines.get().raised.number) == (45_000, "INV 2041")
    assert (guest.named_as, guest.payer.reference) == ("Gwendolen Marsh", "PO 4711")
    assert InvoiceLine.objects.to_raise().count() == 2


def test_its_tickets_are_in_every_state(demo):
    tickets = FabulinusTicket.objects.all()

    assert set(tickets.values_list("status", flat=True)) == set(TicketStatus)
    assert tickets.filter(version=2).count() == 1
    used = tickets.filter(status="used").values_list("redeemed_by__status", flat=True)
    assert set(used) == {"completed", "cancelled"}
    lead = School.objects.get(name__startswith="Lampton")
    assert len(places_to_come(school=lead, at=NOON)) == 1


def test_teachers_ask_for_places_and_one_cannot_come(demo):
    lead = School.objects.get(name__startswith="Lampton")

    assert AskedPlace.objects.waiting(NOON).filter(school=lead).count() == 3
    assert Apology.objects.to_answer(NOON).filter(booking__school=lead).count() == 1


def test_its_newsletter_is_weekly_with_two_issues_sent_and_one_to_write(demo):
    sent = Issue.objects.filter(status="sent").order_by("number")

    assert [sent_in_words(issue) for issue in sent] == ["sent to 21 schools"] * 2
    [draft] = Issue.objects.filter(status="draft")
    assert draft.slot_at == datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
    assert list(News.objects.order_by("pk").values_list("status", flat=True)) == ["used", "new"]
    assert draft.items.filter(kind="own").count() == 1
    assert the_newsletter().is_weekly


def test_this_mornings_mails_are_there_to_look_at(demo):
    kinds = Counter(Delivery.objects.values_list("kind", flat=True))

    assert kinds["cpd.digest"] > 10
    assert kinds["desk.morning_list"] == 1
    assert kinds["cpd.needs_asked"] > 0
    assert kinds["cpd.message"] > 0
    assert Needs.objects.filter(cohort=None).count() == 3
    assert kinds["cpd.reminder.first"] + kinds["cpd.reminder.day"] > 0


def test_registers_are_taken_but_for_two_and_somebody_walked_in(demo):
    assert registers_not_taken(at=NOON).count() == 2
    assert set(Attendance.objects.values_list("mark", flat=True)) == set(Mark.values)
    assert WalkIn.objects.count() == 1


def test_a_conference_is_on_and_its_door_is_open(demo):
    session = Session.objects.get(cohort__programme__slug=CONFERENCE)
    shown = door_page(session=session, at=NOON)

    assert shown.is_open
    assert len(shown.register.lines) - shown.register.there == STILL_ON_THE_WAY
    assert shown.register.there > 20


def test_courses_were_evaluated_and_certificates_printed(demo):
    assert Evaluation.objects.answered().count() > 20
    assert EvaluationForm.objects.filter(is_in_use=True).count() == 2
    assert any(
        results.shown
        for cohort in Cohort.objects.filter(evaluations__isnull=False).distinct()
        for results in results_of(cohort=cohort, at=NOON)
    )
    assert set(Certificate.objects.values_list("status", flat=True)) == {"valid", "replaced"}


def test_a_running_course_came_in_a_list_and_its_delegates_are_not_told(demo):
    untold = Booking.objects.to_be_told()

    assert (untold.count(), untold.values("school").distinct().count()) == (4, 2)
    assert Attendance.objects.filter(booking__in=untold).count() == 4
    abouts = [f"booking:{booking.pk}:{booking.delegate_id}" for booking in untold]
    assert not Delivery.objects.filter(about__in=abouts).exists()


def test_its_books_are_clean(demo):
    check = reconcile_ledger(by=Person.objects.portal(), at=NOON + timedelta(hours=1))

    assert check.differences == []


def test_one_person_of_each_role_may_sign_in(demo):
    people = who_may_sign_in()

    assert len(people) == 6
    assert all(Person.objects.filter(email=person.email, is_active=True) for person in people)


def test_a_hub_in_use_is_left_alone(demo):
    before = Booking.objects.count()

    assert not build_demo_hub(at=NOON, say=demo.append)
    assert Booking.objects.count() == before
