"""The pages of a waiting list: joining, one's place, accepting by booking, leaving."""

import re
from datetime import timedelta

import pytest
import time_machine

from cpd.models import Booking, WaitingEntry
from cpd.services.cohorts import change_capacity
from cpd.services.delegates import Delegate
from cpd.services.turns import decline_offer
from tests.cpd.views.test_booking import ask, book_url, confirm, hidden_of
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.schools import NOON, make_colleague, sign_in
from tests.makers.waiting import (
    LATE,
    accept,
    cancel,
    make_full_course,
    make_other_school,
    offers,
    wait,
)
from tests.reading import main_words


@pytest.fixture
def full(cast):
    """A course of two places, which the stranger's school has."""
    give_credits(school=cast.our_school, credits=100)
    give_credits(school=cast.strangers_school, credits=100)
    return make_full_course(school=cast.strangers_school, by=cast.stranger, places=2)


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


@pytest.fixture
def ours(cast, full):
    """Our school in line for two places."""
    return wait(cohort=full[0], school=cast.our_school, by=cast.rep, wanted=2)


def course_of(client, cohort):
    return client.get(f"/courses/{cohort.programme.slug}/")


# ---- Joining ------------------------------------------------------------------------------------


def test_a_full_course_offers_its_waiting_list_to_a_school(as_rep, full):
    page = course_of(as_rep, full[0])

    assert book_url(full[0], "wait") in page.content.decode()
    assert "Join the waiting list" in main_words(page)


def test_a_visitor_sees_that_it_is_full_and_no_list_to_join(client, full):
    page = course_of(client, full[0])

    assert "Full" in main_words(page)
    assert "waiting list" not in main_words(page)


def test_joining_takes_the_people_and_shows_the_place_in_line(as_rep, cast, full, tom):
    other, rep = make_other_school()
    wait(cohort=full[0], school=other, by=rep)
    sent = hidden_of(as_rep.get(book_url(full[0], "wait")))

    sent |= {"colleagues": [tom.pk], "later": "1", "all_or_none": "on", "join": "1"}
    answer = as_rep.post(book_url(full[0], "wait"), sent)

    entry = WaitingEntry.objects.get(school=cast.our_school)
    assert answer.url == f"/my/waiting/{entry.pk}/"
    page = main_words(as_rep.get(answer.url))
    assert "2nd of 2 in line" in page
    assert "2 places all together, or none" in page
    assert "Tom Teacher" in page
    assert other.name not in page


def test_joining_without_anybody_is_said_at_the_field(as_rep, full):
    sent = hidden_of(as_rep.get(book_url(full[0], "wait")))

    answer = as_rep.post(book_url(full[0], "wait"), sent | {"join": "1"})

    assert answer.status_code == 422
    assert "Choose a colleague, type a name" in main_words(answer)
    assert not WaitingEntry.objects.exists()


def test_a_refusal_keeps_what_was_typed(as_rep, cast, full, ours, tom):
    sent = hidden_of(as_rep.get(book_url(full[0], "wait")))

    answer = as_rep.post(
        book_url(full[0], "wait"),
        sent | {"colleagues": [tom.pk], "all_or_none": "on", "join": "1"},
    )

    assert answer.status_code == 422
    assert "on this waiting list already, for 2 places" in answer.content.decode()
    assert re.search(rf'value="{tom.pk}"[^>]* checked', answer.content.decode())


def test_adding_a_person_adds_a_row(as_rep, full):
    sent = hidden_of(as_rep.get(book_url(full[0], "wait")))

    answer = as_rep.post(book_url(full[0], "wait"), sent | {"add": "1"})

    assert answer.status_code == 200
    assert len(answer.context["people"].typed.forms) == 2


def test_the_form_for_another_school_is_not_found(as_rep, cast, full):
    sent = hidden_of(as_rep.get(book_url(full[0], "wait"))) | {"join": "1"}

    answer = as_rep.post(book_url(full[0], "wait"), sent | {"school": cast.strangers_school.pk})

    assert answer.status_code == 404


# ---- Too few places: BK-2 -----------------------------------------------------------------------


@pytest.fixture
def nearly_full(cast, full):
    """The same course with one place left."""
    change_capacity(cohort=full[0], capacity=3, by=cast.hub_manager, at=NOON)
    full[0].refresh_from_db()
    return full[0]


