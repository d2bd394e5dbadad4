"""The pages at the door, on the afternoon of the first session."""

import pytest
import time_machine

from cpd.errors import NotTheDay, ScannedInTheFuture
from cpd.models import Attendance
from cpd.services.delegates import Delegate
from cpd.services.substituting import substitute_delegate
from hub_portal.trail.models import Act
from tests.documents import words_of
from tests.makers.cpd import give_credits, make_booking
from tests.makers.door import code_of, scan
from tests.makers.registers import (
    ON_THE_DAY,
    make_organiser,
    make_running_cohort,
    sessions_of,
)
from tests.makers.schools import NOON, make_cast


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
def ann(cast, cohort):
    return booked(cast, cohort, "Ann Lee")


@pytest.fixture
def ben(cast, cohort):
    return booked(cast, cohort, "Ben Shah")


def booked(cast, cohort, name):
    return make_booking(cohort=cohort, school=cast.our_school, by=cast.rep, at=NOON, full_name=name)


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client


def door(cohort, page="", number=0):
    return f"/organise/{cohort.pk}/register/{sessions_of(cohort)[number].pk}/scan/{page}"


# ---- Who comes in -------------------------------------------------------------------------------


def test_another_organiser_and_the_delegate_find_no_door(client, cast, cohort, ann):
    other = make_organiser(email="other@organisers.example")
    make_running_cohort(organiser=other)

    for person in (other, ann.delegate, cast.rep, cast.hub_manager):
        client.force_login(person)
        answers = [
            client.get(door(cohort)),
            client.post(door(cohort), {"code": code_of(ann)}),
            client.post(door(cohort, "send/"), {"code": code_of(ann), "ago": "0"}),
            client.get(f"/organise/{cohort.pk}/badges.pdf"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4

    assert not Attendance.objects.exists()


def test_the_door_alone_may_use_the_camera(as_organiser, cohort):
    assert "camera=(self)" in as_organiser.get(door(cohort))["Permissions-Policy"]
    assert "microphone=()" in as_organiser.get(door(cohort))["Permissions-Policy"]
    for elsewhere in ("/organise/", f"/organise/{cohort.pk}/", "/check-in/"):
        assert "camera=()" in as_organiser.get(elsewhere)["Permissions-Policy"]


# ---- The page and its form ----------------------------------------------------------------------


def test_a_typed_code_is_marked_and_the_page_says_who_is_in(as_organiser, cohort, ann, ben):
    answer = as_organiser.post(door(cohort), {"code": code_of(ann)}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(door(cohort), 302)]
    assert "Ann Lee is in." in page
    assert "<strong data-count>1 of 2</strong> are in" in page
    assert page.count("In, 2:30pm") == 2  # among those who came last, and on the register
    assert page.count("Not yet") == 1
    assert Attendance.objects.get().booking == ann


def test_a_wrong_code_is_a_sentence_and_marks_nobody(as_organiser, cohort, ann):
    answer = as_organiser.post(door(cohort), {"code": "WIFI:S:venue;;"})

    assert answer.status_code == 422
    assert "The portal does not know this code." in answer.content.decode()
    assert "camera=(self)" in answer["Permissions-Policy"]
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("code", ["", " ", "\x00", "x" * 301])
def test_what_cannot_be_a_code_is_said_at_the_field(as_organiser, cohort, code):
    answer = as_organiser.post(door(cohort), {"code": code})

    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


def test_on_another_day_the_door_is_shut(as_organiser, cohort, ann):
    to_come = as_organiser.get(door(cohort, number=1)).content.decode()
    assert "This register opens on Thursday 21 January 2027" in to_come
    assert "scan.js" not in to_come

    with time_machine.travel(ON_THE_DAY.replace(day=15), tick=False):
        as_organiser.force_login(cohort.organiser)
        over = as_organiser.get(door(cohort))
    assert "This session was on Thursday 14 January 2027" in over.content.decode()


@pytest.mark.parametrize("places", [1, 3])
def test_the_door_asks_as_much_for_one_delegate_as_for_three(
    as_organiser, cast, cohort, places, django_assert_num_queries
):
    for number in range(places):
        scan(cohort, booked(cast, cohort, f"Delegate {number}"))
    as_organiser.get("/organise/")

    with django_assert_num_queries(9):
        assert as_organiser.get(door(cohort)).status_code == 200


# ---- What waited on a device --------------------------------------------------------------------


def test_scans_that_waited_are_answered_one_by_one(as_organiser, cohort, ann, ben):
    sent = {"code": [code_of(ann), "nonsense", code_of(ann)], "ago": ["2400", "60", "0"]}

    said = as_organiser.post(door(cohort, "send/"), sent).json()

    assert said["count"] == "1 of 2"
    assert [answer["code"] for answer in said["answers"]] == sent["code"]
    assert said["answers"][0] == {
        "code": code_of(ann),
        "sentence": "Ann Lee is in.",
        "scanned": "1:50pm",
        "place": ann.pk,
        "name": "Ann Lee",
        "school": "Lampton School",
        "is_new": True,
        "since": "1:50pm",
    }
    assert set(said["answers"][1]) == {"code", "sentence", "scanned"}
    assert said["answers"][2]["sentence"] == "Ann Lee was already in, at 1:50pm."


def test_a_scan_from_the_future_or_another_day_is_refused_in_its_answer(as_organiser, cohort, ann):
    sent = {"code": [code_of(ann)] * 2, "ago": ["-5", "90000"]}

    said = as_organiser.post(door(cohort, "send/"), sent).json()

    assert [answer["sentence"] for answer in said["answers"]] == [
        ScannedInTheFuture().sentence,
        NotTheDay(starts_at=sessions_of(cohort)[0].starts_at).sentence,
    ]
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"code": ["1.a", "1.b"], "ago": ["0"]},
        {"code": ["1.a"], "ago": ["soon"]},
        {"code": ["1.a"], "ago": [""]},
        {"code": ["1.a"], "ago": ["1" * 30]},
        {"code": ["1.a"], "ago": ["١"]},
        {"code": ["1.a"], "ago": ["--1"]},
        {"code": ["1.a"] * 51, "ago": ["0"] * 51},
    ],
)
def test_what_no_device_of_ours_sends_is_refused_whole(as_organiser, cohort, ann, sent):
    answer = as_organiser.post(door(cohort, "send/"), sent)

    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("code", ["\x00", "x" * 5000, "<script>", "١.a"])
