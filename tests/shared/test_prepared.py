"""Questions whose SQL is written once: the same rows as the queryset's, with the values of now."""

import contextlib
from datetime import timedelta

import pytest
from django.db import NotSupportedError, connection, transaction
from django.db.models import BigIntegerField, Count, DateField, DateTimeField, TextField
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


def ask_for_locks():
    """A question nobody has asked before."""

    @prepared(school=BigIntegerField())
    def locked_schools(school):
        return School.objects.filter(pk=school).select_for_update(no_key=True)

    return locked_schools


def test_a_question_may_lock_what_it_reads(cast):
    locked_schools = ask_for_locks()
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        assert locked_schools(school=cast.our_school.pk) == [cast.our_school]
        assert locked_schools(school=cast.strangers_school.pk) == [cast.strangers_school]

    if connection.features.has_select_for_update:
        [asked] = [query["sql"] for query in captured if "schools_school" in query["sql"]]
        assert asked.endswith("FOR NO KEY UPDATE")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_outside_a_transaction():
    locked_schools = ask_for_locks()
    with transaction.atomic():
        locked_schools(school=1)  # written by now

    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            locked_schools(school=1)
    else:  # SQLite has one lock for everything, and takes none here
        assert locked_schools(school=1) == []


# ---- Told to the server --------------------------------------------------------------------------

TELLS = getattr(connection, "tells_questions", False)
"""Whether the server of this engine remembers a question: SQLite has no server."""


def ask_for_names():
    """A question nobody has asked before, with constants that must be quoted."""

    @prepared(name=TextField(), until=DateField())
    def names(name, until):
        theirs = Appointment.objects.filter(school__name=name, from_on__lte=until)
        odd = theirs.exclude(person__full_name__in=["100 % O'Hara", "%s", "$1"])
        return odd.order_by("pk").values_list("person__full_name", flat=True)

    return names


def test_a_question_asked_again_is_said_by_its_name_and_answers_the_same(cast):
    names = ask_for_names()

    with CaptureQueriesContext(connection) as captured:
        answers = [names(name=cast.our_school.name, until=NOON.date()) for _ in range(3)]
        nobody = names(name="100 % O'Hara", until=NOON.date())

    assert len(captured) == 4
    said_by_name = [query["sql"].startswith("EXECUTE names_") for query in captured]
    assert said_by_name == [False, TELLS, TELLS, TELLS]
    assert cast.rep.full_name in answers[0]
    assert answers[0] == answers[1] == answers[2]
    assert nobody == []


def test_two_questions_of_one_name_are_two(cast):
    schools, more = [], []
    for found, name in ((schools, cast.our_school.name), (more, cast.strangers_school.name)):

        @prepared(pk=BigIntegerField())
        def of_name(pk, name=name):
            return School.objects.filter(pk=pk, name=name).values_list("name", flat=True)

        found += [of_name(pk=cast.our_school.pk) for _ in range(2)]
        found += [of_name(pk=cast.strangers_school.pk) for _ in range(2)]

    assert schools == [[cast.our_school.name]] * 2 + [[]] * 2
    assert more == [[]] * 2 + [[cast.strangers_school.name]] * 2


def test_a_question_without_values_is_told_too(cast):
    @prepared()
    def all_schools():
        return School.objects.order_by("pk")

    assert all_schools() == all_schools() == list(School.objects.order_by("pk"))


def test_a_connection_forgets_them_all_before_it_knows_too_many(cast, monkeypatch):
    monkeypatch.setattr("hub_portal.shared.postgresql.base.MOST_KNOWN", 2)
    questions = [ask_for_names() for _ in range(5)]

    rounds = [
        [ask(name=cast.our_school.name, until=NOON.date()) for ask in questions] for _ in "123"
    ]

    assert all(cast.rep.full_name in answer for answers in rounds for answer in answers)
    if TELLS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            assert cursor.fetchone() == (len(connection.known),)
        assert len(connection.known) <= 2


def test_a_question_told_in_a_transaction_is_known_after_it_was_undone(cast):
    names = ask_for_names()
    names(name="", until=NOON.date())
    with transaction.atomic():
        names(name="", until=NOON.date())
        transaction.set_rollback(True)

    assert cast.rep.full_name in names(name=cast.our_school.name, until=NOON.date())


def test_nothing_is_told_in_a_transaction_that_is_broken(cast):
    names = ask_for_names()
    names(name="", until=NOON.date())
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            names(name="", until=NOON.date())
        transaction.set_rollback(False)

    assert cast.rep.full_name in names(name=cast.our_school.name, until=NOON.date())


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_anew():
    make_cast()
    names = ask_for_names()
    for _ in range(3):
        assert names(name="Lampton School", until=NOON.date())
        connection.close()


@contextlib.contextmanager
def names_of_another_type():
    """As a migration would have it, while this process goes on; SQLite has one type for both."""
    if not TELLS:
        yield
        return
    table, kind = "ALTER TABLE schools_person ALTER COLUMN full_name TYPE", "varchar"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s || '(' || atttypmod - 4 || ')' FROM pg_attribute"
            " WHERE attrelid = 'schools_person'::regclass AND attname = 'full_name'",
            [kind],
        )
        [before] = cursor.fetchone()
        cursor.execute(f"{table} text")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{table} {before}")


@pytest.mark.django_db(transaction=True)
def test_after_a_migration_changed_a_column_the_next_request_is_told_anew():
    cast, names = make_cast(), ask_for_names()
    for _ in range(2):
        names(name="Lampton School", until=NOON.date())
    connection.close_at = None  # kept for longer than a request, as outside tests

    with names_of_another_type():
        answers = []
        for _ in range(2):
            with contextlib.suppress(NotSupportedError):
                answers.append(names(name="Lampton School", until=NOON.date()))
            connection.close_if_unusable_or_obsolete()

    assert cast.rep.full_name in answers[-1]
    assert len(answers) == (1 if TELLS else 2)
