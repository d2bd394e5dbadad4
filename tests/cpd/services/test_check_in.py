"""Somebody shows their code at the door: marked once, on the register, with the moment."""

from datetime import timedelta

import pytest

from cpd import errors
from cpd.choices import Mark
from cpd.models import Attendance, Booking
from cpd.services.at_the_door import add_walk_in
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.check_in import WRONG_CODES, Scan, check_in_all
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.door_codes import address_of, places_with_codes
from cpd.services.proofs import differences
from cpd.services.registers import register_of
from cpd.services.substituting import substitute_delegate
from hub_portal.trail.models import Act
from tests.makers.approvals import limit
from tests.makers.cpd import give_credits, make_booking, make_order
from tests.makers.door import code_of, scan
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    make_walk_in_order,
    sessions_of,
    take,
)
from tests.makers.schools import NOON, make_cast

pytestmark = pytest.mark.django_db
MINUTES_AGO = ON_THE_DAY - timedelta(minutes=40)


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
def ann(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Ann Lee")


@pytest.fixture
def ben(cast, cohort):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, full_name="Ben Shah")


def marks():
    return sorted(Attendance.objects.values_list("named_as", "mark", "marked_at"))


def refused(kind, *args, **how):
    """The sentence of a refusal that wrote nothing."""
    before = marks(), Act.objects.count()
    with pytest.raises(kind) as refusal:
        scan(*args, **how)
    assert (marks(), Act.objects.count()) == before
    return str(refusal.value)


# ---- In -----------------------------------------------------------------------------------------


def test_a_code_marks_its_place_as_attended_like_the_list_does(cohort, organiser, ann, ben):
    done = scan(cohort, ann)

    row = Attendance.objects.get()
    assert (row.booking, row.mark, row.person) == (ann, Mark.ATTENDED, ann.delegate)
    assert (row.marked_by, row.marked_at) == (organiser, ON_THE_DAY)
    assert (done.attendance, done.school, done.is_new) == (row, "Lampton School", True)
    assert done.sentence == "Ann Lee is in."
    [act] = Act.objects.filter(verb="attendance.marked")
    assert (act.subject, act.by, act.at, act.before) == (
        f"attendance:{row.pk}",
        organiser,
        ON_THE_DAY,
        {},
    )
    assert act.after == {
        "mark": "attended",
        "person": ann.delegate_id,
        "booking": ann.pk,
        "session": sessions_of(cohort)[0].pk,
    }
    assert differences() == []


def test_a_code_scanned_again_says_since_when_and_counts_nothing(cohort, ann):
    scan(cohort, ann)
    acts = Act.objects.count()

    again = scan(cohort, ann, at=ON_THE_DAY + timedelta(minutes=20))

    assert (again.is_new, again.sentence) == (False, "Ann Lee was already in, at 2:30pm.")
    assert marks() == [("Ann Lee", "attended", ON_THE_DAY)]
    assert Act.objects.count() == acts


def test_whoever_was_marked_on_the_list_is_in_already(cohort, ann):
    take(cohort, {ann: "partly"})

    again = scan(cohort, ann, at=ON_THE_DAY + timedelta(minutes=1))

    assert again.sentence == "Ann Lee was marked before as partly attended, at 2:30pm."
    assert marks() == [("Ann Lee", "partly", ON_THE_DAY)]


@pytest.mark.parametrize("mark", ["did_not_attend", "apologies"])
def test_somebody_marked_as_away_who_comes_after_all_is_in(cohort, ann, mark):
    take(cohort, {ann: mark})

    done = scan(cohort, ann, at=ON_THE_DAY + timedelta(minutes=5))

    assert done.is_new
    assert marks() == [("Ann Lee", "attended", ON_THE_DAY + timedelta(minutes=5))]


def test_the_whole_address_and_the_reference_do_as_well(cohort, ann, ben):
    address = address_of(places_with_codes().get(pk=ann.pk))

    assert scan(cohort, f" {address} ").attendance.booking == ann
    assert scan(cohort, ben.reference.lower()).attendance.booking == ben


