"""A place comes free: who is offered it, who is passed over, and what lapses."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import ENTRY_MOVES, OFFER_MOVES, EntryStatus, OfferStatus
from cpd.models import Booking, BookingPolicy, LateCall, Offer
from cpd.services.cohorts import change_capacity, change_cohort
from cpd.services.delegates import Delegate
from cpd.services.line import line_of
from cpd.services.offers import close_offer
from cpd.services.proofs import differences
from cpd.services.running_lists import run_waiting_list
from cpd.services.turns import decline_offer, offer_out_of_turn
from cpd.services.waiting import end_entry, leave_waiting_list
from credits.errors import NotEnoughCredits, ReasonNeeded
from credits.services.figures import Figures, figures_of
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.models import Membership, Person
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.makers.waiting import (
    END_OF_TUESDAY,
    LATE,
    accept,
    cancel,
    make_full_course,
    make_other_school,
    offers,
    wait,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=200)
    give_credits(school=cast.strangers_school, credits=100)
    return cast


@pytest.fixture
def full(cast):
    """A course of three places, which our school has."""
    return make_full_course(school=cast.our_school, by=cast.rep, places=3)


@pytest.fixture
def line(cast, full):
    """Three schools in line for it: the stranger's and two more."""
    schools = [(cast.strangers_school, cast.stranger), make_other_school(), make_other_school()]
    return [wait(cohort=full[0], school=school, by=rep) for school, rep in schools]


def names(entries):
    return [entry.school.name for entry in entries]


def run(cohort, at):
    run_waiting_list(cohort_id=cohort.pk, by=Person.objects.portal(), at=at)


# ---- Who is offered what ------------------------------------------------------------------------


def test_a_freed_place_is_offered_to_the_first_in_line(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    [offer] = Offer.objects.all()
    assert (offer.entry, offer.places, offer.status) == (line[0], 1, OfferStatus.OFFERED)
    assert (offer.offered_by, offer.answer_by) == (cast.rep, END_OF_TUESDAY)
    mail = Delivery.objects.get(kind="cpd.offer")
    assert (mail.to, mail.expires_at) == ("sam@their.example", END_OF_TUESDAY)
    assert "the end of Tuesday 24 November 2026" in mail.subject
    assert f"/my/waiting/{line[0].pk}/" in mail.body.text
    assert Act.objects.filter(verb="offer.made", subject=f"offer:{offer.pk}").count() == 1


def test_an_offer_counts_as_a_live_place_everywhere(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    with pytest.raises(errors.CapacityBelowLivePlaces) as refusal:
        change_capacity(cohort=full[0], capacity=2, by=cast.hub_manager, at=NOON)

    assert refusal.value.live == 3
    assert full[0].__class__.objects.with_places_left().get(pk=full[0].pk).places_left == 0


def test_more_places_are_offered_down_the_line(cast, full, line):
    change_capacity(cohort=full[0], capacity=5, by=cast.hub_manager, at=NOON)

    assert offers() == [(name, 1, "offered") for name in names(line)[:2]]


def test_fewer_places_than_wanted_are_offered_and_the_rest_keeps_its_position(cast, full):
    cohort, [booking, *_] = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=3)
    other, rep = make_other_school()
    wait(cohort=cohort, school=other, by=rep)
    cancel(booking, by=cast.rep)

    accept(entry, by=cast.stranger)

    entry.refresh_from_db()
    assert (entry.wanted, entry.status) == (2, EntryStatus.WAITING)
    assert line_of(cohort=cohort, at=NOON).of(entry.pk).position == 1
    assert "You stay in line for 2 more places" in Delivery.objects.get(kind="cpd.offer").body.text


def test_all_or_none_is_passed_over_until_enough_are_free(cast, full):
    cohort, bookings = full
    first = wait(
        cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=2, all_or_none=True
    )
    cancel(bookings[0], by=cast.rep)
    assert offers() == []
    stands = line_of(cohort=cohort, at=NOON)
    assert stands.of(first.pk).why == "Wants all or none of 2, and 1 is free."
    assert stands.why_nobody_moves == "Wants all or none of 2, and 1 is free."

    cancel(bookings[1], by=cast.rep)

    assert offers() == [(cast.strangers_school.name, 2, "offered")]


def test_a_place_passed_over_by_all_or_none_goes_to_the_next(cast, full):
    cohort, bookings = full
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=3, all_or_none=True)
    other, rep = make_other_school()
    wait(cohort=cohort, school=other, by=rep)

    cancel(bookings[0], by=cast.rep)

    assert offers() == [(other.name, 1, "offered")]


