from datetime import date, timedelta

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import BadInput, NotAllowed
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.errors import (
    AddressNeeded,
    DoesNotActFor,
    NotForARepToEnd,
    OnlyTheHub,
    PostAlreadyHeld,
    PostHasEnded,
    PostHeldByAnother,
    ReasonNeeded,
)
from schools.models import Appointment, Person, School
from schools.services.invitations import invite
from schools.services.posts import appoint, end_post, voice_of
from tests.makers.schools import NOON, make_cast, make_colleague, make_person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def cast():
    return make_cast()


def appoint_head(cast, **changes):
    given = {
        "person": changes.pop("person", None) or make_person(email="new@our.example"),
        "school": cast.our_school,
        "role": Role.HEADTEACHER,
        "from_on": TODAY,
        "reason": "Joined in November",
        "by": cast.hub_manager,
        **changes,
    }
    return appoint(at=NOON, **given)


def test_appoint_begins_a_post_with_an_act_and_mails_nobody(cast):
    post = appoint_head(cast)

    assert (post.role, post.from_on, post.to_on) == (Role.HEADTEACHER, TODAY, None)
    [act] = Act.objects.all()
    assert (act.verb, act.by, act.reason) == ("post.began", cast.hub_manager, "Joined in November")
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": "rep"}, OnlyTheHub),
        ({"by": "headteacher"}, OnlyTheHub),
        ({"reason": " "}, ReasonNeeded),
        ({"from_on": TODAY + timedelta(days=1)}, BadInput),
        ({"role": Role.REP}, PostHeldByAnother),
        ({"person": "headteacher"}, PostAlreadyHeld),
        ({"person": "nameless"}, AddressNeeded),
    ],
)
def test_appoint_that_is_refused_writes_nothing(cast, changes, refusal):
    if "by" in changes:
        changes = changes | {"by": getattr(cast, changes["by"])}
    if changes.get("person") == "nameless":
        changes = changes | {"person": make_person(email=None)}
    elif "person" in changes:
        changes = changes | {"person": getattr(cast, changes["person"])}
    posts = Appointment.objects.count()

    with pytest.raises(refusal):
        appoint_head(cast, **changes)

    assert Appointment.objects.count() == posts
    assert not Act.objects.exists()


def test_end_post_of_a_colleague_takes_effect_at_once_and_keeps_the_person(cast):
    tom = make_colleague(school=cast.our_school)
    post = tom.appointments.get()

    end_post(appointment=post, by=cast.rep, at=NOON)

    tom.refresh_from_db()
    assert tom.appointments.get().to_on == TODAY
    assert (tom.is_active, tom.sessions_ended) == (True, 1)
    assert [(act.verb, act.by) for act in Act.objects.all()] == [("post.ended", cast.rep)]


def test_end_post_by_the_hub_ends_acting_for_the_school_and_voids_the_invitation(cast):
    post = cast.rep.appointments.get()
    invitation = invite(appointment=post, by=cast.hub_manager, at=NOON)

    end_post(appointment=post, by=cast.hub_manager, at=NOON, reason="Left in October")

    invitation.refresh_from_db()
    assert invitation.voided_at == NOON
    assert not School.objects.acted_for_by(cast.rep).exists()


@pytest.mark.parametrize(
    ("whose", "by", "reason", "refusal"),
    [
        ("deputy", "rep", "", NotForARepToEnd),
        ("rep", "headteacher", "", NotForARepToEnd),
        ("rep", "hub_manager", " ", ReasonNeeded),
        ("rep", "stranger", "", DoesNotActFor),
        ("colleague", "stranger", "", DoesNotActFor),
    ],
)
def test_end_post_that_is_refused_writes_nothing(cast, whose, by, reason, refusal):
    tom = make_colleague(school=cast.our_school)
    person = tom if whose == "colleague" else getattr(cast, whose)

    with pytest.raises(refusal):
        end_post(
            appointment=person.appointments.get(), by=getattr(cast, by), at=NOON, reason=reason
        )

    assert person.appointments.get().to_on is None
    assert Person.objects.get(pk=person.pk).sessions_ended == 0
    assert not Act.objects.exists()


def test_end_post_twice_is_refused(cast):
    post = make_colleague(school=cast.our_school).appointments.get()
    end_post(appointment=post, by=cast.rep, at=NOON)

    with pytest.raises(PostHasEnded):
        end_post(appointment=post, by=cast.rep, at=NOON)

    assert Act.objects.filter(verb="post.ended").count() == 1


def test_the_headteacher_stands_in_where_there_is_no_rep(cast):
    assert voice_of(school=cast.our_school) == cast.rep

    cast.rep.appointments.update(to_on=TODAY)

    assert voice_of(school=cast.our_school) == cast.headteacher
    assert voice_of(school=cast.strangers_school) == cast.stranger


def test_not_allowed_is_what_the_pages_catch():
    assert issubclass(DoesNotActFor, NotAllowed)
