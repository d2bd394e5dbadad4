from datetime import date, timedelta

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.errors import (
    AddressNeeded,
    HandoverPlannedAlready,
    NotForYouToHandOver,
    PostAlreadyHeld,
)
from schools.models import Appointment, Invitation, Person, PlannedHandover
from schools.services.handovers import (
    call_off_handover,
    carry_out_handovers,
    hand_over,
    hand_over_to_newcomer,
)
from schools.services.posts import holders
from tests.makers.schools import NOON, make_cast, make_colleague

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def cast():
    return make_cast()


def hand_rep_over(cast, *, to_person, by=None, on=TODAY, role=Role.REP):
    hand_over(
        school=cast.our_school, role=role, to_person=to_person, on=on, by=by or cast.rep, at=NOON
    )


def test_hand_over_today_ends_one_post_begins_the_other_and_invites(cast):
    tom = make_colleague(school=cast.our_school)

    hand_rep_over(cast, to_person=tom)

    assert holders(school=cast.our_school, role=Role.REP) == [tom]
    assert cast.rep.appointments.get().to_on == TODAY
    assert Person.objects.get(pk=cast.rep.pk).sessions_ended == 1
    assert [(mail.kind, mail.to) for mail in Delivery.objects.all()] == [
        ("schools.invited", "tom@our.example")
    ]
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == [
        "post.ended",
        "post.began",
        "person.invited",
    ]


def test_hand_over_by_the_headteacher_tells_whoever_had_the_post(cast):
    tom = make_colleague(school=cast.our_school)

    hand_rep_over(cast, to_person=tom, by=cast.headteacher)

    assert set(Delivery.objects.values_list("kind", "to")) == {
        ("schools.invited", "tom@our.example"),
        ("schools.handed_over", "rita@our.example"),
    }


@pytest.mark.parametrize(
    ("by", "role", "is_allowed"),
    [
        ("rep", Role.REP, True),
        ("rep", Role.DEPUTY, True),
        ("headteacher", Role.REP, True),
        ("headteacher", Role.DEPUTY, True),
        ("hub_manager", Role.REP, True),
        ("hub_manager", Role.DEPUTY, True),
        ("deputy", Role.REP, False),
        ("deputy", Role.DEPUTY, False),
        ("stranger", Role.REP, False),
        ("stranger", Role.DEPUTY, False),
    ],
)
def test_who_hands_over(cast, by, role, is_allowed):
    tom = make_colleague(school=cast.our_school)
    by = getattr(cast, by)

    if is_allowed:
        hand_rep_over(cast, to_person=tom, by=by, role=role)
    else:
        with pytest.raises(NotForYouToHandOver):
            hand_rep_over(cast, to_person=tom, by=by, role=role)

    assert (holders(school=cast.our_school, role=role) == [tom]) is is_allowed
    assert Act.objects.exists() is is_allowed


def test_a_rep_never_fills_the_post_of_deputy_that_nobody_holds(cast):
    tom = make_colleague(school=cast.our_school)
    cast.deputy.appointments.update(to_on=TODAY)

    with pytest.raises(NotForYouToHandOver):
        hand_rep_over(cast, to_person=tom, role=Role.DEPUTY)
    hand_rep_over(cast, to_person=tom, role=Role.DEPUTY, by=cast.headteacher)

    assert holders(school=cast.our_school, role=Role.DEPUTY) == [tom]


