"""What people and schools add to the frame of every page."""

from datetime import UTC, datetime

import pytest

from hub_portal.shared.to_do import to_do_list
from schools.models import Appointment, HubProfile
from tests.makers.schools import NOON, make_cast, make_colleague, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def asked_to_confirm(cast, at):
    todos = to_do_list(school=cast.our_school, at=at)
    return any("/my/staff/confirm/" in todo.url for todo in todos)


@pytest.mark.parametrize(
    ("confirmed", "at", "is_due"),
    [
        (
            datetime(2026, 8, 31, 22, 59, tzinfo=UTC),
            datetime(2026, 8, 31, 22, 59, tzinfo=UTC),
            False,
        ),
        (datetime(2026, 8, 31, 22, 59, tzinfo=UTC), datetime(2026, 8, 31, 23, 1, tzinfo=UTC), True),
        (datetime(2026, 8, 31, 23, 1, tzinfo=UTC), NOON, False),
        (None, NOON, True),
    ],
)
def test_the_staff_list_is_to_be_confirmed_from_the_first_of_september_in_london(
    cast, confirmed, at, is_due
):
    post = make_colleague(school=cast.our_school).appointments.get()
    Appointment.objects.filter(pk=post.pk).update(confirmed_at=confirmed)

    assert asked_to_confirm(cast, at) is is_due


def test_a_school_without_colleagues_has_nothing_to_confirm(cast):
    assert not asked_to_confirm(cast, NOON)


def test_the_hub_is_called_as_its_profile_says_and_has_its_colour(cast, client):
    plain = client.get("/courses/").content.decode()
    HubProfile.objects.update(name="London West Alliance", brand_colour="#552200")

    page = client.get("/courses/").content.decode()
    colours = client.get("/hub-colours.css?552200")

    assert "hub-colours.css" not in plain
    assert "London West Alliance" in page
    assert "/hub-colours.css?552200" in page
    assert "--brand: #552200;" in colours.content.decode()
    assert colours["Content-Type"] == "text/css; charset=utf-8"


def test_the_menu_offers_what_a_person_may_open(cast, client):
    sign_in(client, cast.rep)
    of_rep = client.get("/courses/").content.decode()
    sign_in(client, cast.hub_manager)
    of_manager = client.get("/courses/").content.decode()

    assert 'href="/my/staff/"' in of_rep
    assert 'href="/admin/"' not in of_rep
    assert 'href="/admin/"' in of_manager
    assert 'href="/my/staff/"' not in of_manager
