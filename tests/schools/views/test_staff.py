"""The pages of a school's staff and posts, through the door."""

import pytest

from hub_portal.mail.models import Delivery
from hub_portal.shared.sheets import open_sheet
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.models import Appointment, PlannedHandover
from schools.services.posts import holders
from schools.services.staff import name_colleague
from tests.makers.schools import (
    NOON,
    make_appointment,
    make_cast,
    make_colleague,
    make_school,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def rep(client, cast):
    sign_in(client, cast.rep)
    return cast.rep


def test_the_list_shows_what_the_school_typed_and_no_address(client, cast, rep):
    make_colleague(
        school=cast.strangers_school, full_name="Augusta King-Noel", email="ada@their.example"
    )
    name_colleague(
        school=cast.our_school, full_name="A King", email="ada@their.example", by=rep, at=NOON
    )

    page = client.get("/my/staff/").content.decode()

    assert "A King" in page
    assert "Augusta" not in page
    assert "ada@their.example" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    client, cast, rep, rows, django_assert_num_queries
):
    for number in range(rows):
        make_colleague(
            school=cast.our_school, full_name=f"Tom {number}", email=f"tom{number}@our.example"
        )

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        page = client.get("/my/staff/")

    assert page.content.decode().count("Tom ") >= rows


QUERIES_OF_THE_LIST = 7


