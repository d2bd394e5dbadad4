"""All that is held about a person, to take away; the document says what, and so it is. XX-3."""

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone

from cpd.services.apologies import send_apologies
from cpd.services.asking import ask_for_place
from cpd.services.cancelling import cancel_booking
from cpd.services.delegates import Delegate
from cpd.services.needs import WhatIsNeeded, keep_own_needs
from cpd.services.substituting import substitute_delegate
from hub_portal.mail.choices import SuppressedFor
from hub_portal.mail.services.suppressions import suppress
from hub_portal.pages.my_data import take_my_data
from hub_portal.shared.privacy import Held, everything_held, register_held
from hub_portal.trail.models import Act
from schools.models import HubProfile
from schools.services.feeds import make_own_feed, token_of
from schools.services.merging import merge_people
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.schools import NOON, make_cast, make_colleague, sign_in

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "personal-data.md"
A_ROW = re.compile(r"^\| ([a-z_]+\.\w+\.\w+) \|[^|]*\|[^|]*\| ([^|]+) \|", re.M)


@pytest.fixture
def cast(db):
    cast = make_cast()
    give_credits(school=cast.our_school)
    return cast


@pytest.fixture
def tom(cast):
    return make_colleague(school=cast.our_school)


@pytest.fixture
def booking(cast, tom):
    return make_booking(
        cohort=make_cohort(),
        school=cast.our_school,
        by=cast.rep,
        full_name=tom.full_name,
        email=tom.email,
    )


def taken(person):
    return zipfile.ZipFile(io.BytesIO(take_my_data(person=person, at=NOON)))


def data(person):
    return json.loads(taken(person).read("my-data.json"))


def test_every_field_said_to_be_given_out_is_and_no_other():
    said = {
        field
        for field, export in A_ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
        if export.startswith("yes")
    }
    given_out = [field for kind in everything_held() for field in kind.fields]

    assert sorted(given_out) == sorted(said)


def test_two_kinds_of_one_name_are_a_bug():
    again = Held("person", fields=(), rows=lambda _: ())

    with pytest.raises(ValueError, match="already"):
        register_held(again)


def test_everything_of_a_teacher_is_in_it(cast, tom, booking):
    ask_for_place(cohort=make_cohort(), school=cast.our_school, by=tom, at=NOON)
    send_apologies(booking_id=booking.pk, by=tom, at=NOON)
    keep_own_needs(person=tom, needed=WhatIsNeeded(food=["vegan"]), at=NOON)

    held = data(tom)

    assert held["person"][0]["full_name"] == "Tom Teacher"
    assert [row["email"] for row in held["email addresses"]] == ["tom@our.example"]
    assert [row["school__name"] for row in held["posts"]] == ["Lampton School"]
    assert [row["cohort__programme__title"] for row in held["bookings"]] == [
        "Coaching conversations"
    ]
    assert [row["status"] for row in held["places asked for"]] == ["asked"]
    assert len(held["apologies"]) == 1
    assert {row["needs"] for row in held["needs"]} == {"Vegan"}
    assert [row["amount"] for row in held["ledger lines"]] == [12]
    assert [row["verb"] for row in held["acts"]][:2] == ["place.asked_for", "booking.apologies"]
    assert "You have a place" in held["mails"][0]["body__text"]


def test_the_mails_are_there_as_they_looked(tom, booking):
    package = taken(tom)

    [page] = [name for name in package.namelist() if name.endswith(".html")]
    assert b"Coaching conversations" in package.read(page)
    assert package.testzip() is None


def test_sheets_say_the_same_as_the_json(tom, booking):
    package = taken(tom)

    sheet = openpyxl.load_workbook(io.BytesIO(package.read("sheets/bookings.xlsx"))).active
    headings, row = list(sheet.iter_rows(values_only=True))
    assert (
        dict(zip(headings, row, strict=True))["cohort programme title"]
        == (data(tom)["bookings"][0]["cohort__programme__title"])
    )


