"""What the hub manager does with people, posts, invitations and lists, through the admin."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hub_portal.mail.models import Delivery
from hub_portal.shared.london import london_date, now
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.models import Appointment, PeopleImport, Person, PlannedHandover
from schools.services.posts import holders
from tests.makers.schools import make_cast, make_colleague, make_person, sign_in

pytestmark = pytest.mark.django_db
PERSON, POST = "/admin/schools/person", "/admin/schools/appointment"
SURE = {"is_sure": "on", "reason": "The school telephoned"}


@pytest.fixture
def cast(client):
    cast = make_cast()
    sign_in(client, cast.hub_manager)
    return cast


def verbs():
    return list(Act.objects.order_by("pk").values_list("verb", flat=True))


def test_people_are_found_by_name_and_by_any_address(client, cast):
    for words in ("Rita", "rita@our.example"):
        page = client.get(f"{PERSON}/", {"q": words}).content.decode()
        assert "Rita Rep" in page
        assert "Sam Stranger" not in page


def test_a_person_is_added_and_appointed_and_nobody_is_mailed(client, cast):
    added = client.post(f"{PERSON}/new/", {"full_name": "Nia New", "email": "nia@our.example"})
    nia = Person.objects.get(email="nia@our.example")
    words = {
        "school": cast.our_school.pk,
        "role": "headteacher",
        "from_on": london_date(now()).isoformat(),
        **SURE,
    }
    appointed = client.post(f"{PERSON}/{nia.pk}/appoint/", words)

    assert added["Location"] == appointed["Location"] == f"{PERSON}/{nia.pk}/change/"
    assert nia in holders(school=cast.our_school, role=Role.HEADTEACHER)
    assert not Delivery.objects.exists()


def test_a_second_rep_is_refused_in_a_sentence(client, cast):
    tom = make_person(full_name="Tom", email="tom@our.example")
    words = {"school": cast.our_school.pk, "role": "rep", "from_on": "2026-01-01", **SURE}

    page = client.post(f"{PERSON}/{tom.pk}/appoint/", words)

    assert page.status_code == 422
    assert "Hand the post over instead" in page.content.decode()
    assert not tom.appointments.exists()


@pytest.mark.parametrize("missing", ["is_sure", "reason"])
def test_an_act_without_reason_or_confirmation_is_not_done(client, cast, missing):
    words = {"email": "new@our.example", **SURE}
    words.pop(missing)

    page = client.post(f"{PERSON}/{cast.rep.pk}/address/", words)

    assert page.status_code == 422
    assert Person.objects.get(pk=cast.rep.pk).email == "rita@our.example"
    assert verbs() == []


@pytest.mark.parametrize(
    ("page", "words", "verb"),
    [
        ("address", {"email": "new@our.example"}, "person.address_changed"),
        ("rename", {"full_name": "Rita R. Rep"}, "person.renamed"),
        ("sign-in", {}, "person.shut_out"),
        ("hub-role", {"staff_role": "finance"}, "person.staff_role"),
        ("second-step", {}, "person.second_step_reset"),
    ],
)
def test_each_act_on_a_person_is_done_once_and_kept_with_its_reason(
    client, cast, page, words, verb
):
    client.post(f"{PERSON}/{cast.rep.pk}/{page}/", {**words, **SURE})

    [act] = Act.objects.all()
    assert (act.verb, act.by, act.reason) == (verb, cast.hub_manager, "The school telephoned")
    shown = client.get(f"{PERSON}/{cast.rep.pk}/change/").content.decode()
    assert verb in shown
    assert "The school telephoned" in shown


def test_whoever_is_shut_out_is_out_at_the_next_request(client, cast, client_of_rep):
    assert client_of_rep.get("/my/staff/").status_code == 200

    client.post(f"{PERSON}/{cast.rep.pk}/sign-in/", SURE)

    assert client_of_rep.get("/my/staff/").status_code == 302


def test_whose_post_ends_is_out_at_the_next_request(client, cast, client_of_rep):
    client.post(f"{POST}/{cast.rep.appointments.get().pk}/end/", SURE)

    assert client_of_rep.get("/my/staff/").status_code == 302
    assert Appointment.objects.get(person=cast.rep).to_on is not None


@pytest.mark.parametrize("page", ["address", "sign-in", "hub-role", "second-step"])
def test_what_takes_an_account_needs_a_fresh_sign_in(client, cast, page):
    sign_in(client, cast.hub_manager, at=datetime.now(tz=UTC) - timedelta(minutes=6))

    answer = client.post(
        f"{PERSON}/{cast.rep.pk}/{page}/", {"email": "x@our.example", "staff_role": "", **SURE}
    )

    assert answer["Location"].startswith("/accounts/sign-in-again/?next=")
    assert verbs() == []


def test_a_fresh_sign_in_asks_for_the_second_step_of_those_who_have_one(client, cast):
    Authenticator.objects.create(user=cast.hub_manager, type="totp", data={"secret": "x"})
    sign_in(client, cast.hub_manager, at=datetime.now(tz=UTC) - timedelta(minutes=6))

    answer = client.get(f"{PERSON}/people.csv")

    assert answer["Location"] == f"/accounts/2fa/reauthenticate/?next={PERSON}/people.csv"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_everybody_taken_away_is_an_act(client, cast, form):
    answer = client.get(f"{PERSON}/people.{form}")

    assert b"".join(answer.streaming_content)
    assert verbs() == ["people.exported"]


def test_a_post_is_handed_over_to_somebody_by_their_address(client, cast):
    words = {
        "full_name": "Nia New",
        "email": "nia@our.example",
        "on": london_date(now()).isoformat(),
        "is_sure": "on",
    }

    client.post(f"{POST}/{cast.rep.appointments.get().pk}/hand-over/", words)

    assert [one.full_name for one in holders(school=cast.our_school, role=Role.REP)] == ["Nia New"]
    assert set(Delivery.objects.values_list("to", flat=True)) == {
        "nia@our.example",
        "rita@our.example",
    }


def test_a_planned_hand_over_is_called_off(client, cast):
    planned = PlannedHandover.objects.create(
        school=cast.our_school,
        role=Role.REP,
        to_person=make_colleague(school=cast.our_school),
        on=london_date(now()) + timedelta(days=9),
        planned_by=cast.rep,
        planned_at=now(),
    )

    client.post(f"/admin/schools/plannedhandover/{planned.pk}/call-off/", {"is_sure": "on"})

    assert not PlannedHandover.objects.exists()


def test_one_is_invited_then_the_rest_of_a_school_then_everybody(client, cast):
    def invited():
        return sorted(Delivery.objects.values_list("to", flat=True))

    client.post(f"{POST}/{cast.rep.appointments.get().pk}/invite/", {"is_sure": "on"})
    one = invited()
    invite = "/admin/schools/invitation/invite/"
    client.post(invite, {"school": cast.our_school.pk, "is_sure": "on"})
    school = invited()
    client.post(invite, {"school": "", "is_sure": "on"})

    assert one == ["rita@our.example"]
    assert school == ["dev@our.example", "hana@our.example", "rita@our.example"]
    assert invited() == [*school, "sam@their.example"]


def test_a_list_of_people_is_sent_in_looked_at_and_saved(client, cast):
    content = f"School URN,Name,Email,Role\n{cast.our_school.urn},Nia New,nia@our.example,staff\n"
    upload = SimpleUploadedFile("people.csv", content.encode())

    sent = client.post("/admin/schools/peopleimport/send/", {"list_of_people": upload})
    looked = client.get(sent["Location"]).content.decode()
    saved = client.post(sent["Location"], {"save": ""})

    assert "Nia New" in looked
    assert saved["Location"] == "/admin/schools/peopleimport/"
    assert Person.objects.filter(email="nia@our.example").exists()
    assert not Delivery.objects.exists()
    again = client.get(sent["Location"])
    assert again["Location"] == "/admin/schools/peopleimport/"


def test_a_list_put_aside_is_gone(client, cast):
    upload = SimpleUploadedFile("people.csv", b"School URN,Name,Email,Role\n1,A,,staff\n")
    sent = client.post("/admin/schools/peopleimport/send/", {"list_of_people": upload})

    assert "The portal knows no school" in client.get(sent["Location"]).content.decode()
    client.post(sent["Location"], {"aside": ""})

    assert PeopleImport.objects.get().file is None


def test_the_template_reads_back_with_its_headings(client, cast):
    answer = client.get("/admin/schools/peopleimport/template.csv")

    assert b"School URN,Name,Email,Role,Job title,From" in b"".join(answer.streaming_content)


@pytest.fixture
def client_of_rep(cast):
    client = Client()
    sign_in(client, cast.rep)
    return client


def test_two_records_of_one_person_are_found_looked_at_and_made_one(client, cast):
    twin = make_colleague(school=cast.our_school, full_name="Rita Rep", email="r2@our.example")
    page = f"/admin/schools/person/{cast.rep.pk}/merge/"

    chosen = client.get(page)
    nobody = client.get(page, {"q": "zzz"})
    looked_at = client.get(f"{page}{twin.pk}/")
    unsure = client.post(f"{page}{twin.pk}/", {"reason": "One person"})
    done = client.post(f"{page}{twin.pk}/", {"reason": "One person", "is_sure": "on"}, follow=True)

    assert f"{page}{twin.pk}/" in chosen.content.decode()
    assert "Nobody is found by “zzz”" in nobody.content.decode()
    assert "1 post" in looked_at.content.decode()
    assert unsure.status_code == 422
    assert "The two are one record now." in done.content.decode()
    twin.refresh_from_db()
    assert twin.merged_into == cast.rep
    gone = client.get(f"/admin/schools/person/{twin.pk}/change/").content.decode()
    assert "Go to the record it is one with" in gone
    assert "Change the address" not in gone
