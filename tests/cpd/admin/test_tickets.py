"""Tickets in the admin: each act with its page, lists taken away, and lists of graduates."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from cpd.choices import TicketStatus
from cpd.models import FabulinusTicket, Programme, TicketImport, TicketPolicy
from hub_portal.clock.models import Job
from hub_portal.mail.models import Delivery
from hub_portal.trail.models import Act
from tests.makers.cpd import make_programme
from tests.makers.schools import make_finance_officer, sign_in
from tests.makers.tickets import code_of, make_ticket, make_ticket_in

LIST = "/admin/cpd/fabulinusticket/"
LISTS = "/admin/cpd/ticketimport/"
HEADINGS = "Name,Email,QTS award date,Award year\n"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ticket(cast):
    return make_ticket()


def form_of(response):
    return response.context["form"]


def test_a_ticket_is_issued_and_mailed(as_manager, cast):
    assert as_manager.get(f"{LIST}issue/").status_code == 200

    response = as_manager.post(
        f"{LIST}issue/",
        {
            "full_name": "Jess Owens",
            "email": "jess@mail.example",
            "award_on": "2026-07-10",
            "award_year": "2025",
        },
    )

    ticket = FabulinusTicket.objects.get()
    assert response["Location"] == f"{LIST}{ticket.pk}/change/"
    assert (ticket.issued_by, str(ticket.award_year)) == (cast.hub_manager, "2025/26")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"award_on": "2027-07-10"},
        {"award_on": "2020-07-10"},
        {"award_year": "1999"},
        {"award_year": ""},
        {"full_name": " "},
    ],
)
def test_an_award_that_cannot_be_is_a_sentence(as_manager, wrong):
    sent = {
        "full_name": "Jess Owens",
        "email": "jess@mail.example",
        "award_on": "2026-07-10",
        "award_year": "2025",
    }

    response = as_manager.post(f"{LIST}issue/", sent | wrong)

    assert response.status_code == 422
    assert form_of(response).errors
    assert not FabulinusTicket.objects.exists()


def test_the_pages_of_a_ticket_show_no_code(as_manager, ticket):
    for page in ("", f"{ticket.pk}/change/", f"{ticket.pk}/send/", "report/"):
        response = as_manager.get(f"{LIST}{page}")
        assert response.status_code == 200
        assert code_of(ticket) not in response.content.decode()


def test_the_list_asks_as_often_for_many_as_for_one(
    as_manager, ticket, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        as_manager.get(LIST)
    for _ in range(5):
        make_ticket_in(TicketStatus.REDEEMED)
    with django_assert_max_num_queries(14):
        as_manager.get(LIST)


@pytest.mark.parametrize(
    ("page", "sent", "verb"),
    [
        ("send", {}, "ticket.sent_again"),
        ("address", {"email": "new@mail.example", "reason": "x"}, "ticket.address_changed"),
        ("extend", {"last_on": "2028-12-20", "reason": "x"}, "ticket.extended"),
        ("withdraw", {"reason": "x"}, "ticket.withdrawn"),
    ],
)
def test_each_act_has_its_page_and_asks_to_be_sure(as_manager, ticket, page, sent, verb):
    url = f"{LIST}{ticket.pk}/{page}/"
    assert as_manager.get(url).status_code == 200
    assert as_manager.post(url, sent).status_code == 422
    assert not Act.objects.filter(verb=verb).exists()

    response = as_manager.post(url, {**sent, "is_sure": "on"})

    assert response["Location"] == f"{LIST}{ticket.pk}/change/"
    assert Act.objects.filter(verb=verb, subject=f"ticket:{ticket.pk}").count() == 1


def test_tickets_not_yet_sent_are_sent_with_one_press(as_manager, cast):
    waiting = make_ticket(email="ann@mail.example", is_mailed=False)
    url = f"{LIST}send-waiting/"
    assert "send-waiting/" in as_manager.get(LIST).content.decode()
    assert as_manager.post(url, {}).status_code == 422
    assert not Act.objects.filter(verb="ticket.sent").exists()

    answer = as_manager.post(url, {"is_sure": "on"}, follow=True)

    assert "1 ticket on the way." in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.sent_at is not None


def test_a_used_ticket_lives_again(as_manager, cast):
    ticket = make_ticket_in(TicketStatus.USED)

    as_manager.post(f"{LIST}{ticket.pk}/give-back/", {"reason": "A funeral", "is_sure": "on"})

    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.ISSUED


def test_an_act_that_the_state_forbids_is_a_sentence(as_manager, cast):
    ticket = make_ticket_in(TicketStatus.REDEEMED)

    response = as_manager.post(f"{LIST}{ticket.pk}/withdraw/", {"reason": "x", "is_sure": "on"})

    assert response.status_code == 422
    assert "holds a place already" in response.content.decode()


def test_the_report_reminds_a_line_with_one_press(as_manager, ticket):
    page = as_manager.get(f"{LIST}report/").content.decode()
    assert "?award_year=2025%2F26&amp;school=none" in page

    asked = as_manager.get(f"{LIST}remind/?award_year=2025%2F26&school=none")
    hidden = {name: form_of(asked)[name].value() for name in ("award_year", "school")}
    response = as_manager.post(f"{LIST}remind/", {**hidden, "is_sure": "on"})

    assert response["Location"] == f"{LIST}report/"
    assert Delivery.objects.filter(kind="cpd.ticket.reminder", to=ticket.email).count() == 1


def test_the_report_without_tickets_says_what_to_do(as_manager):
    assert "No ticket has been issued yet" in as_manager.get(f"{LIST}report/").content.decode()


@pytest.mark.parametrize("name", ["report", "tickets"])
def test_lists_are_taken_away_and_that_is_an_act(client, cast, ticket, name):
    sign_in(client, cast.hub_manager)

    text = b"".join(client.get(f"{LIST}{name}.csv").streaming_content).decode("utf-8-sig")
    book = client.get(f"{LIST}{name}.xlsx")
    content = b"".join(book.streaming_content) if book.streaming else book.content

    rows = list(load_workbook(io.BytesIO(content)).active.values)
    assert len(rows) == 2
    assert "2025/26" in text
    assert "2025/26" in rows[1]
    assert Act.objects.filter(verb__endswith=".exported", by=cast.hub_manager).count() == 2


def test_every_ticket_is_taken_away_after_a_fresh_sign_in_alone(as_manager, ticket):
    assert as_manager.get(f"{LIST}tickets.csv").status_code == 302


def test_a_finance_officer_enters_none_of_it(client, ticket):
    client.force_login(make_finance_officer())

    for page in ("", "issue/", "report/", "remind/", f"{ticket.pk}/withdraw/", "report.csv"):
        assert client.get(f"{LIST}{page}").status_code == 403


# ---- Lists of graduates -------------------------------------------------------------------------


def send(client, *rows):
    content = (HEADINGS + "\n".join(rows)).encode()
    upload = SimpleUploadedFile("graduates.csv", content)
    return client.post(f"{LISTS}send/", {"list_of_graduates": upload})


def test_a_list_is_sent_in_looked_at_and_issued(as_manager):
    assert as_manager.get(f"{LISTS}template.csv").status_code == 200
    look = send(as_manager, "Ada New,ada@new.example,2026-07-10,2025/26")["Location"]
    page = as_manager.get(look).content.decode()
    assert "ada@new.example" in page
    assert "31 August 2028" in page

    response = as_manager.post(look, {"mail": ""}, follow=True)

    assert "1 ticket issued and on their way" in response.content.decode()
    assert Delivery.objects.get().kind == "cpd.ticket.issued"
    assert as_manager.get(LISTS).status_code == 200


def test_a_list_is_issued_without_mail_or_put_aside(as_manager):
    look = send(as_manager, "Ada New,ada@new.example,2026-07-10,2025/26")["Location"]
    as_manager.post(look, {"issue": ""})
    other = send(as_manager, "Bo New,bo@new.example,2026-07-10,2025/26")["Location"]
    as_manager.post(other, {"aside": ""})

    assert [t.email for t in FabulinusTicket.objects.all()] == ["ada@new.example"]
    assert not Delivery.objects.exists()
    assert TicketImport.objects.exclude(discarded_at=None).count() == 1


def test_a_list_with_a_wrong_row_cannot_be_issued(as_manager):
    look = send(as_manager, "Ada New,no address,2026-07-10,2025/26")["Location"]
    page = as_manager.get(look).content.decode()
    assert "To put right first" in page
    assert "Issue and email" not in page

    response = as_manager.post(look, {"mail": ""}, follow=True)

    assert "cannot be issued" in response.content.decode()
    assert not FabulinusTicket.objects.exists()


def test_a_long_list_is_a_job(as_manager):
    rows = [f"Ada {n},ada{n}@new.example,2026-07-10,2025/26" for n in range(61)]
    look = send(as_manager, *rows)["Location"]

    response = as_manager.post(look, {"mail": ""})

    job = Job.objects.get()
    assert response["Location"] == f"/jobs/{job.pk}/"
    assert TicketImport.objects.get().is_to_be_mailed


def test_a_file_without_its_columns_is_a_sentence(as_manager):
    upload = SimpleUploadedFile("graduates.csv", b"Name,Email\nAda,a@b.example\n")

    assert as_manager.post(f"{LISTS}send/", {"list_of_graduates": upload}).status_code == 422
    assert not TicketImport.objects.exists()


# ---- The policy, and where tickets are welcome --------------------------------------------------


def test_the_policy_is_changed_with_an_act(as_manager, cast):
    url = "/admin/cpd/ticketpolicy/1/change/"
    assert as_manager.get(url).status_code == 200

    as_manager.post(url, {"percent_of_places": "30", "years": "3"})

    policy = TicketPolicy.objects.get()
    assert (policy.percent_of_places, policy.years) == (30, 3)
    assert Act.objects.get(verb="ticket_policy.changed").by == cast.hub_manager


@pytest.mark.parametrize("sent", [{"percent_of_places": "101"}, {"years": "0"}, {"years": "11"}])
def test_a_policy_that_cannot_be_is_refused(as_manager, sent):
    as_manager.post(
        "/admin/cpd/ticketpolicy/1/change/", {"percent_of_places": "25", "years": "2", **sent}
    )

    assert not Act.objects.filter(verb="ticket_policy.changed").exists()


def test_a_programme_is_marked_tickets_welcome(as_manager):
    programme = make_programme()
    page = as_manager.get(f"/admin/cpd/programme/{programme.pk}/change/")
    sent = {
        name: value
        for name, value in page.context["adminform"].form.initial.items()
        if value is not None
    }

    as_manager.post(
        f"/admin/cpd/programme/{programme.pk}/change/", {**sent, "tickets_welcome": "on"}
    )

    assert Programme.objects.get().tickets_welcome


def test_the_desk_shows_tickets_and_lists_that_wait(as_manager, ticket):
    send(as_manager, "Ada New,ada@new.example,2026-07-10,2025/26")

    page = " ".join(as_manager.get("/admin/").content.decode().split())

    assert "1 list of graduates to check and issue" in page
    assert '<span class="figures__value">1</span> to be redeemed' in page
