"""The organiser's pages, on the afternoon of the first session."""

import csv
import io

import openpyxl
import pytest
import time_machine

from cpd.models import Attendance, Booking, Substitution
from hub_portal.trail.models import Act
from tests.documents import words_of
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    sessions_of,
    take,
)
from tests.makers.schools import NOON, make_cast, make_person


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(ON_THE_DAY, tick=False):
        yield


@pytest.fixture
def cast(db):
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def organiser(db):
    return make_organiser()


@pytest.fixture
def cohort(cast, organiser):
    return make_running_cohort(organiser=organiser, sessions=2)


@pytest.fixture
def ben(cast, cohort):
    return make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, at=NOON, full_name="Ben Shah"
    )


@pytest.fixture
def ann(cast, cohort):
    return make_booking(
        cohort=cohort, school=cast.our_school, by=cast.rep, at=NOON, full_name="Ann Lee"
    )


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client


def course(cohort, page=""):
    return f"/organise/{cohort.pk}/{page}"


def register(cohort, page="", number=0):
    return course(cohort, f"register/{sessions_of(cohort)[number].pk}/{page}")


def marks(*pairs, **more):
    """What the form sends: what each page showed, and what was pressed."""
    sent = dict(more)
    for booking, was, mark in pairs:
        sent |= {f"was-{booking.pk}": was, f"mark-{booking.pk}": mark}
    return sent


# ---- Who comes in -------------------------------------------------------------------------------


PAGES = ["", "delegates.csv", "delegates.pdf", "venue.xlsx"]


def test_whoever_organises_nothing_finds_no_room(client, cast, cohort):
    for person in (cast.rep, cast.hub_manager, make_person(email="tia@nowhere.example")):
        client.force_login(person)
        assert client.get("/organise/").status_code == 404


def test_another_organiser_finds_none_of_it(client, cast, cohort, ben):
    other = make_organiser(email="other@organisers.example")
    make_cohort(organiser=other)
    client.force_login(other)
    pages = [course(cohort, page) for page in PAGES]
    pages += [register(cohort, page) for page in ("", "sheet.pdf", "walk-in/", f"place/{ben.pk}/")]
    acts = Act.objects.count()

    assert client.get("/organise/").status_code == 200
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.post(register(cohort), marks((ben, "", "attended"))).status_code == 404
    assert Act.objects.count() == acts


def test_a_session_or_a_place_of_another_course_is_not_there(as_organiser, organiser, cohort, ben):
    other = make_running_cohort(organiser=organiser)

    assert (
        as_organiser.get(course(cohort, f"register/{sessions_of(other)[0].pk}/")).status_code == 404
    )
    assert as_organiser.get(register(other, f"place/{ben.pk}/")).status_code == 404


def test_the_room_is_in_the_navigation_of_organisers_alone(client, cast, as_organiser, cohort):
    assert "Courses I run" in as_organiser.get("/courses/").content.decode()
    client.force_login(cast.rep)
    assert "Courses I run" not in client.get("/courses/").content.decode()


# ---- The register -------------------------------------------------------------------------------


def test_marks_are_saved_together(as_organiser, cohort, ann, ben):
    answer = as_organiser.post(
        register(cohort), marks((ann, "", "attended"), (ben, "", "apologies")), follow=True
    )

    assert "Saved: 1 delegate attended. Everybody is marked." in answer.content.decode()
    assert sorted(Attendance.objects.values_list("named_as", "mark")) == [
        ("Ann Lee", "attended"),
        ("Ben Shah", "apologies"),
    ]


def test_the_rest_are_marked_as_attended_by_one_button(as_organiser, cohort, ann, ben):
    as_organiser.post(register(cohort), marks((ben, "", "did_not_attend"), rest="attended"))

    assert sorted(Attendance.objects.values_list("named_as", "mark")) == [
        ("Ann Lee", "attended"),
        ("Ben Shah", "did_not_attend"),
    ]


def test_a_page_left_open_takes_back_nothing(as_organiser, cohort, ann, ben):
    take(cohort, {ann: "attended"})

    as_organiser.post(register(cohort), marks((ann, "", ""), (ben, "", "attended")))
    as_organiser.post(register(cohort), marks((ann, "partly", "partly"), (ben, "", "")))

    assert sorted(Attendance.objects.values_list("named_as", "mark")) == [
        ("Ann Lee", "attended"),
        ("Ben Shah", "attended"),
    ]


def test_an_unknown_mark_is_a_sentence_and_changes_nothing(as_organiser, cohort, ben):
    answer = as_organiser.post(register(cohort), marks((ben, "", "asleep")))

    assert answer.status_code == 422
    assert "Choose one of the marks" in answer.content.decode()
    assert not Attendance.objects.exists()


def test_a_register_to_come_says_when_it_opens_and_refuses(as_organiser, cohort, ben):
    page = as_organiser.get(register(cohort, number=1)).content.decode()
    answer = as_organiser.post(register(cohort, number=1), marks((ben, "", "attended")))

    assert "This register opens on Thursday 21 January 2027" in page
    assert "Save the register" not in page
    assert answer.status_code == 422
    assert "This register opens on" in answer.content.decode()


