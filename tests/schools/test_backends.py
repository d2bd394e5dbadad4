"""Who is signed in, and for which schools, in one question."""

import pytest
from django.test import RequestFactory

from schools.access import schools_acted_for
from schools.backends import HubBackend
from schools.choices import Role
from tests.makers.schools import NOON, make_appointment, make_cast, make_school


@pytest.fixture
def cast(db):
    return make_cast()


def request_of(person):
    request = RequestFactory().get("/")
    request.user = person
    return request


def test_a_rep_comes_with_the_schools_in_one_question(cast, django_assert_num_queries):
    make_appointment(
        person=cast.rep, school=make_school(name="Abbey School"), role=Role.HEADTEACHER
    )
    make_appointment(person=cast.rep, school=cast.our_school, role=Role.STAFF)

    with django_assert_num_queries(1):
        person = HubBackend().get_user(cast.rep.pk)
        schools = schools_acted_for(request_of(person))

    assert person == cast.rep
    assert [school.name for school in schools] == ["Abbey School", cast.our_school.name]


def test_a_school_with_two_posts_is_named_once(cast):
    make_appointment(person=cast.rep, school=cast.our_school, role=Role.HEADTEACHER)

    assert schools_acted_for(request_of(HubBackend().get_user(cast.rep.pk))) == [cast.our_school]


def test_a_post_that_ended_or_does_not_act_gives_no_school(cast):
    cast.rep.appointments.update(to_on=NOON.date())
    make_appointment(person=cast.rep, school=cast.our_school, role=Role.STAFF)

    person = HubBackend().get_user(cast.rep.pk)

    assert person == cast.rep
    assert schools_acted_for(request_of(person)) == []


def test_the_hubs_own_people_are_found_and_act_for_no_school(cast):
    person = HubBackend().get_user(cast.hub_manager.pk)

    assert person == cast.hub_manager
    assert schools_acted_for(request_of(person)) == []


def test_whoever_may_no_longer_sign_in_is_nobody(cast):
    for person in (cast.rep, cast.hub_manager):
        person.is_active = False
        person.save(update_fields=["is_active"])

        assert HubBackend().get_user(person.pk) is None
    assert HubBackend().get_user(10**9) is None


def test_somebody_signed_in_by_this_request_is_asked_for_then(cast, django_assert_num_queries):
    request = request_of(cast.rep)

    with django_assert_num_queries(1):
        assert schools_acted_for(request) == [cast.our_school]
        assert schools_acted_for(request) == [cast.our_school]
