"""Adjusting, moving between schools, and undoing. Rules CR-5 and CR-9."""

import pytest

from credits.choices import AccountKind, EntryKind
from credits.errors import (
    CannotBeReversed,
    InstalmentWasShared,
    KeyUsedOtherwise,
    NotAMember,
    NotEnoughInPot,
    ReasonNeeded,
    SchoolHasTooFew,
)
from credits.models import JournalEntry
from credits.services.adjustments import adjust, move_between_schools, reverse_entry
from credits.services.figures import received_of
from hub_portal.shared.errors import Refused
from hub_portal.trail.models import Act
from schools.models import Appointment
from tests.makers.credits import (
    balance,
    ledger,
    make_instalment,
    make_roll,
    make_run,
    make_year,
    the_books,
    the_portal,
)
from tests.makers.schools import NOON, make_cast, make_school
from tests.makers.spending import spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Our school and the stranger's have 490 credits each; the reserve has 20."""
    cast = make_cast()
    for school in (cast.our_school, cast.strangers_school):
        make_roll(school=school, pupils=500)
    make_run(instalment=make_instalment(pence=2_000_000))
    return cast


def adjust_ours(cast, credits, **facts):
    facts = {"key": "page-1", "reason": "A refund of 2025/26.", "school": cast.our_school, **facts}
    return adjust(year=make_year(), credits=credits, by=cast.hub_manager, at=NOON, **facts)


def move_ours(cast, credits=40, **facts):
    facts = {
        "key": "page-1",
        "giving": cast.our_school,
        "receiving": cast.strangers_school,
        "agreed_by": cast.headteacher,
        "reason": "Both schools run it together.",
        **facts,
    }
    return move_between_schools(
        year=make_year(), credits=credits, by=cast.hub_manager, at=NOON, **facts
    )


def reverse(entry, cast, reason="It was a mistake."):
    return reverse_entry(entry=entry, reason=reason, by=cast.hub_manager, at=NOON)


def refused(error, act, *args, **facts):
    """The act is refused with this error and leaves books and trail as they were."""
    before, acts = the_books(), Act.objects.count()
    with pytest.raises(error) as refusal:
        act(*args, **facts)
    assert the_books() == before
    assert Act.objects.count() == acts
    return refusal.value.sentence


def test_credits_are_given_out_of_the_reserve_with_a_reason(cast):
    entry = adjust_ours(cast, 5)

    assert ledger()[-1] == ("adjustment", "reserve", "available", 5)
    act = Act.objects.get(verb="credits.adjusted")
    assert (act.subject, act.school, act.by, act.reason) == (
        f"entry:{entry.pk}",
        f"school:{cast.our_school.pk}",
        cast.hub_manager,
        "A refund of 2025/26.",
    )


def test_credits_are_taken_back_into_the_reserve(cast):
    adjust_ours(cast, -5)

    assert ledger()[-1] == ("adjustment", "available", "reserve", 5)
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 485


def test_a_page_sent_twice_adjusts_once(cast):
    first = adjust_ours(cast, 5)

    assert adjust_ours(cast, 5) == first
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 495
    assert Act.objects.filter(verb="credits.adjusted").count() == 1
    refused(KeyUsedOtherwise, adjust_ours, cast, 6)


def test_what_cannot_be_adjusted_is_refused_and_nothing_written(cast):
    refused(ReasonNeeded, adjust_ours, cast, 5, reason="  ")
    refused(Refused, adjust_ours, cast, 0)
    sentence = refused(NotEnoughInPot, adjust_ours, cast, 21)
    assert sentence == "This needs 21 credits and the reserve holds 20 credits."
    sentence = refused(SchoolHasTooFew, adjust_ours, cast, -491)
    assert sentence == (
        "This would take 491 credits from Lampton School, which has 490 credits available."
    )
    stranger = make_school(name="Elm School", member=False)
    refused(NotAMember, adjust_ours, cast, 5, school=stranger)