def test_a_school_at_its_limit_is_passed_over_with_the_reason(cast, full):
    cohort, bookings = full
    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep)
    other, rep = make_other_school()
    wait(cohort=cohort, school=other, by=rep)
    cohort = change_cohort(cohort=cohort, places_per_school=1, by=cast.hub_manager, at=NOON)

    cancel(bookings[0], by=cast.rep)

    assert offers() == [(other.name, 1, "offered")]
    assert "May have 1 place until" in line_of(cohort=cohort, at=NOON).of(entry.pk).why


def test_a_school_that_is_no_member_is_passed_over(cast, full, line):
    Membership.objects.filter(school=line[0].school).update(to_on=NOON.date() - timedelta(days=1))

    cancel(full[1][0], by=cast.rep)

    assert offers() == [(line[1].school.name, 1, "offered")]
    why = line_of(cohort=full[0], at=NOON).of(line[0].pk).why
    assert why == "Is not a member of the alliance today."


def test_a_full_course_says_that_no_place_is_free(full, line):
    stands = line_of(cohort=full[0], at=NOON)

    assert [each.why for each in stands.waiting] == ["No place is free."] * 3
    assert stands.why_nobody_moves == ""


def test_nothing_is_offered_once_booking_has_closed(cast, full, line):
    cohort = change_cohort(
        cohort=full[0],
        booking_closes_at=NOON + timedelta(days=3),
        by=cast.hub_manager,
        at=NOON,
    )

    cancel(full[1][0], by=cast.rep, at=NOON + timedelta(days=4))

    assert offers() == []
    stands = line_of(cohort=cohort, at=NOON + timedelta(days=4))
    assert stands.why_nobody_moves == "Booking has closed."


def test_an_offer_never_runs_past_the_booking_close(cast, full, line):
    closes = NOON + timedelta(hours=30)
    change_cohort(cohort=full[0], booking_closes_at=closes, by=cast.hub_manager, at=NOON)
    cancel(full[1][0], by=cast.rep)
    earlier = closes - timedelta(hours=5)

    assert Offer.objects.get().answer_by == closes
    change_cohort(cohort=full[0], booking_closes_at=earlier, by=cast.hub_manager, at=NOON)
    assert Offer.objects.get().answer_by == earlier


def test_the_days_to_answer_are_the_hubs_setting(cast, full, line):
    BookingPolicy.objects.update(offer_school_days=1)

    cancel(full[1][0], by=cast.rep)

    assert Offer.objects.get().answer_by == END_OF_TUESDAY - timedelta(days=1)


def test_the_offer_goes_to_rep_deputy_and_whoever_joined(cast, full):
    cohort, bookings = full
    other, rep = make_other_school()
    deputy = make_colleague(
        school=other, full_name="Dee", email="dee@other.example", role=Role.DEPUTY
    )
    head = make_colleague(
        school=other, full_name="Hal", email="hal@other.example", role=Role.HEADTEACHER
    )
    wait(cohort=cohort, school=other, by=head)

    cancel(bookings[0], by=cast.rep)

    told = Delivery.objects.filter(kind="cpd.offer").values_list("to", flat=True)
    assert set(told) == {rep.email, deputy.email, head.email}


def test_without_rep_and_deputy_the_headteacher_is_told(cast, full):
    cohort, bookings = full
    other, rep = make_other_school()
    make_colleague(school=other, full_name="Hal", email="hal@other.example", role=Role.HEADTEACHER)
    wait(cohort=cohort, school=other, by=rep)
    rep.appointments.update(to_on=NOON.date())

    cancel(bookings[0], by=cast.rep)

    assert Delivery.objects.get(kind="cpd.offer").to == "hal@other.example"


# ---- Accepting ----------------------------------------------------------------------------------


def test_accepting_books_through_the_same_gate_and_only_then_moves_credits(cast, full, line):
    cancel(full[1][0], by=cast.rep)
    year = give_credits(school=cast.strangers_school, credits=1)
    ann = Delegate(full_name="Ann Lee", email="ann@their.example")

    [booking] = accept(line[0], by=cast.stranger, delegates=[ann])

    [offer] = Offer.objects.all()
    line[0].refresh_from_db()
    assert (offer.status, offer.request, offer.answered_by) == (
        OfferStatus.ACCEPTED,
        booking.request,
        cast.stranger,
    )
    assert (line[0].status, line[0].wanted) == (EntryStatus.SERVED, 0)
    assert figures_of(cast.strangers_school, year) == Figures(committed=12, available=89)
    assert Act.objects.filter(verb="offer.accepted").count() == 1
    assert differences() == []


