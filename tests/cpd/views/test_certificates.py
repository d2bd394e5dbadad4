"""Anybody checks a certificate; its holder takes it along."""

import pytest
import time_machine
from django.core.cache import cache

from cpd.services.certificates import replace_certificate, withdraw_certificate
from cpd.views.certificates import MISSES
from tests.documents import words_of
from tests.makers.certificates import make_certificate
from tests.makers.cpd import give_credits
from tests.makers.evaluations import the_morning_after
from tests.makers.registers import make_organiser, make_running_cohort
from tests.makers.schools import make_cast, sign_in

WRONG = "222222222222"


@pytest.fixture
def cast(db):
    cache.clear()
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def certificate(cast):
    cohort = make_running_cohort(organiser=make_organiser(), sessions=2)
    made = make_certificate(cohort=cohort, school=cast.our_school, rep=cast.rep)
    with time_machine.travel(the_morning_after(cohort), tick=False):
        yield made


def page_of(client, certificate):
    return client.get(f"/certificates/{certificate.number}/").content.decode()


def test_a_typed_number_leads_to_what_the_certificate_says(client, certificate):
    typed = certificate.number_in_groups.lower()

    answer = client.get("/certificates/", {"number": typed}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(f"/certificates/{certificate.number}/", 302)]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    for said in (
        "This certificate is valid.",
        certificate.printed_name,
        "Coaching conversations",
        "14 January 2027 to 21 January 2027",
        "3 hours",
    ):
        assert said in page


def test_it_shows_nothing_more_than_that(client, certificate):
    page = page_of(client, certificate)

    for hidden in (certificate.person.email, "Lampton School", certificate.booking.reference):
        assert hidden not in page
    assert "Download" not in page


def test_a_withdrawn_and_a_replaced_one_say_so(client, cast, certificate):
    new = replace_certificate(
        certificate_id=certificate.pk,
        printed_name="B Shah",
        reason="Name",
        by=cast.hub_manager,
        at=certificate.issued_at,
    )
    withdraw_certificate(
        certificate_id=new.pk, reason="Secret", by=cast.hub_manager, at=certificate.issued_at
    )

    replaced, withdrawn = page_of(client, certificate), page_of(client, new)

    assert "was replaced by a newer one" in replaced
    assert new.number not in replaced
    assert "was withdrawn on" in withdrawn
    assert "Secret" not in withdrawn


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the number of the certificate"),
        ("7K3M", "A number has twelve letters and digits."),
        ("７Ｋ３Ｍ" * 3, "A number has twelve letters and digits."),
    ],
)
def test_what_is_no_number_is_a_sentence(client, db, typed, said):
    answer = client.get("/certificates/", {"number": typed})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_wrong_number_is_a_sentence_and_guessing_is_slowed_down(client, certificate):
    answers = [client.get(f"/certificates/{WRONG}/") for _ in range(MISSES + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {404}
    assert "There is no certificate with this number" in answers[0].content.decode()
    assert answers[-1].status_code == 429
    assert "This certificate is valid." in page_of(client, certificate)


def test_ten_minutes_later_one_may_try_again(client, certificate):
    with time_machine.travel(certificate.issued_at, tick=False) as clock:
        for _ in range(MISSES + 1):
            client.get(f"/certificates/{WRONG}/")
        clock.shift(601)

        assert client.get(f"/certificates/{WRONG}/").status_code == 404


def test_the_holder_and_the_hub_take_the_document_along(client, cast, certificate):
    address = f"/certificates/{certificate.number}/certificate.pdf"
    assert client.get(address).status_code == 302

    for person in (certificate.person, cast.hub_manager):
        sign_in(client, person)
        assert "Download the certificate" in page_of(client, certificate)
        assert certificate.number_in_groups in words_of(client.get(address).content)
    for person in (cast.rep, cast.stranger):
        sign_in(client, person)
        assert client.get(address).status_code == 404


def test_one_that_ended_is_taken_along_by_nobody(client, cast, certificate):
    withdraw_certificate(
        certificate_id=certificate.pk,
        reason="Error",
        by=cast.hub_manager,
        at=certificate.issued_at,
    )
    sign_in(client, certificate.person)

    answer = client.get(f"/certificates/{certificate.number}/certificate.pdf")

    assert answer.status_code == 404
