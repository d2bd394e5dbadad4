"""Private calendar addresses: who may make one, what kills it. Rules EV-4 and PE-2."""

import pytest

from hub_portal.shared.links import register_purpose, sign
from hub_portal.trail.models import Act
from schools.errors import DoesNotActFor
from schools.models import Appointment, CalendarFeed
from schools.services.addresses import change_address
from schools.services.feeds import (
    end_feed,
    feed_behind,
    make_own_feed,
    make_school_feed,
    own_feed,
    school_feed,
    token_of,
)
from schools.services.people import set_may_sign_in
from schools.services.posts import begin_post, end_post
from tests.makers.schools import NOON, make_cast, make_colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def of_rep(cast):
    return make_school_feed(school=cast.our_school, by=cast.rep, at=NOON)


def test_an_address_opens_its_feed_and_nobody_can_guess_another(cast):
    feed = make_own_feed(by=cast.rep, at=NOON)
    other = make_own_feed(by=cast.stranger, at=NOON)
    token = token_of(feed)

    assert feed_behind(token) == feed
    assert len(token.partition(".")[2]) == 32
    for wrong in (
        f"{other.pk}.{token.partition('.')[2]}",
        token[:-1],
        f"{feed.pk}",
        f"{feed.pk}.",
        "x.y",
        sign(register_purpose("not-a-feed"), feed.pk, feed.version),
    ):
        assert feed_behind(wrong) is None


def test_made_anew_the_old_address_is_dead(cast):
    old = token_of(make_own_feed(by=cast.rep, at=NOON))

    new = token_of(make_own_feed(by=cast.rep, at=NOON))

    assert feed_behind(old) is None
    assert feed_behind(new) == own_feed(cast.rep)
    assert [act.after for act in Act.objects.filter(verb="calendar_feed.made").order_by("pk")] == [
        {"version": 1},
        {"version": 2},
    ]


def test_ended_it_opens_nothing_and_a_later_one_is_another(cast):
    feed = make_own_feed(by=cast.rep, at=NOON)
    old = token_of(feed)

    for _ in range(2):
        end_feed(feed=feed, by=cast.rep, at=NOON)

    assert feed_behind(old) is None
    assert token_of(make_own_feed(by=cast.rep, at=NOON)) != old
    assert feed_behind(old) is None
    assert Act.objects.filter(verb="calendar_feed.ended").count() == 1


def test_nobody_ends_somebody_elses(cast):
    feed = make_own_feed(by=cast.rep, at=NOON)

    end_feed(feed=feed, by=cast.stranger, at=NOON)

    assert feed_behind(token_of(feed)) == feed


def test_a_schools_address_belongs_to_ones_own_post(cast, of_rep):
    of_deputy = make_school_feed(school=cast.our_school, by=cast.deputy, at=NOON)

    assert of_rep != of_deputy
    assert school_feed(cast.rep, cast.our_school) == of_rep
    assert school_feed(cast.rep, cast.strangers_school) is None
    assert own_feed(cast.rep) is None
    again = make_school_feed(school=cast.our_school, by=cast.rep, at=NOON)
    assert (again, again.version) == (of_rep, 2)


def test_only_those_who_act_for_a_school_make_one(cast):
    tom = make_colleague(school=cast.our_school)

    for person in (tom, cast.stranger, cast.hub_manager):
        with pytest.raises(DoesNotActFor):
            make_school_feed(school=cast.our_school, by=person, at=NOON)

    assert not CalendarFeed.objects.exists()
    assert not Act.objects.filter(verb="calendar_feed.made").exists()


def test_it_ends_with_the_post_for_good(cast, of_rep):
    own = make_own_feed(by=cast.rep, at=NOON)
    token = token_of(of_rep)
    post = Appointment.objects.get(person=cast.rep)

    end_post(appointment=post, by=cast.hub_manager, at=NOON, reason="Left")

    assert feed_behind(token) is None
    assert feed_behind(token_of(own)) == own
    begin_post(
        person=cast.rep,
        school=cast.our_school,
        role="rep",
        from_on=NOON.date(),
        by=cast.hub_manager,
        at=NOON,
    )
    assert feed_behind(token) is None


def test_a_change_of_address_ends_every_feed_of_the_person(cast, of_rep):
    tokens = [token_of(of_rep), token_of(make_own_feed(by=cast.rep, at=NOON))]

    change_address(
        person=cast.rep, email="new@our.example", reason="Moved", by=cast.hub_manager, at=NOON
    )

    assert [feed_behind(token) for token in tokens] == [None, None]


def test_whoever_may_not_sign_in_has_no_feed_nor_gets_the_old_one_back(cast, of_rep):
    for may_sign_in in (False, True):
        set_may_sign_in(
            person=cast.rep,
            may_sign_in=may_sign_in,
            reason="A mistake",
            by=cast.hub_manager,
            at=NOON,
        )

        assert feed_behind(token_of(of_rep)) is None


def test_the_key_of_links_can_be_rotated(cast, of_rep, settings):
    token = token_of(of_rep)

    settings.LINK_KEYS = ["a new key that is long enough to be one", *settings.LINK_KEYS]

    assert feed_behind(token) == of_rep
    settings.LINK_KEYS = settings.LINK_KEYS[:1]
    assert feed_behind(token) is None
