import re

import pytest

from cpd.models import Booking, BookingPolicy, BookingRequest, Cohort, Programme
from cpd.services.bookings import book_places
from cpd.services.delegates import Delegate
from credits.models import JournalEntry
from credits.services.figures import figures_of
from hub_portal.mail.models import Delivery
from schools.models import Person
from schools.services.calendar import school_year_of
from tests.makers.cpd import IN_JANUARY, give_credits, make_booking, make_cohort, make_order
from tests.makers.invoices import lines
from tests.makers.schools import NOON, make_appointment, make_colleague, make_school


@pytest.fixture
def cohort(cast):
    give_credits(school=cast.our_school, credits=50)
    return make_cohort(price=12, capacity=10, places_per_school=8)


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


def book_url(cohort, step="book"):
    return f"/courses/{cohort.programme.slug}/{cohort.pk}/{step}/"


def hidden_of(response):
    """The hidden fields of a page as a form sends them."""
    page = response.content.decode()
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    sent = {}
    for name, value in found:
        sent.setdefault(name, []).append(value)
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def ask(client, cohort, **typed):
    """Open the people page, fill it in and go on to the check page."""
    sent = hidden_of(client.get(book_url(cohort)))
    return client.post(book_url(cohort, "check"), sent | typed)


def confirm(client, cohort, checked):
    return client.post(book_url(cohort, "check"), hidden_of(checked) | {"confirm": "1"})


def everything_written():
    return (
        Booking.objects.count(),
        BookingRequest.objects.count(),
        JournalEntry.objects.count(),
        Delivery.objects.count(),
        Person.objects.count(),
    )


# ---- The way through ----------------------------------------------------------------------------


def test_three_colleagues_are_booked_people_check_done(as_rep, cast, cohort, tom):
    checked = ask(
        as_rep,
        cohort,
        colleagues=[tom.pk],
        later="1",
        **{"typed-0-full_name": "Nina New", "typed-0-email": "nina@our.example"},
    )
    page = checked.content.decode()

    assert checked.status_code == 200
    assert "36 credits" in page
    assert "14 credits will be left of 50." in page
    assert Booking.objects.count() == 0

    done = confirm(as_rep, cohort, checked)

    request = BookingRequest.objects.get()
    assert done.status_code == 302
    assert done.url == book_url(cohort, f"done/{request.pk}")
    assert list(request.bookings.order_by("pk").values_list("named_as", flat=True)) == [
        "Tom Teacher",
        "Nina New",
        "",
    ]
    assert figures_of(cast.our_school, school_year_of(NOON.date())).committed == 36
    last = as_rep.get(done.url).content.decode()
    assert "3 places are booked" in last
    assert "14 credits available now" in last
    assert "1 place still needs a name" in last
    for booking in request.bookings.all():
        assert booking.reference in last


def test_check_and_confirm_sent_twice_book_once_and_lead_to_the_same_page(as_rep, cohort, tom):
    checked = ask(as_rep, cohort, colleagues=[tom.pk])

    first = confirm(as_rep, cohort, checked)
    second = confirm(as_rep, cohort, checked)

    assert first.url == second.url
    assert Booking.objects.count() == 1


def test_back_and_confirm_again_with_one_more_books_only_when_nobody_has_a_place(
    as_rep, cast, cohort, tom
):
    """The same page with other people is another act, and the gate sees who is there."""
    confirm(as_rep, cohort, ask(as_rep, cohort, colleagues=[tom.pk]))
    before = everything_written()

    again = ask(as_rep, cohort, colleagues=[tom.pk], later="1")

    assert again.status_code == 422
    assert "Tom Teacher already has a place on this course" in again.content.decode()
    assert everything_written() == before


def test_two_tabs_each_book_their_own(as_rep, cohort, tom):
    one = ask(as_rep, cohort, later="1")
    other = ask(as_rep, cohort, colleagues=[tom.pk])

    confirm(as_rep, cohort, one)
    confirm(as_rep, cohort, other)

    assert sorted(Booking.objects.values_list("named_as", flat=True)) == ["", "Tom Teacher"]


