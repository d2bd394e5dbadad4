"""The pages of a ticket: who sees what, what changes nothing, and what gets nowhere."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client

from cpd.choices import TicketStatus
from cpd.models import Booking, FabulinusTicket
from cpd.services.ticket_guesses import WRONG_FROM_EVERYWHERE, WRONG_FROM_ONE_ADDRESS
from cpd.services.tickets import change_ticket_address, withdraw_ticket
from hub_portal.mail.models import Delivery
from hub_portal.mail.services.sealing import unseal
from hub_portal.trail.models import Act
from schools.models import Person
from tests.documents import faults_of, words_of
from tests.makers.schools import NOON, sign_in
from tests.makers.tickets import (
    code_of,
    make_ticket,
    make_ticket_cohort,
    make_ticket_in,
    redeem,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ticket(cast):
    return make_ticket(full_name="Jess Owens", email="jess@mail.example")


@pytest.fixture
def cohort():
    return make_ticket_cohort()


@pytest.fixture
def come(client, ticket):
    """A browser that has come by the ticket's link."""
    client.get(f"/ticket/{code_of(ticket)}/")
    return client


def mailed_code():
    return unseal(Delivery.objects.filter(kind="cpd.ticket.code").order_by("-pk")[0].sealed)["code"]


def prove(client, **sent):
    client.post("/ticket/prove/", {"send": "1", **sent})
    return client.post("/ticket/prove/", {"code": mailed_code()})


@pytest.fixture
def proved(come):
    prove(come)
    return come


def page_key(response):
    return response.context["hidden"]["page_key"].value()


def written():
    tables = (FabulinusTicket, Booking, Act, Delivery)
    return [list(table.objects.order_by("pk").values()) for table in tables]


# ---- Coming with a code -------------------------------------------------------------------------


def test_the_link_moves_the_code_into_the_session_and_on(client, ticket):
    response = client.get(f"/ticket/{code_of(ticket)}/")

    assert (response.status_code, response["Location"]) == (302, "/ticket/yours/")
    assert response["Referrer-Policy"] == "no-referrer"
    landing = client.get("/ticket/yours/")
    assert landing.status_code == 200
    for answer in (response, landing):
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
    code = code_of(ticket).replace("-", "")
    kept = str(dict(client.session.items()))
    assert code not in kept.upper().replace("-", "")


def test_a_scanner_that_opens_the_link_twenty_times_changes_nothing(client, ticket, cohort):
    before = written()

    for method in [client.get, client.head] * 10:
        method(f"/ticket/{code_of(ticket)}/")
        for page in ("yours/", "prove/", f"dates/{cohort.pk}/", "place/", "place/give-back/"):
            method(f"/ticket/{page}")

    assert written() == before
    assert prove(client).status_code == 302


@pytest.mark.parametrize("how", [str, str.lower, lambda code: code.replace("-", " ")])
def test_a_typed_code_opens_the_ticket(client, ticket, how):
    response = client.post("/ticket/", {"code": how(code_of(ticket))})

    assert (response.status_code, response["Location"]) == (302, "/ticket/yours/")


@pytest.mark.parametrize("typed", ["", "AAAA", "0" * 16, "<script>" * 3, "\x00" * 16, "9" * 5000])
def test_a_wrong_code_gets_a_sentence(client, ticket, typed):
    response = client.post("/ticket/", {"code": typed})

    assert response.status_code == 422
    assert response.context["form"].errors


def test_a_wrong_link_leads_to_where_a_code_is_typed(client, ticket):
    response = client.get("/ticket/0000-0000-0000-0000/", follow=True)

    assert response.redirect_chain == [("/ticket/", 302)]
    assert "not one of ours" in response.content.decode()


def test_without_a_ticket_in_the_session_there_is_nothing(client, cohort):
    for page in (
        "yours/",
        "prove/",
        f"dates/{cohort.pk}/",
        "place/",
        "place/place.pdf",
        "address/",
    ):
        assert client.get(f"/ticket/{page}").status_code == 404


def test_a_ticket_closes_after_two_hours_and_when_its_code_has_changed(come, cast, ticket):
    with time_machine.travel(NOON + timedelta(hours=2, minutes=1), tick=False):
        assert come.get("/ticket/yours/").status_code == 404
    assert come.get("/ticket/yours/").status_code == 200

    change_ticket_address(
        ticket_id=ticket.pk, email="x@mail.example", reason="x", by=cast.hub_manager, at=NOON
    )

    assert come.get("/ticket/yours/").status_code == 404


