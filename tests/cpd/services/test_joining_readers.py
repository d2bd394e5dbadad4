"""Who has read the joining details, by their own word, and who is reminded. Rule BK-11."""

from datetime import timedelta

import pytest
import time_machine

from cpd.emails.joining_mails import DETAILS_REMINDED
from cpd.errors import CourseIsOver, DetailsHaveChanged, NobodyToRemind, NotYourPlace
from cpd.models import JoiningRead, JoiningReminder
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegates import Delegate
from cpd.services.joining_readers import (
    read_by,
    read_in_words,
    remind_of_details,
    say_read,
    versions_read_by,
)
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.shared.errors import NotAllowed
from hub_portal.trail.models import Act
from schools.services.merging import merge_people
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order
from tests.makers.joining import OTHER_WORDS, save
from tests.makers.schools import NOON, make_cast, make_colleague, make_person

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def organiser():
    return make_person(full_name="Olga Organiser", email="olga@hub.example")


@pytest.fixture
def cohort(organiser):
    return make_cohort(organiser=organiser, places_per_school=10)


@pytest.fixture
def ann(cast, cohort):
    return book(cast, cohort, "Ann")


@pytest.fixture
def ben(cast, cohort):
    return book(cast, cohort, "Ben")


@pytest.fixture
def version(cohort, organiser, ann, ben):
    return save(cohort, organiser)


def book(cast, cohort, name):
    return make_booking(
        cohort=cohort,
        school=cast.our_school,
        by=cast.rep,
        full_name=name,
        email=f"{name.lower()}@our.example",
    )


def read(booking, number=1, *, by=None, at=NOON):
    say_read(booking_id=booking.pk, number=number, by=by or booking.delegate, at=at)


def mails():
    return Delivery.objects.select_related("body").filter(kind=DETAILS_REMINDED).order_by("to")


def written():
    return (
        JoiningRead.objects.count(),
        JoiningReminder.objects.count(),
        Delivery.objects.count(),
        Act.objects.count(),
    )


def names(readers):
    return [reader.booking.named_as for reader in readers]


# ---- Reading ------------------------------------------------------------------------------------


def test_a_delegate_says_so_once_per_version(cohort, organiser, ann, version):
    read(ann)
    read(ann, at=LATER)
    second = save(cohort, organiser, OTHER_WORDS, at=LATER)
    read(ann, 2, at=LATER)

    assert [(r.version, r.person, r.read_at) for r in JoiningRead.objects.order_by("pk")] == [
        (version, ann.delegate, NOON),
        (second, ann.delegate, LATER),
    ]


def test_saying_so_is_no_act(ann, version):
    acts = Act.objects.count()

    read(ann)

    assert Act.objects.count() == acts


def test_nobody_says_so_for_somebody_else(cast, ann, version):
    before = written()

    for somebody_else in (cast.rep, cast.hub_manager, cast.stranger):
        with pytest.raises(NotYourPlace):
            read(ann, by=somebody_else)

    assert written() == before


def test_what_was_read_has_to_be_what_counts(cohort, organiser, ann, version):
    save(cohort, organiser, OTHER_WORDS)
    before = written()

    for number in (1, 3):
        with pytest.raises(DetailsHaveChanged):
            read(ann, number)

    assert written() == before


def test_a_place_given_up_is_read_about_by_nobody(cast, ann, version):
    cancel_booking(booking_id=ann.pk, shown_kept=0, by=cast.rep, at=NOON)

    with pytest.raises(NotYourPlace):
        read(ann)

    assert not JoiningRead.objects.exists()


def test_each_version_says_who_has_read_it_and_who_has_not(
    cast, cohort, organiser, ann, ben, version
):
    order = make_order(
        cohort=cohort, school=cast.our_school, delegates=[Delegate(full_name="No Address")]
    )
    book_places(order=order, by=cast.rep, at=NOON)
    read(ann)
    save(cohort, organiser, OTHER_WORDS)
    read(ben, 2)

    newest, first = versions_read_by(cohort)
    assert (names(first.read), names(first.not_yet)) == (["Ann"], ["Ben"])
    assert (names(newest.read), names(newest.not_yet)) == (["Ben"], ["Ann"])
    assert names(newest.through_the_school) == ["No Address"]
    assert read_in_words(cohort) == "Version 2, read by 1 of 3"