def test_an_odd_code_is_answered_and_keeps_no_other_out(as_organiser, cohort, ann, code):
    sent = {"code": [code, code_of(ann)], "ago": ["0", "0"]}

    said = as_organiser.post(door(cohort, "send/"), sent).json()

    assert [answer.get("name") for answer in said["answers"]] == [None, "Ann Lee"]


def test_a_device_that_was_signed_out_is_sent_to_sign_in(client, cohort, ann):
    answer = client.post(door(cohort, "send/"), {"code": code_of(ann), "ago": "0"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert not Attendance.objects.exists()


# ---- The code by itself -------------------------------------------------------------------------


def test_opening_a_code_twenty_times_marks_nobody_and_names_nobody(client, cast, cohort, ann):
    code, acts = code_of(ann), Act.objects.count()
    for person in (None, cast.rep, cast.stranger):
        if person:
            client.force_login(person)
        for method in (client.get, client.head) * 10:
            answer = method(f"/check-in/{code}/")
            assert (answer.status_code, answer["Location"]) == (302, "/check-in/")
            assert answer["Referrer-Policy"] == "no-referrer"
        page = client.get("/check-in/")
        assert "Show this code at the door" in page.content.decode()
        assert "Ann Lee" not in page.content.decode()
        assert page["X-Robots-Tag"] == "noindex, nofollow"

    assert client.post("/check-in/", {"session": sessions_of(cohort)[0].pk}).status_code == 404
    assert not Attendance.objects.exists()
    assert Act.objects.count() == acts


def test_the_organiser_who_opens_a_code_marks_it_by_post(as_organiser, cohort, ann):
    page = as_organiser.get(f"/check-in/{code_of(ann)}/", follow=True).content.decode()
    assert "Ann Lee" in page
    assert "Mark as attended, 1:30pm to 4:30pm" in page
    assert not Attendance.objects.exists()

    answer = as_organiser.post("/check-in/", {"session": sessions_of(cohort)[0].pk}, follow=True)

    assert "In since 2:30pm" in answer.content.decode()
    assert Attendance.objects.get().booking == ann


def test_the_code_does_for_its_own_course_and_day_only(as_organiser, organiser, cohort, ann):
    other = make_running_cohort(organiser=organiser)
    as_organiser.get(f"/check-in/{code_of(ann)}/")

    elsewhere = as_organiser.post("/check-in/", {"session": sessions_of(other)[0].pk})
    later = as_organiser.post("/check-in/", {"session": sessions_of(cohort)[1].pk})

    assert (elsewhere.status_code, later.status_code) == (404, 422)
    assert not Attendance.objects.exists()


def test_a_code_opened_before_the_place_changed_hands_is_void(as_organiser, cast, cohort, ann):
    as_organiser.get(f"/check-in/{code_of(ann)}/")
    substitute_delegate(booking_id=ann.pk, to=Delegate(full_name="Cal Cook"), by=cast.rep, at=NOON)

    assert "Show this code at the door" in as_organiser.get("/check-in/").content.decode()
    answer = as_organiser.post("/check-in/", {"session": sessions_of(cohort)[0].pk})
    assert answer.status_code == 404


# ---- Where delegates find it --------------------------------------------------------------------


def test_a_delegate_finds_the_code_on_the_page_of_their_place(client, cast, cohort, ann):
    client.force_login(ann.delegate)
    address = f"/me/bookings/{ann.pk}/"

    assert "Your QR code for the door" in client.get(address).content.decode()
    with time_machine.travel(ON_THE_DAY.replace(month=3), tick=False):
        client.force_login(ann.delegate)
        assert "Your QR code for the door" not in client.get(address).content.decode()


def test_badges_are_taken_away_by_an_act(as_organiser, cohort, ann, ben):
    answer = as_organiser.get(f"/organise/{cohort.pk}/badges.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert "badges-course-" in answer["Content-Disposition"]
    for said in ("Ann Lee", "Ben Shah", "Lampton School", ann.reference):
        assert said in words_of(answer.content)
    act = Act.objects.get(verb="delegates.exported")
    assert act.after == {"format": "badges"}
