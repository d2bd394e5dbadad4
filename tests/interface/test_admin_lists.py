"""A list of the admin without rows says so, and whether filters hide them."""

import pytest
from django.urls import reverse

from tests.makers.schools import make_cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager_client(client):
    sign_in(client, make_cast().hub_manager)
    return client


def test_a_list_without_rows_says_so(manager_client):
    page = manager_client.get(reverse("admin:cpd_ticketimport_changelist"))

    assert "There is nothing here yet." in page.content.decode()


def test_a_list_whose_rows_are_filtered_away_says_that_nothing_fits(manager_client):
    page = manager_client.get(reverse("admin:schools_school_changelist"), {"q": "no such school"})

    assert "Nothing fits what you look for." in page.content.decode()


def test_a_list_with_rows_says_neither(manager_client):
    page = manager_client.get(reverse("admin:schools_school_changelist")).content.decode()

    assert "There is nothing here yet." not in page
    assert "Nothing fits" not in page