def test_accepting_twice_with_one_key_books_once(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    first = accept(line[0], by=cast.stranger, key="page")
    again = accept(line[0], by=cast.stranger, key="page")

    assert again == first


def test_accepting_fewer_than_offered_gives_the_rest_to_the_next(cast, full):
    cohort, _ = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=2)
    other, rep = make_other_school()
    wait(cohort=cohort, school=other, by=rep)
    change_capacity(cohort=cohort, capacity=5, by=cast.hub_manager, at=NOON)

    accept(entry, by=cast.stranger, places=1)

    assert offers() == [
        (cast.strangers_school.name, 2, "accepted"),
        (other.name, 1, "offered"),
    ]


def refused(error, entry, **how):
    before = Booking.objects.count(), offers(), Act.objects.count(), Delivery.objects.count()

    with pytest.raises(error):
        accept(entry, **how)

    assert before == (
        Booking.objects.count(), offers(), Act.objects.count(), Delivery.objects.count()
    )  # fmt: skip


def test_accepting_more_than_offered_is_refused(cast, full, line):
    change_capacity(cohort=full[0], capacity=6, by=cast.hub_manager, at=NOON)

    refused(errors.MoreThanOffered, line[0], by=cast.stranger, places=2)


def test_accepting_without_an_offer_is_refused(cast, full, line):
    refused(errors.NotYourTurn, line[0], by=cast.stranger)


