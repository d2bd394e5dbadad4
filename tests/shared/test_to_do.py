"""What waits for somebody at a school: one question for all kinds, each in its own words."""

from datetime import timedelta

import pytest
from django.db.models import Count, F

from cpd.models import Cohort
from hub_portal.shared import to_do
from hub_portal.shared.to_do import ToDo, register_to_do, to_do_list, waiting_rows
from schools.models import Appointment, School
from tests.makers.cpd import make_cohort, make_programme
from tests.makers.schools import NOON, make_cast, make_colleague

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_kinds(monkeypatch):
    monkeypatch.setattr(to_do, "_kinds", [])


@pytest.fixture
def cast():
    return make_cast()


def itself(school, _at):
    return waiting_rows(School.objects.filter(pk=school), pk=F("pk"), name=F("name"))


def says(sentence):
    return lambda *_: [ToDo(sentence, "/there/", "Go")]


def test_nothing_registered_asks_nothing(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert to_do_list(school=cast.our_school, at=NOON) == []


def test_things_to_do_stand_in_the_order_they_were_registered_for(cast, django_assert_num_queries):
    register_to_do("later", rows=itself, words=says("Later"), order=20)
    register_to_do("first", rows=itself, words=says("First"), order=10)

    with django_assert_num_queries(1):
        found = to_do_list(school=cast.our_school, at=NOON)

    assert [each.sentence for each in found] == ["First", "Later"]


def test_each_kind_is_given_its_own_rows_of_this_school_the_soonest_first(cast):
    heard = []

    def words(rows, school, at):
        heard.append(([row[1:] for row in rows], school, at))
        return []

    def cohorts(_school, at):
        to_come = Cohort.objects.filter(starts_at__gt=at)
        return waiting_rows(
            to_come,
            pk=F("pk"),
            number=F("capacity"),
            title=F("programme__title"),
            at=F("starts_at"),
        )

    def posts(school, _at):
        held = Appointment.objects.filter(school=school).values("school")
        return waiting_rows(held, number=Count("pk"))

    make_colleague(school=cast.our_school)
    late, soon = (
        make_cohort(programme=make_programme(title=title), starts_at=NOON + timedelta(days=days))
        for title, days in (("Late", 50), ("Soon", 40))
    )
    make_cohort(programme=make_programme(title="Past"), starts_at=NOON)
    register_to_do("posts", rows=posts, words=words, order=1)
    register_to_do("cohorts", rows=cohorts, words=words, order=2)

    to_do_list(school=cast.our_school, at=NOON)

    number = cast.our_school.appointments.count()
    assert heard == [
        ([(0, number, "", "", None)], cast.our_school, NOON),
        (
            [
                (soon.pk, soon.capacity, "", "Soon", soon.starts_at),
                (late.pk, late.capacity, "", "Late", late.starts_at),
            ],
            cast.our_school,
            NOON,
        ),
    ]


def test_a_kind_of_which_nothing_waits_says_nothing(cast):
    nowhere = lambda school, _at: waiting_rows(School.objects.filter(pk=school, name=""))  # noqa: E731
    register_to_do("nothing", rows=nowhere, words=says("Never"), order=1)

    assert to_do_list(school=cast.our_school, at=NOON) == []