def test_a_withdrawn_ticket_is_closed_at_once(come, cast, ticket):
    withdraw_ticket(ticket_id=ticket.pk, reason="x", by=cast.hub_manager, at=NOON)

    assert come.get("/ticket/yours/").status_code == 404


def test_a_ticket_is_closed_in_a_browser_by_hand(proved):
    assert proved.get("/ticket/leave/").status_code == 405
    proved.post("/ticket/leave/")

    assert proved.get("/ticket/yours/").status_code == 404


def test_the_code_stands_in_no_log_and_in_no_table(client, ticket, cohort, caplog):
    code = code_of(ticket)
    client.get(f"/ticket/{code}/")
    client.post("/ticket/", {"code": code})
    prove(client)
    take(client, cohort)

    tables = [model.objects.all() for model in apps.get_models()]
    held = " ".join(str(values) for rows in tables for values in rows.values())
    logged = " ".join(str(vars(record)) for record in caplog.records)
    for secret in (code, code.replace("-", "")):
        assert secret not in held
        assert secret not in logged


# ---- Guessing -----------------------------------------------------------------------------------


def test_a_thousand_guesses_get_nowhere_and_an_honest_holder_at_that_address_gets_in(
    client, ticket, caplog
):
    guesses = [f"{number:016d}" for number in range(1000)]

    answers = [client.post("/ticket/", {"code": guess}).status_code for guess in guesses]

    assert answers[:WRONG_FROM_ONE_ADDRESS] == [422] * WRONG_FROM_ONE_ADDRESS
    assert answers[WRONG_FROM_ONE_ADDRESS:] == [429] * (1000 - WRONG_FROM_ONE_ADDRESS)
    told = Delivery.objects.filter(kind="cpd.ticket.guesses")
    assert [mail.to for mail in told] == ["manager@hub.example"]
    assert [record.message for record in caplog.records].count("tickets.guessing") == 1
    assert WRONG_FROM_EVERYWHERE < 1000
    holder = Client()
    assert holder.post("/ticket/", {"code": code_of(ticket)}).status_code == 302
    assert holder.get("/ticket/yours/").status_code == 200


def test_wrong_codes_of_one_address_do_not_count_for_another(client, ticket):
    for number in range(WRONG_FROM_ONE_ADDRESS + 1):
        client.post("/ticket/", {"code": f"{number:016d}"})

    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert client.post("/ticket/", {"code": "0" * 16}).status_code == 429
    assert elsewhere.post("/ticket/", {"code": "0" * 16}).status_code == 422


def test_guesses_by_link_are_counted_too(client, ticket):
    for number in range(WRONG_FROM_ONE_ADDRESS + 1):
        client.get(f"/ticket/{number:016d}/")

    assert client.post("/ticket/", {"code": "0" * 16}).status_code == 429


def test_what_is_counted_names_no_address(client, ticket):
    client.post("/ticket/", {"code": "0" * 16}, REMOTE_ADDR="203.0.113.7")

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        rows = cursor.fetchall()
    assert rows
    assert "203.0.113.7" not in str(rows)


# ---- What is shown before and after -------------------------------------------------------------


def said(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("status", ["issued", "redeemed", "used", "expired"])
def test_until_the_holder_is_proved_no_page_says_name_or_address(client, cast, status):
    ticket = make_ticket_in(status)
    client.get(f"/ticket/{code_of(ticket)}/")

    pages = [said(client.get(f"/ticket/{page}")) for page in ("yours/", "prove/", "")]

    for page in pages:
        assert "Jess Owens" not in page
        assert ticket.email not in page
        assert "Lampton School " not in page.replace("Lampton School, Hounslow", "")
    assert "j•••@" in pages[1]


def test_a_redeemed_ticket_shows_the_programme_alone(client, cast):
    ticket = make_ticket_in(TicketStatus.REDEEMED)
    client.get(f"/ticket/{code_of(ticket)}/")

    page = said(client.get("/ticket/yours/"))

    assert "Coaching conversations" in page
    assert "January" not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [("used", "has been used"), ("expired", "could be redeemed until 19 November 2026")],
)
def test_a_ticket_that_buys_nothing_says_why(client, cast, status, words):
    client.get(f"/ticket/{code_of(make_ticket_in(status))}/")

    assert words in said(client.get("/ticket/yours/"))


def test_landing_without_dates_says_what_will_be(come):
    assert "No dates for tickets at the moment" in said(come.get("/ticket/yours/"))


