"""Lists of people and posts: every row said right, saved whole or not at all. Rule SC-8."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub_portal.files.models import StoredFile
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import Column, xlsx_bytes
from hub_portal.shared.sheets import MissingColumns
from hub_portal.trail.models import Act
from schools.choices import Role
from schools.errors import OnlyTheHub, PeopleListIsGone, PeopleListWrong
from schools.models import Appointment, FormerUrn, PeopleImport, Person
from schools.services.people_imports import (
    preview_people,
    put_people_list_aside,
    save_people_list,
    take_in_people_list,
)
from tests.makers.schools import NOON, make_cast, make_school

pytestmark = pytest.mark.django_db
HEADINGS = "School URN,Name,Email,Role,Job title,From\n"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def new_school():
    return make_school(name="Feltham Hill", urn=102499)


def take_in(cast, *rows, by=None, headings=HEADINGS):
    upload = SimpleUploadedFile("people.csv", (headings + "\n".join(rows)).encode())
    return take_in_people_list(upload=upload, by=by or cast.hub_manager, at=NOON)


def said(cast, *rows):
    preview = preview_people(taken=take_in(cast, *rows), at=NOON)
    return [row.problem or ("held" if row.is_held_already else "post") for row in preview.rows]


def test_a_list_is_looked_at_before_anything_is_saved(cast, new_school):
    people = Person.objects.count()

    taken = take_in(
        cast,
        "102499,Nia New,Nia@new.example,Rep,Assistant head,2026-09-01",
        "102499,Rita Rep,rita@our.example,headteacher,,",
        "102499,Olu Without,,staff,,",
    )
    preview = preview_people(taken=taken, at=NOON)

    assert [row.full_name for row in preview.new_people] == ["Nia New", "Olu Without"]
    assert (len(preview.posts), preview.problems) == (3, [])
    assert preview.rows[1].person == cast.rep
    assert Person.objects.count() == people


def test_saving_a_list_adds_people_and_posts_and_mails_nobody(cast, new_school):
    taken = take_in(
        cast,
        "102499,Nia New,Nia@new.example,Rep,Assistant head,2026-09-01",
        "102499,Rita Rep,rita@our.example,headteacher,,",
    )

    save_people_list(taken=taken, by=cast.hub_manager, at=NOON)

    posts = Appointment.objects.filter(school=new_school).order_by("pk")
    assert [(p.person.full_name, p.role, p.job_title, str(p.from_on)) for p in posts] == [
        ("Nia New", Role.REP, "Assistant head", "2026-09-01"),
        ("Rita Rep", Role.HEADTEACHER, "", "2026-11-20"),
    ]
    taken.refresh_from_db()
    assert (taken.people_added, taken.posts_added, taken.saved_at) == (1, 2, NOON)
    assert not StoredFile.objects.exists()
    assert not Delivery.objects.exists()
    assert Act.objects.order_by("pk").last().verb == "people_import.saved"


def test_saving_the_same_list_again_adds_nothing(cast, new_school):
    row = "102499,Nia New,nia@new.example,rep,,"
    save_people_list(taken=take_in(cast, row), by=cast.hub_manager, at=NOON)
    posts = Appointment.objects.count()

    preview = save_people_list(taken=take_in(cast, row), by=cast.hub_manager, at=NOON)

    assert (len(preview.held_already), preview.posts) == (1, [])
    assert Appointment.objects.count() == posts


def test_what_is_wrong_with_a_row_is_said(cast, new_school):
    new_school.office_email = "office@new.example"
    new_school.save()
    ours = cast.our_school.urn

    assert said(
        cast,
        "999999,Ann,ann@x.example,staff,,",
        "102499,,ann@x.example,staff,,",
        "102499,Ann,ann@x.example,caretaker of all,,",
        "102499,Ann,ann at x,staff,,",
        "102499,Ann,office@new.example,staff,,",
        "102499,Ann,,rep,,",
        "102499,Ann,ann@x.example,staff,,31 September",
        "102499,Ann,ann@x.example,staff,,2027-09-01",
        f"{ours},Ann,ann@x.example,rep,,",
        f"{ours},Rita Rep,rita@our.example,rep,,",
        "102499,Ann,ann@x.example,staff,,",
        "102499,Ann,ann@x.example,staff,,",
        "102499,Bea,bea@x.example,rep,,",
        "102499,Cal,cal@x.example,rep,,",
    ) == [
        "The portal knows no school with the URN “999999”.",
        "Give the person’s name, in at most 150 characters.",
        "“caretaker of all” is no role: say rep, deputy, headteacher or staff.",
        "“ann at x” is no email address.",
        "office@new.example is a mailbox that a school shares.",
        "A steering group rep needs an email address.",
        "“31 September” is no date: write it like 2026-09-01.",
        "A post begins today or earlier.",
        "Rita Rep is steering group rep there already: hand over instead.",
        "held",
        "post",
        "This row stands in the list twice.",
        "post",
        "The list names two people as steering group rep.",
    ]


def test_a_list_with_a_wrong_row_is_refused_whole(cast, new_school):
    taken = take_in(cast, "102499,Nia New,nia@new.example,rep,,", "1,Ann,,staff,,")
    people, acts = Person.objects.count(), Act.objects.count()

    with pytest.raises(PeopleListWrong):
        save_people_list(taken=taken, by=cast.hub_manager, at=NOON)

    assert (Person.objects.count(), Act.objects.count()) == (people, acts)
    assert StoredFile.objects.exists()


def test_a_former_urn_finds_the_school(cast, new_school):
    FormerUrn.objects.create(school=new_school, urn=100999)

    assert said(cast, "100999,Ann,ann@x.example,staff,,") == ["post"]


def test_a_list_put_aside_is_deleted_and_cannot_be_saved(cast, new_school):
    taken = take_in(cast, "102499,Nia New,nia@new.example,rep,,")

    put_people_list_aside(taken=taken, by=cast.hub_manager, at=NOON)

    taken.refresh_from_db()
    with pytest.raises(PeopleListIsGone):
        save_people_list(taken=taken, by=cast.hub_manager, at=NOON)
    assert not StoredFile.objects.exists()
    assert not Person.objects.filter(email="nia@new.example").exists()


def test_only_a_hub_manager_sends_lists_in(cast):
    with pytest.raises(OnlyTheHub):
        take_in(cast, "102499,Nia,nia@new.example,rep,,", by=cast.rep)

    assert not PeopleImport.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_workbook_is_read_like_a_csv_file(cast, new_school):
    names = ("School URN", "Name", "Email", "Role")
    columns = [
        Column(name, lambda row, place=place: row[place]) for place, name in enumerate(names)
    ]
    content = xlsx_bytes(columns=columns, rows=[(102499, "Nia New", "nia@new.example", "rep")])
    upload = SimpleUploadedFile("people.xlsx", content)

    taken = take_in_people_list(upload=upload, by=cast.hub_manager, at=NOON)

    assert [row.problem for row in preview_people(taken=taken, at=NOON).rows] == [""]


@pytest.mark.parametrize(
    "content",
    [
        b"URN,Name\n1,Ann\n",
        b"School URN,Name,Email,Role\n102499,Nia\x00,x@y.example,rep\n",
        b"School URN,Name,Email,Role\n102499,=1+1,x@y.example,rep\n",
        b"\x89PNG\r\n\x1a\n" + b"0" * 50,
        b"",
    ],
)
def test_a_bad_file_gets_a_sentence_and_is_not_kept(cast, content):
    upload = SimpleUploadedFile("people.csv", content)

    with pytest.raises(PortalError) as refused:
        take_in_people_list(upload=upload, by=cast.hub_manager, at=NOON)

    assert refused.value.sentence
    assert not PeopleImport.objects.exists()
    assert not StoredFile.objects.exists()
    assert issubclass(MissingColumns, PortalError)


def test_a_stream_of_bytes_is_no_list(cast):
    with pytest.raises(PortalError):
        take_in_people_list(
            upload=SimpleUploadedFile("x.xlsx", io.BytesIO(b"PK\x03\x04rubbish").getvalue()),
            by=cast.hub_manager,
            at=NOON,
        )
