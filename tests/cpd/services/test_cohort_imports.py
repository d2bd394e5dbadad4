"""Lists of running cohorts: every row said right, brought whole or not at all. Rule SC-8."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cpd.choices import BookingStatus, CohortStatus, PaidBy, TicketStatus
from cpd.errors import CohortListIsGone, CohortListWrong, EverybodyIsTold
from cpd.models import Attendance, Booking, Cohort, CohortImport
from cpd.services import needs_run, proofs, reminders
from cpd.services.cohort_imports import (
    SAVED_AT_ONCE,
    preview_running_cohorts,
    put_running_cohorts_aside,
    save_as_job,
    save_running_cohorts,
    save_running_cohorts_as_job,
    take_in_running_cohorts,
    where_cohorts_are,
)
from cpd.services.cohort_rows import COLUMNS, MORE_COLUMNS, MOST_ROWS
from cpd.services.digests import send_digests
from cpd.services.settling import settle_cohort
from cpd.services.telling import tell_delegates
from credits.errors import SchoolHasTooFew
from credits.models import JournalEntry
from credits.services.books import reconcile_ledger
from credits.services.figures import figures_of
from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import run_job
from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_overdue
from hub_portal.mail.models import Delivery
from hub_portal.shared.errors import PortalError
from hub_portal.shared.exports import Column, xlsx_bytes
from hub_portal.shared.sheets import SheetTooBig
from hub_portal.trail.models import Act
from schools.errors import OnlyTheHub
from schools.models import Appointment, Person
from schools.services.calendar import school_year_of
from tests.makers.cpd import give_credits, make_cohort, make_order, make_programme
from tests.makers.schools import NOON, make_cast, make_colleague, make_school
from tests.makers.tickets import make_ticket

pytestmark = pytest.mark.django_db
HEADINGS = ",".join((*COLUMNS, *MORE_COLUMNS)) + "\n"
DATES = "2026-11-05 13:30-16:30; 2027-01-14 13:30-16:30"
"""One date that is over at NOON, one to come."""


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cast():
    cast = make_cast()
    give_credits(school=cast.our_school, credits=100)
    return cast


@pytest.fixture
def programme():
    return make_programme(title="Coaching conversations", slug="coaching", tickets_welcome=True)


def row(cohort="A", **said):
    """One row of a list; the columns that are not said are empty."""
    cells = {"Cohort": cohort, **said}
    return ",".join(f'"{cells.get(name, "")}"' for name in (*COLUMNS, *MORE_COLUMNS))


def course(cohort="A", **said):
    """The first row of a cohort."""
    facts = {"Programme": "Coaching conversations", "Dates": DATES, "Places": "8", "Price": "12"}
    return row(cohort, **{**facts, **said})


def take_in(cast, *rows, by=None):
    upload = SimpleUploadedFile("courses.csv", (HEADINGS + "\n".join(rows)).encode())
    return take_in_running_cohorts(upload=upload, by=by or cast.hub_manager, at=NOON)


def previewed(cast, *rows):
    return preview_running_cohorts(taken=take_in(cast, *rows), at=NOON)


def problems(cast, *rows):
    return [each.problem for each in previewed(cast, *rows).rows]


def save(cast, *rows, by=None):
    return save_running_cohorts(taken=take_in(cast, *rows), by=by or cast.hub_manager, at=NOON)


def at_our_school(cast, **said):
    return {"School": cast.our_school.urn, **said}


def two_places(cast):
    return (
        course(
            Delegate="Tom Teacher",
            Email="tom@our.example",
            **{"Booked on": "2026-10-05", "Attended": "1"},
            **at_our_school(cast),
        ),
        row(Delegate="Una Unknown", Credits="10", **at_our_school(cast)),
    )


# ---- Looking at a list --------------------------------------------------------------------------


def test_a_list_is_looked_at_before_anything_is_saved(cast, programme):
    people = Person.objects.count()

    preview = previewed(
        cast,
        *two_places(cast),
        course("B", Programme="COACHING", Dates="3/2/2027 9.00 to 12.00", Price="0"),
    )

    assert preview.problems == []
    assert [(b.cohort.reference, b.places, b.cohort.capacity) for b in preview.cohorts] == [
        ("A", 2, 8),
        ("B", 0, 8),
    ]
    [cost] = preview.costs
    assert (cost.school, cost.places, cost.commits, cost.available) == (
        cast.our_school,
        2,
        22,
        100,
    )
    assert [r.note for r in preview.rows] == [
        "New person.",
        "No address: mail goes to the rep.",
        "",
    ]
    assert (Person.objects.count(), Cohort.objects.count()) == (people, 0)


def test_odd_dates_are_warned_of_and_stop_nothing(cast, programme):
    preview = previewed(cast, course(Dates="2026-11-05 13:30-16:30; 2027-01-10 13:30-16:30"))

    [brought] = preview.cohorts
    assert preview.problems == []
    assert brought.warnings == ["Sunday 10 January 2027 is at a weekend."]


def test_what_is_wrong_with_a_course_is_said_at_its_first_row(cast, programme):
    make_cohort(programme=programme, starts_at=datetime(2027, 3, 4, 9, 0, tzinfo=UTC))
    make_programme(title="Twice", slug="twice-1")
    make_programme(title="Twice", slug="twice-2")

    assert problems(
        cast,
        course("", Delegate="X"),
        course("A", Programme="Invented"),
        row("A", Delegate="Tom", **at_our_school(cast)),
        course("B", Programme="Twice"),
        course("C", Dates=""),
        course("D", Dates="soon"),
        course("E", Dates="2027-01-14 16:30-13:30"),
        course("F", Dates="2027-01-14 25:30-26:30"),
        course("G", Dates="2026-11-05 13:30-16:30"),
        course("H", Dates="2027-03-04 09:00-12:00"),
        course("I", Dates="2027-01-14 13:30-16:30; 2027-01-14 13:30-15:30"),
        course("J", Places="0"),
        course("K", Places="many"),
        course("L", Price="-1"),
        course("M", **{"Booking opens": "2027-02-01"}),
        course("N", **{"Booking opens": "now"}),
        course("O", Venue="v" * 201),
        course("P"),
        course("Q"),
        row("P", Venue="Elsewhere"),
    ) == [
        "Say under Cohort which course this is: the same word for all its rows.",
        "There is no programme “Invented”. Add it first, or mend its title.",
        "The first row of “A” has to be put right.",
        "Several programmes are called “Twice”: write twice-1 or twice-2.",
        (
            "The dates are missing: write each date like 2027-01-14 13:30-16:30, several with a ; "
            "between them."
        ),
        (
            "“soon” is no date with its hours: write each date like 2027-01-14 13:30-16:30, "
            "several with a ; between them."
        ),
        "“2027-01-14 16:30-13:30” ends before it begins.",
        (
            "“2027-01-14 25:30-26:30” is no date with its hours: write each date like 2027-01-14 "
            "13:30-16:30, several with a ; between them."
        ),
        "This course is over: count what it cost as spent in the opening figures.",
        "Coaching conversations on Thursday 4 March 2027, 9am is in the portal already.",
        "One date stands there twice.",
        "“0” is no number of places: write a whole number, 1 to 2000.",
        "“many” is no number of places: write a whole number, 1 to 2000.",
        "“-1” is no number of credits: write a whole number, 0 to 9999.",
        "Booking closes before it opens.",
        "“now” is no date: write it like 2027-01-14.",
        "Say the venue in at most 200 characters.",
        "",
        "Another course of the list is Coaching conversations on the same date.",
        "Venue is another than in the first row of “P”.",
    ]


def test_what_is_wrong_with_a_place_is_said_at_its_row(cast, programme):
    stranger = make_school(name="Far Away School", member=False)
    cast.our_school.office_email = "office@our.example"
    cast.our_school.save()
    ours = at_our_school(cast)

    said = problems(
        cast,
        course(Delegate="Tom", School="Nowhere School"),
        row(Delegate="Tom", School=stranger.urn),
        row(Delegate="Tom", Email="tom at our", **ours),
        row(Delegate="Tom", Email="office@our.example", **ours),
        row(Email="tom@our.example", **ours),
        row(Delegate="Tom", **{"Paid by": "cash"}, **ours),
        row(Delegate="Tom", Credits="0", **{"Paid by": "credits"}, **ours),
        row(Delegate="Tom", Credits="1.5", **ours),
        row(Delegate="Tom", **{"Booked on": "2026-11-21"}, **ours),
        row(Delegate="Tom", Attended="2", **ours),
        row(Delegate="Tom", Attended="yes", **ours),
        row(Attended="all", **ours),
        row(Delegate="Jess", Email="jess@mail.example", **{"Paid by": "ticket"}),
        row(**{"Paid by": "ticket"}),
        row(Delegate="Tom", School="lampton  SCHOOL"),
        row(Delegate="TOM", **ours),
    )

    assert [*said[:3], *said[4:]] == [
        "The portal knows no school “Nowhere School”: write its URN.",
        "Far Away School is no member today.",
        "Give an email address, like name@school.org.",
        "There is an address and no name.",
        "“cash” is no way to pay: write credits, ticket or free.",
        "Paid by credits, and it cost none: write free.",
        "“1.5” is no number of credits: write a whole number, 0 to 9999.",
        "The day it was booked is still to come.",
        "Date number 2 is not over, or there is no such date.",
        "“yes” under Attended: write all, none, or numbers like 1; 3.",
        "Nobody is named who could have attended.",
        (
            "This person has no ticket to redeem. Send in the list of graduates first, with the "
            "same address."
        ),
        "A ticket has a holder: write their name and address.",
        "",
        "This delegate stands on this course twice.",
    ]
    assert "office@our.example" in said[3]


def test_too_many_and_too_dear_is_said_where_it_begins(cast, programme):
    ours = at_our_school(cast)

    assert problems(
        cast,
        course(Places="2", Price="40", Delegate="Ann", **ours),
        row(Delegate="Bo", **ours),
        row(Delegate="Cy", **ours),
    ) == [
        (
            "Lampton School has 100 credits available, and this list commits 120. Send in its "
            "opening figures first, or mend what was paid."
        ),
        "",
        "“A” has 2 places only.",
    ]


def test_tickets_take_their_share_once_and_only_where_welcome(cast, programme):
    make_programme(title="Closed", slug="closed")
    for name in ("ann", "bo", "cy"):
        make_ticket(full_name=name, email=f"{name}@mail.example", is_mailed=False)

    def holder(name, cohort="A"):
        said = {"Delegate": name, "Email": f"{name}@mail.example", "Paid by": "ticket"}
        return row(cohort, **said)

    assert problems(
        cast,
        course("A"),
        holder("ann"),
        holder("bo"),
        holder("cy"),
        course("B", Dates="2027-02-04 09:00-12:00"),
        holder("ann", "B"),
        course("C", Programme="closed"),
        holder("cy", "C"),
    ) == [
        "",
        "",
        "",
        "Tickets take 2 places of this course at most.",
        "",
        "This ticket is used for another course of the list.",
        "",
        "Closed does not take tickets.",
    ]


# ---- Saving it ----------------------------------------------------------------------------------


def test_saving_brings_cohorts_and_places_and_mails_nobody(cast, programme):
    make_colleague(school=cast.our_school, full_name="Tom Teacher", email="tom@our.example")

    save(cast, *two_places(cast))

    cohort = Cohort.objects.get()
    assert (cohort.status, cohort.price, cohort.capacity) == (CohortStatus.OFFERED, 12, 8)
    assert cohort.booking_closes_at == cohort.starts_at == datetime(2026, 11, 5, 13, 30, tzinfo=UTC)
    bookings = Booking.objects.order_by("pk")
    assert [
        (b.named_as, b.school, b.paid_by, b.price, b.status, b.booked_by, b.is_told)
        for b in bookings
    ] == [
        ("Tom Teacher", cast.our_school, PaidBy.CREDITS, 12, BookingStatus.BOOKED, cast.rep, False),
        ("Una Unknown", cast.our_school, PaidBy.CREDITS, 10, BookingStatus.BOOKED, cast.rep, False),
    ]
    assert bookings[0].booked_at == datetime(2026, 10, 4, 23, 0, tzinfo=UTC)
    una = Appointment.objects.get(person=bookings[1].delegate)
    assert (una.school, una.person.full_name) == (cast.our_school, "Una Unknown")
    taken = CohortImport.objects.get()
    assert (taken.cohorts_added, taken.places_added, taken.saved_at) == (1, 2, NOON)
    assert not StoredFile.objects.exists()
    assert not Delivery.objects.exists()


def test_its_credits_are_committed_in_the_books_and_proved(cast, programme):
    save(cast, *two_places(cast))

    figures = figures_of(cast.our_school, school_year_of(NOON.date()))
    assert (figures.committed, figures.spent, figures.available) == (22, 0, 78)
    commits = JournalEntry.objects.filter(kind="commit")
    assert sorted(commits.values_list("transfers__amount", flat=True)) == [10, 12]
    assert proofs.differences() == []
    check = reconcile_ledger(by=cast.hub_manager, at=NOON)
    assert check.differences == []
    end = datetime(2027, 1, 15, 3, 0, tzinfo=UTC)
    assert settle_cohort(cohort_id=Cohort.objects.get().pk, by=cast.hub_manager, at=end) == 2
    assert figures_of(cast.our_school, school_year_of(NOON.date())).spent == 22


def test_dates_that_are_over_come_with_their_register_and_no_school_hears(cast, programme):
    save(
        cast,
        *two_places(cast),
        row(Delegate="Abe Absent", Attended="none", **at_our_school(cast)),
    )

    marks = Attendance.objects.order_by("named_as").values_list("named_as", "mark", "told_at")
    assert list(marks) == [
        ("Abe Absent", "did_not_attend", NOON),
        ("Tom Teacher", "attended", NOON),
    ]


def test_a_place_to_be_named_and_a_free_one_are_places_too(cast, programme):
    save(cast, course(**at_our_school(cast)), row(**{"Paid by": "free"}, **at_our_school(cast)))

    places = Booking.objects.order_by("price")
    assert [(b.delegate, b.paid_by, b.price) for b in places] == [
        (None, PaidBy.FREE, 0),
        (None, PaidBy.CREDITS, 12),
    ]


def test_a_ticket_of_before_is_redeemed_by_its_holder_once(cast, programme):
    ticket = make_ticket(email="jess@mail.example", is_mailed=False)

    save(
        cast,
        course(),
        row(Delegate="Jess Owens", Email="jess@mail.example", **{"Paid by": "ticket"}),
    )

    ticket.refresh_from_db()
    booking = Booking.objects.get()
    assert (ticket.status, ticket.redeemed_by) == (TicketStatus.REDEEMED, booking)
    assert (booking.school, booking.delegate, booking.paid_by, booking.is_told) == (
        None,
        ticket.person,
        PaidBy.TICKET,
        False,
    )
    assert not Delivery.objects.exists()
    assert proofs.differences() == []


def test_every_place_and_course_has_its_act(cast, programme):
    save(cast, *two_places(cast))

    verbs = list(Act.objects.filter(by=cast.hub_manager).values_list("verb", flat=True))
    assert verbs.count("booking.brought") == 2
    assert [
        verbs.count(v) for v in ("cohort.planned", "cohort.offered", "cohort_import.saved")
    ] == [
        1,
        1,
        1,
    ]


def test_the_same_list_sent_again_brings_nothing(cast, programme):
    save(cast, *two_places(cast))

    with pytest.raises(CohortListWrong):
        save(cast, *two_places(cast))

    assert (Cohort.objects.count(), Booking.objects.count()) == (1, 2)


def test_a_list_with_a_wrong_row_is_refused_whole(cast, programme):
    taken = take_in(cast, *two_places(cast), row(Delegate="Tom", School="Nowhere"))
    people, acts = Person.objects.count(), Act.objects.count()

    for act in (save_running_cohorts, save_running_cohorts_as_job):
        with pytest.raises(CohortListWrong):
            act(taken=taken, by=cast.hub_manager, at=NOON)

    assert (Person.objects.count(), Act.objects.count()) == (people, acts)
    assert not Cohort.objects.exists()
    assert not Job.objects.exists()


def test_credits_spent_while_the_list_is_saved_refuse_all_of_it(cast, programme, monkeypatch):
    from cpd.services import running_cohorts

    taken = take_in(cast, course(Price="60", Delegate="Ann", **at_our_school(cast)))
    other = make_cohort(price=50, programme=make_programme(title="Other", slug="other"))
    real = running_cohorts.post

    def books_in_between(entries, *, by, at):
        from cpd.services.bookings import book_places

        monkeypatch.setattr(running_cohorts, "post", real)
        book_places(order=make_order(cohort=other, school=cast.our_school), by=cast.rep, at=at)
        return real(entries, by=by, at=at)

    monkeypatch.setattr(running_cohorts, "post", books_in_between)
    people = Person.objects.count()

    with pytest.raises(SchoolHasTooFew) as refused:
        save_running_cohorts(taken=taken, by=cast.hub_manager, at=NOON)

    assert "Lampton School" in refused.value.sentence
    assert Cohort.objects.exclude(pk=other.pk).count() == 0
    assert Person.objects.count() == people


def test_a_long_list_is_saved_by_a_job(cast, programme):
    rows = [row(Delegate=f"Ada {n}", **at_our_school(cast)) for n in range(SAVED_AT_ONCE)]
    taken = take_in(cast, course(Places="200", Price="0"), *rows)
    assert preview_running_cohorts(taken=taken, at=NOON).is_long

    job = save_running_cohorts_as_job(taken=taken, by=cast.hub_manager, at=NOON)
    assert not Cohort.objects.exists()
    run_job(job_id=job.pk, at=NOON + timedelta(minutes=10))

    job.refresh_from_db()
    assert (job.has_succeeded, job.done, job.total) == (True, 61, 61)
    assert job.sentence == "1 course and 60 places added. Nobody was mailed."
    assert where_cohorts_are(job) == "/admin/cpd/cohort/"
    assert save_as_job(job).sentence == job.sentence
    assert Booking.objects.count() == SAVED_AT_ONCE


def test_a_list_put_aside_or_left_is_deleted(cast, programme):
    aside, left = take_in(cast, course()), take_in(cast, course())

    put_running_cohorts_aside(taken=aside, by=cast.hub_manager, at=NOON)
    assert delete_overdue(at=NOON + timedelta(days=7, minutes=1)) == 1

    for taken in (aside, left):
        taken.refresh_from_db()
        with pytest.raises(CohortListIsGone):
            save_running_cohorts(taken=taken, by=cast.hub_manager, at=NOON)
    assert not StoredFile.objects.exists()


def test_only_a_hub_manager_sends_in_saves_and_tells(cast, programme):
    with pytest.raises(OnlyTheHub):
        take_in(cast, course(), by=cast.rep)
    assert not CohortImport.objects.exists()
    taken = take_in(cast, *two_places(cast))

    for act in (save_running_cohorts, save_running_cohorts_as_job, put_running_cohorts_aside):
        with pytest.raises(OnlyTheHub):
            act(taken=taken, by=cast.rep, at=NOON)
    save_running_cohorts(taken=taken, by=cast.hub_manager, at=NOON)
    with pytest.raises(OnlyTheHub):
        tell_delegates(cohort=Cohort.objects.get(), by=cast.rep, at=NOON)
    assert not Delivery.objects.exists()


# ---- Bad files ----------------------------------------------------------------------------------


def zip_bomb():
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return book.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"0" * 50,
        b"Cohort,Programme\nA,B\n",
        HEADINGS.encode() + b"A\x00,x\n",
        HEADINGS.encode() + b'=cmd|" /C calc"!A0,x\n',
        HEADINGS.encode() + b'"A,x\n',
        HEADINGS.encode().replace(b"Venue", b"Cohort"),
        zip_bomb(),
    ],
)
def test_a_bad_file_gets_a_sentence_and_is_not_kept(cast, content):
    upload = SimpleUploadedFile("courses.csv", content)

    with pytest.raises(PortalError) as refused:
        take_in_running_cohorts(upload=upload, by=cast.hub_manager, at=NOON)

    assert refused.value.sentence
    assert not CohortImport.objects.exists()
    assert not StoredFile.objects.exists()


def test_ten_thousand_rows_are_refused_before_they_are_read(cast, monkeypatch):
    monkeypatch.setattr("cpd.services.cohort_imports.rows_of_places", None)

    with pytest.raises(SheetTooBig) as refused:
        take_in(cast, *["A,x"] * 10_000)

    assert f"{MOST_ROWS:,} rows" in refused.value.sentence


def test_markup_and_control_characters_are_text_or_refused(cast, programme):
    [first, second] = previewed(
        cast,
        course(Delegate="<script>alert(1)</script>", **at_our_school(cast)),
        row(Delegate="Ann \u202e Owusu", **at_our_school(cast)),
    ).rows

    assert (first.full_name, first.problem) == ("<script>alert(1)</script>", "")
    assert second.problem or "\u202e" not in second.full_name


def test_a_windows_file_and_a_workbook_are_read_alike(cast, programme):
    make_programme(title="Café des maths", slug="cafe")
    text = HEADINGS + course(Programme="Café des maths")
    windows = SimpleUploadedFile("c.csv", text.encode("cp1252"))
    names = HEADINGS.strip().split(",")
    columns = [Column(name, lambda r, place=place: r[place]) for place, name in enumerate(names)]
    cells = [cell.strip('"') for cell in course(Programme="Café des maths").split('","')]
    workbook = SimpleUploadedFile("c.xlsx", xlsx_bytes(columns=columns, rows=[cells]))

    for upload in (windows, workbook):
        taken = take_in_running_cohorts(upload=upload, by=cast.hub_manager, at=NOON)
        preview = preview_running_cohorts(taken=taken, at=NOON)
        assert [(r.problem, r.cohort.programme.title) for r in preview.rows] == [
            ("", "Café des maths")
        ]


# ---- Telling the delegates ----------------------------------------------------------------------


def test_the_clock_writes_to_nobody_before_the_hub_manager_tells(cast, programme):
    tomorrow = "2026-11-21 09:00-12:00; 2026-12-14 09:00-12:00"
    save(
        cast,
        course(Dates=tomorrow, Delegate="Tom", Email="tom@our.example", **at_our_school(cast)),
        row(**at_our_school(cast)),
    )

    reminders.send_reminders(at=NOON)
    reminders.ask_for_names(at=NOON)
    needs_run.ask_for_needs(at=NOON)
    send_digests(at=NOON)

    assert not Delivery.objects.exists()


def test_delegates_and_rep_are_told_once_with_one_press(cast, programme):
    ticket = make_ticket(email="jess@mail.example", is_mailed=False)
    save(
        cast,
        *two_places(cast),
        row(Delegate="Jess Owens", Email="jess@mail.example", **{"Paid by": "ticket"}),
    )
    cohort = Cohort.objects.get()

    assert tell_delegates(cohort=cohort, by=cast.hub_manager, at=NOON) == 3
    with pytest.raises(EverybodyIsTold):
        tell_delegates(cohort=cohort, by=cast.hub_manager, at=NOON)

    told = Delivery.objects.order_by("kind", "to").values_list("kind", "to")
    assert list(told) == [
        ("cpd.booked", "rita@our.example"),  # Una Unknown has no address: Rule PE-3
        ("cpd.booked", "tom@our.example"),
        ("cpd.booked.booker", "rita@our.example"),
        ("cpd.ticket.redeemed", "jess@mail.example"),
    ]
    assert ticket.person.email == "jess@mail.example"
    assert set(Booking.objects.values_list("is_told", flat=True)) == {True}
    assert Act.objects.filter(verb="cohort.told", subject=f"cohort:{cohort.pk}").count() == 1


def test_after_telling_the_clock_reminds_like_of_any_place(cast, programme):
    soon = "2026-11-05 09:00-12:00; 2026-11-27 09:00-12:00"
    said = {"Booked on": "2026-10-05"}
    save(
        cast, course(Dates=soon, Delegate="Tom", Email="t@x.example", **said, **at_our_school(cast))
    )
    tell_delegates(cohort=Cohort.objects.get(), by=cast.hub_manager, at=NOON)
    before = Delivery.objects.count()

    reminders.send_reminders(at=NOON + timedelta(days=6))

    assert Delivery.objects.count() == before + 1


def test_of_a_course_that_is_over_nothing_is_confirmed_and_all_is_told(cast, programme):
    save(cast, *two_places(cast))
    cohort = Cohort.objects.get()
    end = datetime(2027, 1, 15, 3, 0, tzinfo=UTC)
    settle_cohort(cohort_id=cohort.pk, by=cast.hub_manager, at=end)

    assert tell_delegates(cohort=cohort, by=cast.hub_manager, at=end) == 2

    assert not Delivery.objects.exists()