def test_landing_asks_as_often_for_many_dates_as_for_one(come, django_assert_num_queries):
    make_ticket_cohort()
    come.get("/ticket/yours/")
    with django_assert_num_queries(6):
        come.get("/ticket/yours/")
    for _ in range(3):
        make_ticket_cohort()
    with django_assert_num_queries(6):
        come.get("/ticket/yours/")


# ---- Proving ------------------------------------------------------------------------------------


def test_a_code_goes_to_the_address_of_the_ticket_and_proves_its_holder(come, cohort):
    come.post("/ticket/prove/", {"send": "1", "cohort": str(cohort.pk)})

    mail = Delivery.objects.get(kind="cpd.ticket.code")
    assert mail.to == "jess@mail.example"
    assert mailed_code() not in mail.body.text
    response = come.post("/ticket/prove/", {"code": mailed_code().lower().replace("-", " ")})
    assert (response.status_code, response["Location"]) == (302, f"/ticket/dates/{cohort.pk}/")


def test_three_tries_a_code(come):
    come.post("/ticket/prove/", {"send": "1"})
    right = mailed_code()

    answers = [said(come.post("/ticket/prove/", {"code": "0000-0000"})) for _ in range(3)]

    assert "not the code we sent" in answers[0]
    assert "Ask for another one" in answers[2]
    assert come.post("/ticket/prove/", {"code": right}).status_code == 422


def test_a_code_lives_ten_minutes_and_only_in_the_browser_that_asked(come, ticket):
    come.post("/ticket/prove/", {"send": "1"})
    other = Client()
    other.get(f"/ticket/{code_of(ticket)}/")

    assert other.post("/ticket/prove/", {"code": mailed_code()}).status_code == 422
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        assert come.post("/ticket/prove/", {"code": mailed_code()}).status_code == 422


def test_codes_are_not_sent_without_end(come):
    answers = [come.post("/ticket/prove/", {"send": "1"}).status_code for _ in range(6)]

    assert answers == [302] * 4 + [429] * 2
    assert Delivery.objects.filter(kind="cpd.ticket.code").count() == 4


def test_being_proved_ends_after_half_an_hour(proved, cohort):
    assert proved.get("/ticket/address/").status_code == 200

    with time_machine.travel(NOON + timedelta(minutes=31), tick=False):
        assert proved.get("/ticket/address/")["Location"] == "/ticket/prove/"


def test_proved_for_one_ticket_is_not_proved_for_another(proved, cast):
    other = make_ticket()
    proved.get(f"/ticket/{code_of(other)}/")

    assert proved.get("/ticket/address/")["Location"] == "/ticket/prove/"


def test_whoever_is_signed_in_as_the_holder_needs_no_code(client, ticket, cast, cohort):
    sign_in(client, ticket.person)
    client.get(f"/ticket/{code_of(ticket)}/")

    assert "Take this place" in said(client.get(f"/ticket/dates/{cohort.pk}/"))


def test_being_signed_in_as_somebody_else_proves_nothing(client, ticket, cast, cohort):
    for person in (cast.rep, cast.hub_manager):
        sign_in(client, person)
        client.get(f"/ticket/{code_of(ticket)}/")
        assert client.get("/ticket/address/")["Location"] == "/ticket/prove/"


# ---- Redeeming ----------------------------------------------------------------------------------


def take(client, cohort, **more):
    key = page_key(client.get(f"/ticket/dates/{cohort.pk}/"))
    return client.post(f"/ticket/dates/{cohort.pk}/", {"page_key": key, **more})


def test_choose_check_redeem_done(proved, ticket, cohort):
    response = take(proved, cohort)

    assert (response.status_code, response["Location"]) == (302, "/ticket/place/")
    done = said(proved.get("/ticket/place/"))
    ticket.refresh_from_db()
    assert ticket.redeemed_by.reference in done
    assert "Jess Owens" in done
    assert proved.get("/ticket/yours/")["Location"] == "/ticket/place/"


def test_the_page_sent_twice_redeems_once(proved, cohort):
    key = page_key(proved.get(f"/ticket/dates/{cohort.pk}/"))

    answers = [
        proved.post(f"/ticket/dates/{cohort.pk}/", {"page_key": key})["Location"] for _ in range(2)
    ]

    assert answers == ["/ticket/place/"] * 2
    assert Booking.objects.count() == 1


def test_redeeming_without_being_proved_changes_nothing(come, cohort):
    before = written()

    response = come.post(f"/ticket/dates/{cohort.pk}/", {"page_key": "k" * 24})

    assert response["Location"] == f"/ticket/dates/{cohort.pk}/"
    assert written() == before


