"""Dates keep their identity: they move, are called off, come back. Rules BK-1 and BK-11."""

from datetime import timedelta

import pytest

from cpd.errors import NotReadyToOffer
from cpd.models import Session
from cpd.services.cohorts import PlannedSession, change_cohort, save_sessions
from hub_portal.trail.models import Act
from tests.makers.cpd import IN_JANUARY, make_cohort
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db

WEEK = timedelta(weeks=1)
FIRST, SECOND, THIRD = IN_JANUARY, IN_JANUARY + WEEK, IN_JANUARY + 2 * WEEK
LATER = IN_JANUARY + 9 * WEEK


@pytest.fixture
def manager():
    return make_cast().hub_manager


@pytest.fixture
def cohort(manager):
    return make_cohort(sessions=3)


def on(starts_at, session=None):
    return PlannedSession(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        session_id=session.pk if session else None,
    )


def plan(cohort, *planned, by, at=NOON):
    return save_sessions(cohort=cohort, sessions=planned, by=by, at=at)


def dates_of(cohort):
    return dict(Session.with_called_off.filter(cohort=cohort).values_list("pk", "starts_at"))


def standing(cohort):
    return list(cohort.sessions.order_by("starts_at").values_list("pk", "starts_at"))


def test_a_session_that_says_which_it_was_keeps_its_row_wherever_it_moves(cohort, manager):
    first, second, third = cohort.sessions.order_by("starts_at")

    plan(cohort, on(LATER, first), on(SECOND, second), on(THIRD, third), by=manager)

    assert standing(cohort) == [(second.pk, SECOND), (third.pk, THIRD), (first.pk, LATER)]
    cohort.refresh_from_db()
    assert (cohort.starts_at, cohort.ends_at) == (SECOND, LATER + timedelta(hours=3))


def test_two_sessions_may_change_places(cohort, manager):
    first, second, third = cohort.sessions.order_by("starts_at")

    plan(cohort, on(SECOND, first), on(FIRST, second), on(THIRD, third), by=manager)

    assert standing(cohort) == [(second.pk, FIRST), (first.pk, SECOND), (third.pk, THIRD)]


def test_a_session_that_falls_away_is_called_off_and_never_deleted(cohort, manager):
    first, second, third = cohort.sessions.order_by("starts_at")

    plan(cohort, on(FIRST), on(THIRD), by=manager)

    assert standing(cohort) == [(first.pk, FIRST), (third.pk, THIRD)]
    gone = Session.with_called_off.get(pk=second.pk)
    assert (gone.starts_at, gone.called_off_at, gone.called_off_by) == (SECOND, NOON, manager)
    assert Act.objects.get(verb="cohort.moved").after["sessions_called_off"] == [second.pk]


def test_without_a_word_the_sessions_left_are_matched_in_their_order(cohort, manager):
    first, second, third = cohort.sessions.order_by("starts_at")

    plan(cohort, on(LATER + WEEK), on(FIRST), on(LATER), by=manager)

    assert standing(cohort) == [(first.pk, FIRST), (second.pk, LATER), (third.pk, LATER + WEEK)]


def test_a_new_row_beside_named_ones_is_a_new_session(cohort, manager):
    first, second, third = cohort.sessions.order_by("starts_at")

    plan(cohort, on(FIRST, first), on(SECOND, second), on(LATER), by=manager)

    [_, _, (new, at)] = standing(cohort)
    assert at == LATER
    assert new not in {first.pk, second.pk, third.pk}
    assert dates_of(cohort)[third.pk] == THIRD


def test_a_session_that_has_begun_is_not_taken_for_another(cohort, manager):
    first, *_ = cohort.sessions.order_by("starts_at")
    during = FIRST + timedelta(hours=1)

    plan(cohort, on(LATER), on(SECOND), on(THIRD), by=manager, at=during)

    assert first.pk not in dict(standing(cohort))
    assert dates_of(cohort)[first.pk] == FIRST


def test_a_session_that_was_called_off_comes_back_as_itself(cohort, manager):
    second = cohort.sessions.get(starts_at=SECOND)
    plan(cohort, on(FIRST), on(THIRD), by=manager)

    plan(cohort, on(FIRST), on(SECOND), on(THIRD), by=manager)

    assert standing(cohort)[1] == (second.pk, SECOND)
    assert Session.with_called_off.filter(cohort=cohort).count() == 3
    second.refresh_from_db()
    assert (second.called_off_at, second.called_off_by) == (None, None)


def test_of_two_called_off_at_one_time_the_latest_comes_back(cohort, manager):
    second = cohort.sessions.get(starts_at=SECOND)
    third = cohort.sessions.get(starts_at=THIRD)
    plan(cohort, on(FIRST), on(THIRD), by=manager)
    first = cohort.sessions.get(starts_at=FIRST)
    plan(cohort, on(FIRST, first), on(SECOND, third), by=manager, at=NOON + WEEK)
    plan(cohort, on(FIRST), by=manager, at=NOON + 2 * WEEK)

    plan(cohort, on(FIRST), on(SECOND), by=manager, at=NOON + 3 * WEEK)

    assert standing(cohort)[1] == (third.pk, SECOND)
    assert Session.with_called_off.get(pk=second.pk).called_off_at == NOON


@pytest.mark.parametrize(
    ("planned", "sentence"),
    [
        (lambda _: [on(FIRST), on(FIRST)], "Two sessions begin at the same time"),
        (lambda _: [], "at least one date"),
        (
            lambda s: [on(FIRST, s[0]), on(SECOND, s[0])],
            "Somebody else has changed the dates of this course",
        ),
        (lambda _: [PlannedSession(starts_at=FIRST, ends_at=FIRST)], "ends before it begins"),
    ],
)
def test_dates_that_cannot_be_are_refused_and_nothing_is_written(
    cohort, manager, planned, sentence
):
    before = list(Session.with_called_off.order_by("pk").values())
    sessions = list(cohort.sessions.order_by("starts_at"))
    acts = Act.objects.count()

    with pytest.raises(NotReadyToOffer, match=sentence):
        change_cohort(
            cohort=cohort, sessions=planned(sessions), venue="Elsewhere", by=manager, at=NOON
        )

    assert list(Session.with_called_off.order_by("pk").values()) == before
    assert Act.objects.count() == acts
    cohort.refresh_from_db()
    assert cohort.venue == "Lampton School, Hounslow"


def test_a_session_called_off_meanwhile_is_not_saved_again(cohort, manager):
    first, second, third = cohort.sessions.order_by("starts_at")
    plan(cohort, on(FIRST), on(THIRD), by=manager)

    with pytest.raises(NotReadyToOffer, match="Look at them again"):
        plan(cohort, on(FIRST, first), on(LATER, second), on(THIRD, third), by=manager)

    assert standing(cohort) == [(first.pk, FIRST), (third.pk, THIRD)]
