"""Every state of a waiting entry, and of an offer, × every verb of the waiting list."""

import pytest

from cpd.choices import EntryStatus, OfferStatus
from cpd.services.bookings import book_places
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.running_lists import run_waiting_list
from cpd.services.settling import settle_cohort
from cpd.services.turns import decline_offer, offer_out_of_turn
from cpd.services.waiting import leave_waiting_list
from cpd.services.waiting_changes import NewWish, change_wish
from schools.models import Person
from tests.cpd.state_tables.reading import outcome_of, read, to_try, verbs_about
from tests.makers.cpd import IN_JANUARY, give_credits, make_order
from tests.makers.schools import NOON, make_cast
from tests.makers.waiting import END_OF_TUESDAY, accept, cancel, make_full_course, wait

pytestmark = pytest.mark.django_db

ENTRY = """
                    waiting      served        left          ended
book_places         NotYourTurn  NotWaiting    NotWaiting    NotWaiting
decline_offer       NotYourTurn  OfferNotLive  NotYourTurn   NotYourTurn
leave_waiting_list  left         NotWaiting    =             NotWaiting
change_wish         waiting      NotWaiting    NotWaiting    NotWaiting
offer_out_of_turn   TooFewPlaces NotWaiting    NotWaiting    NotWaiting
run_waiting_list    =            =             =             =
once_begun          ended        =             =             =
cancel_cohort       ended        served        left          =
settle_cohort       ended        served        left          =
"""
"""Of a full course, the waiting school without an offer."""

OFFER = """
                    offered       accepted      declined      lapsed
book_places         accepted      NotWaiting    OfferNotLive  OfferNotLive
decline_offer       declined      OfferNotLive  OfferNotLive  OfferNotLive
leave_waiting_list  declined      NotWaiting    declined      lapsed
change_wish         AnswerTheOfferFirst NotWaiting declined   lapsed
offer_out_of_turn   OfferNotLive  NotWaiting    declined      lapsed
run_waiting_list    =             =             =             =
when_time_is_up     lapsed        =             =             =
once_begun          lapsed        =             declined      lapsed
cancel_cohort       lapsed        accepted      declined      lapsed
"""
"""After it was answered, a school that waits on may be offered places again, out of its turn."""

NOT_BY_ENTRY = {"book_places", "run_waiting_list", "once_begun", "cancel_cohort"}


@pytest.fixture
def cast():
    cast = make_cast()
    for school in (cast.our_school, cast.strangers_school):
        give_credits(school=school)
    return cast


@pytest.fixture
def full(cast):
    return make_full_course(school=cast.our_school, by=cast.rep)


@pytest.fixture
def entry(cast, full):
    cohort, _ = full
    return wait(cohort=cohort, school=cast.strangers_school, by=cast.stranger)


def put_entry_in(state, entry, full, cast):
    cohort, [booking] = full
    if state == EntryStatus.SERVED:
        cancel(booking, by=cast.rep)
        accept(entry, by=cast.stranger)
    if state == EntryStatus.LEFT:
        leave_waiting_list(entry_id=entry.pk, by=cast.stranger, at=NOON)
    if state == EntryStatus.ENDED:
        cancel_cohort(cohort=cohort, reason="x", by=cast.hub_manager, at=NOON)


def make_offer_in(state, entry, full, cast):
    _, [booking] = full
    cancel(booking, by=cast.rep)
    offer = entry.offers.get()
    if state == OfferStatus.ACCEPTED:
        accept(entry, by=cast.stranger)
    if state == OfferStatus.DECLINED:
        decline_offer(entry_id=entry.pk, by=cast.stranger, at=NOON)
    if state == OfferStatus.LAPSED:
        run_waiting_list(cohort_id=entry.cohort_id, by=cast.hub_manager, at=END_OF_TUESDAY)
    return offer


def acts_on(entry, cast):
    cohort, portal = entry.cohort, Person.objects.portal()
    order = make_order(
        cohort=cohort, school=entry.school, delegates=[Delegate()], entry_id=entry.pk
    )
    one = {"entry_id": entry.pk}
    by_school, by_hub = {"by": cast.stranger, "at": NOON}, {"by": cast.hub_manager, "at": NOON}
    clock = {"cohort_id": cohort.pk, "by": portal}
    return {
        "book_places": lambda: book_places(order=order, **by_school),
        "decline_offer": lambda: decline_offer(**one, **by_school),
        "leave_waiting_list": lambda: leave_waiting_list(**one, **by_school),
        "change_wish": lambda: change_wish(**one, wish=NewWish(wanted=2), **by_school),
        "offer_out_of_turn": lambda: offer_out_of_turn(**one, places=1, reason="x", **by_hub),
        "run_waiting_list": lambda: run_waiting_list(**clock, at=NOON),
        "when_time_is_up": lambda: run_waiting_list(**clock, at=END_OF_TUESDAY),
        "once_begun": lambda: run_waiting_list(**clock, at=IN_JANUARY),
        "cancel_cohort": lambda: cancel_cohort(cohort=cohort, reason="x", **by_hub),
        "settle_cohort": lambda: settle_cohort(**clock, at=IN_JANUARY.replace(hour=20)),
    }


@pytest.mark.parametrize(("verb", "state", "outcome"), to_try(ENTRY))
def test_every_verb_on_every_state_of_a_waiting_entry(cast, full, entry, verb, state, outcome):
    put_entry_in(state, entry, full, cast)
    entry.refresh_from_db()
    assert entry.status == state

    assert outcome_of(entry, acts_on(entry, cast)[verb]) == outcome


@pytest.mark.parametrize(("verb", "state", "outcome"), to_try(OFFER))
def test_every_verb_on_every_state_of_an_offer(cast, full, entry, verb, state, outcome):
    offer = make_offer_in(state, entry, full, cast)
    offer.refresh_from_db()
    assert offer.status == state

    assert outcome_of(offer, acts_on(entry, cast)[verb]) == outcome


def test_no_state_and_no_verb_of_the_waiting_list_is_left_out():
    states, cells = read(ENTRY)
    assert set(states) == set(EntryStatus)
    verbs = verbs_about("entry_id") | NOT_BY_ENTRY
    assert {verb for verb, _, _ in cells} == verbs | {"settle_cohort"}

    states, cells = read(OFFER)
    assert set(states) == set(OfferStatus)
    assert {verb for verb, _, _ in cells} == verbs | {"when_time_is_up"}
