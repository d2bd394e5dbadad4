"""Several at once about the same person or post: one row comes of it, and everybody is answered."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError

from hub_portal.shared.links import fingerprint
from hub_portal.shared.london import london_date, now
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.errors import PostAlreadyHeld, PostHasEnded
from schools.models import Appointment, Invitation, Person
from schools.services import people as people_service
from schools.services.handovers import hand_over
from schools.services.invitations import accept, invite
from schools.services.people import add_person
from schools.services.posts import holders
from schools.services.sign_in import make_sign_in_link, use_sign_in_link
from schools.services.staff import name_colleague
from tests.makers.schools import NOON, make_cast, make_colleague
from tests.races.barrier import all_at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


@pytest.fixture
def cast():
    return make_cast()


def adding(cast, number):
    return partial(
        add_person,
        full_name=f"Ann {number}",
        email="ann@our.example",
        by=cast.hub_manager,
        at=NOON,
    )


def test_one_address_added_eight_times_at_once_is_one_person(cast):
    results = all_at_once([adding(cast, number) for number in range(AT_ONCE)])

    [ann] = Person.objects.filter(email="ann@our.example")
    assert results == [ann] * AT_ONCE
    assert EmailAddress.objects.filter(email="ann@our.example").count() == 1
    assert Act.objects.filter(verb="person.added").count() == 1


def test_without_looking_again_somebody_is_left_without_an_answer(cast, monkeypatch):
    """The negative control: whoever comes second must look for who was first."""
    monkeypatch.setattr(people_service, "person_with_address", lambda address: None)

    results = all_at_once([adding(cast, number) for number in range(AT_ONCE)])

    assert len(of_kind(results, IntegrityError)) == AT_ONCE - 1


def test_one_colleague_named_eight_times_at_once_is_on_the_list_once(cast):
    name = partial(
        name_colleague,
        school=cast.our_school,
        full_name="Ann Owusu",
        email="ann@our.example",
        by=cast.rep,
        at=NOON,
    )

    results = all_at_once([name] * AT_ONCE)

    assert len({person.pk for person in results}) == 1
    assert Appointment.objects.filter(school=cast.our_school, role=Role.STAFF).count() == 1


def test_two_hand_overs_at_once_leave_one_rep(cast):
    successors = [
        make_colleague(school=cast.our_school, full_name=name, email=f"{name}@our.example")
        for name in ("tom", "una")
    ]

    results = all_at_once(
        [
            partial(
                hand_over,
                school=cast.our_school,
                role=Role.REP,
                to_person=successor,
                on=london_date(NOON),
                by=cast.headteacher,
                at=NOON,
            )
            for successor in successors
        ]
    )

    assert len(holders(school=cast.our_school, role=Role.REP)) == 1
    assert all(each is None or isinstance(each, PostHasEnded | PostAlreadyHeld) for each in results)


def test_an_invitation_sent_twice_at_once_is_open_once(cast):
    post = cast.rep.appointments.get()

    all_at_once([partial(invite, appointment=post, by=cast.hub_manager, at=NOON)] * 4)

    assert Invitation.objects.open(at=NOON).count() == 1


def test_an_invitation_accepted_eight_times_at_once_is_used_once(cast):
    invitation = invite(appointment=cast.rep.appointments.get(), by=cast.hub_manager, at=NOON)

    results = all_at_once([partial(accept, invitation=invitation, at=NOON)] * AT_ONCE)

    assert [each for each in results if each is not None] == [cast.rep]


def test_a_console_link_used_eight_times_at_once_signs_in_once(cast):
    secret = make_sign_in_link(person=cast.rep, by=Person.objects.portal(), at=now())

    results = all_at_once([partial(use_sign_in_link, fingerprint(secret))] * AT_ONCE)

    assert [each for each in results if each is not None] == [cast.rep]