def test_add_another_person_keeps_what_was_typed_and_judges_nothing(as_rep, cohort, tom):
    sent = hidden_of(as_rep.get(book_url(cohort)))
    typed = {"typed-0-full_name": "Nina New", "typed-0-email": "not an address", "add": "1"}

    response = as_rep.post(book_url(cohort), sent | typed | {"colleagues": [tom.pk]})

    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="Nina New"' in page
    assert 'name="typed-1-full_name"' in page
    assert re.search(rf'value="{tom.pk}" id="id_colleagues_\d+" checked', page)
    assert "There is a problem" not in page


def test_change_goes_back_with_everybody_still_on_the_page(as_rep, cohort, tom):
    checked = ask(
        as_rep, cohort, colleagues=[tom.pk], later="2", **{"typed-0-full_name": "Nina New"}
    )

    page = as_rep.post(book_url(cohort), hidden_of(checked) | {"change": "1"}).content.decode()

    assert 'value="Nina New"' in page
    assert re.search(rf'value="{tom.pk}" id="id_colleagues_\d+" checked', page)
    assert '<option value="2" selected>' in page


# ---- What cannot be read ------------------------------------------------------------------------


def test_nobody_chosen_is_said_at_the_list_with_422(as_rep, cohort):
    response = ask(as_rep, cohort)

    assert response.status_code == 422
    page = response.content.decode()
    assert page.count("Choose a colleague, type a name, or book a place to be named") == 2
    assert "<title>Error: " in page


