"""Free places that nobody took up, and what they cost. Rule BK-14."""

from datetime import timedelta

import pytest

from cpd.choices import Mark, WhyUnused
from cpd.errors import NothingWasKept
from cpd.models import BookingPolicy, UnusedPlace
from cpd.services.apologies import send_apologies
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import cancel_cohort
from cpd.services.proofs import differences
from cpd.services.settling import settle_cohort
from cpd.services.unused import charge_unused_places, waive_unused
from credits.errors import ReasonNeeded
from credits.services.books import reconcile_ledger
from credits.services.figures import Figures, figures_of
from credits.services.statement_lines import statement_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.models import Person
from schools.services.calendar import school_year_of
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking
from tests.makers.registers import make_organiser, make_running_cohort, sessions_of, take
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

LATE = IN_JANUARY - timedelta(days=1)
NEXT_NIGHT = IN_JANUARY + timedelta(hours=15)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=10)


@pytest.fixture
def policy():
    BookingPolicy.objects.update(free_place_charge=4)


@pytest.fixture
def cohort(policy):
    return make_running_cohort(organiser=make_organiser(), price=0)


@pytest.fixture
def booking(cast, year, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)


def the_night_after(cohort, at=NEXT_NIGHT):
    portal = Person.objects.portal()
    settle_cohort(cohort_id=cohort.pk, by=portal, at=at)
    return charge_unused_places(by=portal, at=at)


def test_it_costs_nothing_unless_the_hub_has_set_it(cast, year):
    cohort = make_running_cohort(organiser=make_organiser(), price=0)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {booking: Mark.ABSENT})

    assert the_night_after(cohort) == 0
    assert figures_of(cast.our_school, year) == Figures(available=10)


def test_nobody_came_and_the_school_is_charged_once(cast, year, cohort, booking):
    take(cohort, {booking: Mark.ABSENT})

    assert the_night_after(cohort) == 1
    assert the_night_after(cohort, at=NEXT_NIGHT + timedelta(days=1)) == 0

    unused = UnusedPlace.objects.get()
    assert (unused.why, unused.due, unused.charged) == (WhyUnused.ABSENT, 4, 4)
    assert figures_of(cast.our_school, year) == Figures(spent=4, available=6)
    act = Act.objects.get(verb="unused_place.charged")
    assert act.after == {"why": "absent", "due": 4, "charged": 4}
    assert differences() == []
    assert reconcile_ledger(by=cast.hub_manager, at=NEXT_NIGHT).is_clean


def test_the_statement_says_what_it_was_for(cast, year, cohort, booking):
    take(cohort, {booking: Mark.ABSENT})
    the_night_after(cohort)

    last = statement_of(school=cast.our_school, year=year).lines[-1]

    assert last.what == "Free place not taken up: Coaching conversations"
    assert (last.amount, last.gain, last.available) == (4, -4, 6)


def test_the_school_is_charged_as_far_as_it_has_credits(cast, cohort):
    year = give_credits(school=cast.our_school, credits=3)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {booking: Mark.ABSENT})

    the_night_after(cohort)

    unused = UnusedPlace.objects.get()
    assert (unused.due, unused.charged, unused.not_charged) == (4, 3, 1)
    assert figures_of(cast.our_school, year) == Figures(spent=3)
    assert differences() == []


def test_a_school_without_credits_is_reported_and_charged_nothing(cast, cohort):
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {booking: Mark.ABSENT})

    the_night_after(cohort)

    assert UnusedPlace.objects.get().not_charged == 4
    assert figures_of(cast.our_school, school_year_of(NOON.date())) == Figures()
    assert differences() == []


@pytest.mark.parametrize("mark", [Mark.ATTENDED, Mark.PARTLY, Mark.APOLOGIES])
def test_whoever_came_or_sent_apologies_costs_nothing(cast, year, cohort, booking, mark):
    take(cohort, {booking: mark})

    assert the_night_after(cohort) == 0
    assert figures_of(cast.our_school, year) == Figures(available=10)


def test_apologies_from_ones_own_page_count_too(cast, year, cohort, booking):
    send_apologies(booking_id=booking.pk, by=booking.delegate, at=NOON)
    take(cohort, {booking: Mark.ABSENT})

    assert the_night_after(cohort) == 0


def test_one_session_of_two_is_enough(cast, year, policy):
    cohort = make_running_cohort(organiser=make_organiser(), price=0, sessions=2)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    first, second = sessions_of(cohort)
    take(cohort, {booking: Mark.ATTENDED}, session=first)
    take(cohort, {booking: Mark.ABSENT}, session=second)

    assert the_night_after(cohort, at=cohort.ends_at + timedelta(hours=9)) == 0


def test_a_place_without_a_mark_waits_for_its_register(cast, year, cohort, booking):
    assert the_night_after(cohort) == 0

    take(cohort, {booking: Mark.ABSENT}, at=NEXT_NIGHT + timedelta(hours=6))

    assert the_night_after(cohort, at=NEXT_NIGHT + timedelta(days=1)) == 1


def test_a_place_given_up_too_late_costs_what_its_bands_keep(cast, year, cohort, booking):
    booking.bands = [{"working_days": 0, "percent_returned": 50}]
    booking.save()
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=LATE)
    assert figures_of(cast.our_school, year) == Figures(available=10)

    the_night_after(cohort)

    unused = UnusedPlace.objects.get()
    assert (unused.why, unused.due, unused.charged) == (WhyUnused.CANCELLED, 2, 2)
    letter = Delivery.objects.get(kind="cpd.cancelled.booker")
    assert "the free place costs 2 credits once the course is over" in letter.body.text
    assert differences() == []


def test_a_place_given_up_in_time_costs_nothing(cast, year, cohort, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert the_night_after(cohort) == 0


def test_a_cohort_called_off_charges_nobody(cast, year, cohort, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=LATE)
    cancel_cohort(cohort=cohort, reason="Snow", by=cast.hub_manager, at=LATE)

    assert the_night_after(cohort) == 0


def test_the_charge_is_that_of_the_day_of_booking(cast, year, cohort, booking):
    BookingPolicy.objects.update(free_place_charge=9)
    take(cohort, {booking: Mark.ABSENT})

    the_night_after(cohort)

    assert UnusedPlace.objects.get().due == 4


def test_the_hub_waives_a_charge_once_with_a_reason(cast, year, cohort, booking):
    take(cohort, {booking: Mark.ABSENT})
    the_night_after(cohort)
    facts = {"booking_id": booking.pk, "by": cast.hub_manager, "at": NEXT_NIGHT}

    with pytest.raises(ReasonNeeded):
        waive_unused(reason=" ", **facts)
    waive_unused(reason="She was there", **facts)
    with pytest.raises(NothingWasKept):
        waive_unused(reason="Again", **facts)

    assert figures_of(cast.our_school, year) == Figures(available=10)
    assert Act.objects.get(verb="unused_place.waived").reason == "She was there"
    assert differences() == []