@pytest.mark.parametrize(
    ("to", "on", "role", "refusal"),
    [
        ("rep", TODAY, Role.REP, PostAlreadyHeld),
        ("nameless", TODAY, Role.REP, AddressNeeded),
        ("shut out", TODAY, Role.REP, AddressNeeded),
        ("tom", TODAY - timedelta(days=1), Role.REP, BadInput),
        ("tom", TODAY, Role.HEADTEACHER, BadInput),
    ],
)
def test_hand_over_that_is_refused_writes_nothing(cast, to, on, role, refusal):
    tom = make_colleague(school=cast.our_school)
    if to == "nameless":
        Person.objects.filter(pk=tom.pk).update(email=None)
    if to == "shut out":
        Person.objects.filter(pk=tom.pk).update(is_active=False)
    tom.refresh_from_db()

    with pytest.raises(refusal):
        hand_rep_over(
            cast, to_person=cast.rep if to == "rep" else tom, on=on, role=role, by=cast.headteacher
        )

    assert holders(school=cast.our_school, role=Role.REP) == [cast.rep]
    assert not PlannedHandover.objects.exists()
    assert not Act.objects.exists()


def test_a_planned_hand_over_is_carried_out_on_its_day_once(cast):
    tom = make_colleague(school=cast.our_school)
    hand_rep_over(cast, to_person=tom, on=NEXT_WEEK)

    early = carry_out_handovers(at=NOON + timedelta(days=6))
    before = holders(school=cast.our_school, role=Role.REP)
    due = carry_out_handovers(at=NOON + timedelta(days=7))
    again = carry_out_handovers(at=NOON + timedelta(days=7))

    assert (early, before, due, again) == (0, [cast.rep], 1, 0)
    assert holders(school=cast.our_school, role=Role.REP) == [tom]
    assert cast.rep.appointments.get().to_on == NEXT_WEEK
    assert Invitation.objects.get().email == "tom@our.example"
    assert Act.objects.filter(verb="post.began").get().by == Person.objects.portal()


def test_a_planned_hand_over_to_somebody_shut_out_meanwhile_is_dropped(cast):
    tom = make_colleague(school=cast.our_school)
    hand_rep_over(cast, to_person=tom, on=NEXT_WEEK)
    Person.objects.filter(pk=tom.pk).update(is_active=False)

    assert carry_out_handovers(at=NOON + timedelta(days=7)) == 0

    assert holders(school=cast.our_school, role=Role.REP) == [cast.rep]
    assert Act.objects.filter(verb="handover.dropped").count() == 1


def test_one_hand_over_of_a_post_is_planned_at_a_time_and_may_be_called_off(cast):
    tom = make_colleague(school=cast.our_school)
    hand_rep_over(cast, to_person=tom, on=NEXT_WEEK)

    with pytest.raises(HandoverPlannedAlready):
        hand_rep_over(cast, to_person=tom, on=NEXT_WEEK)
    with pytest.raises(NotForYouToHandOver):
        call_off_handover(planned=PlannedHandover.objects.get(), by=cast.stranger, at=NOON)
    call_off_handover(planned=PlannedHandover.objects.get(), by=cast.headteacher, at=NOON)

    assert not PlannedHandover.objects.exists()
    assert list(Act.objects.order_by("pk").values_list("verb", flat=True)) == [
        "handover.planned",
        "handover.called_off",
    ]


def test_hand_over_to_a_newcomer_puts_them_on_the_staff_list(cast):
    hand_over_to_newcomer(
        school=cast.our_school,
        role=Role.REP,
        full_name="Nia New",
        email="nia@our.example",
        on=TODAY,
        by=cast.rep,
        at=NOON,
    )

    [nia] = holders(school=cast.our_school, role=Role.REP)
    assert nia.full_name == "Nia New"
    assert sorted(nia.appointments.values_list("role", flat=True)) == ["rep", "staff"]


def test_hand_over_to_a_newcomer_that_is_refused_adds_nobody(cast):
    posts = Appointment.objects.count()

    with pytest.raises(NotForYouToHandOver):
        hand_over_to_newcomer(
            school=cast.our_school,
            role=Role.REP,
            full_name="Nia New",
            email="nia@our.example",
            on=TODAY,
            by=cast.deputy,
            at=NOON,
        )

    assert Appointment.objects.count() == posts
    assert not Person.objects.filter(email="nia@our.example").exists()