def test_each_session_has_marks_of_its_own(cohort, ann):
    scan(cohort, ann)
    second = sessions_of(cohort)[1]

    done = scan(cohort, ann, session=second, at=second.starts_at)

    assert done.is_new
    assert Attendance.objects.count() == 2


def test_the_hub_may_scan_too(cast, cohort, ann):
    assert scan(cohort, ann, by=cast.hub_manager).attendance.marked_by == cast.hub_manager


# ---- Scans that waited --------------------------------------------------------------------------


def test_a_scan_that_waited_keeps_its_moment_and_the_act_says_both(cohort, ann):
    scan(cohort, ann, scanned_at=MINUTES_AGO)

    assert marks() == [("Ann Lee", "attended", MINUTES_AGO)]
    act = Act.objects.get(verb="attendance.marked")
    assert (act.at, act.after["seen_at"]) == (ON_THE_DAY, MINUTES_AGO.isoformat())


def test_a_scan_sent_the_morning_after_counts_for_its_day(cohort, ann):
    scan(cohort, ann, at=ON_THE_DAY + timedelta(days=1), scanned_at=MINUTES_AGO)

    assert marks() == [("Ann Lee", "attended", MINUTES_AGO)]


def test_a_scan_takes_back_nothing_that_was_decided_after_it(cohort, ann):
    take(cohort, {ann: "did_not_attend"}, at=ON_THE_DAY - timedelta(minutes=10))

    said = refused(errors.MarkedSince, cohort, ann, scanned_at=MINUTES_AGO)

    assert said == (
        "Olga Organiser has marked Ann Lee as “did not attend” at 2:20pm, after this scan. "
        "Put it right on the register if they are here."
    )


def test_a_scan_cannot_be_later_than_now(cohort, ann):
    refused(errors.ScannedInTheFuture, cohort, ann, scanned_at=ON_THE_DAY + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("at", "scanned_at"),
    [
        (ON_THE_DAY + timedelta(days=1), None),
        (ON_THE_DAY, ON_THE_DAY - timedelta(days=1)),
        (ON_THE_DAY, ON_THE_DAY - timedelta(days=400)),
    ],
)
def test_a_scan_is_of_the_day_of_the_session(cohort, ann, at, scanned_at):
    said = refused(errors.NotTheDay, cohort, ann, at=at, scanned_at=scanned_at)

    assert "This session is on Thursday 14 January 2027" in said


def test_several_are_sent_together_and_each_stands_for_itself(cohort, organiser, ann, ben):
    session = sessions_of(cohort)[0]
    codes = [code_of(ann), "1.nonsense", code_of(ben), code_of(ann)]

    answers = check_in_all(
        scans=[Scan(code, MINUTES_AGO) for code in codes],
        session_id=session.pk,
        by=organiser,
        at=ON_THE_DAY,
    )

    assert [answer.scan.code for answer in answers] == codes
    assert [answer.checked_in is not None for answer in answers] == [True, False, True, True]
    assert [answer.sentence for answer in answers] == [
        "Ann Lee is in.",
        errors.UnknownCode().sentence,
        "Ben Shah is in.",
        "Ann Lee was already in, at 1:50pm.",
    ]
    assert register_of(session=session, at=ON_THE_DAY).there == 2


# ---- Not in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rep", "stranger", "headteacher"])
def test_only_whoever_organises_may_scan(cast, cohort, ann, who):
    refused(errors.NotTheOrganiser, cohort, ann, by=getattr(cast, who))


def test_the_delegate_may_not_scan_their_own(cohort, ann):
    refused(errors.NotTheOrganiser, cohort, ann, by=ann.delegate)


def test_before_the_day_and_of_a_course_called_off_nothing_is_scanned(cast, cohort, ann):
    refused(errors.RegisterNotOpen, cohort, ann, at=ON_THE_DAY - timedelta(days=1))
    cancel_cohort(cohort=cohort, reason="Ill", by=cast.hub_manager, at=NOON)
    refused(errors.RegisterNotOpen, cohort, ann)


