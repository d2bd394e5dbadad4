"""The hub manager's room for schools: picked from GIAS, changed by acts, never deleted."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub_portal.trail.models import Act
from schools.choices import Role
from schools.models import Departure, FormerUrn, GiasFile, Membership, PupilRoll, School
from tests.makers.cpd import give_credits, make_booking, make_cohort
from tests.makers.rolls import DEMO, csv_upload, make_roll, real_upload
from tests.makers.schools import (
    make_cast,
    make_colleague,
    make_finance_officer,
    make_hub_manager,
    make_school,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def manager(client):
    manager = make_hub_manager()
    client.force_login(manager)
    return manager


def address(name, *args):
    return reverse(f"admin:schools_school_{name}", args=args)


def words(answer):
    return " ".join(answer.content.decode().split())


def test_the_list_shows_membership_roll_and_rep(client, manager):
    school = make_school(name="Lampton School")
    make_roll(school=school, by=manager, pupils=1530)
    make_colleague(school=school, full_name="Rita Rep", role=Role.REP)
    make_school(name="Elsewhere", member=False)

    page = words(client.get(address("changelist")))

    assert "1,530, 17 January 2019" in page
    assert "Rita Rep" in page
    assert "No roll" in page
    members = words(client.get(address("changelist"), {"member": "now"}))
    assert "Lampton School" in members
    assert "Elsewhere" not in members
    others = words(client.get(address("changelist"), {"member": "other"}))
    assert "Elsewhere" in others


def test_the_list_asks_as_many_questions_for_three_schools_as_for_one(client, manager):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(address("changelist"))
        return len(queries)

    make_school(name="One")
    client.get(address("changelist"))  # content types are remembered from here on
    with_one = asked()
    for name in ("Two", "Three"):
        school = make_school(name=name)
        make_roll(school=school, by=manager, pupils=9)

    assert asked() == with_one


def test_a_school_is_found_by_a_former_number(client, manager):
    school = make_school(name="Lampton School", urn=136341)
    FormerUrn.objects.create(school=school, urn=102538)
    make_school(name="Elsewhere")

    page = words(client.get(address("changelist"), {"q": "102538"}))

    assert "Lampton School" in page
    assert "Elsewhere" not in page


def test_schools_are_picked_from_gias_checked_and_added(client, manager):
    upload = real_upload(DEMO / "gias_extract.csv")
    uploaded = client.post(address("from_gias"), {"file": upload})
    gias_file = GiasFile.objects.get()
    pick, check = address("pick", gias_file.pk), address("check", gias_file.pk)
    assert uploaded.url == pick

    found = words(client.get(pick, {"q": "southville"}))
    assert "Southville Primary School" in found
    assert "It may have been followed by Southville Primary School (145475)" in found
    client.post(f"{pick}?q=southville", {"shown": "145475", "urn": "145475"})
    client.get(pick, {"q": "lampton"})
    ticked = client.post(f"{pick}?q=lampton", {"shown": "136341", "urn": "136341", "check": "1"})
    assert ticked.url == check
    checked = words(client.get(check))
    assert "2 schools will be added" in checked
    unsure = client.post(check, {"member_from": "2026-09-01"})
    assert unsure.status_code == 422
    assert not School.objects.exists()

    added = client.post(check, {"member_from": "2026-09-01", "is_sure": "on"})

    assert added.url == address("changelist")
    assert list(School.objects.order_by("urn").values_list("urn", "name", "phase")) == [
        (136341, "Lampton Academy", "secondary"),
        (145475, "Southville Primary School", "primary"),
    ]
    assert set(Membership.objects.values_list("from_on", flat=True)) == {date(2026, 9, 1)}
    assert client.get(pick).url == address("from_gias")


def test_a_file_that_is_no_gias_extract_is_refused_in_a_sentence(client, manager):
    upload = csv_upload(("URN", "Pupils"), ("136341", "1530"))

    answer = client.post(address("from_gias"), {"file": upload})

    assert answer.status_code == 422
    assert "This file has no column “EstablishmentName”" in words(answer)
    assert not GiasFile.objects.exists()


def test_a_school_is_added_by_hand(client, manager):
    given = {
        "name": "New School", "urn": "150000", "phase": "primary", "status": "open",
        "postcode": "tw3 4ep", "member_from": "2026-09-01",
    }  # fmt: skip

    answer = client.post(address("by_hand"), given)

    school = School.objects.get()
    assert answer.url == address("change", school.pk)
    assert (school.name, school.postcode) == ("New School", "TW3 4EP")
    again = client.post(address("by_hand"), given)
    assert again.status_code == 422
    assert "150000 is the number of New School" in words(again)
    assert School.objects.count() == 1


def test_facts_are_changed_and_the_history_says_by_whom(client, manager):
    school = make_school(name="Lampton School", urn=136341)
    form = {
        "name": "Lampton Academy", "phase": "secondary", "status": "open", "kind": "",
        "postcode": "", "local_authority": "", "laestab": "", "lowest_age": "", "highest_age": "",
        "closed_on": "", "office_email": "office@lampton.example", "finance_email": "",
    }  # fmt: skip

    client.post(address("facts", school.pk), form)

    school.refresh_from_db()
    assert (school.name, school.office_email) == ("Lampton Academy", "office@lampton.example")
    latest = school.history.first()
    assert (latest.name, latest.history_user) == ("Lampton Academy", manager)
    assert "Lampton School" in words(client.get(address("history", school.pk)))
    assert Act.objects.get().after == {"fields": ["name", "office_email"]}


def test_an_earlier_version_is_read_and_never_brought_back(client, manager):
    school = make_school(name="Lampton School", urn=102538)
    earlier = address("simple_history", school.pk, school.history.get().pk)
    form = {"name": "Changed", "urn": "136341", "phase": "primary", "status": "open"}

    assert client.get(earlier).status_code == 200
    assert client.post(earlier, form).status_code == 403

    school.refresh_from_db()
    assert (school.name, school.urn) == ("Lampton School", 102538)


def test_a_new_urn_needs_a_reason_and_a_tick(client, manager):
    school = make_school(name="Lampton School", urn=102538)
    given = {"urn": "136341", "converted_on": "2010-10-01"}

    for missing in ({"reason": "Academy"}, {"is_sure": "on"}):
        assert client.post(address("new_urn", school.pk), given | missing).status_code == 422
    assert not FormerUrn.objects.exists()

    client.post(address("new_urn", school.pk), given | {"reason": "Academy", "is_sure": "on"})

    school.refresh_from_db()
    assert school.urn == 136341
    assert FormerUrn.objects.get().urn == 102538


def test_membership_begins_and_ends_on_pages_of_their_own(client, manager):
    school = make_school(member=False)

    client.post(address("join", school.pk), {"from_on": "2026-09-01"})
    membership = Membership.objects.get()
    client.post(
        address("leave", school.pk, membership.pk),
        {"last_day": "2027-07-21", "reason": "Left", "is_sure": "on"},
    )

    membership.refresh_from_db()
    assert (membership.from_on, membership.to_on) == (date(2026, 9, 1), date(2027, 7, 21))
    refused = client.post(address("join", school.pk), {"from_on": "2027-07-21"})
    assert refused.status_code == 422
    assert Membership.objects.count() == 1


def test_a_school_leaves_on_one_page_and_may_stay_after_all(client, manager):
    school = make_school()
    rep = make_colleague(school=school, email="rep@our.example", role=Role.REP)
    give_credits(school=school)
    booking = make_booking(cohort=make_cohort(), school=school, by=rep)
    leave = address("leave", school.pk, school.memberships.get().pk)
    settled = {"last_day": "2099-07-21", "reason": "Left", "is_sure": "on"}

    page = client.get(leave).content.decode()
    client.post(leave, {**settled, "gives_up": [f"booking:{booking.pk}"]})
    departure = Departure.objects.get()
    room = client.get(address("change", school.pk)).content.decode()
    stay = address("stay", school.pk, departure.membership_id)
    stayed = client.post(stay, {"reason": "They stay", "is_sure": "on"})

    assert booking.named_as in page
    assert departure.gives_up == [f"booking:{booking.pk}"]
    assert "It stays after all" in room
    assert stayed.status_code == 302
    assert school.memberships.get().to_on is None
    assert client.get(stay).status_code == 404


def test_the_membership_of_another_school_is_not_found(client, manager):
    ours, theirs = make_school(name="Ours"), make_school(name="Theirs")

    answer = client.get(address("leave", ours.pk, theirs.memberships.get().pk))

    assert answer.status_code == 404


def test_a_roll_is_entered_by_hand_with_a_reason(client, manager):
    school = make_school()
    given = {"pupils": "485", "census_on": "2026-01-15", "definition": "headcount"}

    assert client.post(address("roll", school.pk), given).status_code == 422
    assert not PupilRoll.objects.exists()
    client.post(address("roll", school.pk), given | {"reason": "Its own return"})

    assert PupilRoll.objects.get().reason == "Its own return"
    assert "Its own return" in words(client.get(address("change", school.pk)))


PAGES = ("change", "facts", "new_urn", "former_urn", "join", "roll", "history")


def test_only_the_hub_manager_gets_in(client):
    cast = make_cast()
    school = cast.our_school
    for person in (None, cast.rep, cast.headteacher, make_finance_officer()):
        client.logout()
        if person is not None:
            client.force_login(person)
        for name in ("changelist", "from_gias", "by_hand"):
            assert client.get(address(name)).status_code in (302, 403, 404), (person, name)
        for name in PAGES:
            assert client.get(address(name, school.pk)).status_code in (302, 403, 404)
        answer = client.post(address("join", school.pk), {"from_on": "2026-09-01"})
        assert answer.status_code in (302, 403, 404)
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "x", "1 OR 1"])
def test_a_school_that_is_not_there_is_not_found(client, manager, pk):
    assert client.get(f"{address('changelist')}{pk}/change/").status_code == 404


def test_a_school_is_never_deleted(client, manager):
    school = make_school()

    assert client.post(address("delete", school.pk), {"post": "yes"}).status_code == 403
    assert School.objects.filter(pk=school.pk).exists()


def test_the_list_can_be_taken_away(client, manager):
    school = make_school(name="=HYPERLINK(1)", urn=136341)
    make_roll(school=school, by=manager, pupils=1530)
    fields = {f"schoolresource_{name}": "on" for name in ("urn", "name", "pupils", "rep")}

    answer = client.post(address("export"), {"format": "0", "resource": "", **fields})

    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig")
    assert "136341,'=HYPERLINK(1)" in text
    assert "1530" in text