def test_nothing_of_anybody_else_is_in_it(cast, tom, booking):
    stranger = make_booking(
        cohort=booking.cohort, school=cast.our_school, by=cast.rep, full_name="Zora Zed"
    )
    substitute_delegate(
        booking_id=stranger.pk, to=Delegate(full_name="Yves Yo"), by=cast.rep, at=NOON
    )

    everything = b"".join(taken(tom).read(name) for name in taken(tom).namelist())

    for name in (b"Zora", b"Yves", b"sam@their.example"):
        assert name not in everything


def test_secrets_are_not_in_it(tom, booking):
    tom.set_password("correct horse battery staple")
    tom.save()
    token = token_of(make_own_feed(by=tom, at=NOON))

    package = taken(tom)
    everything = b"".join(package.read(name) for name in package.namelist())

    assert token.encode() not in everything
    assert tom.password.encode() not in everything


def test_whoever_gave_a_place_away_sees_that_and_not_to_whom(cast, tom, booking):
    substitute_delegate(booking_id=booking.pk, to=Delegate(full_name="Ben"), by=cast.rep, at=NOON)

    [change] = data(tom)["changes of delegate"]

    assert (change["what"], change["named as"]) == ("gave the place up", "Tom Teacher")
    assert "Ben" not in str(change)


def test_a_reason_the_school_gave_about_the_person_is_in_it(cast, tom, booking):
    cancel_booking(booking_id=booking.pk, shown_kept=0, reason_code="illness", by=cast.rep, at=NOON)

    assert data(tom)["bookings"][0]["reason__code"] == "illness"


def test_a_record_that_was_merged_comes_along(cast, tom, booking):
    twin = make_colleague(school=cast.strangers_school, full_name="T Teacher", email="t@x.example")
    ask_for_place(cohort=make_cohort(), school=cast.strangers_school, by=twin, at=NOON)
    merge_people(stays=tom, goes=twin, reason="One", by=cast.hub_manager, at=NOON)

    held = data(tom)

    assert "place.asked_for" in [row["verb"] for row in held["acts"]]
    assert {row["full_name"] for row in held["person"]} == {"Tom Teacher", "T Teacher"}


def test_contacts_and_held_back_mail_are_found_by_address(cast, tom):
    HubProfile.objects.update(contact_name="Somebody", contact_email="tom@our.example")
    suppress(
        address="tom@our.example",
        suppressed_for=SuppressedFor.EVERYTHING,
        reason="It bounced",
        by=cast.hub_manager,
        at=NOON,
    )

    held = data(tom)

    assert held["hub contact"][0]["contact_email"] == "tom@our.example"
    assert held["mail held back"][0]["reason"] == "It bounced"


# ---- The page -----------------------------------------------------------------------------------


def test_it_is_taken_by_post_with_an_act(client, tom, booking):
    sign_in(client, tom)
    page = client.get("/me/data/")
    assert ("bookings", 1) in page.context["held"]
    assert not Act.objects.filter(verb="person.data_taken").exists()

    response = client.post("/me/data/")

    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "private, no-store"
    assert "my-data.json" in zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    act = Act.objects.get(verb="person.data_taken")
    assert (act.by, act.subject) == (tom, f"person:{tom.pk}")


def test_it_asks_who_one_is_once_more(client, tom):
    sign_in(client, tom, at=timezone.now() - timedelta(hours=1))

    for answer in (client.get("/me/data/"), client.post("/me/data/")):
        assert answer.status_code == 302
        assert "/sign-in-again/" in answer["Location"] or "/reauthenticate/" in answer["Location"]
    assert not Act.objects.filter(verb="person.data_taken").exists()


def test_the_clock_of_the_file_is_londons(tom):
    summer = datetime(2027, 6, 1, 8, 0, tzinfo=UTC)

    package = zipfile.ZipFile(io.BytesIO(take_my_data(person=tom, at=summer)))

    assert b"1 June 2027, 09:00" in package.read("README.txt")
