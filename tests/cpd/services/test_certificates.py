"""Certificates: earned, issued, replaced, withdrawn, looked up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cpd import errors
from cpd.choices import CERTIFICATE_MOVES, CertificateStatus
from cpd.models import Attendance, Certificate, Programme
from cpd.services.certificates import (
    LENGTH,
    LETTERS,
    certificate_with_number,
    is_still_valid,
    issue_certificates,
    issue_for_cohort,
    new_number,
    replace_certificate,
    withdraw_certificate,
)
from cpd.services.proofs import differences
from credits.errors import ReasonNeeded
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.models import Person
from tests.makers.certificates import issue, make_certificate
from tests.makers.cpd import give_credits, make_booking
from tests.makers.evaluations import (
    answer,
    ask,
    complete,
    make_completed,
    make_evaluation_form,
    the_morning_after,
)
from tests.makers.registers import make_organiser, make_running_cohort, sessions_of, take
from tests.makers.schools import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=500)
    return cast


@pytest.fixture
def cohort():
    return make_running_cohort(
        organiser=make_organiser(), sessions=2, places_per_school=20, capacity=20
    )


@pytest.fixture
def certificate(cast, cohort):
    return make_certificate(cohort=cohort, school=cast.our_school, rep=cast.rep)


@pytest.fixture
def later(cohort):
    return the_morning_after(cohort) + timedelta(days=3)


# ---- Numbers ------------------------------------------------------------------------------------


def test_a_number_is_twelve_characters_none_of_which_looks_like_another():
    numbers = {new_number() for _ in range(500)}

    assert len(numbers) == 500
    assert {len(number) for number in numbers} == {LENGTH}
    assert not set("01OILUV") & set(LETTERS)
    assert set("".join(numbers)) <= set(LETTERS)


# ---- Issuing ------------------------------------------------------------------------------------


def test_whoever_was_there_gets_one_with_what_is_on_the_registers(cast, cohort, certificate):
    booking = certificate.booking

    assert (certificate.person, certificate.printed_name) == (booking.delegate, booking.named_as)
    assert (certificate.title, certificate.hours) == ("Coaching conversations", Decimal(3))
    assert (certificate.from_on, certificate.to_on) == (date(2027, 1, 14), date(2027, 1, 21))
    assert certificate.issued_by == Person.objects.portal()
    mail = Delivery.objects.get(kind="cpd.certificate")
    assert mail.to == booking.delegate.email
    assert certificate.number_in_groups in mail.body.text
    assert differences() == []


def test_it_is_issued_once_however_often_the_clock_comes(cohort, certificate):
    acts = Act.objects.count()

    assert issue(cohort) == [certificate]
    assert Act.objects.count() == acts


def test_nobody_else_gets_one(cast, cohort):
    there, partly, absent, sorry, unmarked = (
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep) for _ in range(5)
    )
    for session in sessions_of(cohort):
        marks = {there: "attended", partly: "partly", absent: "did_not_attend", sorry: "apologies"}
        take(cohort, {**marks, unmarked: "did_not_attend"}, session=session)
    complete(cohort)

    assert {one.booking: one.hours for one in issue(cohort)} == {
        there: Decimal(3),
        partly: Decimal("1.5"),
    }


def test_not_before_the_course_is_completed(cast, cohort):
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {booking: "attended"})

    assert (
        issue_for_cohort(cohort_id=cohort.pk, by=cast.hub_manager, at=the_morning_after(cohort))
        == 0
    )
    assert issue(cohort) == []


def test_it_waits_two_weeks_for_registers_that_were_not_taken(cast, cohort):
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    take(cohort, {booking: "attended"})
    complete(cohort)
    last = sessions_of(cohort)[-1]

    assert issue_certificates(at=last.ends_at + timedelta(days=13)) == 0
    assert issue_certificates(at=last.ends_at + timedelta(days=14)) == 1
    assert Certificate.objects.get().hours == Decimal("1.5")


def test_a_course_long_over_brings_none(cast, cohort):
    make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep)

    assert issue_certificates(at=the_morning_after(cohort) + timedelta(days=121)) == 0


def test_where_the_programme_says_so_the_evaluation_comes_first(cast, cohort):
    Programme.objects.update(certificate_after_evaluation=True)
    make_evaluation_form()
    make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep, people=2)
    assert issue(cohort) == []

    answered, _ = ask(cohort)
    answer(answered)

    assert [one.person for one in issue(cohort)] == [answered.person]


def test_where_nobody_can_be_asked_nobody_is_kept_waiting(cast, cohort):
    Programme.objects.update(certificate_after_evaluation=True)
    make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep)

    assert len(issue(cohort)) == 1


def test_without_an_address_it_goes_to_the_school_with_their_name(cast, cohort):
    [booking] = make_completed(cohort=cohort, school=cast.our_school, rep=cast.rep)
    Person.objects.filter(pk=booking.delegate_id).update(email=None)

    issue(cohort)

    mail = Delivery.objects.get(kind="cpd.certificate")
    assert mail.to == "rita@our.example"
    assert f"For {booking.named_as}." in mail.body.text


# ---- Replacing and withdrawing ------------------------------------------------------------------


def test_a_name_is_put_right_by_a_new_certificate(cast, certificate, later):
    new = replace_certificate(
        certificate_id=certificate.pk,
        printed_name="Benedict Shah",
        reason="Full name",
        by=cast.hub_manager,
        at=later,
    )

    certificate.refresh_from_db()
    assert (certificate.status, certificate.reason, certificate.ended_by, certificate.ended_at) == (
        CertificateStatus.REPLACED,
        "Full name",
        cast.hub_manager,
        later,
    )
    assert (new.status, new.printed_name, new.replaces) == ("valid", "Benedict Shah", certificate)
    assert new.number != certificate.number
    assert Delivery.objects.filter(kind="cpd.certificate").count() == 2
    assert not is_still_valid(f"certificate:{certificate.pk}")
    assert differences() == []


def test_a_new_one_has_the_hours_of_the_registers_as_they_are_now(cast, cohort, certificate, later):
    take(cohort, {certificate.booking: "did_not_attend"}, at=later)

    new = replace_certificate(
        certificate_id=certificate.pk,
        printed_name="Ben Shah",
        reason="Was ill",
        by=cast.hub_manager,
        at=later,
    )

    assert new.hours == Decimal("1.5")


def test_a_withdrawn_one_is_told_and_not_issued_again(cast, cohort, certificate, later):
    withdraw_certificate(
        certificate_id=certificate.pk, reason="Signed for another", by=cast.hub_manager, at=later
    )

    mail = Delivery.objects.get(kind="cpd.certificate.withdrawn")
    assert "Signed for another" in mail.body.text
    assert issue_certificates(at=later + timedelta(days=1)) == 0
    assert not Certificate.objects.valid().exists()


VERBS = {
    "replace": lambda pk, by, at, **words: replace_certificate(
        certificate_id=pk, **{"printed_name": "A", "reason": "r", **words}, by=by, at=at
    ),
    "withdraw": lambda pk, by, at, **words: withdraw_certificate(
        certificate_id=pk, **{"reason": "r", **words}, by=by, at=at
    ),
}


def put_in_state(certificate, state, by, at):
    if state == CertificateStatus.WITHDRAWN:
        VERBS["withdraw"](certificate.pk, by, at)
    elif state == CertificateStatus.REPLACED:
        VERBS["replace"](certificate.pk, by, at)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", CertificateStatus)
def test_every_state_and_verb(cast, certificate, later, state, verb):
    put_in_state(certificate, state, cast.hub_manager, later)
    before = (Certificate.objects.count(), Act.objects.count(), Delivery.objects.count())

    if CERTIFICATE_MOVES[state]:
        VERBS[verb](certificate.pk, cast.hub_manager, later)
        assert Certificate.objects.get(pk=certificate.pk).status != state
    else:
        with pytest.raises(errors.CertificateHasEnded):
            VERBS[verb](certificate.pk, cast.hub_manager, later)
        after = (Certificate.objects.count(), Act.objects.count(), Delivery.objects.count())
        assert after == before


@pytest.mark.parametrize(
    ("verb", "words", "refusal"),
    [
        ("replace", {"reason": " "}, ReasonNeeded),
        ("withdraw", {"reason": " "}, ReasonNeeded),
        ("replace", {"printed_name": " "}, BadInput),
    ],
)
def test_a_reason_and_a_name_are_needed(cast, certificate, later, verb, words, refusal):
    with pytest.raises(refusal):
        VERBS[verb](certificate.pk, cast.hub_manager, later, **words)

    assert Certificate.objects.get().status == CertificateStatus.VALID


def test_without_attendance_none_is_printed_anew(cast, certificate, later):
    Attendance.objects.update(mark="apologies")

    with pytest.raises(errors.NobodyWasThere):
        VERBS["replace"](certificate.pk, cast.hub_manager, later)
    assert Certificate.objects.get().status == CertificateStatus.VALID


# ---- Only with attendance -----------------------------------------------------------------------


def test_a_register_may_not_take_the_last_attendance_from_under_a_certificate(
    cast, cohort, certificate, later
):
    first, second = sessions_of(cohort)
    take(cohort, {certificate.booking: "apologies"}, session=first, at=later)

    with pytest.raises(errors.CertificateStands, match=certificate.printed_name):
        take(cohort, {certificate.booking: "apologies"}, session=second, at=later)
    assert list(Attendance.objects.there().values_list("session", flat=True)) == [second.pk]

    VERBS["withdraw"](certificate.pk, cast.hub_manager, later)
    assert take(cohort, {certificate.booking: "apologies"}, session=second, at=later) == 1


def test_the_books_check_finds_a_certificate_without_attendance(certificate):
    Attendance.objects.update(mark="apologies")

    assert differences() == [f"Certificate {certificate.number} has no attendance behind it."]


@pytest.mark.parametrize(
    ("hours", "words"), [("1.0", "1 hour"), ("4.5", "4.5 hours"), ("10.0", "10 hours")]
)
def test_hours_are_said_in_words(hours, words):
    assert Certificate(hours=Decimal(hours)).hours_in_words == words


# ---- Looking one up -----------------------------------------------------------------------------


def test_a_number_is_found_as_it_is_typed(certificate):
    for typed in (certificate.number, certificate.number_in_groups.lower(), f" {certificate} "):
        assert certificate_with_number(typed) == certificate


@pytest.mark.parametrize("typed", ["", "7K3M", "7K3MQX9T2BFH", "’; DROP TABLE", "7" * 200])
def test_no_other_number_finds_one(certificate, typed):
    assert certificate_with_number(typed) is None


def test_a_persons_certificates_are_theirs_whatever_became_of_them(cast, certificate, later):
    new = replace_certificate(
        certificate_id=certificate.pk,
        printed_name="B Shah",
        reason="Name",
        by=cast.hub_manager,
        at=later,
    )

    assert list(Certificate.objects.for_person(certificate.person)) == [new, certificate]
    assert list(Certificate.objects.for_person(cast.rep)) == []
