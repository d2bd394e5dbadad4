import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from cpd.models import Booking, Cohort, InvoiceLine, InvoicePayer, InvoiceRaised, UnusedPlace
from cpd.services.cancelling import cancel_booking
from cpd.services.settling import settle_cohort
from cpd.services.unused import charge_unused_places
from credits.services.figures import Figures, figures_of
from hub_portal.trail.models import Act
from tests.cpd.admin.test_cohorts import stored
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.invoices import book_by_invoice, lines, make_guest, make_invoice_cohort
from tests.makers.registers import take
from tests.makers.schools import NOON, make_finance_officer, sign_in

LINES = "/admin/cpd/invoiceline/"


@pytest.fixture
def cohort(db):
    return make_invoice_cohort(price=12, invoice_price=12_050)


@pytest.fixture
def booking(cast, cohort):
    [booking] = book_by_invoice(cohort=cohort, school=cast.our_school, by=cast.rep)
    return booking


@pytest.fixture
def guest(cast, cohort):
    return make_guest(cohort=cohort, by=cast.hub_manager)


def guest_form(**words):
    facts = {
        "full_name": "Gwen Guest",
        "email": "gwen@brunel.example",
        "comes_from": "Brunel University",
        "payer_name": "Brunel University",
        "payer_address": "Kingston Lane\r\nUxbridge",
        "payer_email": "",
        "reference": "PO 4711",
        "pence": "12050",
        "key": "page-of-a-guest",
        "is_sure": "on",
    }
    return facts | words


# ---- The price of a cohort ----------------------------------------------------------------------


def test_the_price_by_invoice_is_typed_in_pounds_and_kept_in_pence(as_manager):
    cohort = make_cohort()
    url = f"/admin/cpd/cohort/{cohort.pk}/change/"

    as_manager.post(url, stored(cohort, invoice_price="120.50"))
    page = as_manager.get(url).content.decode()

    cohort.refresh_from_db()
    assert cohort.invoice_price == 12_050
    assert 'value="120.5"' in page
    assert "Book a guest" in page


def test_an_empty_price_takes_the_invoice_away(as_manager, cohort):
    as_manager.post(f"/admin/cpd/cohort/{cohort.pk}/change/", stored(cohort, invoice_price=""))

    cohort.refresh_from_db()
    assert cohort.invoice_price is None


def test_a_price_of_nothing_is_said_and_changes_nothing(as_manager, cohort):
    url = f"/admin/cpd/cohort/{cohort.pk}/change/"

    response = as_manager.post(url, stored(cohort, invoice_price="0"))

    cohort.refresh_from_db()
    assert "greater than or equal to 0.01" in response.content.decode()
    assert cohort.invoice_price == 12_050


# ---- Guests -------------------------------------------------------------------------------------


def test_a_guest_is_booked_from_the_cohorts_page_once(as_manager, cast, cohort):
    url = f"/admin/cpd/cohort/{cohort.pk}/guest/"
    assert "£120.50 by invoice" in as_manager.get(url).content.decode()

    for _ in range(2):
        response = as_manager.post(url, guest_form())

    booking = Booking.objects.get()
    assert response["Location"] == f"/admin/cpd/booking/{booking.pk}/change/"
    assert (booking.payer.address, booking.payer.reference) == (
        "Kingston Lane\nUxbridge",
        "PO 4711",
    )
    page = as_manager.get(response["Location"]).content.decode()
    assert "Cancel the guest’s place" in page
    assert "£120.50 by invoice" in page
    assert "Kingston Lane" in page


def test_a_guest_that_cannot_be_booked_is_a_sentence(as_manager, cohort):
    url = f"/admin/cpd/cohort/{cohort.pk}/guest/"

    changed = as_manager.post(url, guest_form(pence="100"))
    empty = as_manager.post(url, guest_form(payer_name=""))

    assert (changed.status_code, empty.status_code) == (422, 422)
    assert "The price has changed to £120.50 a place" in changed.content.decode()
    assert not Booking.objects.exists()
    assert not InvoicePayer.objects.exists()


def test_a_guest_is_cancelled_with_what_stays_to_be_paid_said_first(as_manager, guest):
    url = f"/admin/cpd/booking/{guest.pk}/cancel-guest/"
    page = as_manager.get(url).content.decode()

    as_manager.post(url, {"shown_kept": "0", "reason": "Ill", "is_sure": "on"})

    guest.refresh_from_db()
    assert "£120.50" in page
    assert guest.status == "cancelled"
    assert [kind for _, kind, *_ in lines()] == ["line", "credit_note"]


# ---- The list -----------------------------------------------------------------------------------


