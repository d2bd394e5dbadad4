"""Taking the register of a session, and putting it right."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import BookingStatus, CohortStatus, Mark
from cpd.models import Attendance, Booking, Cohort
from cpd.services.at_the_door import add_walk_in
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.proofs import differences
from cpd.services.registers import register_of, take_register
from cpd.services.settling import settle_cohort
from cpd.services.substituting import substitute_delegate
from hub_portal.trail.models import Act
from schools.models import Person
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    make_walk_in_order,
    sessions_of,
    take,
)
from tests.makers.schools import NOON, make_cast, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def organiser():
    return make_organiser()


@pytest.fixture
def cohort(cast, organiser):
    return make_running_cohort(organiser=organiser, sessions=2)


@pytest.fixture
def ben(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Ben Shah")


@pytest.fixture
def ann(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Ann Lee")


def marks():
    return sorted(Attendance.objects.values_list("named_as", "mark"))


def test_the_organiser_marks_every_place_in_one_go(cohort, organiser, ann, ben):
    changed = take(cohort, {ann: "attended", ben: "did_not_attend"})

    assert changed == 2
    assert marks() == [("Ann Lee", "attended"), ("Ben Shah", "did_not_attend")]
    row = Attendance.objects.get(booking=ann)
    assert (row.person, row.marked_by, row.marked_at) == (ann.delegate, organiser, ON_THE_DAY)


def test_places_left_out_stay_as_they_are(cohort, ann, ben):
    take(cohort, {ann: "attended", ben: "apologies"})

    take(cohort, {ann: "partly"})

    assert marks() == [("Ann Lee", "partly"), ("Ben Shah", "apologies")]


def test_the_same_marks_again_change_nothing_and_write_no_act(cohort, ann):
    take(cohort, {ann: "attended"})
    acts = Act.objects.count()

    assert take(cohort, {ann: "attended"}, at=ON_THE_DAY + timedelta(days=1)) == 0
    assert Act.objects.count() == acts
    assert Attendance.objects.get().marked_at == ON_THE_DAY


def test_a_correction_keeps_what_was_marked_before_by_whom_and_when(cast, cohort, organiser, ann):
    take(cohort, {ann: "did_not_attend"})
    later = ON_THE_DAY + timedelta(days=3)

    take(cohort, {ann: "attended"}, by=cast.hub_manager, at=later)

    said = Act.objects.filter(verb="attendance.marked").order_by("pk")
    row, person = Attendance.objects.get(), ann.delegate_id
    session = sessions_of(cohort)[0].pk
    assert [(act.by, act.at, act.before, act.after) for act in said] == [
        (
            organiser,
            ON_THE_DAY,
            {},
            {
                "mark": "did_not_attend",
                "person": person,
                "booking": ann.pk,
                "session": session,
            },
        ),
        (
            cast.hub_manager,
            later,
            {"mark": "did_not_attend", "person": person},
            {"mark": "attended", "person": person, "booking": ann.pk, "session": session},
        ),
    ]
    assert {act.subject for act in said} == {f"attendance:{row.pk}"}
    assert (row.marked_by, row.marked_at) == (cast.hub_manager, later)


def test_each_session_has_marks_of_its_own(cohort, ann):
    first, second = sessions_of(cohort)
    take(cohort, {ann: "attended"}, session=first)
    take(cohort, {ann: "apologies"}, session=second)

    assert list(
        Attendance.objects.order_by("session__starts_at").values_list("mark", flat=True)
    ) == [
        "attended",
        "apologies",
    ]


# ---- Who, and when ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rep", "stranger", "headteacher"])
def test_nobody_else_takes_it(cast, cohort, ann, who):
    with pytest.raises(errors.NotTheOrganiser):
        take(cohort, {ann: "attended"}, by=getattr(cast, who))

    assert not Attendance.objects.exists()
    assert not Act.objects.filter(verb="attendance.marked").exists()


def test_the_organiser_of_another_course_does_not(cohort, ann):
    other = make_organiser(email="other@organisers.example")
    make_cohort(organiser=other)

    with pytest.raises(errors.NotTheOrganiser):
        take(cohort, {ann: "attended"}, by=other)


def test_an_organiser_who_may_not_sign_in_any_more_does_not(cohort, organiser, ann):
    Person.objects.filter(pk=organiser.pk).update(is_active=False)
    organiser.refresh_from_db()

    with pytest.raises(errors.NotTheOrganiser):
        take(cohort, {ann: "attended"}, by=organiser)


def test_it_opens_on_the_day_of_the_session_in_london(cohort, ann):
    first = sessions_of(cohort)[0]
    midnight = first.starts_at.replace(hour=0, minute=0)

    with pytest.raises(errors.RegisterNotOpen, match="Thursday 14 January 2027"):
        take(cohort, {ann: "attended"}, at=midnight - timedelta(seconds=1))
    assert not Attendance.objects.exists()

    assert take(cohort, {ann: "attended"}, at=midnight) == 1


# The table of states: whether a place in this state, on a course in this state, may be marked.
STATES = [
    (CohortStatus.OFFERED, BookingStatus.BOOKED, None),
    (CohortStatus.COMPLETED, BookingStatus.COMPLETED, None),
    (CohortStatus.OFFERED, BookingStatus.CANCELLED, errors.NotOnTheRegister),
    (CohortStatus.CANCELLED, BookingStatus.CANCELLED, errors.RegisterNotOpen),
    (CohortStatus.DRAFT, BookingStatus.BOOKED, errors.RegisterNotOpen),
]


@pytest.mark.parametrize(("course", "place", "refusal"), STATES)
def test_only_held_places_of_a_course_that_takes_place_are_marked(
    cast, cohort, ann, course, place, refusal
):
    at = ON_THE_DAY + timedelta(days=10)
    if course == CohortStatus.COMPLETED:
        settle_cohort(cohort_id=cohort.pk, by=cast.hub_manager, at=at)
    elif course == CohortStatus.CANCELLED:
        cancel_cohort(cohort=cohort, reason="Ill", by=cast.hub_manager, at=NOON)
    elif place == BookingStatus.CANCELLED:
        cancel_booking(booking_id=ann.pk, shown_kept=0, by=cast.rep, at=NOON)
    else:
        Cohort.objects.filter(pk=cohort.pk).update(status=course)
    assert Booking.objects.get(pk=ann.pk).status == place

    if refusal is None:
        assert take(cohort, {ann: "attended"}, at=at) == 1
    else:
        with pytest.raises(refusal):
            take(cohort, {ann: "attended"}, at=at)
        assert not Attendance.objects.exists()


def test_one_bad_place_refuses_the_whole_page(cast, cohort, organiser, ann):
    elsewhere = make_booking(
        cohort=make_running_cohort(organiser=organiser), school=cast.our_school, by=cast.rep
    )

    with pytest.raises(errors.NotOnTheRegister):
        take(cohort, {ann: "attended", elsewhere: "attended"})

    assert not Attendance.objects.exists()


def test_a_place_without_a_name_is_marked_empty_but_never_attended(cast, cohort):
    order = make_order(cohort=cohort, school=cast.our_school, delegates=[Delegate()])
    [unnamed] = book_places(order=order, by=cast.rep, at=NOON)

    for mark in ("attended", "partly"):
        with pytest.raises(errors.NameNeeded):
            take(cohort, {unnamed: mark})
    assert take(cohort, {unnamed: "did_not_attend"}) == 1


# ---- Whose line it is ---------------------------------------------------------------------------


def test_whoever_was_there_keeps_the_session_when_the_place_changes_hands(cast, cohort, ben):
    first = sessions_of(cohort)[0]
    take(cohort, {ben: "attended"})
    next_week = first.starts_at + timedelta(days=6)
    substitute_delegate(
        booking_id=ben.pk,
        to=Delegate(full_name="Cal Cook", email="cal@our.example"),
        by=cast.hub_manager,
        at=next_week,
        reason="Long illness",
    )

    [line] = register_of(session=first, at=next_week).lines
    assert (line.name, line.mark) == ("Ben Shah", "attended")
    take(cohort, {ben: "partly"}, by=cast.hub_manager, at=next_week)
    assert Attendance.objects.get().person == Person.objects.get(full_name="Ben Shah")


def test_whoever_takes_over_at_the_door_takes_over_the_line(cast, cohort, organiser, ben):
    take(cohort, {ben: "did_not_attend"})
    at = ON_THE_DAY + timedelta(minutes=10)
    substitute_delegate(booking_id=ben.pk, to=Delegate(full_name="Cal Cook"), by=organiser, at=at)

    session = sessions_of(cohort)[0]
    [line] = register_of(session=session, at=at).lines
    assert (line.name, line.mark) == ("Cal Cook", "")
    take(cohort, {ben: "attended"}, at=at)
    assert marks() == [("Cal Cook", "attended")]


def test_the_hub_puts_a_name_right_on_a_line_nobody_came_for(cast, cohort, ben):
    take(cohort, {ben: "did_not_attend"})
    next_week = ON_THE_DAY + timedelta(days=6)
    substitute_delegate(
        booking_id=ben.pk,
        to=Delegate(full_name="Cal Cook", email="cal@our.example"),
        by=cast.hub_manager,
        at=next_week,
        reason="It was Cal who came",
    )

    take(cohort, {ben: "attended"}, by=cast.hub_manager, at=next_week)

    assert marks() == [("Cal Cook", "attended")]


# ---- The page, and the proofs -------------------------------------------------------------------


def test_the_register_lists_places_by_name_and_says_how_far_it_is(cast, cohort, ann, ben):
    take(cohort, {ben: "attended"})

    register = register_of(session=sessions_of(cohort)[0], at=ON_THE_DAY)

    assert [(line.name, line.mark_in_words) for line in register.lines] == [
        ("Ann Lee", "Not marked yet"),
        ("Ben Shah", "Attended"),
    ]
    assert (register.marked, register.there, register.is_open) == (1, 1, True)


@pytest.mark.parametrize("places", [1, 4])
def test_a_register_takes_two_queries_however_long(cast, cohort, places, django_assert_num_queries):
    for _ in range(places):
        make_booking(cohort=Cohort.objects.get(pk=cohort.pk), school=cast.our_school, by=cast.rep)
        Cohort.objects.filter(pk=cohort.pk).update(places_per_school=9)
    session = cohort.sessions.select_related("cohort__programme").order_by("starts_at")[0]

    with django_assert_num_queries(2):
        assert len(register_of(session=session, at=ON_THE_DAY).lines) == places


def test_whoever_walks_into_the_second_session_is_not_on_the_register_of_the_first(
    cast, cohort, organiser, ann
):
    first, second = sessions_of(cohort)
    order = make_walk_in_order(session=second, school=cast.our_school)
    wanda = add_walk_in(order=order, by=organiser, at=second.starts_at)

    names = [
        [line.name for line in register_of(session=session, at=second.starts_at).lines]
        for session in (first, second)
    ]
    assert names == [["Ann Lee"], ["Ann Lee", "Wanda Walker"]]
    with pytest.raises(errors.NotOnTheRegister):
        take(cohort, {wanda: "attended"}, session=first, at=second.starts_at)


def test_the_books_check_finds_a_mark_without_a_place(cast, cohort, organiser, ann):
    take(cohort, {ann: "attended"})
    assert differences() == []

    elsewhere = make_running_cohort(organiser=organiser)
    row = Attendance.objects.get()
    Attendance.objects.filter(pk=row.pk).update(session=sessions_of(elsewhere)[0])

    assert differences() == [f"Mark {row.pk} on a register has no place behind it."]


def test_a_course_called_off_after_its_first_session_keeps_its_marks(cast, cohort, ann):
    take(cohort, {ann: "attended"})

    cancel_cohort(
        cohort=cohort, reason="Snow", by=cast.hub_manager, at=ON_THE_DAY + timedelta(days=1)
    )

    assert marks() == [("Ann Lee", "attended")]
    assert differences() == []


def test_taking_a_register_that_is_gone_is_no_register(cohort, ann):
    with pytest.raises(cohort.sessions.model.DoesNotExist):
        take_register(session_id=0, marks={}, by=make_person(), at=ON_THE_DAY)


def test_marks_are_known_by_their_words():
    assert [Mark(mark).label for mark in Mark] == [
        "Attended",
        "Partly attended",
        "Did not attend",
        "Sent apologies",
    ]
