"""Rule NL-3: a school that no newsletter reaches is seen, on the desk and on its page."""

import pytest

from hub_portal.desk.to_do import what_needs_doing
from hub_portal.mail.choices import SuppressedFor
from hub_portal.mail.services.suppressions import suppress
from hub_portal.shared.london import london_date
from schools.services.reach import members_not_reached, not_reached
from tests.makers.schools import NOON, make_cast, make_school, sign_in

pytestmark = pytest.mark.django_db

REASON = "Mail to it bounced on two different days."


@pytest.fixture
def cast():
    return make_cast()


def keep_from(address, cast):
    facts = {"suppressed_for": SuppressedFor.BULK, "reason": REASON, "at": NOON}
    suppress(address=address, by=cast.hub_manager, **facts)


def unreached():
    return [school.name for school in members_not_reached(on=london_date(NOON))]


def sentences():
    return [item.sentence for item in what_needs_doing(at=NOON)]


def test_a_school_is_reached_at_its_rep_or_its_office(cast):
    keep_from(cast.rep.email, cast)
    assert unreached() == ["Lampton School"]

    cast.our_school.office_email = "Office@our.example"
    cast.our_school.save()
    assert unreached() == []

    keep_from("office@our.example", cast)
    assert unreached() == ["Lampton School"]


def test_a_member_with_neither_is_not_reached_and_no_member_is_not_missed(cast):
    make_school(name="Nobody there")
    make_school(name="Not with us", member=False)

    assert unreached() == ["Nobody there"]
    assert "1 member whom no mail reaches" in sentences()


def test_the_page_of_the_school_names_the_address_and_the_reason(cast, client):
    keep_from(cast.rep.email, cast)
    sign_in(client, cast.hub_manager)

    page = client.get(f"/admin/schools/school/{cast.our_school.pk}/change/").content.decode()

    assert [row.address for row in not_reached(cast.our_school)] == [cast.rep.email]
    assert "Mail that does not arrive" in page
    assert REASON in page


def test_the_page_of_a_school_that_is_reached_says_nothing_of_it(cast, client):
    sign_in(client, cast.hub_manager)

    page = client.get(f"/admin/schools/school/{cast.our_school.pk}/change/").content.decode()

    assert "Mail that does not arrive" not in page