def test_those_ticked_are_booked_and_the_rest_waits_in_one_act(as_rep, cast, nearly_full, tom):
    ann = make_colleague(school=cast.our_school, full_name="Ann Lee", email="ann@our.example")
    short = ask(as_rep, nearly_full, colleagues=[tom.pk, ann.pk])
    assert short.status_code == 422
    assert "Put those not ticked on the waiting list" in main_words(short)
    everybody = [row.delegate.person_id for row in short.context["checked"].everybody]

    checked = as_rep.post(
        book_url(nearly_full, "check"),
        hidden_of(short) | {"keep": [everybody.index(tom.pk)], "rest": "wait"},
    )
    page = main_words(checked)
    assert checked.status_code == 200
    assert "12 credits for 1 place" in page
    assert "1 place more on the waiting list" in page
    assert not Booking.objects.filter(school=cast.our_school).exists()
    answer = confirm(as_rep, nearly_full, checked)

    assert answer.status_code == 302
    assert Booking.objects.get(school=cast.our_school).delegate == tom
    entry = WaitingEntry.objects.get()
    assert (entry.wanted, entry.all_or_none) == (1, False)
    assert [d.person for d in entry.delegates.all()] == [ann]


def test_unticking_everybody_leads_to_the_waiting_list(as_rep, cast, nearly_full, tom):
    short = ask(as_rep, nearly_full, colleagues=[tom.pk], later="1")

    answer = as_rep.post(book_url(nearly_full, "check"), hidden_of(short) | {"rest": "wait"})

    assert answer.url == book_url(nearly_full, "wait")


def test_a_full_course_leads_from_the_check_page_to_the_list_with_the_people(as_rep, full, tom):
    short = ask(as_rep, full[0], colleagues=[tom.pk])
    assert "Join the waiting list" in main_words(short)

    page = as_rep.post(book_url(full[0], "wait"), hidden_of(short) | {"review": "1"})

    assert page.status_code == 200
    assert re.search(rf'value="{tom.pk}"[^>]* checked', page.content.decode())


def test_a_school_in_line_is_not_asked_to_join_again(as_rep, full, ours, tom):
    short = ask(as_rep, full[0], colleagues=[tom.pk])

    assert "Join the waiting list" not in main_words(short)


# ---- One's place in the line --------------------------------------------------------------------


def test_course_bookings_and_overview_say_where_the_school_stands(as_rep, full, ours):
    course = main_words(course_of(as_rep, full[0]))
    listed = main_words(as_rep.get("/my/bookings/"))

    assert "Your school is 1st in line, for 2 places" in course
    assert "Join the waiting list" not in course
    assert "Waiting lists" in listed
    assert "1st in line" in listed
    assert "Waiting lists" not in main_words(as_rep.get("/my/bookings/?state=all"))


def test_an_offer_is_said_on_every_page_with_its_end(as_rep, cast, full, ours):
    cancel(full[1][0], by=cast.stranger)

    overview = main_words(as_rep.get("/my/"))
    own = main_words(as_rep.get(f"/my/waiting/{ours.pk}/"))

    assert "is held for you until the end of Tuesday 24 November 2026" in overview
    assert "1 place is held for you until the end of Tuesday 24 November 2026" in own
    assert "1 place offered to your school" in main_words(course_of(as_rep, full[0]))
    assert "Answer by the end of Tuesday 24 November 2026" in main_words(
        as_rep.get("/my/bookings/")
    )


def test_the_page_says_why_nobody_moved(as_rep, cast, full):
    cohort, bookings = full
    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=3, all_or_none=True)
    cancel(bookings[0], by=cast.stranger)

    page = main_words(as_rep.get(f"/my/waiting/{entry.pk}/"))

    assert "1 place is free. Your school wants all or none of 3, and 1 is free." in page


def test_the_page_says_what_holds_up_the_school_before(as_rep, cast, full):
    cohort, bookings = full
    other, rep = make_other_school()
    wait(cohort=cohort, school=other, by=rep, wanted=3, all_or_none=True)
    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep, wanted=2, all_or_none=True)
    cancel(bookings[0], by=cast.stranger)

    page = main_words(as_rep.get(f"/my/waiting/{entry.pk}/"))

    assert "1 place is free. The next in line wants all or none of 3, and 1 is free." in page


def test_another_schools_entry_is_not_found(client, cast, ours):
    sign_in(client, cast.stranger)

    for page in ("", "leave/"):
        assert client.get(f"/my/waiting/{ours.pk}/{page}").status_code == 404
        assert client.post(f"/my/waiting/{ours.pk}/{page}").status_code in (404, 405)


@pytest.mark.parametrize("number", [1, 3])
def test_a_place_in_line_costs_the_same_for_one_and_for_three_in_it(
    as_rep, cast, full, number, django_assert_num_queries
):
    for _ in range(number - 1):
        school, rep = make_other_school()
        wait(cohort=full[0], school=school, by=rep)
    entry = wait(cohort=full[0], school=cast.our_school, by=cast.rep)
    as_rep.get("/my/bookings/")

    with django_assert_num_queries(16):
        as_rep.get(f"/my/waiting/{entry.pk}/")


# ---- Accepting ----------------------------------------------------------------------------------


