"""Needs: said by the delegate, sealed, seen by the organiser alone, forgotten. Rule BK-13."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import models

from cpd.emails.reminder_mails import NEEDS_ASKED
from cpd.models import Booking, Needs
from cpd.services.bookings import book_places
from cpd.services.cancelling import cancel_booking
from cpd.services.cohorts import cancel_cohort
from cpd.services.delegate_policy import change_delegate_policy
from cpd.services.delegates import Delegate
from cpd.services.needs import (
    WhatIsNeeded,
    answered,
    asked_by_link,
    for_the_venue,
    forget_own_needs,
    keep_own_needs,
    own_needs,
    say_needs,
    see_needs,
)
from cpd.services.needs_run import ask_for_needs, forget_old_needs
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services.kinds import mail_kind
from hub_portal.shared.encryption import InvalidToken
from hub_portal.shared.errors import NotAllowed
from hub_portal.shared.links import PLACEHOLDER
from hub_portal.trail.models import Act
from schools.models import Person
from schools.services.merging import merge_people
from schools.services.people import end_sessions
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.schools import NOON, make_cast, make_colleague, make_person

pytestmark = pytest.mark.django_db

MARKER = "xylophone-intolerant"
NEEDED = WhatIsNeeded(food=["vegan"], access=["step_free"], words=MARKER)


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school)
    give_credits(school=cast.strangers_school)
    return cast


@pytest.fixture
def organiser():
    return make_person(full_name="Olga Organiser", email="olga@hub.example")


@pytest.fixture
def cohort(organiser):
    return make_cohort(organiser=organiser)


@pytest.fixture
def booking(cast, cohort):
    return booked(cast, cohort)


def booked(cast, cohort, name="Ann Owusu", email="ann@our.example"):
    return make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, full_name=name, email=email
    )


def days_before(days):
    return (IN_JANUARY - timedelta(days=days)).replace(hour=8, minute=0)


def asked(booking, days=14):
    ask_for_needs(at=days_before(days))
    return Needs.objects.get(person=booking.delegate, cohort=booking.cohort)


def mails():
    return list(Delivery.objects.filter(kind=NEEDS_ASKED).values_list("to", flat=True))


# ---- Asking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "number"), [(15, 0), (14, 1), (3, 1), (1, 1)])
def test_a_delegate_is_asked_two_weeks_before_or_as_soon_as_booked(booking, days, number):
    for _ in range(2):
        ask_for_needs(at=days_before(days))

    assert mails() == ["ann@our.example"] * number


def test_nobody_is_asked_once_it_has_begun(booking):
    assert ask_for_needs(at=IN_JANUARY) == 0


def test_the_setting_says_how_many_days(cast, booking):
    change_delegate_policy(by=cast.hub_manager, at=NOON, needs_asked_days=21)

    assert ask_for_needs(at=days_before(21)) == 1


def test_the_rep_is_never_asked(cast, cohort):
    delegates = [Delegate(), Delegate(full_name="No Address")]
    order = make_order(cohort=cohort, school=cast.our_school, delegates=delegates)
    book_places(order=order, by=cast.rep, at=NOON)

    assert ask_for_needs(at=days_before(14)) == 0
    assert not Needs.objects.exists()


def test_the_mail_holds_a_placeholder_and_no_right(booking):
    asked(booking)

    body = Delivery.objects.select_related("body").get(kind=NEEDS_ASKED).body
    for words in (body.text, body.html):
        found = PLACEHOLDER.search(words)
        assert found["purpose"] == "needs"


def test_whoever_keeps_their_needs_is_passed_on_and_not_asked(cast, cohort):
    ann = make_colleague(school=cast.our_school, full_name="Ann", email="ann@our.example")
    keep_own_needs(person=ann, needed=NEEDED, at=NOON)
    booking = booked(cast, cohort)

    row = asked(booking)

    assert (mails(), row.said_at) == ([], days_before(14))
    people, _ = see_needs(cohort=cohort, by=cast.hub_manager, at=NOON)
    assert [one.needed for one in people] == [NEEDED]


def still_true(about, at=None):
    with time_machine.travel(at or days_before(14), tick=False):
        return mail_kind(NEEDS_ASKED).is_still_true(about)


def test_it_is_not_asked_of_whoever_has_answered_or_has_no_place(cast, booking):
    row = asked(booking)
    about = f"needs:{row.pk}"
    assert still_true(about)
    assert not still_true(about, at=IN_JANUARY + timedelta(days=1))

    say_needs(asked=row, needed=WhatIsNeeded(), at=NOON)
    assert not still_true(about)


def test_it_is_not_asked_once_the_place_is_given_up(cast, booking):
    about = f"needs:{asked(booking).pk}"

    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert not still_true(about)


# ---- The link -----------------------------------------------------------------------------------


def is_open(row, at=None):
    return asked_by_link(at or days_before(1)).filter(pk=row.pk).exists()


def test_the_link_works_until_the_course_is_over(booking):
    row = asked(booking)

    assert is_open(row)
    assert not is_open(row, at=booking.cohort.ends_at)


def test_the_link_ends_with_the_sessions_of_the_person(booking):
    row = asked(booking)

    end_sessions(person=booking.delegate)

    assert not is_open(row)


def test_the_link_of_a_course_called_off_is_dead(cast, booking):
    row = asked(booking)

    cancel_cohort(cohort=booking.cohort, reason="Ill", by=cast.hub_manager, at=NOON)

    assert not is_open(row)


# ---- Sealed -------------------------------------------------------------------------------------


def test_what_is_said_stands_in_plain_nowhere_in_the_database(cast, booking):
    say_needs(asked=asked(booking), needed=NEEDED, at=NOON)
    see_needs(cohort=booking.cohort, by=cast.hub_manager, at=NOON)
    keep_own_needs(person=booking.delegate, needed=NEEDED, at=NOON)

    everything = [
        str(value)
        for model in apps.get_models()
        for row in model._default_manager.values_list(
            *[
                field.name
                for field in model._meta.concrete_fields
                if isinstance(field, (models.CharField, models.TextField, models.JSONField))
            ]
        )
        for value in row
    ]

    assert any("Ann Owusu" in text for text in everything)
    assert not any(MARKER in text or "vegan" in text for text in everything)
    assert Body.objects.exists()
    assert Act.objects.exists()


def test_it_is_opened_by_the_key_it_was_sealed_with_and_no_other(cast, booking, settings):
    say_needs(asked=asked(booking), needed=NEEDED, at=NOON)
    old = settings.NEEDS_KEYS

    settings.NEEDS_KEYS = ["a new key that is long enough for this", *old]
    people, _ = see_needs(cohort=booking.cohort, by=cast.hub_manager, at=NOON)
    assert people[0].needed == NEEDED

    settings.NEEDS_KEYS = settings.NEEDS_KEYS[:1]
    with pytest.raises(InvalidToken):
        see_needs(cohort=booking.cohort, by=cast.hub_manager, at=NOON)


def test_a_later_answer_takes_the_place_of_the_first(cast, booking):
    row = asked(booking)
    say_needs(asked=row, needed=NEEDED, at=NOON)

    say_needs(asked=row, needed=WhatIsNeeded(food=["halal"]), at=NOON)

    people, _ = see_needs(cohort=booking.cohort, by=cast.hub_manager, at=NOON)
    assert [one.needed.in_words for one in people] == ["Halal"]
    assert Needs.objects.count() == 1


# ---- One's own ----------------------------------------------------------------------------------


def test_what_one_keeps_goes_to_every_course_coming_up_and_to_no_other(cast, booking):
    over = booked(cast, make_cohort(starts_at=IN_JANUARY - timedelta(days=40)))
    at = over.cohort.ends_at
    ann = booking.delegate

    keep_own_needs(person=ann, needed=NEEDED, at=at)

    assert own_needs(ann) == NEEDED
    cohorts = set(Needs.objects.filter(person=ann).values_list("cohort", flat=True))
    assert cohorts == {None, booking.cohort_id}


def test_nothing_kept_is_not_the_same_as_nothing_needed(cast):
    assert own_needs(cast.rep) is None

    keep_own_needs(person=cast.rep, needed=WhatIsNeeded(), at=NOON)

    assert own_needs(cast.rep).is_nothing


def test_one_can_have_everything_deleted(cast, booking):
    keep_own_needs(person=booking.delegate, needed=NEEDED, at=NOON)
    keep_own_needs(person=cast.rep, needed=NEEDED, at=NOON)

    forget_own_needs(person=booking.delegate)

    assert list(Needs.objects.values_list("person", flat=True)) == [cast.rep.pk]


# ---- The organiser ------------------------------------------------------------------------------


def test_the_organiser_sees_who_needs_what_and_each_look_is_an_act(
    cast, organiser, cohort, booking
):
    booked(cast, cohort, name="Nothing Needed", email="nn@our.example")
    ask_for_needs(at=days_before(14))
    for row in Needs.objects.select_related("person", "cohort"):
        is_ann = row.person == booking.delegate
        say_needs(asked=row, needed=NEEDED if is_ann else WhatIsNeeded(), at=NOON)

    for _ in range(2):
        people, venue = see_needs(cohort=cohort, by=organiser, at=NOON)

    assert [(one.name, one.school, one.needed) for one in people] == [
        ("Ann Owusu", "Lampton School", NEEDED)
    ]
    assert people[0].needed.in_words == f"Vegan and Step-free access. {MARKER}"
    assert (venue.places, venue.counts) == (2, [("Vegan", 1), ("Step-free access", 1)])
    acts = Act.objects.filter(verb="needs.seen")
    assert [(act.by, act.subject, act.after) for act in acts] == [
        (organiser, f"cohort:{cohort.pk}", {})
    ] * 2
    assert (answered(cohort).answered, answered(cohort).places) == (2, 2)


@pytest.mark.parametrize("who", ["rep", "headteacher", "stranger", "delegate"])
def test_nobody_else_sees_them_and_no_act_is_written(cast, cohort, booking, who):
    person = booking.delegate if who == "delegate" else getattr(cast, who)

    with pytest.raises(NotAllowed):
        see_needs(cohort=cohort, by=person, at=NOON)

    assert not Act.objects.filter(verb="needs.seen").exists()


def test_the_organiser_of_another_course_does_not_see_them(cast, organiser, booking):
    other = make_cohort(organiser=cast.rep)

    with pytest.raises(NotAllowed):
        see_needs(cohort=other, by=organiser, at=NOON)


def test_needs_of_a_place_given_up_or_passed_on_are_not_shown(cast, organiser, cohort, booking):
    say_needs(asked=asked(booking), needed=NEEDED, at=NOON)

    substitute_delegate(booking_id=booking.pk, to=Delegate(full_name="Ben"), by=cast.rep, at=NOON)

    assert see_needs(cohort=cohort, by=organiser, at=NOON)[0] == []
    assert answered(cohort).answered == 0


def test_the_venue_gets_counts_and_words_and_no_names():
    venue = for_the_venue(
        places=9,
        needs=[
            WhatIsNeeded(food=["halal", "nut_allergy"], words="Z comes last"),
            WhatIsNeeded(food=["halal"], access=["parking"], words="A comes first"),
            WhatIsNeeded(food=["vegetarian"]),
        ],
    )

    assert venue.counts == [
        ("Vegetarian", 1),
        ("Halal", 2),
        ("Nut allergy", 1),
        ("Parking close by", 1),
    ]
    assert venue.words == ["A comes first", "Z comes last"]


# ---- Forgetting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "left"), [(29, 1), (30, 0)])
def test_a_cohorts_needs_are_deleted_some_days_after_it_ended(booking, days, left):
    say_needs(asked=asked(booking), needed=NEEDED, at=NOON)

    deleted = forget_old_needs(at=booking.cohort.ends_at + timedelta(days=days))

    assert (deleted, Needs.objects.count()) == (1 - left, left)


def test_the_run_counts_what_went_and_says_nothing_of_it(booking):
    say_needs(asked=asked(booking), needed=NEEDED, at=NOON)
    late = booking.cohort.ends_at + timedelta(days=30)

    forget_old_needs(at=late)
    forget_old_needs(at=late)

    act = Act.objects.get(verb="needs.forgotten")
    assert (act.by, act.subject, act.after) == (Person.objects.portal(), "needs", {"rows": 1})


def test_needs_of_a_place_given_up_go_the_next_night(cast, booking):
    say_needs(asked=asked(booking), needed=NEEDED, at=NOON)
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    assert forget_old_needs(at=NOON) == 1


def test_what_one_keeps_stays_until_one_deletes_it(cast, booking):
    keep_own_needs(person=booking.delegate, needed=NEEDED, at=NOON)
    keep_own_needs(person=cast.deputy, needed=NEEDED, at=NOON)
    merge_people(stays=cast.rep, goes=cast.deputy, reason="One", by=cast.hub_manager, at=NOON)

    forget_old_needs(at=booking.cohort.ends_at + timedelta(days=365))

    assert list(Needs.objects.values_list("person", "cohort")) == [(booking.delegate_id, None)]
    assert Booking.objects.exists()
