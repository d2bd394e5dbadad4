"""“Tell me when this runs”: asked, pooled by programme, and planned."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import DEMAND_MOVES, CohortStatus, DemandStatus
from cpd.models import Demand, WaitingEntry
from cpd.services.cohorts import PlannedSession, offer_cohort
from cpd.services.demand import (
    ask_for_course,
    demand_board,
    end_wish,
    plan_from_demand,
    withdraw_wish,
)
from cpd.services.leaving import give_up_places
from cpd.services.line import line_of
from cpd.services.proofs import differences
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from tests.makers.cpd import IN_JANUARY, give_credits, make_cohort, make_programme
from tests.makers.schools import NOON, make_cast
from tests.makers.waiting import accept, make_full_course, make_other_school, offers, wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=200)
    return cast


@pytest.fixture
def programme(cast):
    return make_programme(title="Oracy")


def ask(programme, *, school, by, wanted=1, at=NOON):
    return ask_for_course(
        programme_id=programme.pk, school_id=school.pk, wanted=wanted, by=by, at=at
    )


def plan(programme, *, by, capacity=2, **facts):
    facts = {
        "price": 12,
        "capacity": capacity,
        "booking_opens_at": NOON + timedelta(days=7),
        "booking_closes_at": IN_JANUARY - timedelta(days=1),
        **facts,
    }
    session = PlannedSession(IN_JANUARY, IN_JANUARY + timedelta(hours=3))
    return plan_from_demand(programme_id=programme.pk, sessions=[session], by=by, at=NOON, **facts)


def test_asking_records_who_for_whom_and_how_many(cast, programme):
    wish = ask(programme, school=cast.our_school, by=cast.rep, wanted=3)

    assert (wish.wanted, wish.asked_by, wish.status) == (3, cast.rep, DemandStatus.OPEN)
    act = Act.objects.get(subject=f"demand:{wish.pk}")
    assert (act.verb, act.school) == ("demand.asked", f"school:{cast.our_school.pk}")


def test_asking_is_refused_in_a_sentence_and_writes_nothing(cast, programme):
    ours = {"school": cast.our_school, "by": cast.rep}
    ask(programme, **ours)
    primary = make_programme(for_secondary=False)
    open_now = make_cohort().programme
    acts = Act.objects.count()

    for error, asked, how in (
        (errors.AlreadyAsked, programme, ours),
        (errors.WrongPhase, primary, ours),
        (errors.DateIsOpen, open_now, ours),
        (errors.MayNotActFor, programme, {"school": cast.our_school, "by": cast.stranger}),
    ):
        with pytest.raises(error):
            ask(asked, **how)

    assert (Demand.objects.count(), Act.objects.count()) == (1, acts)


def test_withdrawing_twice_changes_nothing_the_second_time(cast, programme):
    wish = ask(programme, school=cast.our_school, by=cast.rep)

    for _ in range(2):
        ended = withdraw_wish(wish_id=wish.pk, by=cast.rep, at=NOON)

    assert (ended.status, ended.ended_by) == (DemandStatus.WITHDRAWN, cast.rep)
    assert Act.objects.filter(verb="demand.withdrawn").count() == 1
    with pytest.raises(errors.MayNotActFor):
        withdraw_wish(wish_id=wish.pk, by=cast.stranger, at=NOON)


def test_the_board_pools_wishes_and_waiting_lists_and_counts_each_school_once(cast, programme):
    full, _ = make_full_course(school=cast.our_school, by=cast.rep, programme=programme)
    wait(cohort=full, school=cast.strangers_school, by=cast.stranger, wanted=2)
    ask(programme, school=cast.strangers_school, by=cast.stranger, wanted=4)
    other, rep = make_other_school()
    wait(cohort=full, school=other, by=rep, wanted=1)
    quiet = make_programme(title="Asked for by one")
    ask(quiet, school=other, by=rep)

    first, second = demand_board()

    assert (first.programme, first.places, first.on_waiting_lists) == (programme, 5, 1)
    assert {asker.school for asker in first.askers} == {cast.strangers_school, other}
    assert (second.programme, second.places) == (quiet, 1)


def test_a_date_planned_from_demand_is_a_draft_nobody_is_told_of(cast, programme):
    wish = ask(programme, school=cast.our_school, by=cast.rep)

    cohort = plan(programme, by=cast.hub_manager)

    wish.refresh_from_db()
    assert (cohort.status, wish.status, wish.cohort) == (
        CohortStatus.DRAFT,
        DemandStatus.PLANNED,
        cohort,
    )
    assert offers() == []
    assert not Delivery.objects.exists()
    assert demand_board() == []


def test_a_date_planned_from_demand_is_offered_to_those_who_asked_first(cast, programme):
    other, rep = make_other_school()
    ask(programme, school=other, by=rep, wanted=1, at=NOON - timedelta(days=3))
    ask(programme, school=cast.our_school, by=cast.rep, wanted=2, at=NOON - timedelta(days=2))
    ask(programme, school=cast.strangers_school, by=cast.stranger, at=NOON - timedelta(days=1))
    cohort = plan(programme, by=cast.hub_manager, capacity=2)

    offer_cohort(cohort=cohort, by=cast.hub_manager, at=NOON)

    assert offers() == [(other.name, 1, "offered"), (cast.our_school.name, 1, "offered")]
    told = Delivery.objects.order_by("kind").values_list("kind", "to")
    assert sorted(told) == sorted(
        [
            ("cpd.course_runs", "sam@their.example"),
            ("cpd.offer", rep.email),
            *(("cpd.offer", person.email) for person in (cast.rep, cast.deputy)),
        ]
    )
    positions = [each.entry.school for each in line_of(cohort=cohort, at=NOON).waiting]
    assert positions == [other, cast.our_school, cast.strangers_school]


def test_an_offer_from_demand_may_be_accepted_before_booking_opens(cast, programme):
    ask(programme, school=cast.our_school, by=cast.rep)
    cohort = plan(programme, by=cast.hub_manager)
    offer_cohort(cohort=cohort, by=cast.hub_manager, at=NOON)

    accept(WaitingEntry.objects.get(), by=cast.rep)

    assert offers() == [(cast.our_school.name, 1, "accepted")]
    assert differences() == []


def test_nothing_is_planned_from_no_demand(cast, programme):
    with pytest.raises(errors.NobodyAsks):
        plan(programme, by=cast.hub_manager)

    assert not Act.objects.filter(verb="cohort.planned").exists()


def test_a_wish_that_was_planned_is_not_withdrawn(cast, programme):
    wish = ask(programme, school=cast.our_school, by=cast.rep)
    plan(programme, by=cast.hub_manager)

    with pytest.raises(errors.WishHasEnded):
        withdraw_wish(wish_id=wish.pk, by=cast.rep, at=NOON)


def test_a_school_that_leaves_asks_for_nothing(cast, programme):
    wish = ask(programme, school=cast.our_school, by=cast.rep)

    for _ in range(2):
        give_up_places(school=cast.our_school, subjects=[], by=cast.hub_manager, at=NOON)

    wish.refresh_from_db()
    assert wish.status == DemandStatus.WITHDRAWN


@pytest.mark.parametrize("verb", [DemandStatus.PLANNED, DemandStatus.WITHDRAWN])
@pytest.mark.parametrize("state", list(DemandStatus))
def test_every_verb_on_every_state_of_a_wish(cast, programme, state, verb):
    wish = ask(programme, school=cast.our_school, by=cast.rep)
    cohort = make_cohort(programme=programme)
    if state != DemandStatus.OPEN:
        move(wish, state, cohort)

    if verb in DEMAND_MOVES[state]:
        move(wish, verb, cohort)
    else:
        with pytest.raises(errors.WishHasEnded):
            move(wish, verb, cohort)

    wish.refresh_from_db()
    assert wish.status == (verb if verb in DEMAND_MOVES[state] else state)


def move(wish, status, cohort):
    cohort = cohort if status == DemandStatus.PLANNED else None
    end_wish(wish, status, by=wish.asked_by, at=NOON, cohort=cohort)
