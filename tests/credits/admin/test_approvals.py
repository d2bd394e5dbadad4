"""Approvals in the admin, in words and with the way to what they are for. Rule CR-14."""

import pytest

from tests.makers.approvals import make_approval
from tests.makers.cpd import make_cohort, make_programme
from tests.makers.schools import NOON, make_finance_officer, sign_in

LIST = "/admin/credits/approval/"


@pytest.fixture
def approval(cast):
    programme = make_programme(title="Oracy & talk")
    return make_approval(
        school=cast.our_school, by=cast.rep, at=NOON, cohort=make_cohort(programme=programme)
    )


def bookings_of(approval):
    request_id = approval.about.partition(":")[2]
    return f"/admin/cpd/booking/?request__id__exact={request_id}"


def test_the_list_says_what_each_is_for_and_leads_there(as_manager, approval):
    page = as_manager.get(LIST).content.decode()

    assert f'<a href="{bookings_of(approval)}">Oracy &amp; talk</a>' in page
    assert approval.about not in page
    listed = as_manager.get(bookings_of(approval))
    assert listed.status_code == 200
    assert "Teacher " in listed.content.decode()


def test_one_says_what_was_asked_for(as_manager, approval):
    page = as_manager.get(f"{LIST}{approval.pk}/change/").content.decode()

    assert f'<a href="{bookings_of(approval)}">Oracy &amp; talk</a>' in page
    assert "<p>First session: Thursday 14 January 2027, 1:30pm</p>" in page
    assert "<p>1 place: Teacher " in page
    assert approval.about not in page


def test_the_finance_officer_reads_the_words_and_gets_no_way_in(client, approval):
    sign_in(client, make_finance_officer())

    page = client.get(LIST).content.decode()

    assert "Oracy &amp; talk" in page
    assert "/admin/cpd/booking/" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(
    as_manager, cast, number, django_assert_num_queries
):
    for _ in range(number):
        make_approval(school=cast.our_school, by=cast.rep, at=NOON)
    as_manager.get(LIST)

    with django_assert_num_queries(7):
        as_manager.get(LIST)