@pytest.mark.parametrize("sent", [{}, {"page_key": ""}, {"page_key": "x"}, {"page_key": "x" * 500}])
def test_a_form_without_its_key_redeems_nothing(proved, cohort, sent):
    assert proved.post(f"/ticket/dates/{cohort.pk}/", sent).status_code == 422
    assert not Booking.objects.exists()


def test_a_refusal_is_its_sentence_and_changes_nothing(proved, cohort):
    key = page_key(proved.get(f"/ticket/dates/{cohort.pk}/"))
    for _ in range(2):
        redeem(make_ticket(), cohort)
    before = written()

    response = proved.post(f"/ticket/dates/{cohort.pk}/", {"page_key": key})

    assert response.status_code == 422
    assert "Choose another date or another course" in said(response)
    assert written() == before


def test_a_date_that_tickets_do_not_buy_does_not_exist(proved):
    other = make_ticket_cohort(starts_at=NOON - timedelta(days=1))

    assert proved.get(f"/ticket/dates/{other.pk}/").status_code == 404
    assert proved.get("/ticket/dates/99999999/").status_code == 404


# ---- The place ----------------------------------------------------------------------------------


@pytest.fixture
def with_place(proved, cohort):
    take(proved, cohort)
    return proved


def test_the_place_as_calendar_entry_and_on_paper(with_place):
    entry = with_place.get("/ticket/place/course.ics")
    paper = with_place.get("/ticket/place/place.pdf")

    assert "METHOD:REQUEST" in entry.content.decode()
    assert "jess@mail.example" in entry.content.decode().replace("\r\n ", "")
    assert faults_of(paper.content) == []
    assert "Jess Owens has a place" in words_of(paper.content)


def test_a_place_is_given_back_with_its_effect_said_first(with_place, ticket):
    booking = Booking.objects.get()
    assert "Your ticket lives again" in said(with_place.get("/ticket/place/give-back/"))

    response = with_place.post("/ticket/place/give-back/", {"booking": booking.pk, "lives": "on"})

    assert response["Location"] == "/ticket/yours/"
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.ISSUED
    assert "The place is given back" in said(with_place.get("/ticket/yours/"))


def test_giving_back_is_refused_when_its_effect_has_changed(with_place, ticket):
    booking = Booking.objects.get()

    with time_machine.travel(datetime(2027, 1, 12, 12, tzinfo=UTC), tick=False):
        with_place.get(f"/ticket/{code_of(ticket)}/")
        prove(with_place)
        response = with_place.post(
            "/ticket/place/give-back/", {"booking": booking.pk, "lives": "on"}
        )

    assert response.status_code == 422
    assert "Look at it again" in said(response)
    assert "Your ticket stays used" in said(response)
    booking.refresh_from_db()
    assert booking.status == "booked"


def test_no_other_place_is_given_back(with_place):
    other = redeem(make_ticket(), make_ticket_cohort())

    for pk in (other.pk, 0, "x", ""):
        response = with_place.post("/ticket/place/give-back/", {"booking": pk, "lives": "on"})
        assert response.status_code in (404, 422)
    assert Booking.objects.booked().count() == 2


def test_after_giving_back_there_is_no_place_to_look_at(with_place):
    booking = Booking.objects.get()
    with_place.post("/ticket/place/give-back/", {"booking": booking.pk, "lives": "on"})

    for page in ("", "course.ics", "place.pdf"):
        assert with_place.get(f"/ticket/place/{page}").status_code == 404


# ---- Another address ----------------------------------------------------------------------------


def test_the_holder_has_the_ticket_sent_elsewhere(proved, ticket):
    old = code_of(ticket)

    response = proved.post("/ticket/address/", {"email": "jess@new.example"})

    assert response["Location"] == "/ticket/"
    ticket.refresh_from_db()
    assert (ticket.email, ticket.version) == ("jess@new.example", 2)
    assert proved.get("/ticket/yours/").status_code == 404
    assert proved.post("/ticket/", {"code": old}).status_code == 422


@pytest.mark.parametrize("email", ["", "no address", "jess@mail.example", "office@our.example"])
def test_an_address_that_cannot_be_gets_a_sentence(proved, cast, ticket, email):
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()

    response = proved.post("/ticket/address/", {"email": email})

    assert response.status_code == 422
    assert response.context["form"].errors["email"]
    assert Person.objects.get(pk=ticket.person_id).email == "jess@mail.example"
