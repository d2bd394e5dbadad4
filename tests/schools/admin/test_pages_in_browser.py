"""The hub manager's rooms for schools, rolls, calendar and plan, in a real browser.

Every page at three widths; and the two long journeys with JavaScript and without.
"""

import pytest
from django.urls import reverse

from schools.models import PupilRoll, School
from tests.looking import look_at_each
from tests.makers.rolls import DEMO
from tests.makers.school_rooms import HOUNSLOW, make_rooms
from tests.makers.schools import make_hub_manager, make_school

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def manager():
    return make_hub_manager()


def address(name, *args):
    return reverse(f"admin:schools_{name}", args=args)


@pytest.fixture
def rooms(manager):
    return make_rooms(by=manager)


def test_every_page_is_sound(visit, manager, rooms):
    look_at_each(visit(manager, "/admin/"), rooms.values())


@pytest.mark.parametrize("javascript", [True, False])
def test_schools_are_picked_from_a_file_and_added(visit, manager, javascript):
    page = visit(manager, address("school_changelist"), javascript=javascript)
    page.get_by_role("link", name="Add schools from GIAS").click()
    page.get_by_label("GIAS extract").set_input_files(DEMO / "gias_extract.csv")
    page.get_by_role("button", name="Read the file").click()
    for words, school in (
        ("lampton", "Lampton Academy"),
        ("TW14 9NP", "Southville Primary School"),
        ("102503", "Strand-on-the-Green Junior School"),
    ):
        page.get_by_label("Name, URN or postcode").fill(words)
        page.get_by_role("button", name="Search").click()
        page.get_by_role("checkbox", name=f"Pick {school}").check()
        page.get_by_role("button", name="Keep these ticks").click()
    page.get_by_role("link", name="Check and add them").click()
    page.get_by_label("Members from").fill("2026-09-01")
    page.get_by_label("Yes, do this").check()
    page.get_by_role("button", name="Add 3 schools").click()

    page.get_by_text("3 schools added.").wait_for()
    added = School.objects.order_by("urn").values_list("urn", "phase")
    assert list(added) == [(102503, "junior"), (136341, "secondary"), (145475, "primary")]


@pytest.mark.parametrize(("at", "javascript"), [("desktop", True), ("phone", False)])
def test_rolls_are_imported_from_the_real_census(visit, manager, at, javascript):
    for urn, name in HOUNSLOW.items():
        make_school(name=name, urn=urn)
    page = visit(manager, address("pupilroll_changelist"), at=at, javascript=javascript)
    page.get_by_role("link", name="Import a roll file").click()
    page.get_by_label("Roll file").set_input_files(DEMO / "census_january_2019.csv")
    page.get_by_role("button", name="Read the file").click()
    page.get_by_text("Before anything can be saved").wait_for()
    page.get_by_label("Census", exact=True).select_option("2019-01-17")
    page.get_by_role("button", name="Work it out again").click()
    page.get_by_role("button", name="Save 4 rolls").click()

    page.get_by_text("4 rolls saved by Mina Hub").wait_for()
    rolls = PupilRoll.objects.order_by("school__urn").values_list("school__urn", "pupils")
    assert list(rolls) == [(102503, 350), (136341, 1530), (139869, 456), (145475, 686)]