def test_a_transfer_moves_credits_and_both_schools_see_it(cast):
    entry = move_ours(cast)

    assert ledger()[-1] == ("transfer", "available", "available", 40)
    assert received_of(cast.our_school, make_year()).moved_out == 40
    assert received_of(cast.strangers_school, make_year()).moved_in == 40
    assert entry.memo == {"agreed_by": cast.headteacher.pk, "to": cast.strangers_school.pk}
    assert Act.objects.get(verb="credits.moved").reason == "Both schools run it together."


def test_a_transfer_sent_twice_moves_once(cast):
    assert move_ours(cast) == move_ours(cast)
    assert balance(AccountKind.AVAILABLE, cast.our_school) == 450


def test_a_transfer_without_the_giving_schools_agreement_is_refused(cast):
    sentence = refused(Refused, move_ours, cast, agreed_by=cast.stranger)
    assert sentence == "Sam Stranger does not act for Lampton School, so cannot agree to this."
    Appointment.objects.filter(person=cast.headteacher).update(to_on=NOON.date())
    refused(Refused, move_ours, cast)


def test_what_cannot_be_transferred_is_refused_and_nothing_written(cast):
    refused(ReasonNeeded, move_ours, cast, reason="")
    refused(Refused, move_ours, cast, receiving=cast.our_school)
    refused(Refused, move_ours, cast, credits=0)
    refused(Refused, move_ours, cast, credits=-3)
    sentence = refused(SchoolHasTooFew, move_ours, cast, credits=491)
    assert "from Lampton School, which has 490 credits available" in sentence
    refused(NotAMember, move_ours, cast, receiving=make_school(name="Elm", member=False))


@pytest.mark.parametrize("act", [adjust_ours, move_ours])
def test_a_reversal_puts_everything_back_and_a_second_is_refused(cast, act):
    ours, theirs = received_of(cast.our_school, make_year()), balance(AccountKind.RESERVE)
    entry = act(cast, 9)

    reversal = reverse(entry, cast)

    assert reversal.reverses == entry
    assert received_of(cast.our_school, make_year()) == ours
    assert balance(AccountKind.RESERVE) == theirs
    assert Act.objects.get(verb="credits.reversed").after == {"entry": reversal.pk}
    refused(CannotBeReversed, reverse, entry, cast)


def test_a_reversal_needs_a_reason_and_what_it_takes_back_still_there(cast):
    entry = move_ours(cast, 40)
    refused(ReasonNeeded, reverse, entry, cast, reason="")
    spend(school=cast.strangers_school, credits=500)

    sentence = refused(SchoolHasTooFew, reverse, entry, cast)

    assert "40 credits from Berrymede Junior School, which has 30 credits" in sentence


@pytest.mark.parametrize("kind", [EntryKind.COMMIT, EntryKind.SETTLE, EntryKind.RELEASE])
def test_bookings_are_undone_only_by_their_own_verb(cast, kind):
    spend(school=cast.our_school, credits=4).settle()
    spend(school=cast.our_school, credits=4).give_back()
    entry = JournalEntry.objects.filter(kind=kind).first()

    sentence = refused(CannotBeReversed, reverse, entry, cast)

    assert sentence == "This entry is undone by its own page, not by a reversal."


def test_an_allocation_is_undone_by_taking_its_run_back(cast):
    entry = JournalEntry.objects.get(kind=EntryKind.ALLOCATE)

    assert "Take the allocation run back" in refused(Refused, reverse, entry, cast)


def test_an_instalment_that_was_shared_is_not_reversed_even_if_the_pool_could_pay(cast):
    shared = JournalEntry.objects.get(kind=EntryKind.FUND)
    make_instalment(pence=2_000_000)

    refused(InstalmentWasShared, reverse, shared, cast)


def test_an_instalment_not_yet_shared_is_taken_out_of_the_books(cast):
    unshared = make_instalment(pence=1_000_000)

    reverse(unshared.entry, cast)

    assert (balance(AccountKind.POOL), balance(AccountKind.RESERVE)) == (0, 20)
    assert balance(AccountKind.FUNDING) == -1000
    assert the_portal() != cast.hub_manager