def test_accepting_another_schools_offer_is_refused(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    refused(errors.MayNotActFor, line[0], by=cast.rep)


def test_accepting_without_enough_credits_is_refused_and_the_offer_stays(cast, full):
    cohort, bookings = full
    poor, rep = make_other_school(credits=0)
    entry = wait(cohort=cohort, school=poor, by=rep)
    cancel(bookings[0], by=cast.rep)

    refused(NotEnoughCredits, entry, by=rep)

    assert offers() == [(poor.name, 1, "offered")]


def test_accepting_after_its_time_is_refused_with_what_became_of_it(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    refused(errors.OfferNotLive, line[0], by=cast.stranger, at=END_OF_TUESDAY)


def test_an_entry_of_another_school_gives_no_turn(cast, full, line):
    cancel(full[1][0], by=cast.rep)
    order = make_order(cohort=full[0], school=cast.our_school, entry_id=line[0].pk)

    with pytest.raises(errors.NotWaiting):
        accept_order(order, by=cast.rep)


def accept_order(order, *, by):
    from cpd.services.bookings import book_places

    return book_places(order=order, by=by, at=NOON)


# ---- Lapsing and declining ----------------------------------------------------------------------


def test_an_offer_not_answered_lapses_and_goes_to_the_next(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    run(full[0], END_OF_TUESDAY)

    assert offers() == [(line[0].school.name, 1, "lapsed"), (line[1].school.name, 1, "offered")]
    positions = line_of(cohort=full[0], at=END_OF_TUESDAY).waiting
    assert names(each.entry for each in positions) == names([line[1], line[2], line[0]])
    mail = Delivery.objects.get(kind="cpd.offer.lapsed")
    assert "moved to the end of the line" in mail.body.text


def test_running_a_list_again_changes_nothing(cast, full, line):
    cancel(full[1][0], by=cast.rep)
    run(full[0], END_OF_TUESDAY)
    before = offers(), Act.objects.count(), Delivery.objects.count()

    run(full[0], END_OF_TUESDAY)

    assert (offers(), Act.objects.count(), Delivery.objects.count()) == before


def test_the_only_school_in_line_is_not_offered_again_what_it_let_go(cast, full):
    cohort, bookings = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(bookings[0], by=cast.rep)

    run(cohort, END_OF_TUESDAY)
    run(cohort, END_OF_TUESDAY + timedelta(days=1))

    assert offers() == [(cast.strangers_school.name, 1, "lapsed")]
    assert "Let an offer go" in line_of(cohort=cohort, at=END_OF_TUESDAY).of(entry.pk).why
    cancel(bookings[1], by=cast.rep, at=END_OF_TUESDAY + timedelta(days=1))
    assert offers()[-1] == (cast.strangers_school.name, 1, "offered")


def test_what_lapsed_a_moment_ago_goes_to_the_next_in_line_before_a_stranger(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    with pytest.raises(errors.TooFewPlaces):
        make_booking(cohort=full[0], school=cast.our_school, by=cast.rep, at=END_OF_TUESDAY)

    assert offers() == [(line[0].school.name, 1, "offered")], "a refusal writes nothing"


def test_a_booking_that_finds_an_overdue_offer_lapses_it(cast, full):
    cohort, bookings = full
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(bookings[0], by=cast.rep)

    make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=END_OF_TUESDAY)

    assert offers() == [(cast.strangers_school.name, 1, "lapsed")]
    assert Offer.objects.get().answered_by == Person.objects.portal()
    assert differences() == []


def test_declining_goes_to_the_next_and_to_the_end_of_the_line(cast, full, line):
    cancel(full[1][0], by=cast.rep)

    decline_offer(entry_id=line[0].pk, by=cast.stranger, at=NOON + timedelta(hours=1))

    assert offers() == [(line[0].school.name, 1, "declined"), (line[1].school.name, 1, "offered")]
    last = line_of(cohort=full[0], at=NOON).waiting[-1]
    assert last.entry == line[0]


@pytest.mark.parametrize("offered_before", [False, True])
def test_declining_what_is_not_offered_is_refused(cast, full, line, offered_before):
    error = errors.NotYourTurn
    if offered_before:
        cancel(full[1][0], by=cast.rep)
        decline_offer(entry_id=line[0].pk, by=cast.stranger, at=NOON)
        error = errors.OfferNotLive

    with pytest.raises(error):
        decline_offer(entry_id=line[0].pk, by=cast.stranger, at=NOON)


# ---- Near the start -----------------------------------------------------------------------------


def test_near_the_start_every_waiting_school_is_called_at_once(cast, full, line):
    cancel(full[1][0], by=cast.rep, at=LATE)

    assert offers() == []
    [call] = LateCall.objects.all()
    assert (call.places, call.called_at) == (1, LATE)
    called = Delivery.objects.filter(kind="cpd.late_call")
    assert sorted(called.values_list("to", flat=True)) == sorted(e.joined_by.email for e in line)
    assert Act.objects.filter(verb="waiting.called").count() == 1


def test_whoever_wants_more_than_is_free_all_or_none_is_not_called(cast, full):
    cohort, bookings = full
    wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=2, all_or_none=True)

    cancel(bookings[0], by=cast.rep, at=LATE)

    assert not LateCall.objects.exists()


def test_near_the_start_the_first_to_accept_has_the_place(cast, full, line):
    cancel(full[1][0], by=cast.rep, at=LATE)
    last = line[2]

    accept(last, by=last.joined_by, at=LATE)

    last.refresh_from_db()
    assert last.status == EntryStatus.SERVED
    refused(errors.NotYourTurn, line[0], by=cast.stranger, at=LATE)
    assert differences() == []


def test_a_late_place_may_be_taken_after_booking_closed_until_the_first_session(cast, full, line):
    cohort = full[0]
    change_cohort(
        cohort=cohort, booking_closes_at=LATE - timedelta(days=1), by=cast.hub_manager, at=NOON
    )
    cancel(full[1][0], by=cast.rep, at=LATE)
    cancel(full[1][1], by=cast.rep, at=LATE)

    accept(line[0], by=cast.stranger, at=cohort.starts_at - timedelta(minutes=1))

    refused(errors.NotYourTurn, line[1], by=line[1].joined_by, at=cohort.starts_at)


def test_late_more_than_is_free_is_refused(cast, full):
    cohort, bookings = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger, wanted=3)
    cancel(bookings[0], by=cast.rep, at=LATE)

    refused(errors.TooFewPlaces, entry, by=cast.stranger, places=2, at=LATE)


def test_the_clock_calls_once_for_a_place_that_was_free_before(cast, full):
    cohort, bookings = full
    entry = wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    cancel(bookings[0], by=cast.rep)
    decline_offer(entry_id=entry.pk, by=cast.stranger, at=NOON)

    run(cohort, LATE)
    run(cohort, LATE + timedelta(days=1))

    assert LateCall.objects.count() == 1


def test_the_call_is_told_only_while_a_place_is_free(cast, full, line):
    cancel(full[1][0], by=cast.rep, at=LATE)
    is_still_true = mail_kind("cpd.late_call").is_still_true
    about = f"waiting_entry:{line[0].pk}"
    assert is_still_true(about)

    accept(line[2], by=line[2].joined_by, at=LATE)

    assert not is_still_true(about)


def test_an_offer_is_told_only_while_it_is_live(cast, full, line):
    cancel(full[1][0], by=cast.rep)
    about = f"offer:{Offer.objects.get().pk}"
    assert mail_kind("cpd.offer").is_still_true(about)

    decline_offer(entry_id=line[0].pk, by=cast.stranger, at=NOON)

    assert not mail_kind("cpd.offer").is_still_true(about)


def test_nobody_moves_once_the_course_has_begun(cast, full, line):
    change_capacity(cohort=full[0], capacity=5, by=cast.hub_manager, at=IN_JANUARY)

    assert offers() == []
    assert not LateCall.objects.exists()


# ---- Out of turn --------------------------------------------------------------------------------


@pytest.fixture
def passed_over(cast):
    """Two places free; the first in line wants all or none of three."""
    cohort = make_cohort(capacity=2)
    first = wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=3, all_or_none=True)
    return cohort, first