def test_an_address_without_a_name_is_said_at_the_name(as_rep, cohort):
    response = ask(as_rep, cohort, **{"typed-0-email": "nina@our.example"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "Person 1: Enter the name of the person with this address" in page
    assert 'value="nina@our.example"' in page


def test_nine_places_are_too_many_at_once(as_rep, cohort, tom):
    response = ask(as_rep, cohort, colleagues=[tom.pk], later="8")

    assert response.status_code == 422
    assert "You can book up to 8 places at once. You asked for 9" in response.content.decode()


@pytest.mark.parametrize(
    "broken",
    [
        {"page_key": "short"},
        {"page_key": "x" * 65},
        {"price": "-1"},
        {"price": "99999999999999999999"},
        {"typed-TOTAL_FORMS": "x"},
        {"typed-TOTAL_FORMS": "100000"},
        {"later": "99"},
        {"later": "x"},
        {"colleagues": ["999999"]},
        {"colleagues": ["x"]},
        {"typed-0-full_name": "x" * 151},
        {"typed-0-full_name": "Ni\x00na"},
        {"typed-0-full_name": "Nina", "typed-0-email": "nina"},
    ],
)
def test_a_form_that_was_tampered_with_is_refused_and_changes_nothing(as_rep, cohort, broken):
    before = everything_written()
    sent = hidden_of(as_rep.get(book_url(cohort)))

    response = as_rep.post(
        book_url(cohort, "check"), sent | {"later": "1", "confirm": "1"} | broken
    )

    assert response.status_code == 422
    assert everything_written() == before


# ---- Refusals: a sentence, 422, and nobody lost -------------------------------------------------


def test_too_few_places_lets_the_rep_choose_who_has_one(as_rep, cast, tom):
    give_credits(school=cast.our_school, credits=50)
    cohort = make_cohort(price=12, capacity=1)

    refused = ask(as_rep, cohort, colleagues=[tom.pk], **{"typed-0-full_name": "Nina New"})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Only 1 place is left and you asked for 2." in page
    assert 'id="keep-0" checked' in page
    assert "Confirm and book" not in page

    chosen = as_rep.post(book_url(cohort, "check"), hidden_of(refused) | {"keep": ["1"]})
    confirm(as_rep, cohort, chosen)

    assert chosen.status_code == 200
    assert list(Booking.objects.values_list("named_as", flat=True)) == ["Nina New"]


def test_nobody_left_ticked_books_none(as_rep, cast, tom):
    give_credits(school=cast.our_school, credits=50)
    cohort = make_cohort(price=12, capacity=1)
    refused = ask(as_rep, cohort, colleagues=[tom.pk], later="1")

    response = as_rep.post(book_url(cohort, "check"), hidden_of(refused))

    assert response.status_code == 302
    assert response.url == f"/courses/{cohort.programme.slug}/"
    assert Booking.objects.count() == 0


def test_a_place_taken_between_check_and_confirm_is_said_and_nothing_is_written(
    as_rep, cast, cohort, tom
):
    Cohort.objects.filter(pk=cohort.pk).update(capacity=1)
    checked = ask(as_rep, cohort, colleagues=[tom.pk])
    give_credits(school=cast.strangers_school)
    make_booking(cohort=cohort, school=cast.strangers_school, by=cast.stranger)
    before = everything_written()

    refused = confirm(as_rep, cohort, checked)

    assert refused.status_code == 422
    assert "This course is full." in refused.content.decode()
    assert "Tom Teacher" in refused.content.decode()
    assert everything_written() == before


def test_not_enough_credits_says_what_the_school_has_and_needs(as_rep, cohort, tom):
    refused = ask(as_rep, cohort, colleagues=[tom.pk], later="4")

    assert refused.status_code == 422
    assert "This needs 60 credits and your school has 50 credits" in refused.content.decode()


def test_a_price_that_changed_is_shown_before_it_is_paid(as_rep, cast, cohort, tom):
    checked = ask(as_rep, cohort, colleagues=[tom.pk])
    Cohort.objects.filter(pk=cohort.pk).update(price=15)
    before = everything_written()

    refused = confirm(as_rep, cohort, checked)

    assert refused.status_code == 422
    assert "The price has changed to 15 credits a place" in refused.content.decode()
    assert everything_written() == before


def test_after_a_changed_price_the_rep_can_look_again_and_confirm(as_rep, cohort, tom):
    checked = ask(as_rep, cohort, colleagues=[tom.pk])
    Cohort.objects.filter(pk=cohort.pk).update(price=15)
    refused = confirm(as_rep, cohort, checked)

    again = as_rep.post(book_url(cohort, "check"), hidden_of(refused))
    confirm(as_rep, cohort, again)

    assert "15 credits" in again.content.decode()
    assert Booking.objects.get().price == 15


def test_a_course_that_left_the_catalogue_meanwhile_does_not_exist(as_rep, cohort, tom):
    checked = ask(as_rep, cohort, colleagues=[tom.pk])
    Programme.objects.update(is_public=False)
    before = everything_written()

    assert confirm(as_rep, cohort, checked).status_code == 404
    assert everything_written() == before


def test_a_date_that_never_was_does_not_exist(as_rep, cohort, tom):
    sent = hidden_of(ask(as_rep, cohort, colleagues=[tom.pk])) | {"confirm": "1"}
    before = everything_written()

    answer = as_rep.post(f"/courses/{cohort.programme.slug}/{cohort.pk + 1}/check/", sent)

    assert answer.status_code == 404
    assert everything_written() == before


def test_the_number_says_which_course_is_booked_and_leads_to_its_own_page(as_rep, cohort, tom):
    sent = hidden_of(ask(as_rep, cohort, colleagues=[tom.pk])) | {"confirm": "1"}

    answer = as_rep.post(f"/courses/renamed-since/{cohort.pk}/check/", sent, follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain[0][0].startswith(f"/courses/{cohort.programme.slug}/{cohort.pk}/")


def test_a_closed_date_is_said_on_the_check_page(as_rep, cohort, tom):
    Cohort.objects.filter(pk=cohort.pk).update(booking_closes_at=NOON)

    refused = ask(as_rep, cohort, colleagues=[tom.pk])

    assert refused.status_code == 422
    assert "Booking closed on Friday 20 November 2026, midday." in refused.content.decode()


# ---- Warnings -----------------------------------------------------------------------------------


def test_check_page_warns_of_a_clash_and_of_a_day_without_school(as_rep, cast, cohort, tom):
    give_credits(school=cast.our_school)
    same_time = make_cohort()
    order = make_order(
        cohort=same_time, school=cast.our_school, delegates=[Delegate(person_id=tom.pk)]
    )
    book_places(order=order, by=cast.rep, at=NOON)
    sunday = make_cohort(starts_at=IN_JANUARY.replace(day=17))

    clash = ask(as_rep, cohort, colleagues=[tom.pk]).content.decode()
    day_off = ask(as_rep, sunday, colleagues=[tom.pk]).content.decode()

    assert "Booked on another course at the same time on Thursday 14 January 2027." in clash
    assert "Sunday 17 January 2027 is not a school day." in day_off
    assert "is not a school day" not in clash


def test_a_typed_address_tells_nothing_of_its_owner(as_rep, cast, cohort):
    """Rule PE-1: the stranger is busy at that time, and our rep must not learn it."""
    give_credits(school=cast.strangers_school)
    busy = make_cohort()
    order = make_order(
        cohort=busy, school=cast.strangers_school, delegates=[Delegate(person_id=cast.stranger.pk)]
    )
    book_places(order=order, by=cast.stranger, at=NOON)

    checked = ask(
        as_rep,
        cohort,
        **{"typed-0-full_name": "Somebody", "typed-0-email": "sam@their.example"},
    )

    page = checked.content.decode()
    assert "Somebody" in page
    assert "Sam Stranger" not in page
    assert "at the same time" not in page


# ---- For whom -----------------------------------------------------------------------------------


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, cohort):
    response = client.get(book_url(cohort))

    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={book_url(cohort)}"


def test_a_teacher_finds_no_booking_page(client, cohort, tom):
    client.force_login(tom)

    assert client.get(book_url(cohort)).status_code == 404
    assert client.post(book_url(cohort, "check"), {}).status_code == 404


def test_a_form_for_a_school_one_does_not_act_for_does_not_exist(as_rep, cast, cohort):
    sent = hidden_of(as_rep.get(book_url(cohort))) | {"school": cast.strangers_school.pk}
    before = everything_written()

    response = as_rep.post(book_url(cohort, "check"), sent | {"later": "1", "confirm": "1"})

    assert response.status_code == 404
    assert everything_written() == before


def test_the_form_decides_for_which_school_not_the_session(client, cast, cohort):
    """Somebody with two schools opens two tabs and switches between them."""
    second = make_school(name="Second School")
    make_appointment(person=cast.rep, school=second, role="headteacher")
    give_credits(school=second)
    client.force_login(cast.rep)
    checked = ask(client, cohort, later="1")
    shown = hidden_of(checked)["school"][0]
    session = client.session
    session["acting_school"] = second.pk
    session.save()

    confirm(client, cohort, checked)

    assert str(Booking.objects.get().school_id) == shown == str(cast.our_school.pk)


def test_the_last_page_of_another_school_does_not_exist(as_rep, cast, cohort):
    give_credits(school=cast.strangers_school)
    theirs = make_booking(cohort=cohort, school=cast.strangers_school, by=cast.stranger)

    assert as_rep.get(book_url(cohort, f"done/{theirs.request_id}")).status_code == 404


def test_check_page_opened_by_its_address_leads_to_the_form(as_rep, cohort):
    response = as_rep.get(book_url(cohort, "check"))

    assert response.status_code == 302
    assert response.url == book_url(cohort)


# ---- Cost ---------------------------------------------------------------------------------------

COLLEAGUES = 6


@pytest.mark.parametrize("number", [1, COLLEAGUES])
def test_each_page_of_a_booking_costs_the_same_for_one_place_and_for_many(
    as_rep, cast, number, django_assert_num_queries
):
    """Many: six places of a course of three dates, with others there and places elsewhere."""
    give_credits(school=cast.our_school, credits=1000)
    cohort = make_cohort(capacity=100, places_per_school=50, sessions=1 if number == 1 else 3)
    staff = [
        make_colleague(school=cast.our_school, full_name=f"Ann {n}", email=f"ann{n}@our.example")
        for n in range(COLLEAGUES)
    ]
    chosen = [colleague.pk for colleague in staff[:number]]
    for there in range(number):
        make_booking(
            cohort=cohort, school=cast.our_school, by=cast.rep, email=f"b{there}@x.example"
        )
        elsewhere = [Delegate(person_id=chosen[there])]
        order = make_order(cohort=make_cohort(), school=cast.our_school, delegates=elsewhere)
        book_places(order=order, by=cast.rep, at=NOON)
    as_rep.get("/courses/")

    with django_assert_num_queries(QUERIES["form"]):
        form = as_rep.get(book_url(cohort))
    with django_assert_num_queries(QUERIES["check"]):
        checked = as_rep.post(book_url(cohort, "check"), hidden_of(form) | {"colleagues": chosen})
    with django_assert_num_queries(QUERIES["confirm"]):
        confirmed = confirm(as_rep, cohort, checked)
    with django_assert_num_queries(QUERIES["done"]):
        done = as_rep.get(confirmed.url)

    assert len(done.context["done"].bookings) == number


QUERIES = {"form": 12, "check": 16, "confirm": 25, "done": 7}
"""Up to seven of them are kept for a moment outside tests."""


def test_somebody_who_left_since_is_said_on_the_check_page(as_rep, cast, cohort, tom):
    form = hidden_of(as_rep.get(book_url(cohort)))
    tom.appointments.update(to_on=NOON.date())
    before = everything_written()

    checked = as_rep.post(book_url(cohort, "check"), form | {"colleagues": [tom.pk]})
    confirmed = as_rep.post(
        book_url(cohort, "check"), form | {"colleagues": [tom.pk], "confirm": "1"}
    )

    for page in (checked, confirmed):
        assert page.status_code == 422
        assert "not on your school&#x27;s staff list. Change the people." in page.content.decode()
        assert "Tom Teacher" not in page.content.decode()
    assert everything_written() == before


def test_the_id_of_a_stranger_tells_nothing_of_them(as_rep, cast, cohort):
    """Rule PE-1: the stranger is busy at that time, and a forged form must not show it."""
    give_credits(school=cast.strangers_school)
    busy = [Delegate(person_id=cast.stranger.pk)]
    order = make_order(cohort=make_cohort(), school=cast.strangers_school, delegates=busy)
    book_places(order=order, by=cast.stranger, at=NOON)

    checked = ask(as_rep, cohort, colleagues=[cast.stranger.pk])

    page = checked.content.decode()
    assert checked.status_code == 422
    assert "Not on your staff list" in page
    assert "Sam Stranger" not in page
    assert "at the same time" not in page


@pytest.mark.parametrize("nobody", ["x", "-1", "9" * 30, "1.5"])
def test_what_is_no_id_is_no_colleague(as_rep, cohort, nobody):
    form = hidden_of(as_rep.get(book_url(cohort)))

    page = as_rep.post(book_url(cohort, "check"), form | {"colleagues": [nobody]})

    assert page.status_code == 422
    assert "Choose colleagues from the list" in page.content.decode()


def test_each_date_with_a_clash_is_named_for_whom_it_concerns(as_rep, cast, tom):
    give_credits(school=cast.our_school)
    nina = make_colleague(school=cast.our_school, full_name="Nina New", email="nina@our.example")
    order = make_order(
        cohort=make_cohort(sessions=2),
        school=cast.our_school,
        delegates=[Delegate(person_id=tom.pk)],
    )
    book_places(order=order, by=cast.rep, at=NOON)

    checked = ask(as_rep, make_cohort(sessions=3), colleagues=[tom.pk, nina.pk])

    toms, ninas = checked.context["checked"].rows
    assert toms.warnings == [
        "Booked on another course at the same time on Thursday 14 January 2027.",
        "Booked on another course at the same time on Thursday 21 January 2027.",
    ]
    assert not ninas.warnings


# ---- By invoice ---------------------------------------------------------------------------------


@pytest.fixture
def by_invoice(cohort):
    cohort.invoice_price = 12_000
    cohort.save()
    return cohort


def test_the_form_asks_how_the_places_are_paid_where_an_invoice_is_allowed(as_rep, by_invoice):
    page = as_rep.get(book_url(by_invoice)).content.decode()

    assert "How are the places paid?" in page
    assert 'value="credits" id="id_paid_by_0" checked' in page
    assert "By an invoice to the school, £120 a place" in page


@pytest.mark.parametrize("facts", [{}, {"price": 0, "invoice_price": 12_000}])
def test_the_form_asks_nothing_where_there_is_no_choice(as_rep, cohort, facts):
    Cohort.objects.update(**facts or {"price": 12})

    page = as_rep.get(book_url(cohort)).content.decode()

    assert "paid_by" not in page
    assert "How are the places paid?" not in page


def test_a_booking_by_invoice_says_pounds_from_check_to_done(as_rep, cast, by_invoice, tom):
    checked = ask(as_rep, by_invoice, colleagues=[tom.pk], later="1", paid_by="invoice")
    page = checked.content.decode()
    assert "£240" in page
    assert "by invoice to your school for 2 places. Your 50 credits stay as they are." in page

    done = as_rep.post(
        book_url(by_invoice, "check"), hidden_of(checked) | {"confirm": "1"}, follow=True
    ).content.decode()

    booking = Booking.objects.first()
    assert "£240 to Lampton School, which the hub’s finance officer sends" in done
    assert [line[1:] for line in lines()] == [("line", "booked", 12_000)] * 2
    assert figures_of(cast.our_school, school_year_of(NOON.date())).available == 50
    assert "£120 by invoice" in as_rep.get("/my/bookings/").content.decode()
    one = as_rep.get(f"/my/bookings/{booking.pk}/").content.decode()
    assert "£120 by invoice to the school" in one
    assert "and nothing is to be paid." in one
    cancel = as_rep.get(f"/my/bookings/{booking.pk}/cancel/").content.decode()
    assert "Taken off the invoice" in cancel


def test_too_few_credits_name_the_invoice_and_the_way_back_keeps_the_people(
    as_rep, cast, by_invoice, tom
):
    Cohort.objects.update(price=51)

    checked = ask(as_rep, by_invoice, colleagues=[tom.pk])
    back = as_rep.post(book_url(by_invoice), hidden_of(checked) | {"change": "1"})

    assert checked.status_code == 422
    assert "Or choose an invoice to the school instead: £120 a place." in checked.content.decode()
    assert f'value="{tom.pk}" id="id_colleagues_' in back.content.decode()
    assert everything_written()[0] == 0


def test_an_invoice_that_is_allowed_no_more_is_refused_in_a_sentence(as_rep, by_invoice, tom):
    checked = ask(as_rep, by_invoice, colleagues=[tom.pk], paid_by="invoice")
    Cohort.objects.update(invoice_price=None)

    refused = confirm(as_rep, by_invoice, checked)

    assert refused.status_code == 422
    assert "This course cannot be paid by invoice." in refused.content.decode()
    assert everything_written()[0] == 0


def test_nonsense_for_the_means_is_said_on_the_form(as_rep, by_invoice, tom):
    answer = ask(as_rep, by_invoice, colleagues=[tom.pk], paid_by="cheque")

    assert answer.status_code == 422
    assert "Choose how the places are paid" in answer.content.decode()


def test_a_free_place_says_what_it_costs_if_nobody_takes_it_up(as_rep, cohort, tom):
    Cohort.objects.update(price=0)
    BookingPolicy.objects.update(free_place_charge=4)

    page = ask(as_rep, cohort, colleagues=[tom.pk]).content.decode()

    assert "given up too late or without apologies, costs 4 credits." in page