def test_adding_a_colleague_for_the_school_in_the_form(client, cast, rep):
    words = {"school": cast.our_school.pk, "full_name": "Tom Teacher", "email": "tom@our.example"}

    answer = client.post("/my/staff/add/", words)

    assert answer["Location"] == "/my/staff/"
    assert Appointment.objects.get(role=Role.STAFF).person.email == "tom@our.example"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"full_name": ""}, "required"),
        ({"email": "nonsense"}, "valid email"),
        ({"email": "office@our.example"}, "a mailbox a school shares"),
        ({"full_name": "Tom\u202eTeacher"}, "cannot be seen"),
    ],
)
def test_adding_a_colleague_that_is_refused_says_why(client, cast, rep, words, sentence):
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()
    given = {"school": cast.our_school.pk, "full_name": "Tom", "email": "tom@our.example", **words}

    answer = client.post("/my/staff/add/", given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appointment.objects.filter(role=Role.STAFF).exists()


def test_a_form_for_a_school_one_does_not_act_for_is_not_found(client, cast, rep):
    theirs = {"school": cast.strangers_school.pk, "full_name": "Tom", "email": ""}

    assert client.post("/my/staff/add/", theirs).status_code == 404
    assert client.post("/my/staff/confirm/", theirs).status_code == 404
    assert client.post("/my/school/hand-over/", theirs).status_code == 404
    assert not Act.objects.exists()


def test_a_stranger_does_not_find_our_colleague(client, cast):
    tom = make_colleague(school=cast.our_school)
    sign_in(client, cast.stranger)

    answer = client.post(f"/my/staff/{tom.appointments.get().pk}/end/")

    assert answer.status_code == 404
    assert tom.appointments.get().to_on is None


def test_ending_a_colleague_asks_first_and_takes_effect_by_post(client, cast, rep):
    tom = make_colleague(school=cast.our_school)
    address = f"/my/staff/{tom.appointments.get().pk}/end/"

    asked = client.get(address)
    before = tom.appointments.get().to_on
    done = client.post(address)

    assert (asked.status_code, before) == (200, None)
    assert done["Location"] == "/my/staff/"
    assert tom.appointments.get().to_on is not None


def test_confirming_the_list_ends_the_leavers_together(client, cast, rep):
    stays, leaves, later = (
        make_colleague(school=cast.our_school, full_name=name, email=f"{name}@our.example")
        for name in ("stays", "leaves", "later")
    )
    posts = {one: one.appointments.get().pk for one in (stays, leaves)}

    client.post(
        "/my/staff/confirm/",
        {
            "school": cast.our_school.pk,
            "shown": list(posts.values()),
            "staying": [posts[stays], "nonsense"],
        },
    )

    assert leaves.appointments.get().to_on is not None
    assert [one.appointments.get().to_on for one in (stays, later)] == [None, None]
    assert stays.appointments.get().confirmed_at is not None
    assert Act.objects.get(verb="staff_list.confirmed").after == {"staying": 1, "ended": 1}


def test_confirming_never_ends_posts_of_another_school_or_of_the_rep(client, cast, rep):
    theirs = make_colleague(school=cast.strangers_school)
    shown = [theirs.appointments.get().pk, cast.deputy.appointments.get().pk]

    client.post("/my/staff/confirm/", {"school": cast.our_school.pk, "shown": shown})

    assert not Appointment.objects.exclude(to_on=None).exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_taken_away_reads_back_the_same_and_is_an_act(client, cast, rep, form, tmp_path):
    make_colleague(school=cast.our_school, full_name="=Tom", email=None)

    answer = client.get(f"/my/staff/staff-list.{form}")

    taken = tmp_path / f"staff.{form}"
    taken.write_bytes(b"".join(answer.streaming_content))
    with taken.open("rb") as file, open_sheet(file) as sheet:
        names = [cells[0] for _, cells in sheet.rows("Name")]
    assert names == ["Dev Deputy", "Hana Head", "Rita Rep", "=Tom"]
    assert [act.verb for act in Act.objects.all()] == ["staff_list.exported"]


def test_handing_over_ones_own_post_finishes_the_page(client, cast, rep):
    tom = make_colleague(school=cast.our_school)
    words = {"school": cast.our_school.pk, "role": "rep", "colleague": tom.pk, "on": today()}

    answer = client.post("/my/school/hand-over/", words, follow=True)

    assert holders(school=cast.our_school, role=Role.REP) == [tom]
    assert answer.redirect_chain == [("/my/school/handed-over/", 302)]
    assert client.get("/my/school/").status_code == 404
    assert Delivery.objects.get(kind="schools.invited").to == "tom@our.example"


def test_handing_over_to_somebody_new_needs_their_name_and_address(client, cast, rep):
    words = {"school": cast.our_school.pk, "role": "rep", "colleague": "new", "on": today()}

    refused = client.post("/my/school/hand-over/", words)
    done = client.post(
        "/my/school/hand-over/", {**words, "full_name": "Nia New", "email": "nia@our.example"}
    )

    assert (refused.status_code, done.status_code) == (422, 302)
    assert [one.full_name for one in holders(school=cast.our_school, role=Role.REP)] == ["Nia New"]


def test_a_deputy_has_nothing_to_hand_over(client, cast):
    sign_in(client, cast.deputy)

    assert client.get("/my/school/").status_code == 200
    assert client.get("/my/school/hand-over/").status_code == 404


def test_calling_off_a_planned_hand_over(client, cast, rep):
    tom = make_colleague(school=cast.our_school)
    planned = PlannedHandover.objects.create(
        school=cast.our_school,
        role=Role.REP,
        to_person=tom,
        on="2027-01-04",
        planned_by=rep,
        planned_at=NOON,
    )

    assert client.get(f"/my/school/hand-over/{planned.pk}/call-off/").status_code == 405
    client.post(f"/my/school/hand-over/{planned.pk}/call-off/")

    assert not PlannedHandover.objects.exists()


def test_switching_between_two_schools(client, cast, rep):
    other = make_school(name="Alpha School")
    make_appointment(person=rep, school=other, role=Role.REP)
    first = client.get("/my/school/").content.decode()

    switched = client.post(
        "/my/school/switch/", {"school": cast.our_school.pk, "next": "/my/staff/"}
    )
    elsewhere = client.post(
        "/my/school/switch/", {"school": other.pk, "next": "https://elsewhere.example/"}
    )
    theirs = client.post("/my/school/switch/", {"school": cast.strangers_school.pk})

    assert "<h1>Alpha School</h1>" in first
    assert (switched["Location"], elsewhere["Location"]) == ("/my/staff/", "/my/")
    assert theirs.status_code == 404


def test_a_choice_of_school_ends_with_the_post(client, cast, rep):
    other = make_school(name="Alpha School")
    post = make_appointment(person=rep, school=other, role=Role.REP)
    client.post("/my/school/switch/", {"school": other.pk})

    post.to_on = NOON.date()
    post.save()

    assert "<h1>Lampton School</h1>" in client.get("/my/school/").content.decode()


def today():
    from hub_portal.shared.london import london_date, now

    return london_date(now()).isoformat()
