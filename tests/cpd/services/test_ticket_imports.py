"""Lists of SCITT graduates: every row said right, issued whole or not at all. Rule FT-1."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cpd.errors import TicketListIsGone, TicketListWrong
from cpd.models import FabulinusTicket, TicketImport
from cpd.services.ticket_clock import remind_of_tickets
from cpd.services.ticket_imports import (
    ISSUED_AT_ONCE,
    issue_as_job,
    issue_tickets,
    issue_tickets_as_job,
    preview_graduates,
    put_graduates_aside,
    take_in_graduates,
    where_tickets_are,
)
from cpd.services.ticket_report import (
    remind_of_all,
    send_tickets_not_sent,
    tickets_not_sent,
)
from cpd.services.ticket_rows import MOST_ROWS
from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import run_job
from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_overdue
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import Column, xlsx_bytes
from hub_portal.shared.london import london_date
from hub_portal.shared.sheets import SheetTooBig
from hub_portal.trail.models import Act
from schools.errors import OnlyTheHub
from schools.models import Person, SchoolYear
from tests.makers.schools import NOON, make_cast, make_person
from tests.makers.tickets import make_ticket

pytestmark = pytest.mark.django_db
HEADINGS = "Name,Email,QTS award date,Award year,Former name\n"
ISSUED_BEFORE = "Name,Email,QTS award date,Award year,Issued,Redeem by\n"


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cast():
    return make_cast()


def take_in(cast, *rows, by=None, headings=HEADINGS):
    upload = SimpleUploadedFile("graduates.csv", (headings + "\n".join(rows)).encode())
    return take_in_graduates(upload=upload, by=by or cast.hub_manager, at=NOON)


def rows_of(cast, *rows):
    return preview_graduates(taken=take_in(cast, *rows), at=NOON).rows


def many(number):
    return [f"Ada {n},ada{n}@mail.example,2026-07-10,2025/26," for n in range(number)]


def issue(cast, taken, *, is_mailed=True, by=None):
    return issue_tickets(taken=taken, is_mailed=is_mailed, by=by or cast.hub_manager, at=NOON)


def test_a_list_is_looked_at_before_anything_is_issued(cast):
    people, years = Person.objects.count(), SchoolYear.objects.count()

    taken = take_in(
        cast,
        "Ada New,Ada@New.example,2026-07-10,2025/26,",
        "Bo New,bo@new.example,10/07/2026,2025-26,",
        "Cy New,cy@new.example,2015-07-10 00:00:00,2014/2015,",
    )
    preview = preview_graduates(taken=taken, at=NOON)

    assert [row.full_name for row in preview.tickets] == ["Ada New", "Bo New"]
    assert str(preview.tickets[0].last_on) == "2028-08-31"
    assert [row.problem for row in preview.problems] == [
        "A ticket for this award was good until 31 August 2017 only."
    ]
    assert (Person.objects.count(), SchoolYear.objects.count()) == (people, years)


def test_issuing_a_list_makes_people_and_tickets_and_mails_them(cast):
    taken = take_in(
        cast,
        "Ada New,Ada@New.example,2026-07-10,2025/26,",
        "Rita Rep,rita@our.example,2026-07-10,2025/26,",
    )

    issue(cast, taken)

    tickets = FabulinusTicket.objects.order_by("pk")
    assert [(t.person.full_name, t.email, t.issued_by) for t in tickets] == [
        ("Ada New", "ada@new.example", cast.hub_manager),
        ("Rita Rep", "rita@our.example", cast.hub_manager),
    ]
    taken.refresh_from_db()
    assert (taken.people_added, taken.tickets_issued, taken.saved_at) == (1, 2, NOON)
    assert not StoredFile.objects.exists()
    assert Delivery.objects.filter(kind="cpd.ticket.issued").count() == 2
    assert Act.objects.order_by("pk").last().verb == "ticket_import.saved"


def test_a_list_may_be_issued_without_mailing_anybody(cast):
    issue(cast, take_in(cast, *many(2)), is_mailed=False)

    assert list(FabulinusTicket.objects.values_list("sent_at", flat=True)) == [None, None]
    assert not Delivery.objects.exists()


def test_live_tickets_of_before_come_with_their_days_and_nobody_is_mailed(cast):
    """Rule SC-8: a hub that starts in mid-year brings what it has given out already."""
    taken = take_in(
        cast,
        "Ada Old,ada@old.example,2025-07-10,2024/25,2025-07-21,",
        "Bo Old,bo@old.example,2020-07-10,2019/20,2020-07-21,31/12/2026",
        "Cy New,cy@new.example,2026-07-10,2025/26,,2027-01-31",
        headings=ISSUED_BEFORE,
    )

    issue(cast, taken, is_mailed=False)

    tickets = FabulinusTicket.objects.order_by("pk")
    assert [(str(london_date(t.issued_at)), str(t.last_on), t.sent_at) for t in tickets] == [
        ("2025-07-21", "2027-08-31", None),
        ("2020-07-21", "2026-12-31", None),
        ("2026-11-20", "2027-01-31", None),
    ]
    remind_of_tickets(at=NOON + timedelta(days=12))
    assert not Delivery.objects.exists()


def test_days_a_ticket_of_before_cannot_have_had_are_said(cast):
    rows = preview_graduates(
        taken=take_in(
            cast,
            "Ada,a@old.example,2026-07-10,2025/26,2026-12-01,",
            "Bo,b@old.example,2026-07-10,2025/26,2026-07-09,",
            "Cy,c@old.example,2026-07-10,2025/26,July,",
            "Di,d@old.example,2026-07-10,2025/26,,2026-11-19",
            "Ed,e@old.example,2026-07-10,2025/26,,2062-08-31",
            "Flo,f@old.example,2026-07-10,2025/26,,soon",
            headings=ISSUED_BEFORE,
        ),
        at=NOON,
    ).rows

    assert [row.problem for row in rows] == [
        "The day it was issued is still to come.",
        "It was issued before the award: look at both dates.",
        "“July” is no date: write it like 2026-07-10.",
        "A ticket for this award was good until 19 November 2026 only.",
        "A ticket for this award ends by 7 July 2037: look at its last day.",
        "“soon” is no date: write it like 2026-07-10.",
    ]


def test_tickets_not_sent_are_sent_with_one_press_once(cast):
    issue(cast, take_in(cast, *many(3)), is_mailed=False)
    make_ticket()
    assert tickets_not_sent(at=NOON).count() == 3

    assert send_tickets_not_sent(by=cast.hub_manager, at=NOON) == 3
    assert send_tickets_not_sent(by=cast.hub_manager, at=NOON) == 0

    issued = Delivery.objects.filter(kind="cpd.ticket.issued")
    assert sorted(issued.values_list("to", flat=True))[:3] == [
        f"ada{n}@mail.example" for n in range(3)
    ]
    assert issued.count() == 4
    assert Act.objects.filter(verb="ticket.sent").count() == 3
    assert set(FabulinusTicket.objects.values_list("sent_at", flat=True)) == {NOON}


def test_only_the_hub_sends_what_was_not_sent_and_never_what_is_past(cast):
    issue(cast, take_in(cast, *many(2)), is_mailed=False)

    with pytest.raises(OnlyTheHub):
        send_tickets_not_sent(by=cast.rep, at=NOON)
    assert send_tickets_not_sent(by=cast.hub_manager, at=NOON + timedelta(days=900)) == 0

    assert not Delivery.objects.exists()


def test_a_ticket_never_sent_is_not_reminded_of_by_hand(cast):
    issue(cast, take_in(cast, *many(2)), is_mailed=False)

    assert remind_of_all(by=cast.hub_manager, at=NOON) == 0

    assert not Delivery.objects.exists()


def test_issuing_the_same_list_again_issues_nothing(cast):
    issue(cast, take_in(cast, *many(2)))

    preview = issue(cast, take_in(cast, *many(2)))

    assert (len(preview.held_already), preview.tickets) == (2, [])
    assert FabulinusTicket.objects.count() == 2


def test_what_is_wrong_with_a_row_is_said(cast):
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()

    rows = rows_of(
        cast,
        ",a@x.example,2026-07-10,2025/26,",
        "Ann,a at x,2026-07-10,2025/26,",
        "Ann,,2026-07-10,2025/26,",
        "Ann,office@our.example,2026-07-10,2025/26,",
        "Ann,b@x.example,July,2025/26,",
        "Ann,c@x.example,2026-07-10,25/26,",
        "Ann,d@x.example,2026-07-10,2025/27,",
        "Ann,e@x.example,2027-07-10,2026/27,",
        "Ann,f@x.example,2026-07-10,2020/21,",
        "Ann,g@x.example,2026-07-10,2025/26,",
        "Ann,G@X.example,2026-07-10,2025/26,",
    )

    assert [row.problem for row in rows] == [
        "Give the person’s name, in at most 150 characters.",
        "Give an email address, like name@school.org.",
        "Give an email address, like name@school.org.",
        rows[3].problem,
        "“July” is no date: write it like 2026-07-10.",
        "“25/26” is no award year: write it like 2025/26.",
        "“2025/27” is no award year: write it like 2025/26.",
        "The date of the award is still to come.",
        "An award on 10 July 2026 does not go with 2020/21.",
        "",
        "This address stands in the list twice.",
    ]
    assert "office@our.example" in rows[3].problem


def test_known_people_and_former_names_are_pointed_out(cast):
    make_person(full_name="Jess Taylor", email="jess@mail.example")
    make_person(full_name="Ola Known", email="ola@mail.example")
    holder = make_ticket(full_name="Hal Holder", email="hal@mail.example")

    rows = rows_of(
        cast,
        "Ola Known,ola@mail.example,2026-07-10,2025/26,",
        "Jess Owens,jess@mail.example,2026-07-10,2025/26,",
        "Jess Owens,jess.owens@mail.example,2026-07-10,2025/26,Jess Taylor",
        "Ola Known,ola.k@mail.example,2026-07-10,2025/26,",
        "Hal Holder,hal@mail.example,2026-07-10,2025/26,",
        "Hal Holder,hal@mail.example ,2025-07-10,2024/25,",
        "Una Unknown,una@mail.example,2026-07-10,2025/26,",
    )

    elsewhere = (
        " is known by another address. If that is the same person, put that address into your list."
    )
    assert [row.note for row in rows] == [
        "Known to the portal.",
        "Known by this address as Jess Taylor, a former name perhaps.",
        f"Jess Taylor{elsewhere}",
        f"Ola Known{elsewhere}",
        "Has a ticket of another award. Known to the portal.",
        "Has a ticket of another award. Known to the portal.",
        "",
    ]
    assert [row.has_ticket for row in rows] == [False, False, False, False, True, False, False]
    assert rows[4].person == holder.person


def test_a_list_with_a_wrong_row_is_refused_whole(cast):
    taken = take_in(cast, *many(2), "Ann,a at x,2026-07-10,2025/26,")
    people, acts = Person.objects.count(), Act.objects.count()

    for act in (issue_tickets, issue_tickets_as_job):
        with pytest.raises(TicketListWrong):
            act(taken=taken, is_mailed=True, by=cast.hub_manager, at=NOON)

    assert (Person.objects.count(), Act.objects.count()) == (people, acts)
    assert not FabulinusTicket.objects.exists()
    assert not Job.objects.exists()
    assert StoredFile.objects.exists()


def test_a_failure_half_way_issues_no_ticket_at_all(cast, monkeypatch):
    from cpd.services import ticket_imports

    taken, issued = take_in(cast, *many(3)), []
    real = ticket_imports.issue_ticket

    def fails_at_the_third(**facts):
        if len(issued) == 2:
            raise RuntimeError("the machine stops")
        issued.append(real(**facts))

    monkeypatch.setattr(ticket_imports, "issue_ticket", fails_at_the_third)
    people = Person.objects.count()

    with pytest.raises(RuntimeError):
        issue(cast, taken)

    assert len(issued) == 2
    assert not FabulinusTicket.objects.exists()
    assert Person.objects.count() == people
    assert not Delivery.objects.exists()


def test_a_long_list_is_issued_by_a_job_that_says_how_far_it_is(cast):
    taken = take_in(cast, *many(ISSUED_AT_ONCE + 1))
    assert preview_graduates(taken=taken, at=NOON).is_long

    job = issue_tickets_as_job(taken=taken, is_mailed=False, by=cast.hub_manager, at=NOON)
    assert not FabulinusTicket.objects.exists()
    run_job(job_id=job.pk, at=NOON + timedelta(minutes=10))

    job.refresh_from_db()
    assert (job.has_succeeded, job.done, job.total) == (True, 61, 61)
    assert job.sentence == "61 tickets issued."
    assert FabulinusTicket.objects.filter(issued_by=cast.hub_manager).count() == 61
    assert where_tickets_are(job) == "/admin/cpd/fabulinusticket/"


def test_a_job_that_was_done_already_issues_nothing_again(cast):
    taken = take_in(cast, *many(2))
    job = issue_tickets_as_job(taken=taken, is_mailed=True, by=cast.hub_manager, at=NOON)
    issue(cast, taken)

    outcome = issue_as_job(job)

    assert outcome.sentence == "2 tickets issued."
    assert FabulinusTicket.objects.count() == 2


def test_a_list_put_aside_is_deleted_and_cannot_be_issued(cast):
    taken = take_in(cast, *many(1))

    put_graduates_aside(taken=taken, by=cast.hub_manager, at=NOON)

    taken.refresh_from_db()
    with pytest.raises(TicketListIsGone):
        issue(cast, taken)
    with pytest.raises(TicketListIsGone):
        put_graduates_aside(taken=taken, by=cast.hub_manager, at=NOON)
    assert not StoredFile.objects.exists()


def test_a_list_nobody_decides_about_is_deleted_after_seven_days(cast):
    taken = take_in(cast, *many(1))

    assert delete_overdue(at=NOON + timedelta(days=6, hours=23)) == 0
    assert delete_overdue(at=NOON + timedelta(days=7, minutes=1)) == 1

    taken.refresh_from_db()
    with pytest.raises(TicketListIsGone):
        preview_graduates(taken=taken, at=NOON)


def test_only_a_hub_manager_sends_in_and_issues(cast):
    with pytest.raises(OnlyTheHub):
        take_in(cast, *many(1), by=cast.rep)
    assert not TicketImport.objects.exists()
    taken = take_in(cast, *many(1))

    for act in (issue_tickets, issue_tickets_as_job):
        with pytest.raises(OnlyTheHub):
            act(taken=taken, is_mailed=True, by=cast.rep, at=NOON)
    with pytest.raises(OnlyTheHub):
        put_graduates_aside(taken=taken, by=cast.rep, at=NOON)


def test_a_workbook_is_read_like_a_csv_file(cast):
    names = HEADINGS.strip().split(",")
    columns = [
        Column(name, lambda row, place=place: row[place]) for place, name in enumerate(names)
    ]
    row = ("Ada New", "ada@new.example", NOON.date().replace(month=7), "2025/26", "")
    content = xlsx_bytes(columns=columns, rows=[row])
    upload = SimpleUploadedFile("graduates.xlsx", content)

    taken = take_in_graduates(upload=upload, by=cast.hub_manager, at=NOON)

    [read] = preview_graduates(taken=taken, at=NOON).rows
    assert (read.problem, str(read.award.award_on)) == ("", "2026-07-20")


@pytest.mark.parametrize(
    "content",
    [
        b"Name,Email\nAnn,a@x.example\n",
        HEADINGS.encode() + b"Nia\x00,x@y.example,2026-07-10,2025/26,\n\x00",
        b"\x89PNG\r\n\x1a\n" + b"0" * 50,
        b"",
    ],
)
def test_a_bad_file_gets_a_sentence_and_is_not_kept(cast, content):
    upload = SimpleUploadedFile("graduates.csv", content)

    with pytest.raises(PortalError) as refused:
        take_in_graduates(upload=upload, by=cast.hub_manager, at=NOON)

    assert refused.value.sentence
    assert not TicketImport.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_list_that_is_too_long_is_refused(cast):
    with pytest.raises(SheetTooBig) as refused:
        take_in(cast, *many(MOST_ROWS + 1))

    assert "2,000 rows" in refused.value.sentence
    assert not TicketImport.objects.exists()
