"""Booking places: what is written when it goes well, and that a refusal writes nothing."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import BookingStatus, CohortStatus, PaidBy
from cpd.models import Booking, BookingRequest, Programme
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from credits.errors import NotEnoughCredits
from credits.models import JournalEntry, Transfer
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from schools.choices import Phase
from schools.models import Appointment, Membership, Person
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast, make_colleague, make_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=100)


def everything_written():
    """Counts of every table a booking writes to, for tests that nothing was."""
    return [
        model.objects.count()
        for model in (
            Booking, BookingRequest, JournalEntry, Transfer, Delivery, Act, Person, Appointment,
        )
    ]  # fmt: skip


def names(*people):
    return [Delegate(full_name=name, email=f"{name.lower()}@our.example") for name in people]


def test_book_places_commits_the_price_of_every_place(cast, year):
    cohort = make_cohort(price=12)

    bookings = book_places(
        order=make_order(
            cohort=cohort, school=cast.our_school, delegates=names("Ann", "Ben", "Cal")
        ),
        by=cast.rep,
        at=NOON,
    )

    assert [b.named_as for b in bookings] == ["Ann", "Ben", "Cal"]
    assert {(b.status, b.paid_by, b.price, b.kept, b.returned) for b in bookings} == {
        (BookingStatus.BOOKED, PaidBy.CREDITS, 12, None, None)
    }
    assert figures_of(cast.our_school, year) == Figures(committed=36, spent=0, available=64)
    moved = Transfer.objects.filter(entry=bookings[0].commit_entry).order_by("pk")
    assert [(t.amount, t.for_person_id) for t in moved] == [(12, b.delegate_id) for b in bookings]


def test_book_places_writes_to_each_delegate_and_to_the_booker(cast, year):
    cohort = make_cohort()

    book_places(
        order=make_order(cohort=cohort, school=cast.our_school, delegates=names("Ann", "Ben")),
        by=cast.rep,
        at=NOON,
    )

    outbox = Delivery.objects.order_by("pk").values_list("kind", "to")
    assert sorted(outbox) == [
        ("cpd.booked", "ann@our.example"),
        ("cpd.booked", "ben@our.example"),
        ("cpd.booked.booker", "rita@our.example"),
    ]


def test_book_places_records_one_act_per_place(cast, year):
    cohort = make_cohort()

    [booking] = book_places(
        order=make_order(cohort=cohort, school=cast.our_school), by=cast.rep, at=NOON
    )

    [act] = Act.objects.filter(verb="booking.made")
    assert (act.subject, act.school, act.by, act.at) == (
        f"booking:{booking.pk}",
        f"school:{cast.our_school.pk}",
        cast.rep,
        NOON,
    )


def test_book_places_twice_with_one_key_books_once(cast, year):
    order = make_order(cohort=make_cohort(), school=cast.our_school)
    first = book_places(order=order, by=cast.rep, at=NOON)
    before = everything_written()

    again = book_places(order=order, by=cast.rep, at=NOON + timedelta(minutes=1))

    assert again == first
    assert everything_written() == before


def test_book_places_refuses_a_key_used_for_other_delegates(cast, year):
    cohort = make_cohort()
    book_places(
        order=make_order(cohort=cohort, school=cast.our_school, key="k"), by=cast.rep, at=NOON
    )
    before = everything_written()

    with pytest.raises(errors.RequestUsedOtherwise):
        book_places(
            order=make_order(
                cohort=cohort, school=cast.our_school, key="k", delegates=names("Zoe")
            ),
            by=cast.rep,
            at=NOON,
        )

    assert everything_written() == before


def test_book_places_without_price_touches_no_credits(cast):
    cohort = make_cohort(price=0)

    [booking] = book_places(
        order=make_order(cohort=cohort, school=cast.our_school), by=cast.rep, at=NOON
    )

    assert (booking.paid_by, booking.commit_entry) == (PaidBy.FREE, None)
    assert JournalEntry.objects.count() == 0


def test_book_places_holds_a_place_for_a_colleague_to_be_named(cast, year):
    cohort = make_cohort()

    bookings = book_places(
        order=make_order(cohort=cohort, school=cast.our_school, delegates=[Delegate()] * 2),
        by=cast.rep,
        at=NOON,
    )

    assert [(b.delegate, b.named_as) for b in bookings] == [(None, ""), (None, "")]
    assert list(Delivery.objects.values_list("kind", flat=True)) == ["cpd.booked.booker"]


def test_a_delegate_without_address_is_written_to_through_the_booker(cast, year):
    book_places(
        order=make_order(
            cohort=make_cohort(), school=cast.our_school, delegates=[Delegate(full_name="Ann Lee")]
        ),
        by=cast.rep,
        at=NOON,
    )

    passed_on = Delivery.objects.get(kind="cpd.booked")
    assert passed_on.to == "rita@our.example"
    assert "Ann Lee" in passed_on.subject


def test_the_last_places_are_booked_together_or_not_at_all(cast, year):
    cohort = make_cohort(capacity=2)
    before = everything_written()

    with pytest.raises(errors.TooFewPlaces) as refusal:
        book_places(
            order=make_order(
                cohort=cohort, school=cast.our_school, delegates=names("Ann", "Ben", "Cal")
            ),
            by=cast.rep,
            at=NOON,
        )

    assert (refusal.value.left, refusal.value.asked) == (2, 3)
    assert everything_written() == before


def test_book_places_is_refused_when_the_cohort_is_full(cast, year):
    cohort = make_cohort(capacity=1)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    before = everything_written()

    with pytest.raises(errors.TooFewPlaces, match="This course is full"):
        book_places(order=make_order(cohort=cohort, school=cast.our_school), by=cast.rep, at=NOON)

    assert everything_written() == before


def test_book_places_is_refused_without_enough_credits(cast):
    give_credits(school=cast.our_school, credits=20)
    before = everything_written()

    with pytest.raises(NotEnoughCredits) as refusal:
        book_places(
            order=make_order(
                cohort=make_cohort(price=12),
                school=cast.our_school,
                delegates=names("Ann", "Ben"),
            ),
            by=cast.rep,
            at=NOON,
        )

    assert (refusal.value.available, refusal.value.needed) == (20, 24)
    assert everything_written()[:7] == before[:7]


def test_the_limit_of_a_school_holds_until_ten_school_days_before(cast, year):
    cohort = make_cohort(capacity=20)
    for _ in range(3):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    order = make_order(cohort=cohort, school=cast.our_school)

    with pytest.raises(errors.OverSchoolLimit) as refusal:
        book_places(order=order, by=cast.rep, at=NOON)
    assert (refusal.value.limit, refusal.value.has, refusal.value.asked) == (3, 3, 1)

    nine_school_days_before = cohort.starts_at - timedelta(days=9)
    assert book_places(order=order, by=cast.rep, at=nine_school_days_before)


def test_a_cohort_may_have_a_limit_of_its_own(cast, year):
    cohort = make_cohort(places_per_school=1)
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    with pytest.raises(errors.OverSchoolLimit):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        ({"status": CohortStatus.DRAFT}, NOON),
        (
            {
                "status": CohortStatus.COMPLETED,
                "completed_at": NOON,
            },
            NOON,
        ),
        ({"booking_opens_at": NOON + timedelta(days=1)}, NOON),
        ({"booking_closes_at": NOON}, NOON),
        ({}, NOON + timedelta(days=200)),
    ],
    ids=["draft", "completed", "not open yet", "closed", "begun"],
)
def test_book_places_is_refused_outside_the_window(cast, year, facts, at):
    cohort = make_cohort(**facts)
    before = everything_written()

    with pytest.raises(errors.CohortNotBookable):
        book_places(order=make_order(cohort=cohort, school=cast.our_school), by=cast.rep, at=at)

    assert everything_written() == before


def test_book_places_is_refused_once_the_programme_is_out_of_the_catalogue(cast, year):
    cohort = make_cohort()
    Programme.objects.update(is_public=False)
    before = everything_written()

    with pytest.raises(errors.CohortNotBookable):
        book_places(order=make_order(cohort=cohort, school=cast.our_school), by=cast.rep, at=NOON)

    assert everything_written() == before


def test_book_places_is_refused_for_another_phase(cast):
    infants = make_school(name="Little Infants", phase=Phase.INFANT)
    rep = make_colleague(school=infants, full_name="Ina", email="ina@x.example", role="rep")
    give_credits(school=infants)
    cohort = make_cohort()
    cohort.programme.for_primary = False
    cohort.programme.save()

    with pytest.raises(errors.WrongPhase, match="secondary"):
        book_places(order=make_order(cohort=cohort, school=infants), by=rep, at=NOON)


def test_a_person_has_one_live_place_on_a_cohort(cast, year):
    cohort = make_cohort()
    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, email="ann@our.example")
    before = everything_written()

    with pytest.raises(errors.AlreadyBooked) as refusal:
        book_places(
            order=make_order(cohort=cohort, school=cast.our_school, delegates=names("Ann")),
            by=cast.rep,
            at=NOON,
        )

    assert refusal.value.names
    assert everything_written() == before


def test_the_same_colleague_twice_in_one_request_is_refused(cast, year):
    with pytest.raises(errors.NamedTwice):
        book_places(
            order=make_order(
                cohort=make_cohort(), school=cast.our_school, delegates=names("Ann", "Ann")
            ),
            by=cast.rep,
            at=NOON,
        )


def test_a_stranger_cannot_book_for_our_school(cast, year):
    before = everything_written()

    with pytest.raises(errors.MayNotActFor):
        book_places(
            order=make_order(cohort=make_cohort(), school=cast.our_school),
            by=cast.stranger,
            at=NOON,
        )

    assert everything_written()[:4] == before[:4]


def test_a_colleague_of_another_school_cannot_be_picked_by_id(cast, year):
    with pytest.raises(errors.NotAColleague):
        book_places(
            order=make_order(
                cohort=make_cohort(),
                school=cast.our_school,
                delegates=[Delegate(person_id=cast.stranger.pk)],
            ),
            by=cast.rep,
            at=NOON,
        )


def test_a_school_that_has_left_spends_nothing(cast, year):
    Membership.objects.filter(school=cast.our_school).update(to_on=NOON.date() - timedelta(days=1))

    with pytest.raises(errors.NotAMember):
        book_places(
            order=make_order(cohort=make_cohort(), school=cast.our_school), by=cast.rep, at=NOON
        )


def test_a_price_that_changed_since_the_page_is_refused(cast, year):
    cohort = make_cohort(price=12)

    with pytest.raises(errors.PriceHasChanged):
        book_places(
            order=make_order(cohort=cohort, school=cast.our_school, shown_price=10),
            by=cast.rep,
            at=NOON,
        )


def test_a_known_address_gets_the_place_under_the_name_typed(cast, year):
    [booking] = book_places(
        order=make_order(
            cohort=make_cohort(),
            school=cast.our_school,
            delegates=[Delegate(full_name="S. Stranger-Jones", email="sam@their.example")],
        ),
        by=cast.rep,
        at=NOON,
    )

    assert booking.delegate == cast.stranger
    assert booking.named_as == "S. Stranger-Jones"
