"""Somebody without a place, and somebody else on a place, as the organiser enters them."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import PaidBy
from cpd.models import Attendance, Booking, BookingRequest, Cohort, Substitution, WalkIn
from cpd.services.at_the_door import add_walk_in
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.proofs import differences
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from credits.errors import ReasonNeeded
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.models import Appointment, Person
from tests.makers.cpd import give_credits, make_booking
from tests.makers.credits import the_books
from tests.makers.invoices import PAYER, lines
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    make_walk_in_order,
    sessions_of,
)
from tests.makers.schools import NOON, make_cast, make_colleague, make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def organiser():
    return make_organiser()


@pytest.fixture
def cohort(organiser):
    return make_running_cohort(organiser=organiser, price=12, capacity=1, sessions=2)


@pytest.fixture
def session(cohort):
    return sessions_of(cohort)[0]


def walk_in(cast, session, organiser, *, at=ON_THE_DAY, **words):
    order = make_walk_in_order(session=session, school=cast.our_school, **words)
    return add_walk_in(order=order, by=organiser, at=at)


def nothing_was_written():
    return (
        not Booking.objects.exists()
        and not BookingRequest.objects.exists()
        and not Attendance.objects.exists()
        and not Delivery.objects.exists()
        and not Act.objects.filter(verb__startswith="booking.").exists()
    )


# ---- Walk-ins -----------------------------------------------------------------------------------


def test_a_walk_in_is_paid_from_the_schools_credits_and_marked_as_there(cast, session, organiser):
    year = give_credits(school=cast.our_school, credits=20)

    booking = walk_in(cast, session, organiser)

    assert (booking.paid_by, booking.price, booking.named_as) == (
        PaidBy.CREDITS,
        12,
        "Wanda Walker",
    )
    assert figures_of(cast.our_school, year) == Figures(committed=12, available=8)
    assert WalkIn.objects.get().reason == "Heard of it this morning"
    mark = Attendance.objects.get()
    assert (mark.booking, mark.mark, mark.session) == (booking, "attended", session)
    act = Act.objects.get(verb="booking.walked_in")
    assert (act.by, act.reason, act.after["price"]) == (organiser, "Heard of it this morning", 12)
    assert differences() == []


@pytest.mark.parametrize("credits", [0, 11])
def test_it_is_free_of_charge_when_the_school_has_too_few(cast, session, organiser, credits):
    if credits:
        give_credits(school=cast.our_school, credits=credits)
    books = the_books()

    booking = walk_in(cast, session, organiser)

    assert (booking.paid_by, booking.price, booking.commit_entry) == (PaidBy.FREE, 0, None)
    assert the_books()[1] == books[1]
    assert differences() == []


def test_too_few_credits_are_invoiced_if_the_organiser_says_so(cast, cohort, session, organiser):
    """Rules BK-10 and BK-14."""
    Cohort.objects.update(invoice_price=12_000)

    booking = walk_in(cast, session, organiser, by_invoice=True)

    assert (booking.paid_by, booking.price_pence) == (PaidBy.INVOICE, 12_000)
    assert lines() == [(booking.pk, "line", "booked", 12_000)]
    words = Delivery.objects.get(kind="cpd.walked_in.school").body.text
    assert "an invoice of £120 for it; no credits were taken" in words
    assert differences() == []


def test_a_school_with_enough_credits_pays_with_them_and_is_not_invoiced(
    cast, cohort, session, organiser
):
    Cohort.objects.update(invoice_price=12_000)
    year = give_credits(school=cast.our_school, credits=12)

    booking = walk_in(cast, session, organiser, by_invoice=True)

    assert (booking.paid_by, lines()) == (PaidBy.CREDITS, [])
    assert figures_of(cast.our_school, year) == Figures(committed=12)


@pytest.mark.parametrize("by_invoice", [False, True])
def test_somebody_from_no_member_school_walks_in_free_or_by_invoice(
    cast, cohort, organiser, by_invoice
):
    Cohort.objects.update(invoice_price=12_000)
    facts = {"by_invoice": by_invoice, "payer": PAYER if by_invoice else None}
    order = make_walk_in_order(
        session=sessions_of(cohort)[0],
        school=None,
        comes_from="St Elsewhere School",
        email="wanda@elsewhere.example",
        **facts,
    )

    booking = add_walk_in(order=order, by=organiser, at=ON_THE_DAY)

    assert (booking.school, booking.school_in_words) == (None, "St Elsewhere School")
    assert booking.is_of_a_guest
    assert [line[1:] for line in lines()] == [("line", "booked", 12_000)] * by_invoice
    assert list(Delivery.objects.values_list("kind", "to")) == [
        ("cpd.walked_in", "wanda@elsewhere.example")
    ]
    assert ("Brunel University" in Delivery.objects.get().body.text) is by_invoice
    assert differences() == []


@pytest.mark.parametrize(
    ("price", "payer", "refusal"),
    [(None, PAYER, errors.NotByInvoice), (12_000, None, errors.NobodyPays)],
)
def test_a_walk_in_that_cannot_be_invoiced_writes_nothing(
    cohort, session, organiser, price, payer, refusal
):
    Cohort.objects.update(invoice_price=price)
    order = make_walk_in_order(
        session=session, school=None, comes_from="Elsewhere", by_invoice=True, payer=payer
    )

    with pytest.raises(refusal):
        add_walk_in(order=order, by=organiser, at=ON_THE_DAY)

    assert nothing_was_written()


def test_it_may_stand_over_the_capacity_and_is_settled_with_the_others(cast, cohort, organiser):
    year = give_credits(school=cast.our_school, credits=50)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    walk_in(cast, sessions_of(cohort)[0], organiser)

    assert cohort.bookings.live().count() == 2 > cohort.capacity
    assert differences() == []
    settle_cohort(cohort_id=cohort.pk, by=organiser, at=ON_THE_DAY + timedelta(days=20))
    assert figures_of(cast.our_school, year) == Figures(spent=24, available=26)
    assert differences() == []


def test_school_and_delegate_are_told(cast, session, organiser):
    walk_in(cast, session, organiser, email="wanda@our.example")

    assert sorted(Delivery.objects.values_list("kind", "to")) == [
        ("cpd.walked_in", "wanda@our.example"),
        ("cpd.walked_in.school", "rita@our.example"),
    ]
    words = Delivery.objects.get(kind="cpd.walked_in.school").body.text
    assert "Wanda Walker" in words
    assert "Heard of it this morning" in words
    assert "No credits were taken" in words


def test_without_a_rep_the_headteacher_is_told(cast, session, organiser):
    Appointment.objects.filter(person=cast.rep).update(to_on=NOON.date())

    walk_in(cast, session, organiser)

    assert list(Delivery.objects.values_list("to", flat=True)) == ["hana@our.example"]


def test_the_same_page_sent_twice_is_one_place(cast, session, organiser):
    year = give_credits(school=cast.our_school, credits=50)

    first = walk_in(cast, session, organiser)
    again = walk_in(cast, session, organiser)

    assert again == first
    assert Booking.objects.count() == 1
    assert figures_of(cast.our_school, year).committed == 12


def test_the_same_key_for_somebody_else_is_refused(cast, session, organiser):
    walk_in(cast, session, organiser)

    with pytest.raises(errors.RequestUsedOtherwise):
        walk_in(cast, session, organiser, full_name="Xavier Other")
    assert Booking.objects.count() == 1


def test_a_colleague_of_that_name_is_the_one_meant(cast, session, organiser):
    tom = make_colleague(school=cast.our_school)

    booking = walk_in(cast, session, organiser, full_name="tom teacher")

    assert (booking.delegate, booking.named_as) == (tom, "tom teacher")


def test_nobody_is_put_on_the_staff_list_and_of_two_namesakes_neither_is_meant(
    cast, session, organiser
):
    for number in (1, 2):
        make_colleague(school=cast.our_school, email=f"tom{number}@our.example")
    posts = Appointment.objects.count()

    booking = walk_in(cast, session, organiser, full_name="Tom Teacher")

    assert booking.delegate.email is None
    assert Appointment.objects.count() == posts


def test_a_known_address_keeps_the_typed_name_and_shows_no_other(cast, session, organiser):
    booking = walk_in(
        cast, session, organiser, full_name="Somebody Typed", email="sam@their.example"
    )

    assert (booking.delegate, booking.named_as) == (cast.stranger, "Somebody Typed")
    assert Person.objects.get(pk=cast.stranger.pk).full_name == "Sam Stranger"


REFUSED = [
    ("no reason", ReasonNeeded),
    ("no name", BadInput),
    ("not the organiser", errors.NotTheOrganiser),
    ("the day before", errors.RegisterNotOpen),
    ("called off", errors.CohortNotBookable),
    ("completed", errors.CohortNotBookable),
    ("no member", errors.NotAMember),
]


@pytest.mark.parametrize(("why", "refusal"), REFUSED)
def test_a_refused_walk_in_writes_nothing(cast, cohort, session, organiser, why, refusal):
    by, at, words = organiser, ON_THE_DAY, {}
    school = cast.our_school
    if why == "no reason":
        words = {"reason": " "}
    elif why == "no name":
        words = {"full_name": "  "}
    elif why == "not the organiser":
        by = cast.rep
    elif why == "the day before":
        at = ON_THE_DAY - timedelta(days=1)
    elif why == "called off":
        cancel_cohort(cohort=cohort, reason="Ill", by=cast.hub_manager, at=NOON)
    elif why == "completed":
        at = ON_THE_DAY + timedelta(days=20)
        settle_cohort(cohort_id=cohort.pk, by=organiser, at=at)
    elif why == "no member":
        school = make_school(name="Outside School", member=False)
    people = Person.objects.count()

    with pytest.raises(refusal):
        add_walk_in(order=make_walk_in_order(session=session, school=school, **words), by=by, at=at)

    assert nothing_was_written()
    assert Person.objects.count() == people


def test_somebody_with_a_place_does_not_walk_in(cast, cohort, session, organiser):
    give_credits(school=cast.our_school)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, email="wanda@our.example")

    with pytest.raises(errors.AlreadyBooked):
        walk_in(cast, session, organiser, email="wanda@our.example")
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("from_a_school", [True, False])
def test_typed_on_two_pages_without_an_address_somebody_is_one_until_an_address_tells_them_apart(
    cast, session, organiser, from_a_school
):
    school = cast.our_school if from_a_school else None

    def typed(key, **words):
        order = make_walk_in_order(
            session=session, school=school, key=key, full_name="Wanda Walker", **words
        )
        return add_walk_in(order=order, by=organiser, at=ON_THE_DAY)

    first = typed("page-one-of-the-organiser", email="")
    people = Person.objects.count()
    with pytest.raises(errors.NamesakeHasAPlace, match="give their address"):
        typed("page-two-of-the-organiser", email="")
    assert (Booking.objects.get(), Person.objects.count()) == (first, people)

    other = typed("page-three-of-the-organiser", email="wanda@elsewhere.example")
    assert other.delegate != first.delegate


# ---- Somebody else on a place -------------------------------------------------------------------


@pytest.fixture
def ben(cast, cohort):
    give_credits(school=cast.our_school)
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Ben Shah")


CAL = Delegate(full_name="Cal Cook", email="cal@our.example")


def test_the_organiser_gives_a_place_to_whoever_came_instead(cast, organiser, ben):
    Delivery.objects.all().delete()

    changed = substitute_delegate(booking_id=ben.pk, to=CAL, by=organiser, at=ON_THE_DAY)

    assert (changed.named_as, changed.delegate.email) == ("Cal Cook", "cal@our.example")
    assert Substitution.objects.get().made_by == organiser
    assert sorted(Delivery.objects.values_list("kind", "to")) == [
        ("cpd.booked", "cal@our.example"),
        ("cpd.replaced", ben.delegate.email),
        ("cpd.replaced.booker", "rita@our.example"),
    ]
    assert not Appointment.objects.filter(person=changed.delegate).exists()


def test_a_name_without_an_address_sent_twice_is_one_person_and_one_change(cast, organiser, ben):
    to = Delegate(full_name="Cal Cook")

    changed = substitute_delegate(booking_id=ben.pk, to=to, by=organiser, at=ON_THE_DAY)
    people = Person.objects.count()
    again = substitute_delegate(
        booking_id=ben.pk, to=Delegate(full_name=" cal  cook "), by=organiser, at=ON_THE_DAY
    )

    assert again.delegate == changed.delegate
    assert (Person.objects.count(), Substitution.objects.count()) == (people, 1)


def test_not_before_the_day_and_not_after_the_first_session(cast, cohort, organiser, ben):
    first = sessions_of(cohort)[0]

    with pytest.raises(errors.MayNotActFor):
        substitute_delegate(
            booking_id=ben.pk, to=CAL, by=organiser, at=ON_THE_DAY - timedelta(days=1)
        )
    with pytest.raises(errors.TooLateToSubstitute):
        substitute_delegate(booking_id=ben.pk, to=CAL, by=organiser, at=first.ends_at)
    assert not Substitution.objects.exists()


def test_an_organiser_names_nobody_by_their_number(cast, organiser, ben):
    tom = make_colleague(school=cast.our_school)

    with pytest.raises(BadInput):
        substitute_delegate(
            booking_id=ben.pk, to=Delegate(person_id=tom.pk), by=organiser, at=ON_THE_DAY
        )
