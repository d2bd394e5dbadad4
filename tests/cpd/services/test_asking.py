"""A teacher asks the rep for a place; it holds nothing. Rule BK-2."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import ASK_MOVES, AskStatus, CohortStatus
from cpd.emails.delegate_mails import ASKED_FOR, DECLINED
from cpd.models import AskedPlace, Booking, Cohort
from cpd.services.asking import (
    ask_for_place,
    asked_by,
    asked_of,
    asked_place_for_form,
    decline_ask,
    own_standing,
    take_ask_back,
)
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from credits.models import JournalEntry
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.trail.models import Act
from schools.choices import Phase, Role
from schools.models import Appointment, Membership
from tests.makers.cpd import give_credits, make_cohort, make_order, make_programme
from tests.makers.schools import (
    NOON,
    make_appointment,
    make_cast,
    make_colleague,
    make_person,
    make_school,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


@pytest.fixture
def cohort():
    return make_cohort()


def ask(cohort, cast, by, at=NOON):
    return ask_for_place(cohort=cohort, school=cast.our_school, by=by, at=at)


def everything_written():
    return [model.objects.count() for model in (AskedPlace, Delivery, Act, Booking, JournalEntry)]


def test_asking_tells_the_rep_and_holds_nothing(cast, tom, cohort):
    asked = ask(cohort, cast, tom)

    assert (asked.status, asked.person, asked.school) == ("asked", tom, cast.our_school)
    mail = Delivery.objects.select_related("body").get()
    assert (mail.kind, mail.to) == (ASKED_FOR, "rita@our.example")
    address = f"/courses/{cohort.programme.slug}/{cohort.pk}/book/?asked={asked.pk}"
    assert address in mail.body.text
    assert address in mail.body.html
    act = Act.objects.get()
    assert (act.verb, act.by, act.after) == ("place.asked_for", tom, {"cohort": cohort.pk})
    assert not Booking.objects.exists()
    assert not JournalEntry.objects.exists()
    assert Cohort.objects.with_places_left().get().places_left == cohort.capacity


def test_asking_twice_tells_the_rep_once(cast, tom, cohort):
    first = ask(cohort, cast, tom)
    before = everything_written()

    assert ask(cohort, cast, tom) == first
    assert everything_written() == before


def test_without_a_rep_the_headteacher_is_asked(cast, tom, cohort):
    Appointment.objects.filter(role__in=(Role.REP, Role.DEPUTY)).delete()

    ask(cohort, cast, tom)

    assert Delivery.objects.get().to == "hana@our.example"


def no_post(cast, tom, cohort):
    Appointment.objects.filter(person=tom).update(to_on=NOON.date())


def no_member(cast, tom, cohort):
    Membership.objects.filter(school=cast.our_school).update(to_on=NOON.date() - timedelta(days=1))


def nobody_speaks(cast, tom, cohort):
    Appointment.objects.filter(school=cast.our_school).exclude(person=tom).delete()


def has_a_place(cast, tom, cohort):
    give_credits(school=cast.our_school)
    order = make_order(
        cohort=cohort, school=cast.our_school, delegates=[Delegate(person_id=tom.pk)]
    )
    book_places(order=order, by=cast.rep, at=NOON)


def is_cancelled(cast, tom, cohort):
    cohort.status = CohortStatus.CANCELLED
    cohort.cancelled_by, cohort.cancelled_at = cast.hub_manager, NOON
    cohort.save()


def has_closed(cast, tom, cohort):
    cohort.booking_closes_at = NOON
    cohort.save()


def for_others(cast, tom, cohort):
    cast.our_school.phase = Phase.PRIMARY
    cast.our_school.save()
    cohort.programme.for_primary = False
    cohort.programme.save()


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (no_post, errors.NothingToAsk),
        (no_member, errors.NothingToAsk),
        (nobody_speaks, errors.NothingToAsk),
        (has_a_place, errors.NothingToAsk),
        (is_cancelled, errors.CohortNotBookable),
        (has_closed, errors.CohortNotBookable),
        (for_others, errors.WrongPhase),
    ],
)
def test_what_cannot_be_asked_is_refused_and_writes_nothing(cast, tom, cohort, spoil, refusal):
    spoil(cast, tom, cohort)
    before = everything_written()

    with pytest.raises(refusal):
        ask(Cohort.objects.select_related("programme").get(), cast, tom)

    assert everything_written() == before


def test_nobody_asks_at_a_school_that_is_not_theirs(cast, tom, cohort):
    with pytest.raises(errors.NothingToAsk):
        ask_for_place(cohort=cohort, school=cast.strangers_school, by=tom, at=NOON)


# ---- Answers ------------------------------------------------------------------------------------


def test_booking_is_the_answer(cast, tom, cohort):
    asked = ask(cohort, cast, tom)
    assert list(asked_of(school=cast.our_school, at=NOON)) == [asked]
    assert mail_kind(ASKED_FOR).is_still_true(f"asked_place:{asked.pk}")

    has_a_place(cast, tom, cohort)

    assert list(asked_of(school=cast.our_school, at=NOON)) == []
    assert list(asked_by(person=tom, at=NOON)) == []
    assert not mail_kind(ASKED_FOR).is_still_true(f"asked_place:{asked.pk}")


def test_saying_no_tells_the_teacher_once(cast, tom, cohort):
    asked = ask(cohort, cast, tom)

    for _ in range(2):
        decline_ask(asked=asked, by=cast.deputy, at=NOON)

    asked.refresh_from_db()
    assert (asked.status, asked.answered_by, asked.answered_at) == ("declined", cast.deputy, NOON)
    assert Delivery.objects.get(kind=DECLINED).to == "tom@our.example"
    assert Act.objects.filter(verb="place.declined").count() == 1


@pytest.mark.parametrize("who", ["stranger", "tom"])
def test_only_the_schools_own_say_no(cast, tom, cohort, who):
    asked = ask(cohort, cast, tom)
    before = everything_written()

    with pytest.raises(errors.MayNotActFor):
        decline_ask(asked=asked, by=tom if who == "tom" else cast.stranger, at=NOON)

    asked.refresh_from_db()
    assert asked.status == AskStatus.ASKED
    assert everything_written() == before


def move(asked, status, cast, tom, cohort):
    if status == AskStatus.ASKED:
        return ask(cohort, cast, tom)
    if status == AskStatus.DECLINED:
        return decline_ask(asked=asked, by=cast.rep, at=NOON)
    return take_ask_back(asked=asked, by=tom, at=NOON)


@pytest.mark.parametrize("before", AskStatus)
@pytest.mark.parametrize("after", AskStatus)
def test_the_table_of_moves(cast, tom, cohort, before, after):
    asked = ask(cohort, cast, tom)
    if before != AskStatus.ASKED:
        move(asked, before, cast, tom, cohort)
    written = everything_written()

    if after == before:
        move(asked, after, cast, tom, cohort)
    elif after in ASK_MOVES[before]:
        assert move(asked, after, cast, tom, cohort).status == after
        return
    else:
        with pytest.raises(errors.NothingToAsk):
            move(asked, after, cast, tom, cohort)

    asked.refresh_from_db()
    assert asked.status == before
    assert everything_written() == written


def test_whoever_took_it_back_may_ask_again_without_a_second_mail(cast, tom, cohort):
    asked = ask(cohort, cast, tom)
    take_ask_back(asked=asked, by=tom, at=NOON)

    again = ask(cohort, cast, tom)

    assert (again, again.status, again.answered_by) == (asked, "asked", None)
    assert Delivery.objects.count() == 1


# ---- Reading ------------------------------------------------------------------------------------


def test_only_live_questions_to_ones_own_school_fill_the_form_in(cast, tom, cohort):
    asked = ask(cohort, cast, tom)

    def found(by, asked_id=str(asked.pk), of=cohort):
        return asked_place_for_form(asked_id=asked_id, cohort=of, by=by, at=NOON)

    assert found(cast.rep) == asked
    assert found(cast.stranger) is None
    assert found(tom) is None
    assert found(cast.rep, of=make_cohort()) is None
    for nonsense in ("", "x", "²", "99999"):
        assert found(cast.rep, asked_id=nonsense) is None
    take_ask_back(asked=asked, by=tom, at=NOON)
    assert found(cast.rep) is None


def test_own_standing_tells_places_from_questions(cast, tom):
    programme = make_programme()
    asked, booked = make_cohort(programme=programme), make_cohort(programme=programme)
    other = make_cohort()
    ask(asked, cast, tom)
    ask(other, cast, tom)
    has_a_place(cast, tom, booked)

    standing = own_standing(person=tom, programme=programme, at=NOON)

    assert standing.has_asked == {asked.pk}
    assert standing.has_a_place == {booked.pk}


def test_a_teacher_at_two_schools_asks_either(cast, tom, cohort):
    second = make_school(name="Second School")
    make_appointment(person=tom, school=second)
    head = make_person(full_name="Hal Head", email="hal@second.example")
    make_appointment(person=head, school=second, role=Role.HEADTEACHER)

    ask(cohort, cast, tom)
    ask_for_place(cohort=cohort, school=second, by=tom, at=NOON)

    assert sorted(Delivery.objects.values_list("to", flat=True)) == [
        "hal@second.example",
        "rita@our.example",
    ]
