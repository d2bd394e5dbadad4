"""Another number of places while a school waits. Rule BK-8."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.models import WaitingEntry
from cpd.services.delegates import Delegate
from cpd.services.promotion import places_came_free
from cpd.services.waiting import leave_waiting_list
from cpd.services.waiting_changes import NewWish, change_wish, changes_in_words
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.makers.waiting import (
    END_OF_TUESDAY,
    accept,
    cancel,
    make_full_course,
    make_other_school,
    offers,
    wait,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    give_credits(school=cast.strangers_school)
    return cast


@pytest.fixture
def full(cast):
    """A course of two places, which the stranger's school has."""
    return make_full_course(school=cast.strangers_school, by=cast.stranger, places=2)


@pytest.fixture
def ours(cast, full):
    return wait(cohort=full[0], school=cast.our_school, by=cast.rep, wanted=3)


@pytest.fixture
def behind(full, ours):
    """Somebody who joined after us."""
    school, rep = make_other_school(name="Behind")
    return wait(cohort=full[0], school=school, by=rep, at=NOON + timedelta(minutes=1))


def change(entry, by, wanted, *, at=LATER, **facts):
    wish = NewWish(wanted=wanted, **facts)
    return change_wish(entry_id=entry.pk, wish=wish, by=by, at=at)


def line(cohort):
    return list(cohort.waiting.in_line().values_list("school__name", "wanted", "all_or_none"))


def written():
    return (
        list(WaitingEntry.objects.order_by("pk").values_list("wanted", "in_line_since")),
        Delivery.objects.count(),
        Act.objects.count(),
        offers(),
    )


def test_fewer_keeps_the_place_in_the_line_and_mails_nobody(cast, full, ours, behind):
    mails = Delivery.objects.count()

    change(ours, cast.rep, 2)

    assert line(full[0]) == [("Lampton School", 2, False), ("Behind", 1, False)]
    assert Delivery.objects.count() == mails
    act = Act.objects.get(verb="waiting.changed")
    since = NOON.isoformat()
    assert (act.by, act.subject) == (cast.rep, f"waiting_entry:{ours.pk}")
    assert act.before == {"wanted": 3, "all_or_none": False, "in_line_since": since}
    assert act.after == {"wanted": 2, "all_or_none": False, "in_line_since": since}


def test_more_is_asked_for_at_the_end_and_said_before(cast, full, ours, behind):
    before = written()
    with pytest.raises(errors.MoreMeansTheEnd, match="behind 1 school that stands behind it now"):
        change(ours, cast.rep, 4)
    assert written() == before

    change(ours, cast.rep, 4, to_the_end=True)

    assert line(full[0]) == [("Behind", 1, False), ("Lampton School", 4, False)]


def test_more_keeps_the_place_where_nobody_stands_behind(cast, full, ours):
    change(ours, cast.rep, 4)

    ours.refresh_from_db()
    assert (ours.wanted, ours.in_line_since) == (4, NOON)


def test_all_or_none_changes_without_losing_the_place(cast, full, ours, behind):
    change(ours, cast.rep, 3, all_or_none=True)
    assert line(full[0])[0] == ("Lampton School", 3, True)

    change(ours, cast.rep, 3)
    assert line(full[0])[0] == ("Lampton School", 3, False)


def test_all_or_none_of_one_place_is_one_place(cast, full, ours):
    change(ours, cast.rep, 1, all_or_none=True)

    assert line(full[0]) == [("Lampton School", 1, False)]


def test_a_wish_that_fits_what_is_free_is_offered_it_at_once(cast, full):
    cohort, bookings = full
    ours = wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=2, all_or_none=True)
    cancel(bookings[0], by=cast.stranger)
    assert offers() == []

    change(ours, cast.rep, 1)

    assert offers() == [("Lampton School", 1, "offered")]


def test_while_an_offer_is_live_it_is_answered_first(cast, full, ours):
    cancel(full[1][0], by=cast.stranger)
    before = written()

    for wanted in (1, 5):
        with pytest.raises(errors.AnswerTheOfferFirst):
            change(ours, cast.rep, wanted, to_the_end=True)

    assert written() == before


