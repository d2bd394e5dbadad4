"""Many hands at one register: each place is marked once, and a walk-in comes in once.

The negative control takes the lock away; then two hands must collide.
"""

import time
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection

from cpd.errors import EvaluationIsClosed
from cpd.models import (
    Attendance,
    Booking,
    Certificate,
    Cohort,
    Evaluation,
    EvaluationAnswer,
)
from cpd.services import registers as registers_service
from cpd.services.at_the_door import add_walk_in
from cpd.services.certificates import issue_certificates
from cpd.services.evaluations import ask_for_evaluations
from cpd.services.proofs import differences
from credits.services.figures import Figures, figures_of
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking
from tests.makers.evaluations import (
    answer,
    ask,
    complete,
    make_evaluation_form,
    the_morning_after,
)
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    make_walk_in_order,
    sessions_of,
    take,
)
from tests.makers.schools import make_cast
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)

HANDS = 16


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def year(cast):
    return give_credits(school=cast.our_school, credits=100)


@pytest.fixture
def cohort():
    return make_running_cohort(organiser=make_organiser())


@pytest.fixture
def long_thought(monkeypatch):
    """Between looking at a register and writing on it there is time for everybody else."""
    look = registers_service.keeps_its_person

    def look_and_think(*args):
        time.sleep(0.2)
        return look(*args)

    monkeypatch.setattr(registers_service, "keeps_its_person", look_and_think)


@pytest.fixture
def without_the_lock(monkeypatch):
    """PostgreSQL: the cohort is read without its row lock. SQLite, where the write lock of
    the transaction does the work: without the transaction."""
    if connection.vendor == "postgresql":
        monkeypatch.setattr(registers_service, "lock_cohort", lambda pk: Cohort.objects.get(pk=pk))
    else:
        monkeypatch.setattr(registers_service, "transaction", SimpleNamespace(atomic=nullcontext))


def test_one_place_marked_by_sixteen_hands_has_one_mark(cast, year, cohort, long_thought):
    ann = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    results = all_at_once([partial(take, cohort, {ann: "attended"})] * HANDS)

    assert sorted(results) == [0] * (HANDS - 1) + [1]
    assert Attendance.objects.count() == 1
    assert Act.objects.filter(verb="attendance.marked").count() == 1


def test_without_the_lock_hands_collide(cast, year, cohort, without_the_lock, long_thought):
    ann = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    results = all_at_once([partial(take, cohort, {ann: "attended"})] * HANDS)

    assert of_kind(results, IntegrityError)


def test_a_walk_in_sent_sixteen_times_comes_in_once(cast, year, cohort):
    order = make_walk_in_order(session=sessions_of(cohort)[0], school=cast.our_school)
    act = partial(add_walk_in, order=order, by=cohort.organiser, at=ON_THE_DAY)

    results = all_at_once([act] * HANDS)

    [booking] = Booking.objects.all()
    assert results == [booking] * HANDS
    assert figures_of(cast.our_school, year) == Figures(committed=12, available=88)
    assert differences() == []


def test_the_last_credits_pay_for_one_of_two_walk_ins(cast, cohort):
    year = give_credits(school=cast.our_school, credits=12)
    session = sessions_of(cohort)[0]
    acts = [
        partial(
            add_walk_in,
            order=make_walk_in_order(
                session=session, school=cast.our_school, key=name, full_name=name
            ),
            by=cohort.organiser,
            at=ON_THE_DAY,
        )
        for name in ("Wanda Walker", "Xavier Other")
    ]

    all_at_once(acts)

    assert sorted(Booking.objects.values_list("paid_by", "price")) == [("credits", 12), ("free", 0)]
    assert figures_of(cast.our_school, year) == Figures(committed=12, available=0)


def test_the_clock_coming_sixteen_times_at_once_certifies_everybody_once(cast, year, cohort):
    ann = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {ann: "attended"})
    complete(cohort)
    make_evaluation_form()
    at = the_morning_after(cohort)

    certified = all_at_once([partial(issue_certificates, at=at)] * HANDS)
    asked = all_at_once([partial(ask_for_evaluations, at=at)] * HANDS)

    assert sorted(certified) == sorted(asked) == [0] * (HANDS - 1) + [1]
    assert Certificate.objects.count() == Evaluation.objects.count() == 1


def test_one_evaluation_answered_sixteen_times_at_once_is_answered_once(cast, year, cohort):
    ann = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {ann: "attended"})
    complete(cohort)
    make_evaluation_form()
    [evaluation] = ask(cohort)

    results = all_at_once([partial(answer, evaluation)] * HANDS)

    assert len(of_kind(results, EvaluationIsClosed)) == HANDS - 1
    assert EvaluationAnswer.objects.count() == 1