def test_accepting_is_booking_with_those_named_before_ticked(as_rep, cast, full, tom):
    cohort, bookings = full
    named = [Delegate(person_id=tom.pk)]
    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep, delegates=named)
    cancel(bookings[0], by=cast.stranger)

    people = as_rep.get(f"{book_url(cohort)}?entry={entry.pk}")
    assert re.search(rf'value="{tom.pk}"[^>]* checked', people.content.decode())
    assert "From the waiting list you may take 1 place" in main_words(people)
    checked = as_rep.post(book_url(cohort, "check"), hidden_of(people) | {"colleagues": [tom.pk]})
    assert "12 credits for 1 place" in main_words(checked)
    answer = confirm(as_rep, cohort, checked)

    assert answer.status_code == 302
    assert Booking.objects.get(school=cast.our_school).delegate == tom
    assert offers() == [("Lampton School", 1, "accepted")]


def test_more_than_offered_is_refused_and_somebody_may_be_taken_off(as_rep, cast, full, ours, tom):
    cancel(full[1][0], by=cast.stranger)
    people = as_rep.get(f"{book_url(full[0])}?entry={ours.pk}")

    answer = as_rep.post(
        book_url(full[0], "check"),
        hidden_of(people) | {"colleagues": [tom.pk], "later": "1"},
    )

    assert answer.status_code == 422
    assert "Your school is offered 1 place and you chose 2" in answer.content.decode()
    assert "Who should have a place?" in main_words(answer)
    assert "Put those not ticked" not in main_words(answer)


def test_without_an_offer_the_form_leads_back_to_the_place_in_line(as_rep, full, ours):
    answer = as_rep.get(f"{book_url(full[0])}?entry={ours.pk}", follow=True)

    assert answer.redirect_chain == [(f"/my/waiting/{ours.pk}/", 302)]
    assert "No place is offered to your school now" in answer.content.decode()


def test_an_offer_that_lapsed_while_the_page_was_open_is_said(as_rep, cast, full, ours, tom):
    cancel(full[1][0], by=cast.stranger)
    people = as_rep.get(f"{book_url(full[0])}?entry={ours.pk}")
    sent = hidden_of(people) | {"colleagues": [tom.pk]}
    checked = as_rep.post(book_url(full[0], "check"), sent)
    decline_offer(entry_id=ours.pk, by=cast.rep, at=NOON)

    answer = confirm(as_rep, full[0], checked)

    assert answer.status_code == 422
    assert "This offer was declined already." in answer.content.decode()
    assert not Booking.objects.filter(school=cast.our_school).exists()


@pytest.mark.parametrize("entry", ["0", "x", "999999", "-1"])
def test_a_made_up_entry_is_not_found(as_rep, full, entry):
    assert as_rep.get(f"{book_url(full[0])}?entry={entry}").status_code == 404


def test_an_entry_of_another_school_is_not_found(client, cast, full, ours):
    sign_in(client, cast.stranger)

    assert client.get(f"{book_url(full[0])}?entry={ours.pk}").status_code == 404


def test_near_the_start_the_page_says_that_the_first_has_it(as_rep, cast, full, ours):
    cancel(full[1][0], by=cast.stranger, at=LATE)

    with time_machine.travel(LATE, tick=False):
        sign_in(as_rep, cast.rep)
        page = main_words(as_rep.get(f"/my/waiting/{ours.pk}/"))
        people = main_words(as_rep.get(f"{book_url(full[0])}?entry={ours.pk}"))

    assert "1 place is free now." in page
    assert "the first to book has it" in page
    assert "From the waiting list you may take 1 place: the first to book has it." in people


def test_who_has_its_places_is_told_so(as_rep, cast, full):
    entry = wait(cohort=full[0], school=cast.our_school, by=cast.rep)
    cancel(full[1][0], by=cast.stranger)
    accept(entry, by=cast.rep)

    page = main_words(as_rep.get(f"/my/waiting/{entry.pk}/"))

    assert "You have the places you waited for." in page
    assert "accepted on 20 November 2026" in page


# ---- Leaving ------------------------------------------------------------------------------------


def test_leaving_is_asked_first_and_done_by_post(as_rep, ours):
    url = f"/my/waiting/{ours.pk}/leave/"
    assert "You are 1st of 1 in line." in main_words(as_rep.get(url))

    answer = as_rep.post(url, {"leave": "1"}, follow=True)

    assert "Your school has left the waiting list." in answer.content.decode()
    assert "Left the list" in main_words(answer)
    assert as_rep.get(url).status_code == 302


def test_declining_stays_on_the_list(as_rep, cast, full, ours):
    cancel(full[1][0], by=cast.stranger)
    url = f"/my/waiting/{ours.pk}/leave/"
    assert "1 place goes to the next in line." in main_words(as_rep.get(url))

    answer = as_rep.post(url, {"decline": "1"}, follow=True)

    assert "at the end of the line" in main_words(answer)
    assert "declined on 20 November 2026" in main_words(answer)