def test_who_takes_a_place_over_has_not_read_what_the_other_has(cast, ann, ben, version):
    read(ann)
    cal = Delegate(full_name="Cal", email="cal@our.example")

    substitute_delegate(booking_id=ann.pk, to=cal, by=cast.rep, at=NOON)

    assert names(read_by(version).read) == []
    assert names(read_by(version).not_yet) == ["Ben", "Cal"]


def test_versions_ask_the_same_however_many_there_are(
    cohort, organiser, version, django_assert_num_queries
):
    for number in range(3):
        save(cohort, organiser, f"<p>Room {number}</p>")

    with django_assert_num_queries(4):
        assert len(versions_read_by(cohort)) == 4


# ---- Reminding ----------------------------------------------------------------------------------


def test_who_has_not_is_reminded_once(organiser, ann, ben, version):
    read(ann)

    assert remind_of_details(version=version, by=organiser, at=LATER) == 1

    [mail] = mails()
    assert (mail.to, mail.reply_to) == ("ben@our.example", "olga@hub.example")
    assert mail.subject == "Please read the joining details: Coaching conversations"
    assert f"/me/bookings/{ben.pk}/" in mail.body.text
    assert "Sign in at main reception." in mail.body.text
    [reminder] = JoiningReminder.objects.all()
    assert (reminder.person, reminder.sent_by, reminder.sent_at) == (ben.delegate, organiser, LATER)
    act = Act.objects.get(verb="cohort.joining_reminded")
    assert (act.by, act.after) == (organiser, {"version": 1, "reminded": 1})
    before = written()
    with pytest.raises(NobodyToRemind):
        remind_of_details(version=version, by=organiser, at=LATER)
    assert written() == before


def test_of_the_next_version_everybody_may_be_reminded_again(cohort, organiser, ann, ben, version):
    remind_of_details(version=version, by=organiser, at=NOON)
    second = save(cohort, organiser, OTHER_WORDS)

    assert remind_of_details(version=second, by=organiser, at=LATER) == 2


def test_a_reminder_is_not_sent_to_who_has_read_it_meanwhile(organiser, ann, ben, version):
    remind_of_details(version=version, by=organiser, at=NOON)
    read(ann)

    with time_machine.travel(NOON, tick=False):
        assert [mail_kind(m.kind).is_still_true(m.about) for m in mails()] == [False, True]


@pytest.mark.parametrize("who", ["rep", "headteacher", "stranger"])
def test_nobody_else_reminds(cast, version, who):
    before = written()

    with pytest.raises(NotAllowed):
        remind_of_details(version=version, by=getattr(cast, who), at=NOON)

    assert written() == before


def test_of_an_earlier_version_nobody_is_reminded(cohort, organiser, version):
    save(cohort, organiser, OTHER_WORDS)
    before = written()

    with pytest.raises(DetailsHaveChanged):
        remind_of_details(version=version, by=organiser, at=NOON)

    assert written() == before


def test_of_a_course_called_off_nobody_is_reminded(cast, cohort, organiser, version):
    cancel_cohort(cohort=cohort, reason="Speaker ill", by=cast.hub_manager, at=NOON)

    with pytest.raises(CourseIsOver):
        remind_of_details(version=version, by=organiser, at=NOON)

    assert not JoiningReminder.objects.exists()


# ---- Two records of one person ------------------------------------------------------------------


def test_what_both_records_have_read_stays_once(cast, cohort, organiser, ann, ben, version):
    """Ann gave her place to another record of herself, who read the same version."""
    stays = make_colleague(school=cast.our_school, full_name="Ann Other", email="a@our.example")
    goes = ann.delegate
    read(ann)
    substitute_delegate(booking_id=ann.pk, to=Delegate(person_id=stays.pk), by=cast.rep, at=NOON)
    ann.refresh_from_db()
    read(ann, by=stays, at=LATER)
    second = save(cohort, organiser, OTHER_WORDS)
    JoiningRead.objects.create(version=second, person=goes, read_at=NOON)
    remind_of_details(version=second, by=organiser, at=LATER)

    merge_people(stays=stays, goes=goes, reason="One person", by=cast.hub_manager, at=LATER)

    reads = JoiningRead.objects.filter(person=stays).order_by("version__number")
    assert [(r.version.number, r.read_at) for r in reads] == [(1, LATER), (2, NOON)]
    assert not JoiningRead.objects.filter(person=goes).exists()
    assert JoiningReminder.objects.filter(person=stays).count() == 1