def test_lines_are_listed_with_their_totals_and_never_edited(as_manager, cast, booking, guest):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    page = as_manager.get(LINES).content.decode()

    assert "£241 invoiced, £120.50 credited, £120.50 owed. 3 lines still to be raised." in page
    assert "−£120.50" in page
    assert "Brunel University (PO 4711)" in page
    line = InvoiceLine.objects.first()
    assert as_manager.post(f"{LINES}{line.pk}/change/", {"pence": "1"}).status_code == 403
    assert as_manager.get(f"{LINES}add/").status_code == 403
    assert as_manager.post(f"{LINES}{line.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind__exact=credit_note", 1),
        ("cause__exact=booked", 2),
        ("raised=no", 2),
        ("raised=yes", 1),
        ("q=Brunel", 1),
        ("q=Lampton", 2),
        ("q=INV+2041", 1),
        ("q=nobody", 0),
    ],
)
def test_the_list_is_filtered_and_searched(as_manager, cast, booking, guest, query, shown):
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)
    line = InvoiceLine.objects.get(booking=guest)
    InvoiceRaised.objects.create(
        line=line, number="INV 2041", raised_by=cast.hub_manager, raised_at=NOON
    )

    response = as_manager.get(f"{LINES}?{query}")

    assert response.context["cl"].result_count == shown


def test_a_line_is_marked_as_raised_with_its_number(as_manager, cast, booking):
    line = InvoiceLine.objects.get()
    url = f"{LINES}{line.pk}/raised/"

    missing = as_manager.post(url, {"number": "", "is_sure": "on"})
    as_manager.post(url, {"number": "INV 2041", "is_sure": "on"})
    again = as_manager.post(url, {"number": "INV 2042", "is_sure": "on"})

    assert (missing.status_code, again.status_code) == (422, 422)
    assert InvoiceRaised.objects.get().number == "INV 2041"
    assert "This was raised already, as INV 2041" in again.content.decode()
    assert "INV 2041" in as_manager.get(LINES).content.decode()


def test_the_list_is_taken_away_as_files_by_its_filters(client, cast, booking, guest):
    sign_in(client, cast.hub_manager)
    cancel_booking(booking_id=booking.pk, shown_kept=0, by=cast.rep, at=NOON)

    answer = client.get(f"{LINES}csv/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    xlsx = b"".join(client.get(f"{LINES}xlsx/?kind__exact=credit_note").streaming_content)

    assert header[0] == "Booking"
    assert header[-3:] == ["Amount (£)", "Due since", "Raised as"]
    amounts = [Decimal(row[10].lstrip("'")) for row in rows]
    assert sorted(amounts) == [Decimal("-120.5"), Decimal("120.5"), Decimal("120.5")]
    assert len(list(load_workbook(io.BytesIO(xlsx)).active.values)) == 2  # with its headings
    acts = Act.objects.filter(verb="invoices.exported").order_by("pk")
    assert [act.after["format"] for act in acts] == ["csv", "xlsx"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_one_line_as_for_three(
    as_manager, cast, cohort, rows, django_assert_num_queries
):
    for number in range(rows):
        make_guest(cohort=cohort, by=cast.hub_manager, email=f"g{number}@x.example")
    as_manager.get(LINES)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert as_manager.get(LINES).status_code == 200


QUERIES_OF_THE_LIST = 9


def test_the_finance_officer_finds_no_such_room(client, booking):
    client.force_login(make_finance_officer())

    assert client.get(LINES).status_code == 403
    assert client.get(f"{LINES}csv/").status_code in (302, 403)
    assert client.post(f"{LINES}1/raised/", {"number": "1", "is_sure": "on"}).status_code == 403
    assert not InvoiceRaised.objects.exists()


# ---- Waiving, and places nobody took up ---------------------------------------------------------


def test_an_invoice_is_waived_from_the_bookings_page(as_manager, cast, booking):
    Cohort.objects.update(
        starts_at=NOON + timedelta(days=3), booking_closes_at=NOON + timedelta(days=2)
    )
    cancel_booking(booking_id=booking.pk, shown_kept=12_050, by=cast.rep, at=NOON)
    url = f"/admin/cpd/booking/{booking.pk}/waive/"

    page = as_manager.get(url).content.decode()
    as_manager.post(url, {"is_sure": "on", "reason": "Agreed"})

    assert "£120.50" in page
    assert lines()[1:] == [(booking.pk, "credit_note", "waived", 12_050)]


def test_a_charge_for_an_unused_place_is_listed_and_waived(as_manager, cast):
    year = give_credits(school=cast.our_school, credits=10)
    cohort = make_cohort(price=0, organiser=cast.hub_manager)
    booking = make_booking(cohort=cohort, school=cast.our_school, by=cast.rep)
    Booking.objects.update(charge_if_unused=4)
    take(cohort, {booking: "did_not_attend"})
    night = cohort.ends_at + timedelta(hours=10)
    settle_cohort(cohort_id=cohort.pk, by=cast.hub_manager, at=night)
    charge_unused_places(by=cast.hub_manager, at=night)

    page = as_manager.get("/admin/cpd/unusedplace/").content.decode()
    url = f"/admin/cpd/booking/{booking.pk}/waive-unused/"
    as_manager.post(url, {"is_sure": "on", "reason": "She was there"})

    assert "4 credits" in page
    assert UnusedPlace.objects.get().waived_at is not None
    assert figures_of(cast.our_school, year) == Figures(available=10)
