"""Questions whose SQL is written once: the same rows as the queryset's, with the values of now."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import BigIntegerField, Count, DateTimeField, TextField
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from cpd.models import Booking, Cohort
from hub_portal.shared.prepared import prepared
from schools.models import Appointment, School
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast, make_colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    give_credits(school=cast.strangers_school)
    return cast


def test_models_come_with_what_was_selected_beside_them(cast, django_assert_num_queries):
    @prepared(school=BigIntegerField())
    def posts(school):
        of_school = Appointment.objects.filter(school=school).select_related("person", "school")
        return of_school.order_by("person__full_name")

    make_colleague(school=cast.our_school)
    theirs = make_colleague(
        school=cast.strangers_school, full_name="Una", email="una@their.example"
    )

    assert posts(school=cast.our_school.pk) == list(
        cast.our_school.appointments.order_by("person__full_name")
    )
    with django_assert_num_queries(1):
        found = posts(school=cast.strangers_school.pk)
        people = [(post.person.full_name, post.school.name) for post in found]
    assert (theirs.full_name, cast.strangers_school.name) in people


def test_values_come_as_the_queryset_says_instants_among_them(cast):
    @prepared(after=DateTimeField())
    def cohorts(after):
        later = Cohort.objects.filter(starts_at__gt=after).order_by("pk")
        return later.values_list("pk", "starts_at", named=True)

    cohort = make_cohort(starts_at=NOON + timedelta(days=9))

    [row] = cohorts(after=NOON)
    assert (row.pk, row.starts_at) == (cohort.pk, cohort.starts_at)
    assert cohorts(after=cohort.starts_at) == []
    assert len(cohorts(after=cohort.starts_at - timedelta(microseconds=1))) == 1


def test_a_union_and_a_count_are_asked_as_well(cast):
    @prepared(school=BigIntegerField(), named=TextField())
    def counted(school, named):
        bookings = Booking.objects.filter(school=school, named_as=named).order_by()
        once = bookings.values("school").annotate(number=Count("pk"))
        return once.values_list("school", "number").union(
            School.objects.filter(pk=school, name=named).values_list("pk", "urn"), all=True
        )

    for _ in range(2):
        make_booking(
            cohort=make_cohort(), school=cast.our_school, by=cast.rep, full_name="Tom Teacher"
        )
    strangers = cast.strangers_school

    assert counted(school=cast.our_school.pk, named="Tom Teacher") == [(cast.our_school.pk, 2)]
    assert counted(school=strangers.pk, named="Tom Teacher") == []
    assert counted(school=strangers.pk, named=strangers.name) == [(strangers.pk, strangers.urn)]


def test_the_queryset_is_written_once_and_asked_each_time(cast):
    written = []

    @prepared(name=TextField())
    def schools(name):
        written.append(name)
        return School.objects.filter(name=name).values_list("pk", flat=True)

    with CaptureQueriesContext(connection) as asked:
        assert schools(name=cast.our_school.name) == [cast.our_school.pk]
        assert schools(name="'; DROP TABLE schools_school; --") == []

    assert len(written) == 1
    assert len(asked) == 2


@pytest.mark.parametrize("given", [{}, {"school": None}, {"school": 1, "name": "Lampton"}])
def test_nothing_but_what_was_agreed_can_be_given(given, django_assert_num_queries):
    @prepared(school=BigIntegerField())
    def schools(school):
        return School.objects.filter(pk=school)

    with django_assert_num_queries(0), pytest.raises(TypeError, match="is asked with school"):
        schools(**given)


def test_what_would_be_fetched_beside_is_refused(django_assert_num_queries):
    @prepared(school=BigIntegerField())
    def schools(school):
        return School.objects.filter(pk=school).prefetch_related("appointments")

    with django_assert_num_queries(0), pytest.raises(TypeError, match="a question of its own"):
        schools(school=1)


@prepared(school=BigIntegerField())
def locked_schools(school):
    return School.objects.filter(pk=school).select_for_update(no_key=True)


def test_a_question_may_lock_what_it_reads(cast):
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        assert locked_schools(school=cast.our_school.pk) == [cast.our_school]
        assert locked_schools(school=cast.strangers_school.pk) == [cast.strangers_school]

    if connection.features.has_select_for_update:
        asked = [query["sql"] for query in captured if "schools_school" in query["sql"]]
        assert [sql.endswith("FOR NO KEY UPDATE") for sql in asked] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_outside_a_transaction():
    with transaction.atomic():
        locked_schools(school=1)  # written by now

    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            locked_schools(school=1)
    else:  # SQLite has one lock for everything, and takes none here
        assert locked_schools(school=1) == []