def test_the_hub_offers_out_of_turn_with_a_reason(cast, passed_over):
    _, entry = passed_over

    offer = offer_out_of_turn(
        entry_id=entry.pk, places=2, reason=" Two will do ", by=cast.hub_manager, at=NOON
    )

    assert (offer.places, offer.reason) == (2, "Two will do")
    act = Act.objects.get(verb="offer.made")
    assert (act.by, act.reason) == (cast.hub_manager, "Two will do")


@pytest.mark.parametrize(
    ("error", "how"),
    [
        (ReasonNeeded, {"reason": " "}),
        (errors.TooFewPlaces, {"places": 3}),
        (errors.CohortNotBookable, {"at": IN_JANUARY}),
    ],
)
def test_an_offer_out_of_turn_is_refused(cast, passed_over, error, how):
    _, entry = passed_over
    asked = {"places": 1, "reason": "Urgent", "at": NOON, **how}

    with pytest.raises(error):
        offer_out_of_turn(entry_id=entry.pk, by=cast.hub_manager, **asked)

    assert offers() == []


def test_an_offer_out_of_turn_is_for_no_more_than_is_wanted_and_only_one(cast, full, line):
    change_capacity(cohort=full[0], capacity=9, by=cast.hub_manager, at=NOON)
    asked = {"reason": "Urgent", "by": cast.hub_manager, "at": NOON}
    with pytest.raises(errors.OfferNotLive):
        offer_out_of_turn(entry_id=line[0].pk, places=1, **asked)
    decline_offer(entry_id=line[0].pk, by=cast.stranger, at=NOON)

    with pytest.raises(errors.MoreThanOffered):
        offer_out_of_turn(entry_id=line[0].pk, places=2, **asked)
    leave_waiting_list(entry_id=line[0].pk, by=cast.stranger, at=NOON)
    with pytest.raises(errors.NotWaiting):
        offer_out_of_turn(entry_id=line[0].pk, places=1, **asked)


# ---- Every state and every verb -----------------------------------------------------------------


@pytest.mark.parametrize("verb", [s for s in OfferStatus if s != OfferStatus.OFFERED])
@pytest.mark.parametrize("state", list(OfferStatus))
def test_every_verb_on_every_state_of_an_offer(cast, full, line, state, verb):
    request = full[1][1].request
    cancel(full[1][0], by=cast.rep)
    offer = Offer.objects.select_related("entry__cohort").get()
    if state != OfferStatus.OFFERED:
        move(offer, state, request)

    if verb in OFFER_MOVES[state]:
        move(offer, verb, request)
        assert Offer.objects.get().status == verb
    else:
        with pytest.raises(errors.OfferNotLive):
            move(offer, verb, request)
        assert Offer.objects.get().status == state


def move(offer, status, request):
    request = request if status == OfferStatus.ACCEPTED else None
    close_offer(offer, status, by=Person.objects.portal(), at=NOON, request=request)


@pytest.mark.parametrize("verb", [s for s in EntryStatus if s != EntryStatus.WAITING])
@pytest.mark.parametrize("state", list(EntryStatus))
def test_every_verb_on_every_state_of_an_entry(cast, full, line, state, verb):
    entry, by = line[0], Person.objects.portal()
    if state != EntryStatus.WAITING:
        end_entry(entry, state, by=by, at=NOON)

    if verb in ENTRY_MOVES[state]:
        end_entry(entry, verb, by=by, at=NOON)
    else:
        with pytest.raises(errors.NotWaiting):
            end_entry(entry, verb, by=by, at=NOON)

    entry.refresh_from_db()
    assert entry.status == (verb if verb in ENTRY_MOVES[state] else state)