def test_a_code_of_another_course_is_refused_by_token_and_unknown_by_reference(
    cast, organiser, cohort
):
    other = make_running_cohort(organiser=organiser)
    eve = make_booking(cohort=other, school=cast.our_school, by=cast.rep, full_name="Eve Eden")

    said = refused(errors.CodeOfAnotherCourse, cohort, eve)

    assert "Eve" not in said
    refused(errors.UnknownCode, cohort, eve.reference)


def test_a_cancelled_place_says_what_to_do(cast, cohort, ann):
    code = code_of(ann)
    cancel_booking(booking_id=ann.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert refused(errors.PlaceIsCancelled, cohort, code) == (
        f"The place of this code ({ann.reference}) has been cancelled. If they stay, put them on "
        "the register as somebody without a place."
    )


def test_a_place_that_changed_hands_has_another_code(cast, cohort, ann):
    before = code_of(ann)
    substitute_delegate(booking_id=ann.pk, to=Delegate(full_name="Cal Cook"), by=cast.rep, at=NOON)

    refused(errors.CodeHasChangedHands, cohort, before)

    assert scan(cohort, ann).attendance.named_as == "Cal Cook"


def test_a_place_that_waits_for_the_headteacher_is_not_in(cast, cohort):
    limit(school=cast.our_school, by=cast.headteacher)
    waits = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)

    refused(errors.PlaceIsNotApproved, cohort, waits)


def test_whoever_walked_into_a_later_session_is_not_expected_at_this_one(cast, cohort):
    second = sessions_of(cohort)[1]
    order = make_walk_in_order(session=second, school=cast.our_school)
    wanda = add_walk_in(order=order, by=cohort.organiser, at=second.starts_at)

    said = refused(errors.NotExpectedYet, cohort, wanda, at=second.starts_at, scanned_at=ON_THE_DAY)

    assert said == "This place is for the sessions from Thursday 21 January 2027 on."


def test_a_place_without_a_name_wants_one_first(cast, cohort):
    order = make_order(cohort=cohort, school=cast.our_school, delegates=[Delegate()])
    book_places(order=order, by=cast.rep, at=NOON)
    nobody = Booking.objects.get(delegate=None)

    refused(errors.NameNeeded, cohort, nobody.reference)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "B-",
        "B-999999",
        "1",
        "WIFI:S:venue;T:WPA;P:secret;;",
        "https://elsewhere.example/",
        "1." + "A" * 32,
        "999999999999." + "A" * 32,
        "١." + "A" * 32,
        "\x00",
        "x" * 5000,
    ],
)
def test_what_is_no_code_of_ours_is_unknown(cohort, ann, code):
    refused(errors.UnknownCode, cohort, code)


def test_a_code_with_one_letter_changed_is_unknown(cohort, ann):
    good = code_of(ann)
    changed = good[:-1] + ("A" if good[-1] != "A" else "B")

    refused(errors.UnknownCode, cohort, changed)


def test_a_thousand_wrong_codes_are_slowed_and_a_right_one_still_works(cohort, organiser, ann):
    other = make_organiser(email="other@organisers.example")
    elsewhere = make_running_cohort(organiser=other)
    wrong = [f"{ann.pk}.{number:032d}" for number in range(1000)]

    said = [_wrong(cohort, code) for code in wrong]

    assert said == [errors.UnknownCode] * WRONG_CODES + [errors.TooManyWrongCodes] * (
        1000 - WRONG_CODES
    )
    assert _wrong(elsewhere, wrong[0]) == errors.UnknownCode  # another person, another count
    assert scan(cohort, ann).is_new


def _wrong(cohort, code):
    with pytest.raises((errors.UnknownCode, errors.TooManyWrongCodes)) as refusal:
        scan(cohort, code)
    return refusal.type


def test_codes_are_not_kept_anywhere(cohort, ann):
    code = code_of(ann)
    scan(cohort, ann)

    said = str(list(Act.objects.values())) + str(list(Attendance.objects.values()))
    assert code not in said
    assert code.partition(".")[2] not in said + str(list(Booking.objects.values()))
