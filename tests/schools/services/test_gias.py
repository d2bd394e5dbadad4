"""Member schools picked out of a GIAS extract, and every odd case of the real files."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub_portal.files.models import StoredFile
from hub_portal.files.services.deleting import delete_overdue
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.choices import Phase, SchoolStatus
from schools.errors import GiasFileGone, NothingPicked, SchoolHasClosed, UrnInUse
from schools.models import FormerUrn, GiasFile, Membership, School
from schools.services.gias import (
    MOST_SHOWN,
    add_picked,
    keep_gias_file,
    pick,
    picked_candidates,
    rows_in,
    search,
)
from tests.makers.rolls import DATA, DEMO, csv_upload, real_upload, xlsx_upload
from tests.makers.schools import NOON, make_hub_manager, make_school

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)
HEADINGS = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName",
    "TypeOfEstablishment (name)", "EstablishmentStatus (name)", "CloseDate",
    "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "Postcode",
    "NumberOfPupils", "CensusDate",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def hub_manager():
    return make_hub_manager()


@pytest.fixture
def demo_file(hub_manager):
    upload = real_upload(DEMO / "gias_extract.csv")
    return keep_gias_file(upload=upload, by=hub_manager, at=NOON)


def small_file(by, *rows, headings=HEADINGS, make_upload=csv_upload):
    return keep_gias_file(upload=make_upload(headings, *rows), by=by, at=NOON)


def row(urn="136341", name="Lampton Academy", **cells):
    given = {
        "URN": urn,
        "EstablishmentName": name,
        "LA (code)": "313",
        "LA (name)": "Hounslow",
        "EstablishmentNumber": "4027",
        "TypeOfEstablishment (name)": "Academy converter",
        "EstablishmentStatus (name)": "Open",
        "PhaseOfEducation (name)": "Secondary",
        "StatutoryLowAge": "11",
        "StatutoryHighAge": "18",
        "Postcode": "TW3 4EP",
        "NumberOfPupils": "1530",
        "CensusDate": "17-01-2019",
        **cells,
    }
    return tuple(given.get(heading, "") for heading in HEADINGS)


def names(found):
    return [candidate.row.facts.name for candidate in found.candidates]


def tick(gias_file, *urns):
    return pick(gias_file=gias_file, shown=urns, ticked=urns)


def add(gias_file, by, member_from=SEPTEMBER):
    return add_picked(gias_file=gias_file, member_from=member_from, by=by, at=NOON)


# ---- Searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "first", "total"),
    [
        ("136341", "Lampton Academy", 1),
        ("lampton", "Lampton Academy", 1),
        ("tw3 4ep", "Lampton Academy", 1),
        ("TW34EP", "Lampton Academy", 1),
        ("strand green jun", "Strand-on-the-Green Junior School", 1),
        ("St Marys", "Our Lady and St Mary's Catholic Primary School", None),
        ("isleworth syon", "Isleworth and Syon School for Boys", 1),
        ("no such school", None, 0),
        ("", None, 0),
        ("   ", None, 0),
    ],
)
def test_schools_are_found_by_name_number_or_postcode(demo_file, words, first, total):
    found = search(gias_file=demo_file, words=words)

    if total is not None:
        assert found.total == total
    else:
        assert found.total > 0
    if first and total == 1:
        assert names(found) == [first]


def test_many_are_counted_and_the_first_ones_shown_open_ones_first(demo_file):
    found = search(gias_file=demo_file, words="hillingdon")

    assert found.total > MOST_SHOWN
    assert len(found.candidates) == MOST_SHOWN
    closed = [candidate.row.is_closed for candidate in found.candidates]
    assert closed == sorted(closed)


def test_names_in_windows_text_are_read_right(hub_manager):
    national = real_upload(DATA / "gias_all.csv.xz")
    gias_file = keep_gias_file(upload=national, by=hub_manager, at=NOON)

    found = search(gias_file=gias_file, words="à becket wakefield")

    assert gias_file.rows == 26_078
    assert names(found) == ["St Thomas à Becket Catholic Secondary School, A Voluntary Academy"]


# ---- What is read of a school --------------------------------------------------------------------


@pytest.mark.parametrize("make_upload", [csv_upload, xlsx_upload])
def test_a_picked_school_is_added_with_its_facts_and_membership(hub_manager, make_upload):
    gias_file = small_file(hub_manager, row(), make_upload=make_upload)

    (school,) = add(tick(gias_file, 136341), hub_manager)

    assert School.objects.values(
        "urn", "name", "phase", "laestab", "lowest_age", "highest_age", "kind",
        "local_authority", "postcode", "status",
    ).get() == {
        "urn": 136341, "name": "Lampton Academy", "phase": Phase.SECONDARY,
        "laestab": "3134027", "lowest_age": 11, "highest_age": 18, "kind": "Academy converter",
        "local_authority": "Hounslow", "postcode": "TW3 4EP", "status": SchoolStatus.OPEN,
    }  # fmt: skip
    assert Membership.objects.values_list("school", "from_on", "to_on").get() == (
        school.pk,
        SEPTEMBER,
        None,
    )
    verbs = list(Act.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["school.added", "membership.begun"]


@pytest.mark.parametrize(
    ("named", "kind", "lowest", "highest", "phase"),
    [
        ("Primary", "Community school", "7", "11", "junior"),
        ("Primary", "Community school", "3", "7", "infant"),
        ("Not applicable", "Community special school", "4", "16", "special"),
    ],
)
def test_the_phase_is_derived_from_ages_and_type(hub_manager, named, kind, lowest, highest, phase):
    cells = {
        "PhaseOfEducation (name)": named,
        "TypeOfEstablishment (name)": kind,
        "StatutoryLowAge": lowest,
        "StatutoryHighAge": highest,
    }
    gias_file = small_file(hub_manager, row(**cells))

    (school,) = add(tick(gias_file, 136341), hub_manager)

    assert school.phase == phase


def test_numbers_that_lost_their_leading_zero_get_it_back(hub_manager):
    cells = {"LA (code)": "313", "EstablishmentNumber": "27"}
    gias_file = small_file(hub_manager, row(**cells))

    (found,) = search(gias_file=gias_file, words="lampton").candidates

    assert found.row.facts.laestab == "3130027"


def test_columns_that_are_not_there_are_left_blank(hub_manager):
    gias_file = small_file(
        hub_manager, ("Lampton Academy", "136341"), headings=("EstablishmentName", "URN")
    )

    (school,) = add(tick(gias_file, 136341), hub_manager)

    assert (school.phase, school.laestab, school.postcode) == (Phase.OTHER, "", "")


@pytest.mark.parametrize(
    ("cells", "notes"),
    [
        ({}, []),
        ({"NumberOfPupils": ""}, ["The file gives no roll."]),
        (
            {"EstablishmentStatus (name)": "Open, but proposed to close"},
            ["It is proposed to close."],
        ),
        ({"EstablishmentStatus (name)": "Proposed to open"}, ["It is only proposed to open."]),
        (
            {"TypeOfEstablishment (name)": "Welsh establishment", "StatutoryLowAge": ""},
            [
                "It is in Wales: England’s census will bring no roll for it.",
                "The file gives no ages; check its phase.",
            ],
        ),
    ],
)
def test_what_is_odd_about_a_school_is_said_before_it_is_added(hub_manager, cells, notes):
    gias_file = small_file(hub_manager, row(**cells))

    (found,) = search(gias_file=gias_file, words="lampton").candidates

    assert found.notes == notes
    assert found.may_be_added


def test_the_unmodified_rows_of_2020_are_read_welsh_closed_and_proposed_ones_too(hub_manager):
    upload = real_upload(DATA / "gias_2020_99_rows.csv")
    gias_file = keep_gias_file(upload=upload, by=hub_manager, at=NOON)

    rows = rows_in(gias_file)

    statuses = [each.facts.status for each in rows]
    assert len(rows) == 99
    assert {status: statuses.count(status) for status in set(statuses)} == {
        SchoolStatus.OPEN: 88,
        SchoolStatus.CLOSED: 9,
        SchoolStatus.CLOSING: 1,
        SchoolStatus.PROPOSED: 1,
    }
    assert sum("It is in Wales" in " ".join(each.oddities()) for each in rows) == 51


# ---- Closed, known, alike ------------------------------------------------------------------------


def test_a_closed_school_is_shown_with_who_followed_it_and_cannot_be_added(hub_manager):
    closed = {
        "EstablishmentNumber": "2041",
        "EstablishmentStatus (name)": "Closed",
        "CloseDate": "31-08-2018",
        "Postcode": "TW14 9NP",
    }
    after = {"EstablishmentNumber": "2030", "Postcode": "TW14 9NP"}
    gias_file = small_file(
        hub_manager,
        row("102497", "Southville Junior School", **closed),
        row("145475", "Southville Primary School", **after),
    )

    first, second = search(gias_file=gias_file, words="southville").candidates

    assert (first.row.urn, first.may_be_added) == (145475, True)
    assert (second.row.urn, second.may_be_added) == (102497, False)
    assert second.notes[0] == (
        "Closed on 31 August 2018. It may have been followed by Southville Primary School (145475)."
    )
    with pytest.raises(SchoolHasClosed):
        add(tick(gias_file, 102497, 145475), hub_manager)
    assert not School.objects.exists()
    assert StoredFile.objects.count() == 1


def test_a_conversion_is_recognised_by_its_number_within_the_authority(hub_manager):
    ours = make_school(name="Lampton School", urn=102538, laestab="3134027")
    gias_file = small_file(hub_manager, row())

    (found,) = search(gias_file=gias_file, words="lampton").candidates

    (note,) = found.notes
    assert note == (
        f"Lampton School ({ours.urn}) has the same LA and establishment number. If it is the "
        "same school after a conversion, give that school its new URN instead."
    )
    assert found.may_be_added


def test_a_school_we_have_under_any_number_is_not_added_again(hub_manager):
    ours = make_school(name="Lampton School", urn=136341)
    FormerUrn.objects.create(school=ours, urn=102538)
    gias_file = small_file(hub_manager, row(), row("102538", "Lampton School"))

    found = {c.row.urn: c for c in search(gias_file=gias_file, words="lampton").candidates}

    assert found[136341].notes == ["Lampton School is in the portal already; this is its number."]
    assert found[102538].notes == [
        "Lampton School is in the portal already; this is a former number."
    ]
    assert not found[102538].may_be_added
    with pytest.raises(UrnInUse):
        add(tick(gias_file, 102538), hub_manager)
    assert School.objects.count() == 1


# ---- Ticking and keeping -------------------------------------------------------------------------


def test_ticks_of_earlier_searches_are_kept_and_can_be_taken_back(demo_file):
    pick(gias_file=demo_file, shown=[136341, 139869], ticked=[136341, 139869])
    pick(gias_file=demo_file, shown=[145475], ticked=[145475])

    kept = pick(gias_file=demo_file, shown=[136341, 139869], ticked=[139869])

    assert kept.picked == [145475, 139869]
    assert [c.row.urn for c in picked_candidates(gias_file=kept)] == [145475, 139869]


def test_the_file_is_let_go_when_schools_are_added(hub_manager, demo_file):
    add(tick(demo_file, 136341, 145475), hub_manager)

    demo_file.refresh_from_db()
    assert (demo_file.file, demo_file.used_at) == (None, NOON)
    assert not StoredFile.objects.exists()
    with pytest.raises(GiasFileGone):
        search(gias_file=demo_file, words="lampton")


def test_the_file_is_let_go_after_seven_days(demo_file):
    delete_overdue(at=NOON + timedelta(days=7, seconds=1))

    with pytest.raises(GiasFileGone):
        search(gias_file=GiasFile.objects.get(), words="lampton")


def test_heads_names_are_not_kept(hub_manager):
    headings = (*HEADINGS, "HeadLastName", "TelephoneNum")
    upload = csv_upload(headings, (*row(), "Headteacherson", "020 7000 0000"))

    gias_file = keep_gias_file(upload=upload, by=hub_manager, at=NOON)

    with gias_file.file.open() as kept:
        content = kept.read()
    assert b"Lampton" in content
    assert b"Headteacherson" not in content
    assert b"7000" not in content


def test_schools_may_be_added_without_membership(hub_manager):
    (school,) = add(tick(small_file(hub_manager, row()), 136341), hub_manager, member_from=None)

    assert not school.memberships.exists()


def test_nothing_ticked_is_refused(hub_manager, demo_file):
    with pytest.raises(NothingPicked):
        add(demo_file, hub_manager)

    assert not School.objects.exists()


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (csv_upload(("URN", "Pupils"), ("1", "2")), "This file has no column “EstablishmentName”"),
        (
            SimpleUploadedFile("gias.xlsx", b"PK" + b"0" * 1_100_000),
            "This Excel workbook is too big to search.",
        ),
        (SimpleUploadedFile("gias.csv", b"\x89PNG\r\n\x1a\n00"), "This file is a PNG picture."),
    ],
)
def test_other_files_are_refused_and_nothing_is_kept(hub_manager, upload, sentence):
    with pytest.raises(BadInput) as refusal:
        keep_gias_file(upload=upload, by=hub_manager, at=NOON)

    assert refusal.value.sentence.startswith(sentence)
    assert not GiasFile.objects.exists()
    assert not StoredFile.objects.exists()