def test_once_the_offer_is_taken_the_rest_may_be_changed(cast, full, ours, behind):
    cancel(full[1][0], by=cast.stranger)
    accept(ours, by=cast.rep)

    change(ours, cast.rep, 1)

    assert line(full[0]) == [("Lampton School", 1, False), ("Behind", 1, False)]


def test_an_offer_that_has_lapsed_is_in_nobodys_way(cast, full, ours, behind):
    cancel(full[1][0], by=cast.stranger)

    change(ours, cast.rep, 2, at=END_OF_TUESDAY)

    assert line(full[0]) == [("Behind", 1, False), ("Lampton School", 2, False)]
    assert offers() == [("Lampton School", 1, "lapsed"), ("Behind", 1, "offered")]


def test_who_let_an_offer_go_still_sits_out(cast, full, ours):
    cancel(full[1][0], by=cast.stranger)
    WaitingEntry.objects.filter(pk=ours.pk).update(sits_out=True)
    ours.offers.all().delete()

    change(ours, cast.rep, 1)

    assert offers() == []
    places_came_free(cohort=full[0], at=LATER, by=cast.hub_manager)
    assert offers() == [("Lampton School", 1, "offered")]


def test_done_twice_it_changes_nothing(cast, full, ours, behind):
    change(ours, cast.rep, 2)
    before = written()

    change(ours, cast.rep, 2)

    assert written() == before


def test_more_than_a_school_may_have_is_refused(cast):
    cohort, _ = make_full_course(school=cast.strangers_school, by=cast.stranger)
    cohort.places_per_school = 2
    cohort.save()
    ours = wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=2)
    before = written()

    with pytest.raises(errors.OverSchoolLimit):
        change(ours, cast.rep, 3)
    for wanted in (0, 9, -1):
        with pytest.raises(errors.WantsTooMany):
            change(ours, cast.rep, wanted)

    assert written() == before


def test_fewer_is_never_refused_for_a_limit_set_since(cast, full, ours):
    full[0].places_per_school = 1
    full[0].save()

    change(ours, cast.rep, 2)

    assert line(full[0]) == [("Lampton School", 2, False)]


def test_who_is_named_stays_named_as_far_as_there_are_places(cast, full):
    ann, ben = (
        make_colleague(school=cast.our_school, full_name=name, email=f"{name}@our.example".lower())
        for name in ("Ann", "Ben")
    )
    named = [Delegate(person_id=ann.pk), Delegate(person_id=ben.pk)]
    ours = wait(cohort=full[0], school=cast.our_school, by=cast.rep, delegates=named)
    before = written()
    with pytest.raises(errors.MoreNamedThanWanted):
        change(ours, cast.rep, 1, named=[ann.pk, ben.pk])
    assert written() == before

    change(ours, cast.rep, 1, named=[ben.pk, cast.stranger.pk])

    assert list(ours.delegates.values_list("person", flat=True)) == [ben.pk]


def test_nobody_else_changes_it(cast, full, ours):
    before = written()

    for who in (cast.stranger, cast.hub_manager):
        with pytest.raises(errors.MayNotActFor):
            change(ours, who, 1)

    assert written() == before


def test_who_has_left_the_list_changes_nothing(cast, full, ours):
    leave_waiting_list(entry_id=ours.pk, by=cast.rep, at=NOON)
    before = written()

    with pytest.raises(errors.NotWaiting):
        change(ours, cast.rep, 1)

    assert written() == before


def test_each_change_is_told_in_words(cast, full, ours, behind):
    change(ours, cast.rep, 2, all_or_none=True)
    change(ours, cast.rep, 4, to_the_end=True)

    assert [sentence.partition(": ")[2] for sentence in changes_in_words(ours)] == [
        "2 places, all or none instead of 3 places, place kept (Rita Rep)",
        "4 places instead of 2 places, all or none, to the end of the line (Rita Rep)",
    ]


def test_a_course_that_is_not_full_for_all_or_none_takes_fewer_too(cast):
    cohort = make_cohort(capacity=2)
    ours = wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=3, all_or_none=True)

    change(ours, cast.rep, 2, all_or_none=True)

    assert offers() == [("Lampton School", 2, "offered")]
