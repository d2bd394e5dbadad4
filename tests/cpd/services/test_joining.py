"""Joining details, version by version; told once, while it is true. Rule BK-11."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
import vobject
from django.db import DatabaseError, transaction

from cpd.choices import CohortStatus
from cpd.emails.joining_mails import DETAILS_NEW
from cpd.errors import CourseIsOver, DetailsNeeded, SavedMeanwhile
from cpd.models import JoiningDetails
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import PlannedSession, add_cohort, cancel_cohort, change_cohort
from cpd.services.delegates import Delegate
from cpd.services.joining import versions_of
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.shared.append_only import AppendOnlyError
from hub_portal.shared.errors import NotAllowed
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_booking, make_cohort, make_order, make_programme
from tests.makers.joining import OTHER_WORDS, WORDS, save
from tests.makers.schools import NOON, make_cast, make_person

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
def cohort(cast, organiser):
    cohort = make_cohort(organiser=organiser, places_per_school=10)
    for name in ("Ann", "Ben"):
        make_booking(
            cohort=cohort,
            school=cast.our_school,
            by=cast.rep,
            full_name=name,
            email=f"{name.lower()}@our.example",
        )
    return cohort


def mails():
    return Delivery.objects.select_related("body").filter(kind=DETAILS_NEW).order_by("pk")


def is_still_true(mail, at=NOON):
    with time_machine.travel(at, tick=False):
        return mail_kind(mail.kind).is_still_true(mail.about)


def written():
    return JoiningDetails.objects.count(), Delivery.objects.count(), Act.objects.count()


# ---- Versions -----------------------------------------------------------------------------------


def test_each_version_is_kept_and_the_newest_counts(cohort, organiser, cast):
    save(cohort, organiser)
    save(cohort, cast.hub_manager, OTHER_WORDS, what_changed="Another gate", at=LATER)

    cohort.refresh_from_db()
    assert cohort.joining_details == OTHER_WORDS
    assert [
        (v.number, v.words, v.what_changed, v.saved_by, v.saved_at) for v in versions_of(cohort)
    ] == [
        (2, OTHER_WORDS, "Another gate", cast.hub_manager, LATER),
        (1, WORDS, "", organiser, NOON),
    ]
    assert list(JoiningDetails.objects.newest().values_list("number", flat=True)) == [2]


def test_each_save_is_an_act_without_the_words(cohort, organiser):
    save(cohort, organiser)

    act = Act.objects.get(verb="cohort.joining_details")
    assert (act.subject, act.by, act.after) == (
        f"cohort:{cohort.pk}",
        organiser,
        {"version": 1, "told": 2},
    )


def test_a_version_is_never_changed_or_deleted(cohort, organiser):
    version = save(cohort, organiser)
    version.words = OTHER_WORDS

    with pytest.raises(AppendOnlyError):
        version.save()
    with pytest.raises(AppendOnlyError):
        version.delete()
    for change in (
        lambda rows: rows.update(words=OTHER_WORDS),
        lambda rows: rows._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(JoiningDetails.objects.filter(pk=version.pk))

    assert JoiningDetails.objects.get().words == WORDS


def test_the_same_words_again_change_nothing(cohort, organiser):
    first = save(cohort, organiser)
    before = written()

    assert save(cohort, organiser, based_on=0) == first
    assert written() == before


def test_words_are_cleaned_by_the_one_cleaner(cohort, organiser):
    version = save(cohort, organiser, '<p onclick="x">Come <script>alert(1)</script>in</p>')

    version.refresh_from_db()
    assert version.words == "<p>Come in</p>"


def test_whoever_was_slower_sees_what_was_saved_first_and_loses_nothing(cohort, organiser, cast):
    save(cohort, organiser)
    before = written()

    with pytest.raises(SavedMeanwhile, match="Olga Organiser saved other joining details"):
        save(cohort, cast.hub_manager, OTHER_WORDS, based_on=0)

    assert written() == before
    cohort.refresh_from_db()
    assert cohort.joining_details == WORDS


@pytest.mark.parametrize("words", ["", "   ", "<p></p><script>x</script>"])
def test_without_a_word_it_is_refused(cohort, organiser, words):
    before = written()

    with pytest.raises(DetailsNeeded):
        save(cohort, organiser, words)

    assert written() == before


@pytest.mark.parametrize("who", ["rep", "headteacher", "stranger"])
def test_nobody_else_saves_them(cast, cohort, who):
    before = written()

    with pytest.raises(NotAllowed):
        save(cohort, getattr(cast, who))

    assert written() == before


def test_a_course_that_was_called_off_keeps_what_it_had(cast, cohort, organiser):
    cancel_cohort(cohort=cohort, reason="Speaker ill", by=cast.hub_manager, at=NOON)
    before = written()

    with pytest.raises(CourseIsOver):
        save(cohort, organiser)

    assert written() == before


def test_what_a_course_is_planned_with_is_its_first_version(cast):
    starts_at = datetime(2027, 2, 4, 9, tzinfo=UTC)

    cohort = add_cohort(
        programme=make_programme(),
        sessions=[PlannedSession(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))],
        price=1,
        capacity=5,
        booking_opens_at=NOON,
        booking_closes_at=starts_at,
        joining_details=WORDS,
        by=cast.hub_manager,
        at=NOON,
    )

    [version] = versions_of(cohort)
    assert (version.number, version.words, version.are_told) == (1, WORDS, False)
    assert version.saved_by == cast.hub_manager
    assert not mails().exists()


def test_they_change_by_no_other_way(cast, cohort):
    with pytest.raises(TypeError, match="joining_details"):
        change_cohort(cohort=cohort, joining_details=WORDS, by=cast.hub_manager, at=NOON)


# ---- Telling ------------------------------------------------------------------------------------


def test_each_delegate_is_told_once_with_the_details_and_the_way_to_their_page(cohort, organiser):
    save(cohort, organiser)
    save(cohort, organiser, OTHER_WORDS, what_changed="Another gate", at=LATER)

    assert [(m.to, m.subject, m.reply_to) for m in mails()] == [
        ("ann@our.example", "Joining details: Coaching conversations", "olga@hub.example"),
        ("ben@our.example", "Joining details: Coaching conversations", "olga@hub.example"),
        ("ann@our.example", "New joining details: Coaching conversations", "olga@hub.example"),
        ("ben@our.example", "New joining details: Coaching conversations", "olga@hub.example"),
    ]
    ann = cohort.bookings.order_by("pk")[0]
    last = mails()[2].body
    for form in (last.text, last.html):
        assert f"/me/bookings/{ann.pk}/" in form
        assert "What has changed:" in form
        assert "Another gate" in form
        assert "Lampton Avenue" in form
        assert "reception" not in form
    assert len({m.dedupe_key for m in mails()}) == 4


def test_only_the_newest_version_is_still_true_and_only_for_a_live_place(cast, cohort, organiser):
    save(cohort, organiser)
    save(cohort, organiser, OTHER_WORDS, at=LATER)
    old_ann, _old_ben, ann, ben = mails()
    assert not is_still_true(old_ann)
    assert is_still_true(ann)
    assert is_still_true(ben)

    first, second = cohort.bookings.order_by("pk")
    cancel_booking(booking_id=first.pk, shown_kept=0, by=cast.rep, at=LATER)
    substitute_delegate(booking_id=second.pk, to=Delegate(full_name="Cal"), by=cast.rep, at=LATER)

    assert not is_still_true(ann)
    assert not is_still_true(ben)


def test_it_is_no_longer_true_once_the_course_is_over(cohort, organiser):
    save(cohort, organiser)

    assert is_still_true(mails()[0], at=cohort.ends_at - timedelta(minutes=1))
    assert not is_still_true(mails()[0], at=cohort.ends_at)


def test_nobody_is_told_when_the_writer_says_so_and_calendars_follow_all_the_same(
    cohort, organiser
):
    version = save(cohort, organiser, tells=False)

    assert not version.are_told
    assert not mails().exists()
    assert list(cohort.bookings.order_by("pk").values_list("sequence", flat=True)) == [1, 1]


def test_a_draft_tells_nobody(organiser):
    version = save(make_cohort(organiser=organiser, status=CohortStatus.DRAFT), organiser)

    assert not version.are_told


def test_a_delegate_without_address_is_told_through_the_school(cast, cohort, organiser):
    order = make_order(
        cohort=cohort,
        school=cast.our_school,
        delegates=[Delegate(full_name="No Address"), Delegate()],
    )
    book_places(order=order, by=cast.rep, at=NOON)

    save(cohort, organiser)

    [passed_on] = mails().filter(to="rita@our.example")
    assert passed_on.subject == "For No Address: Joining details: Coaching conversations"
    assert "We have no address for No Address" in passed_on.body.text
    assert "/me/bookings/" not in passed_on.body.text
    assert mails().count() == 3


def test_the_entry_that_goes_along_replaces_the_one_before_and_holds_the_new_details(
    cohort, organiser
):
    booking = cohort.bookings.order_by("pk")[0]
    [before] = mail_kind("cpd.booked").make_attachments(f"booking:{booking.pk}:1")

    save(cohort, organiser, OTHER_WORDS)
    [made] = mail_kind(DETAILS_NEW).make_attachments(mails()[0].about)

    [was] = icalendar.Calendar.from_ical(before.content).walk("VEVENT")
    [event] = icalendar.Calendar.from_ical(made.content).walk("VEVENT")
    read = vobject.readOne(made.content.decode())
    assert event["UID"] == was["UID"] == read.vevent.uid.value
    assert int(event["SEQUENCE"]) == int(was["SEQUENCE"]) + 1
    assert read.method.value == "REQUEST"
    assert read.vevent.description.value.startswith("Use the gate in Lampton Avenue.")
