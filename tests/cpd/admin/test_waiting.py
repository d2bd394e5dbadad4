"""Waiting lists in the admin: in order, with reasons, and an offer out of turn."""

import pytest

from cpd.models import Offer
from cpd.services.waiting_changes import NewWish, change_wish
from hub_portal.trail.models import Act
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.schools import NOON, make_finance_officer, sign_in
from tests.makers.waiting import cancel, make_full_course, make_other_school, wait

LIST = "/admin/cpd/waitingentry/"


@pytest.fixture
def entry(cast):
    """First in line for all or none of three, while two places are free."""
    give_credits(school=cast.our_school)
    return wait(
        cohort=make_cohort(capacity=2),
        school=cast.our_school,
        by=cast.rep,
        wanted=3,
        all_or_none=True,
    )


def test_the_list_says_in_which_order_and_why_nobody_moves(as_manager, entry):
    other, rep = make_other_school(name="Grove Park Primary School")
    entry.cohort.booking_closes_at = entry.joined_at
    entry.cohort.save()
    wait(cohort=entry.cohort, school=other, by=rep)
    entry.cohort.booking_closes_at = entry.cohort.starts_at
    entry.cohort.save()

    page = as_manager.get(f"{LIST}?cohort__id__exact={entry.cohort_id}").content.decode()

    assert page.index("Lampton School") < page.index("Grove Park")
    assert "Wants all or none of 3, and 2 are free." in page
    assert "1 of 2" in page
    assert "Is offered 1 place when the list next runs." in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_school_and_for_three(
    as_manager, cast, number, django_assert_num_queries
):
    give_credits(school=cast.our_school)
    cohort, _ = make_full_course(school=cast.our_school, by=cast.rep)
    for _ in range(number):
        school, rep = make_other_school()
        wait(cohort=cohort, school=school, by=rep)
    as_manager.get(LIST)

    with django_assert_num_queries(15):
        as_manager.get(LIST)


def test_one_entry_shows_what_was_offered(as_manager, cast, entry):
    page = as_manager.get(f"{LIST}{entry.pk}/change/").content.decode()

    assert f"{LIST}{entry.pk}/offer/" in page
    assert as_manager.post(f"{LIST}{entry.pk}/change/", {"wanted": "1"}).status_code == 403


def test_an_offer_out_of_turn_needs_a_reason_and_is_an_act(as_manager, cast, entry):
    url = f"{LIST}{entry.pk}/offer/"
    page = as_manager.get(url).content.decode()
    assert "Wants all or none of 3, and 2 are free." in page

    assert as_manager.post(url, {"is_sure": "on", "places": "2"}).status_code == 422
    assert not Offer.objects.exists()
    as_manager.post(url, {"is_sure": "on", "places": "2", "reason": "Two will do"})

    assert Offer.objects.get().places == 2
    act = Act.objects.get(verb="offer.made")
    assert (act.by, act.reason) == (cast.hub_manager, "Two will do")
    assert "Is offered 2 places" in as_manager.get(LIST).content.decode()


def test_more_than_is_free_is_refused_in_a_sentence(as_manager, entry):
    answer = as_manager.post(
        f"{LIST}{entry.pk}/offer/", {"is_sure": "on", "places": "3", "reason": "All"}
    )

    assert answer.status_code == 422
    assert "Only 2 places are left" in answer.content.decode()


def test_the_course_leads_to_its_list_and_the_desk_to_offers_about_to_lapse(as_manager, cast):
    give_credits(school=cast.our_school)
    cohort, [booking] = make_full_course(school=cast.our_school, by=cast.rep)
    school, rep = make_other_school()
    wait(cohort=cohort, school=school, by=rep)
    cancel(booking, by=cast.rep)
    Offer.objects.update(answer_by=cohort.booking_opens_at.replace(year=2026, month=11, day=21))

    course = as_manager.get(f"/admin/cpd/cohort/{cohort.pk}/change/").content.decode()
    desk = as_manager.get("/admin/").content.decode()

    assert f"{LIST}?cohort__id__exact={cohort.pk}" in course
    assert "1 offer that lapses by tomorrow" in desk


def test_a_finance_officer_does_not_come_here(client, cast, entry):
    sign_in(client, make_finance_officer())

    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{entry.pk}/offer/").status_code == 403


def test_one_entry_says_what_the_school_has_changed(as_manager, cast, entry):
    assert ">never<" in as_manager.get(f"{LIST}{entry.pk}/change/").content.decode()

    change_wish(entry_id=entry.pk, wish=NewWish(wanted=2), by=cast.rep, at=NOON)

    page = as_manager.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "2 places instead of 3 places, all or none, place kept (Rita Rep)" in page