@pytest.mark.parametrize("places", [1, 3])
def test_pages_ask_as_much_for_one_delegate_as_for_three(
    as_organiser, cast, cohort, places, django_assert_num_queries
):
    for _ in range(places):
        make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=NOON)
    pages = {"/organise/": 8, course(cohort): 10, register(cohort): 8}
    as_organiser.get("/organise/")

    for page, number in pages.items():
        with django_assert_num_queries(number):
            assert as_organiser.get(page).status_code == 200


# ---- At the door --------------------------------------------------------------------------------


def walk_in(cast, **words):
    facts = {
        "school": cast.our_school.pk,
        "full_name": "Wanda Walker",
        "email": "",
        "reason": "Heard of it this morning",
        "key": "door",
    }
    return {**facts, **words}


def test_a_walk_in_is_put_on_the_register_once(as_organiser, cast, cohort):
    for _ in range(2):
        answer = as_organiser.post(register(cohort, "walk-in/"), walk_in(cast), follow=True)

    page = answer.content.decode()
    assert "Wanda Walker is on the register, 12 credits of the school." in page
    assert Booking.objects.get().walk_in.reason == "Heard of it this morning"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"reason": ""}, "Say in a few words why"),
        ({"full_name": ""}, "Enter the name of whoever came"),
        ({"school": ""}, "Choose a school, or say below where they come from"),
        ({"school": "0"}, "Choose a school from the list"),
        ({"email": "wanda"}, "Enter an email address"),
        ({"full_name": "Wanda\u202e"}, "a character that cannot be seen"),
    ],
)
def test_what_is_missing_is_said(as_organiser, cast, cohort, words, said):
    answer = as_organiser.post(register(cohort, "walk-in/"), walk_in(cast, **words))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_guest_walks_in_by_invoice_with_a_payer(as_organiser, cast, cohort):
    cohort.invoice_price = 12_000
    cohort.save()
    page = register(cohort, "walk-in/")
    guest = {"school": "", "comes_from": "St Elsewhere", "by_invoice": "invoice"}
    payer = {"payer_name": "St Elsewhere", "payer_address": "1 High Street"}

    refused = as_organiser.post(page, walk_in(cast, **guest))
    answer = as_organiser.post(page, walk_in(cast, **guest, **payer), follow=True)

    assert refused.status_code == 422
    assert "Enter a name for the invoice" in refused.content.decode()
    assert "Wanda Walker is on the register, £120 by invoice." in answer.content.decode()
    assert Booking.objects.get().payer.name == "St Elsewhere"


def test_the_page_at_the_door_offers_no_invoice_where_there_is_none(as_organiser, cohort):
    page = as_organiser.get(register(cohort, "walk-in/")).content.decode()

    assert "by_invoice" not in page
    assert "Who gets the invoice" not in page


def test_somebody_else_came_on_a_place(as_organiser, cohort, ben):
    page = register(cohort, f"place/{ben.pk}/")

    assert as_organiser.post(page, {"full_name": ""}).status_code == 422
    answer = as_organiser.post(page, {"full_name": "Cal Cook"}, follow=True)

    assert "Cal Cook has the place now. The school is told." in answer.content.decode()
    assert Substitution.objects.get().from_named_as == "Ben Shah"


def test_after_the_first_session_it_is_refused_in_a_sentence(as_organiser, cohort, ben):
    with time_machine.travel(sessions_of(cohort)[0].ends_at, tick=False):
        page = as_organiser.get(register(cohort)).content.decode()
        answer = as_organiser.post(register(cohort, f"place/{ben.pk}/"), {"full_name": "Cal"})

    assert "Somebody else came" not in page
    assert answer.status_code == 422
    assert "The first session is over" in answer.content.decode()


# ---- Lists to take away -------------------------------------------------------------------------


def test_lists_are_taken_away_as_files_and_that_is_an_act(as_organiser, cohort, ben):
    name = f"-{cohort.programme.slug}-2027-01-14"
    rows = list(
        csv.reader(
            io.StringIO(
                b"".join(
                    as_organiser.get(course(cohort, "delegates.csv")).streaming_content
                ).decode("utf-8-sig")
            )
        )
    )
    pdf = as_organiser.get(course(cohort, "delegates.pdf"))
    sheet = as_organiser.get(register(cohort, "sheet.pdf"))

    assert rows == [
        ["Delegate", "School", "Reference", "Walked in"],
        ["Ben Shah", "Lampton School", ben.reference, ""],
    ]
    assert pdf["Content-Disposition"] == f'attachment; filename="delegates{name}.pdf"'
    assert "Ben Shah" in words_of(pdf.content)
    assert "Ben Shah" in words_of(sheet.content)
    taken = Act.objects.filter(verb="delegates.exported").order_by("pk")
    assert [act.after["format"] for act in taken] == ["csv", "pdf", "sheet"]


def test_the_venue_s_list_holds_no_name(as_organiser, cohort, ben):
    answer = as_organiser.get(course(cohort, "venue.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))

    cells = [list(row) for row in book.active.values]
    assert cells[1][0] == "Coaching conversations"
    assert cells[1][2:] == ["1:30pm", "4:30pm", "Lampton School, Hounslow", 1]
    assert "Ben Shah" not in str(cells)
    assert not Act.objects.filter(verb="delegates.exported").exists()


@pytest.mark.parametrize("page", ["delegates.docx", "venue.pdf"])
def test_other_formats_do_not_exist(as_organiser, cohort, page):
    assert as_organiser.get(course(cohort, page)).status_code == 404
