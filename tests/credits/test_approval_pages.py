"""The pages of approvals: the list, one request, the spending limit."""

import pytest
import time_machine

from credits.models import Approval
from credits.services.spending_limits import threshold_of
from tests.makers.approvals import limit, make_approval
from tests.makers.cpd import make_cohort
from tests.makers.schools import NOON, make_cast, sign_in
from tests.reading import main_words


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def asked(cast):
    return make_approval(school=cast.our_school, by=cast.rep)


@pytest.fixture
def as_head(client, cast):
    sign_in(client, cast.headteacher)
    return client


@pytest.fixture
def as_rep(client, cast):
    sign_in(client, cast.rep)
    return client


def url(asked):
    return f"/my/approvals/{asked.pk}/"


# ---- The list -----------------------------------------------------------------------------------


def test_nothing_waits_and_nobody_is_asked(as_rep):
    page = main_words(as_rep.get("/my/approvals/"))

    assert "Nobody is asked before credits are spent." in page
    assert "Nothing is waiting" in page


def test_the_list_says_what_waits_with_the_year_so_far(as_head, asked):
    page = main_words(as_head.get("/my/approvals/"))

    assert "asked about anything above 10 credits" in page
    assert "Coaching conversations" in page
    assert "12 credits · asked by Rita Rep" in page
    assert "Until the end of Friday 27 November 2026" in page
    assert "By teacher" in page
    assert "By kind of course" in page


def test_several_are_approved_at_once(as_head, cast, asked):
    second = make_approval(school=cast.our_school, by=cast.rep, cohort=make_cohort())

    answer = as_head.post("/my/approvals/", {"approve": [asked.pk, second.pk]}, follow=True)

    assert "2 requests approved." in answer.content.decode()
    assert set(Approval.objects.values_list("status", flat=True)) == {"approved"}
    assert "Approved" in main_words(answer)


def test_nothing_ticked_is_said(as_head, asked):
    answer = as_head.post("/my/approvals/", {"approve": ["x"]})

    assert answer.status_code == 422
    assert "Tick what you approve." in answer.content.decode()


def test_a_rep_sees_the_list_and_answers_nothing(as_rep, asked):
    page = as_rep.get("/my/approvals/")
    assert 'name="approve"' not in page.content.decode()

    answer = as_rep.post("/my/approvals/", {"approve": [asked.pk]})

    assert answer.status_code == 422
    assert "Only the headteacher of Lampton School can do this." in answer.content.decode()
    assert Approval.objects.get().status == "asked"


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    as_head, cast, number, django_assert_num_queries
):
    for _ in range(number):
        make_approval(school=cast.our_school, by=cast.rep, cohort=make_cohort())
    as_head.get("/my/approvals/")

    with django_assert_num_queries(14):
        as_head.get("/my/approvals/")


# ---- One request --------------------------------------------------------------------------------


def test_the_mail_leads_to_a_page_behind_the_sign_in(client, asked):
    answer = client.get(url(asked))

    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=")


def test_one_request_is_approved(as_head, asked):
    assert "Do you approve 12 credits?" in main_words(as_head.get(url(asked)))

    answer = as_head.post(url(asked), {"approve": "1"}, follow=True)

    assert "Approved: the school" in answer.content.decode()
    assert "by Hana Head" in main_words(as_head.get(url(asked)))


def test_declining_asks_why(as_head, asked):
    answer = as_head.post(url(asked), {"decline": "1", "reason": ""})
    assert answer.status_code == 422
    assert "Say why, so that your colleague knows what to do" in main_words(answer)

    as_head.post(url(asked), {"decline": "1", "reason": "Wait for spring"})

    assert Approval.objects.get().status == "declined"
    assert "Wait for spring" in main_words(as_head.get(url(asked)))


def test_a_second_answer_is_refused_in_a_sentence(as_head, asked):
    as_head.post(url(asked), {"approve": "1"})

    answer = as_head.post(url(asked), {"decline": "1", "reason": "No"})

    assert answer.status_code == 422
    assert "the first answer counts" in answer.content.decode()


def test_the_rep_reads_it_and_may_not_answer(as_rep, asked):
    page = as_rep.get(url(asked))
    assert "The headteacher answers this." in main_words(page)

    assert as_rep.post(url(asked), {"approve": "1"}).status_code == 422
    assert Approval.objects.get().status == "asked"


def test_another_schools_request_is_not_found(client, cast, asked):
    sign_in(client, cast.stranger)

    assert client.get(url(asked)).status_code == 404
    assert client.post(url(asked), {"approve": "1"}).status_code == 404


def test_the_overview_says_what_waits(as_head, asked):
    page = main_words(as_head.get("/my/"))

    assert "1 request waits for the headteacher, the first until the end of Friday" in page


# ---- The limit ----------------------------------------------------------------------------------


def test_the_headteacher_sets_and_lifts_the_limit(as_head, cast):
    as_head.post("/my/approvals/limit/", {"threshold": "40"})
    assert threshold_of(cast.our_school) == 40
    assert 'value="40"' in as_head.get("/my/approvals/limit/").content.decode()

    as_head.post("/my/approvals/limit/", {"threshold": ""})
    assert threshold_of(cast.our_school) is None


@pytest.mark.parametrize("typed", ["-1", "many", "12.5", "99999999999999"])
def test_a_limit_that_cannot_be_is_said_at_the_field(as_head, cast, typed):
    answer = as_head.post("/my/approvals/limit/", {"threshold": typed})

    assert answer.status_code == 422
    assert threshold_of(cast.our_school) is None


def test_the_limit_is_the_headteachers_page(as_rep, cast):
    limit(school=cast.our_school, by=cast.headteacher, credits=40)

    assert as_rep.get("/my/approvals/limit/").status_code == 404
    assert as_rep.post("/my/approvals/limit/", {"threshold": "1"}).status_code == 404
    assert threshold_of(cast.our_school) == 40
