"""The admin in the hub's look: every list and every form of adding, as a browser shows it."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from tests.looking import look, look_here
from tests.makers.schools import make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def manager():
    return make_cast().hub_manager


@pytest.fixture
def opened(visit, manager):
    """Opens admin pages as the hub manager."""

    def open_at(at, scheme):
        return visit(manager, reverse("admin:index"), at=at, scheme=scheme)

    return open_at


def _looks_right(page, address) -> None:
    page.goto(address)
    assert page.locator("link[href*='css/admin.css']").count() == 1, address
    look_here(page, address)


def test_desk_looks_right(opened):
    page = opened("phone", "light")

    look(page)
    page.emulate_media(color_scheme="dark")
    look_here(page)


def test_every_list_looks_right(opened):
    page = opened("narrow", "light")

    for name in sorted(_names("changelist")):
        _looks_right(page, reverse(name))


def test_every_form_of_adding_looks_right(opened, manager):
    page = opened("phone", "dark")

    for name in sorted(_names("add", to=manager)):
        _looks_right(page, reverse(name))


def test_history_of_a_school_looks_right(opened):
    school = apps.get_model("schools.School").objects.first()
    page = opened("phone", "light")

    _looks_right(page, reverse("admin:schools_school_history", args=[school.pk]))


def _names(verb, to=None) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = to
    return {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}"
        for model, room in admin.site._registry.items()
        if to is None or room.has_add_permission(request)
    }


def test_preview_of_an_import_marks_what_changes_within_the_content_policy(opened, tmp_path):
    apps.get_model("schools.BankHoliday").objects.create(on="2031-12-25", name="Christmas")
    rows = tmp_path / "days.csv"
    rows.write_text("on,name\n2031-12-25,Christmas Day\n2031-12-26,Boxing Day\n")
    page = opened("phone", "light")
    page.goto(reverse("admin:schools_bankholiday_import"))
    page.get_by_label("File to import").set_input_files(rows)
    page.locator("select[name=format]").select_option(label="csv")
    page.get_by_role("button", name="Submit").click()

    page.get_by_role("heading", name="What would change").wait_for()
    assert page.locator(".import-preview ins").all_inner_texts() == [
        " Day",
        "2031-12-26",
        "Boxing Day",
    ]
    look_here(page)


def test_export_has_one_box_for_all_its_columns(opened):
    page = opened("phone", "light")
    page.goto(reverse("admin:schools_bankholiday_export"))
    columns = page.locator(".selectable-field-export-row input[type=checkbox]")
    assert columns.count() == 2
    assert all(box.is_checked() for box in columns.all())

    page.get_by_label("All of them").uncheck()

    assert not any(box.is_checked() for box in columns.all())
    look_here(page)