def test_declining_twice_is_refused_in_a_sentence(as_rep, cast, full, ours):
    cancel(full[1][0], by=cast.stranger)
    url = f"/my/waiting/{ours.pk}/leave/"
    as_rep.post(url, {"decline": "1"})

    answer = as_rep.post(url, {"decline": "1"})

    assert answer.status_code == 422
    assert "This offer was declined already." in answer.content.decode()


def test_the_list_of_a_free_course_says_so(as_rep, cast):
    cohort, _ = make_full_course(school=cast.strangers_school, by=cast.stranger, price=0)
    entry = wait(cohort=cohort, school=cast.our_school, by=cast.rep)

    assert "Free of charge" in main_words(as_rep.get(f"/my/waiting/{entry.pk}/"))


def test_a_course_that_closed_is_joined_by_its_address_only(as_rep, cast):
    cohort = make_cohort(capacity=2, booking_closes_at=NOON - timedelta(days=1))

    assert book_url(cohort, "wait") not in course_of(as_rep, cohort).content.decode()


# ---- Another number -----------------------------------------------------------------------------


def test_fewer_places_are_asked_for_on_a_page_of_its_own(as_rep, cast, full, ours):
    assert (
        f"/my/waiting/{ours.pk}/change/" in as_rep.get(f"/my/waiting/{ours.pk}/").content.decode()
    )
    page = main_words(as_rep.get(f"/my/waiting/{ours.pk}/change/"))
    assert "waits for 2 places, 1st of 1 in line" in page
    assert "With more you keep it too, since nobody stands behind you." in page

    answer = as_rep.post(f"/my/waiting/{ours.pk}/change/", {"wanted": "1"}, follow=True)

    assert answer.redirect_chain == [(f"/my/waiting/{ours.pk}/", 302)]
    assert "Your school waits for 1 place now." in answer.content.decode()
    ours.refresh_from_db()
    assert ours.wanted == 1


def test_more_places_are_asked_for_once_more_with_what_it_costs(as_rep, full, ours):
    other, rep = make_other_school()
    WaitingEntry.objects.filter(pk=ours.pk).update(in_line_since=NOON - timedelta(hours=2))
    wait(cohort=full[0], school=other, by=rep, at=NOON - timedelta(hours=1))
    address = f"/my/waiting/{ours.pk}/change/"
    assert "For more you go to the end of the line" in main_words(as_rep.get(address))

    warned = as_rep.post(address, {"wanted": "3", "all_or_none": "on"})

    assert warned.status_code == 200
    assert "behind 1 school that stands behind it now. Nothing is changed yet." in main_words(
        warned
    )
    ours.refresh_from_db()
    assert ours.wanted == 2
    agreed = {"wanted": "3", "all_or_none": "on", "to_the_end": "1"}
    page = main_words(as_rep.post(address, agreed, follow=True))
    assert "2nd of 2 in line" in page
    assert "3 places all together, or none" in page


def test_who_was_named_may_be_taken_off(as_rep, cast, full, tom):
    ann = make_colleague(school=cast.our_school, full_name="Ann Other", email="ann@our.example")
    named = [Delegate(person_id=tom.pk), Delegate(person_id=ann.pk)]
    entry = wait(cohort=full[0], school=cast.our_school, by=cast.rep, delegates=named)
    address = f"/my/waiting/{entry.pk}/change/"

    refused = as_rep.post(address, {"wanted": "1", "named": [tom.pk, ann.pk]})
    assert refused.status_code == 422
    assert "You have named 2 people and ask for 1 place." in main_words(refused)
    as_rep.post(address, {"wanted": "1", "named": [ann.pk]})

    assert "Ann Other" in main_words(as_rep.get(f"/my/waiting/{entry.pk}/"))
    assert "Tom Teacher" not in main_words(as_rep.get(f"/my/waiting/{entry.pk}/"))


@pytest.mark.parametrize("wanted", ["", "0", "9", "many", "1 OR 1"])
def test_a_number_nobody_may_wait_for_is_said_at_the_field(as_rep, ours, wanted):
    answer = as_rep.post(f"/my/waiting/{ours.pk}/change/", {"wanted": wanted})

    assert answer.status_code == 422
    ours.refresh_from_db()
    assert ours.wanted == 2


def test_while_places_are_offered_there_is_nothing_to_change(as_rep, cast, full, ours):
    cancel(full[1][0], by=cast.stranger)
    address = f"/my/waiting/{ours.pk}/change/"

    for answer in (as_rep.get(address), as_rep.post(address, {"wanted": "1"})):
        assert (answer.status_code, answer.url) == (302, f"/my/waiting/{ours.pk}/")

    ours.refresh_from_db()
    assert ours.wanted == 2
