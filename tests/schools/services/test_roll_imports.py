"""A roll file on its way into the portal: read, looked at, saved whole or put aside. Rule SC-4."""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hub_portal.clock.models import Job
from hub_portal.clock.services.jobs import run_job
from hub_portal.files.models import StoredFile
from hub_portal.shared import sheets
from hub_portal.shared.errors import BadInput
from hub_portal.trail.models import Act
from schools.choices import RollDefinition, RollImportStatus, RollOutcome, RollSource
from schools.errors import (
    CensusDateMissing,
    CensusDateWrong,
    DefinitionNotInFile,
    ImportMayNot,
    NothingToSave,
    RollsHaveChanged,
)
from schools.models import FormerUrn, HubProfile, Membership, PupilRoll, RollImport
from schools.services import roll_imports
from schools.services.roll_imports import put_aside, save_roll_import, say_about_file
from schools.services.roll_preview import preview
from schools.services.roll_report import REPORT_COLUMNS, report_rows
from tests.makers.rolls import (
    DATA,
    DEMO,
    JANUARY_2019,
    NOON,
    csv_upload,
    make_roll,
    real_upload,
    take_in,
    xlsx_upload,
)
from tests.makers.schools import make_hub_manager, make_school

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
HEADCOUNT, TO_11 = RollDefinition.HEADCOUNT, RollDefinition.RECEPTION_TO_YEAR_11


@pytest.fixture(autouse=True)
def _own_store(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def hub_manager():
    return make_hub_manager()


def shown(roll_import):
    return preview(roll_import=RollImport.objects.get(pk=roll_import.pk), on=TODAY)


def lines(roll_import):
    """School, what would be done, pupils: one for each of our schools."""
    return [(line.school.name, str(line.outcome), line.pupils) for line in shown(roll_import).lines]


def said(roll_import, by, census_on=JANUARY_2019, definition=HEADCOUNT):
    return say_about_file(
        roll_import=roll_import, census_on=census_on, definition=definition, by=by, at=NOON
    )


def save(roll_import, by, fingerprint=None):
    return save_roll_import(
        roll_import=roll_import,
        fingerprint=fingerprint or shown(roll_import).fingerprint,
        by=by,
        at=NOON,
    )


def on_record():
    rolls = PupilRoll.objects.order_by("pk")
    return list(rolls.values_list("school__name", "pupils", "census_on", "definition", "source"))


# ---- The four forms, in CSV and XLSX -------------------------------------------------------------


@pytest.mark.parametrize("make_upload", [csv_upload, xlsx_upload])
@pytest.mark.parametrize(
    ("headings", "row", "source"),
    [
        (("URN", "Pupils"), ("136341", 1530), RollSource.LIST),
        (("x", "Pupils on roll", "urn"), ("y", 1530, "136341"), RollSource.LIST),
        (
            ("URN", "EstablishmentName", "NumberOfPupils", "CensusDate"),
            ("136341", "Lampton Academy", "1530", "17-01-2019"),
            RollSource.GIAS,
        ),
        (
            ("time_period", "URN", "headcount of pupils"),
            ("201819", "136341", "1530"),
            RollSource.CENSUS,
        ),
        (("URN", "LA", "ESTAB", "NOR"), ("136341", "313", "4027", "1530"), RollSource.PERFORMANCE),
    ],
)
def test_each_form_is_read_and_saved(hub_manager, make_upload, headings, row, source):
    make_school(name="Lampton School", urn=136341)
    roll_import = take_in(make_upload(headings, row), by=hub_manager)
    said(roll_import, hub_manager)

    save(roll_import, hub_manager)

    assert on_record() == [("Lampton School", 1530, JANUARY_2019, "headcount", source)]


def test_saving_keeps_who_when_and_lets_go_of_the_file(hub_manager):
    school = make_school(urn=136341)
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=hub_manager)
    said(roll_import, hub_manager)
    stored = StoredFile.objects.get()
    assert stored.delete_after == NOON + timedelta(days=7)

    save(roll_import, hub_manager)

    roll_import.refresh_from_db()
    assert (roll_import.status, roll_import.saved_by, roll_import.saved_at) == (
        RollImportStatus.SAVED,
        hub_manager,
        NOON,
    )
    assert roll_import.file_sha256 == stored.sha256
    assert not StoredFile.objects.exists()
    roll = PupilRoll.objects.get()
    assert (roll.school, roll.entered_by, roll.entered_at) == (school, hub_manager, NOON)
    act = Act.objects.get(verb="rolls.imported")
    assert act.after["saved"] == 1
    assert act.by == hub_manager


# ---- What the preview lists ----------------------------------------------------------------------


def test_preview_shows_old_and_new_roll_and_the_change(hub_manager):
    school = make_school(urn=136341)
    make_roll(school=school, by=hub_manager, pupils=1480, census_on=date(2018, 1, 18))
    old = make_roll(school=school, by=hub_manager, pupils=1500, census_on=date(2018, 1, 18))
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=hub_manager)
    said(roll_import, hub_manager)

    (line,) = shown(roll_import).lines

    assert (line.old, line.pupils, line.change) == (old, 1530, 30)
    assert line.change_percent == Decimal("2.0")
    assert line.notes == []
    assert not line.needs_a_look


@pytest.mark.parametrize(
    ("pupils", "is_big"), [("120", False), ("121", True), ("80", False), ("79", True)]
)
def test_a_change_over_the_hubs_percentage_is_pointed_out(hub_manager, pupils, is_big):
    school = make_school(urn=136341)
    make_roll(school=school, by=hub_manager, pupils=100, census_on=date(2018, 1, 18))
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", pupils)), by=hub_manager)
    said(roll_import, hub_manager)

    (line,) = shown(roll_import).lines

    assert line.is_big_change == is_big
    assert line.notes == (["Changes by more than 20 %."] if is_big else [])


def test_the_percentage_is_the_hubs_setting(hub_manager):
    HubProfile.objects.update(roll_change_warning_percent=Decimal("2.5"))
    school = make_school(urn=136341)
    make_roll(school=school, by=hub_manager, pupils=100, census_on=date(2018, 1, 18))
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "103")), by=hub_manager)
    said(roll_import, hub_manager)

    assert shown(roll_import).lines[0].notes == ["Changes by more than 2.5 %."]


def test_blank_withheld_and_unreadable_figures_are_listed_and_not_saved(hub_manager):
    for urn, name in ((100001, "A"), (100002, "B"), (100003, "C"), (100004, "D"), (100005, "E")):
        make_school(name=name, urn=urn)
    upload = csv_upload(
        ("URN", "Pupils"),
        ("100001", ""),
        ("100002", "SUPP"),
        ("100003", "about 40"),
        ("100004", "187.5"),
    )
    roll_import = take_in(upload, by=hub_manager)
    said(roll_import, hub_manager)

    assert [
        (line.school.name, str(line.outcome), line.notes) for line in shown(roll_import).lines
    ] == [
        ("A", "no_figure", ["The file has no figure."]),
        ("B", "no_figure", ["The figure is withheld (“SUPP”)."]),
        ("C", "no_figure", ["“about 40” is not a number of pupils."]),
        ("D", "new", ["The file says 187.5; rounded down."]),
        ("E", "missing", ["Not in the file."]),
    ]
    save(roll_import, hub_manager)
    assert [(name, pupils) for name, pupils, *_ in on_record()] == [("D", 187)]


def test_a_former_number_finds_its_school(hub_manager):
    school = make_school(name="Springwell School", urn=146822)
    FormerUrn.objects.create(school=school, urn=102501)
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("102501", "485")), by=hub_manager)
    said(roll_import, hub_manager)

    (line,) = shown(roll_import).lines

    assert (line.school, line.pupils, line.former_urn) == (school, 485, 102501)
    assert line.notes == ["Found by its former number 102501."]


def test_the_present_number_goes_before_a_former_one(hub_manager):
    school = make_school(urn=146822)
    FormerUrn.objects.create(school=school, urn=102501)
    upload = csv_upload(("URN", "Pupils"), ("102501", "485"), ("146822", "900"))
    roll_import = take_in(upload, by=hub_manager)
    said(roll_import, hub_manager)

    (line,) = shown(roll_import).lines

    assert (line.pupils, str(line.outcome)) == (900, "new")
    assert line.notes == ["The file also has its former number 102501, which is left aside."]


def test_two_former_numbers_of_one_school_are_for_the_hub_to_decide(hub_manager):
    school = make_school(urn=146822)
    FormerUrn.objects.create(school=school, urn=102501)
    FormerUrn.objects.create(school=school, urn=102502)
    upload = csv_upload(("URN", "Pupils"), ("102501", "485"), ("102502", "300"), ("100009", "1"))
    roll_import = take_in(upload, by=hub_manager)
    said(roll_import, hub_manager)

    assert lines(roll_import) == [("Lampton School", "disputed", None)]
    with pytest.raises(NothingToSave):
        save(roll_import, hub_manager)
    assert on_record() == []


@pytest.mark.parametrize(
    ("second", "outcome", "note"),
    [
        ("1,530", "new", "Twice in the file, rows 2 and 3, with the same figure."),
        ("1531", "disputed", "Twice in the file, rows 2 and 3, with “1530” and “1531”."),
        ("", "disputed", "Twice in the file, rows 2 and 3, with “1530” and “”."),
    ],
)
def test_duplicates_are_listed_and_saved_only_when_they_agree(hub_manager, second, outcome, note):
    make_school(urn=136341)
    upload = csv_upload(("URN", "Pupils"), ("136341", "1530"), ("136341", second))
    roll_import = take_in(upload, by=hub_manager)
    said(roll_import, hub_manager)

    (line,) = shown(roll_import).lines

    assert (str(line.outcome), line.notes) == (outcome, [note])


def test_a_closed_school_is_pointed_out(hub_manager):
    make_school(urn=102501)
    upload = csv_upload(
        ("URN", "EstablishmentName", "EstablishmentStatus (name)", "NumberOfPupils", "CensusDate"),
        ("102501", "Springwell Junior School", "Closed", "485", "17-01-2019"),
    )

    (line,) = shown(take_in(upload, by=hub_manager)).lines

    assert line.is_closed
    assert line.notes == ["The file says that this school has closed."]


def test_unknown_numbers_of_a_list_are_named_and_other_schools_of_a_register_only_counted(
    hub_manager,
):
    make_school(urn=136341)
    rows = (("136341", "1530"), ("100009", "1"), ("NAT", "5"))

    a_list = take_in(csv_upload(("URN", "Pupils"), *rows), by=hub_manager)
    census = csv_upload(("URN", "NOR", "ESTAB"), *((*row, "1") for row in rows))
    a_census = take_in(census, by=hub_manager)

    assert shown(a_list).findings.unknown == [(3, 100009)]
    found = shown(a_census).findings
    assert (found.unknown, found.others, found.without_urn, found.rows) == ([], 1, 1, 3)


def test_only_members_now_or_later_are_looked_for(hub_manager):
    make_school(name="No member", urn=100001, member=False)
    left = make_school(name="Left", urn=100002, member=False)
    Membership.objects.create(
        school=left, from_on=date(2020, 9, 1), to_on=TODAY - timedelta(days=1)
    )
    coming = make_school(name="Coming", urn=100003, member=False)
    Membership.objects.create(school=coming, from_on=TODAY + timedelta(days=50))
    upload = csv_upload(("URN", "Pupils"), *((urn, "9") for urn in (100001, 100002, 100003)))

    roll_import = take_in(upload, by=hub_manager)

    assert [name for name, *_ in lines(roll_import)] == ["Coming"]
    assert shown(roll_import).findings.others == 2


# ---- Census date and definition ------------------------------------------------------------------


def test_dates_in_the_file_count_before_the_date_that_is_said(hub_manager):
    make_school(name="A", urn=100001)
    make_school(name="B", urn=100002)
    upload = csv_upload(
        ("URN", "EstablishmentName", "NumberOfPupils", "CensusDate"),
        ("100001", "A", "10", "16-01-2020"),
        ("100002", "B", "20", ""),
    )
    roll_import = take_in(upload, by=hub_manager)
    assert lines(roll_import) == [("A", "new", 10), ("B", "undated", 20)]
    with pytest.raises(CensusDateMissing):
        save(roll_import, hub_manager)
    assert on_record() == []

    said(roll_import, hub_manager, census_on=JANUARY_2019)
    save(roll_import, hub_manager)

    assert [row[:3] for row in on_record()] == [
        ("A", 10, date(2020, 1, 16)),
        ("B", 20, JANUARY_2019),
    ]


def test_a_roll_older_than_one_on_record_is_pointed_out_and_kept_beside_it(hub_manager):
    school = make_school(urn=136341)
    make_roll(school=school, by=hub_manager, pupils=1569, census_on=date(2026, 1, 15))
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=hub_manager)
    said(roll_import, hub_manager)

    assert shown(roll_import).lines[0].notes == [
        "Older than a roll on record: 1,569 on 15 January 2026."
    ]
    save(roll_import, hub_manager)
    assert PupilRoll.objects.count() == 2


def test_a_census_date_to_come_is_refused(hub_manager):
    make_school(urn=136341)
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=hub_manager)

    with pytest.raises(CensusDateWrong):
        said(roll_import, hub_manager, census_on=TODAY + timedelta(days=1))

    roll_import.refresh_from_db()
    assert roll_import.census_on is None


def test_the_definition_decides_which_column_is_read_and_what_it_is_compared_with(hub_manager):
    school = make_school(urn=130000)
    make_roll(school=school, by=hub_manager, pupils=700, census_on=date(2022, 1, 20))
    upload = real_upload(DATA / "school_level_census_synthetic.csv")
    roll_import = take_in(upload, by=hub_manager)
    january = date(2023, 1, 19)

    said(roll_import, hub_manager, census_on=january)
    (by_headcount,) = shown(roll_import).lines
    said(roll_import, hub_manager, census_on=january, definition=TO_11)
    (to_year_11,) = shown(roll_import).lines

    assert (by_headcount.pupils, by_headcount.old.pupils) == (781, 700)
    assert (to_year_11.pupils, to_year_11.old) == (781, None)


def test_a_definition_the_file_does_not_have_is_refused(hub_manager):
    make_school(urn=136341)
    roll_import = take_in(real_upload(DATA / "pupil_premium_2019-20.csv"), by=hub_manager)

    with pytest.raises(DefinitionNotInFile):
        said(roll_import, hub_manager, definition=HEADCOUNT)

    roll_import.refresh_from_db()
    assert roll_import.definition == TO_11


def test_lampton_has_two_rolls_by_two_definitions(hub_manager):
    make_school(name="Lampton School", urn=136341)
    headcount = take_in(real_upload(DEMO / "census_january_2019.csv"), by=hub_manager)
    said(headcount, hub_manager)
    save(headcount, hub_manager)
    premium = take_in(real_upload(DATA / "pupil_premium_2019-20.csv"), by=hub_manager)
    said(premium, hub_manager, definition=TO_11)
    save(premium, hub_manager)

    assert [(pupils, definition) for _, pupils, _, definition, _ in on_record()] == [
        (1530, "headcount"),
        (1195, "r_to_11"),
    ]


# ---- All or nothing, and never twice -------------------------------------------------------------


def test_the_same_file_again_saves_nothing(hub_manager):
    make_school(urn=136341)
    for_saving = (("URN", "Pupils"), ("136341", "1530"))
    first = take_in(csv_upload(*for_saving), by=hub_manager)
    said(first, hub_manager)
    save(first, hub_manager)
    again = take_in(csv_upload(*for_saving), by=hub_manager)
    said(again, hub_manager)

    assert lines(again) == [("Lampton School", "same", 1530)]
    with pytest.raises(NothingToSave):
        save(again, hub_manager)
    assert len(on_record()) == 1


def test_a_corrected_figure_stands_beside_the_old_one_and_counts(hub_manager):
    school = make_school(urn=136341)
    make_roll(school=school, by=hub_manager, pupils=1500)
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=hub_manager)
    said(roll_import, hub_manager)
    save(roll_import, hub_manager)

    assert [pupils for _, pupils, *_ in on_record()] == [1500, 1530]
    assert PupilRoll.objects.latest_per_school().get().pupils == 1530


def test_saving_is_refused_when_a_roll_was_entered_since_the_page_was_shown(hub_manager):
    school = make_school(urn=136341)
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=hub_manager)
    said(roll_import, hub_manager)
    seen = shown(roll_import).fingerprint
    make_roll(school=school, by=hub_manager, pupils=1529)

    with pytest.raises(RollsHaveChanged):
        save(roll_import, hub_manager, fingerprint=seen)

    assert [pupils for _, pupils, *_ in on_record()] == [1529]
    roll_import.refresh_from_db()
    assert roll_import.status == RollImportStatus.PREVIEWED


def test_a_failure_half_way_saves_no_roll_at_all(hub_manager, monkeypatch):
    make_school(name="A", urn=100001)
    make_school(name="B", urn=100002)
    upload = csv_upload(("URN", "Pupils"), ("100001", "10"), ("100002", "20"))
    roll_import = take_in(upload, by=hub_manager)
    said(roll_import, hub_manager)

    def breaks(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(roll_imports, "record_act", breaks)
    with pytest.raises(RuntimeError):
        save(roll_import, hub_manager)

    assert on_record() == []
    roll_import.refresh_from_db()
    assert roll_import.status == RollImportStatus.PREVIEWED
    assert roll_import.file is not None


@pytest.mark.parametrize("last", ["save", "put aside"])
def test_a_file_is_saved_or_put_aside_once(hub_manager, last):
    make_school(urn=136341)
    roll_import = take_in(csv_upload(("URN", "Pupils"), ("136341", "1530")), by=hub_manager)
    said(roll_import, hub_manager)
    seen = shown(roll_import).fingerprint
    if last == "save":
        save(roll_import, hub_manager)
    else:
        put_aside(roll_import=roll_import, by=hub_manager, at=NOON)
    rolls, acts = on_record(), Act.objects.count()

    with pytest.raises(ImportMayNot):
        save(roll_import, hub_manager, fingerprint=seen)
    with pytest.raises(ImportMayNot):
        put_aside(roll_import=roll_import, by=hub_manager, at=NOON)
    with pytest.raises(ImportMayNot):
        said(roll_import, hub_manager)

    assert (on_record(), Act.objects.count()) == (rolls, acts)
    assert not StoredFile.objects.exists()


# ---- The report ----------------------------------------------------------------------------------


def test_the_report_reads_the_same_after_saving(hub_manager):
    school = make_school(name="Lampton School", urn=136341)
    make_roll(school=school, by=hub_manager, pupils=1000, census_on=date(2018, 1, 18))
    upload = csv_upload(("URN", "Pupils"), ("136341", "1530"), ("100009", "7"))
    roll_import = take_in(upload, by=hub_manager)
    said(roll_import, hub_manager)
    before = report_rows(roll_import=RollImport.objects.get(), on=TODAY)

    save(roll_import, hub_manager)

    after = report_rows(roll_import=RollImport.objects.get(), on=TODAY)
    assert after == before
    assert [[column.value(row) for column in REPORT_COLUMNS] for row in after] == [
        [
            "Lampton School", 136341, "2", 1000, date(2018, 1, 18), 1530, JANUARY_2019, "Headcount",
            530, 53.0, "New", "Changes by more than 20 %.",
        ],
        ["", 100009, "3", None, None, None, None, "", None, None, "No school of ours", ""],
    ]  # fmt: skip


# ---- Files that cannot be read -------------------------------------------------------------------


def _bomb():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        )
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return SimpleUploadedFile("rolls.xlsx", content.getvalue())


def _picture():
    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, "PNG")
    return SimpleUploadedFile("rolls.csv", content.getvalue())


def _huge():
    upload = SimpleUploadedFile("rolls.csv", b"URN,Pupils\n136341,1530\n")
    upload.size = 200_000_000
    return upload


BAD_FILES = {
    "wrong encoding": (
        lambda: SimpleUploadedFile("r.csv", b"URN,Pupils,Name\n136341,1530,caf\xe9 \x81\n"),
        "This file is neither UTF-8 nor Windows text. Save it again as CSV (UTF-8), and",
    ),
    "UTF-16": (
        lambda: SimpleUploadedFile("r.csv", "URN,Pupils\n136341,1530\n".encode("utf-16")),
        "This file is text in UTF-16. Choose a CSV file or an Excel workbook (.xlsx).",
    ),
    "no URN column": (
        lambda: csv_upload(("School", "Pupils"), ("Lampton", "1530")),
        "This file has no column “URN”. The first row must hold the headings.",
    ),
    "no column of pupils": (
        lambda: csv_upload(("URN", "Name"), ("136341", "Lampton")),
        "This file has a column “URN” but none of pupils.",
    ),
    "NUL bytes": (
        lambda: SimpleUploadedFile("r.csv", b"URN,Pupils\n" + b"1,2\n" * 2000 + b"1363\x0041,9\n"),
        "This file holds NUL characters, so it is not a text file.",
    ),
    "a formula in a cell": (
        lambda: csv_upload(("URN", "Pupils"), ("136341", "=1500+30")),
        "Row 2, column “Pupils”, holds a formula.",
    ),
    "a formula in a workbook": (
        lambda: xlsx_upload(("URN", "Pupils"), (136341, "=1500+30")),
        "Row 2, column “Pupils”, holds a formula.",
    ),
    "200 MB": (_huge, "This file has 200 MB; the portal takes up to 60 MB."),
    "a zip bomb": (_bomb, "This file has more than 50 MB when unpacked."),
    "an image renamed": (
        _picture,
        "This file is a PNG picture. Choose a CSV file or an Excel workbook (.xlsx).",
    ),
    "nothing": (
        lambda: SimpleUploadedFile("r.csv", b""),
        "This file is empty. Choose a CSV file or an Excel workbook (.xlsx).",
    ),
    "a broken row": (
        lambda: SimpleUploadedFile("r.csv", b'URN,Pupils\n136341,"15"30\n'),
        "Row 2 has quotation marks that do not match.",
    ),
    "two columns of one name": (
        lambda: csv_upload(("URN", "Pupils", "urn"), ("136341", "1530", "1")),
        "This file has two columns named “urn”.",
    ),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_cannot_be_read_gets_a_sentence_and_changes_nothing(hub_manager, what):
    make_school(urn=136341)
    make_upload, sentence = BAD_FILES[what]

    with pytest.raises(BadInput) as refusal:
        take_in(make_upload(), by=hub_manager)

    assert refusal.value.sentence.startswith(sentence)
    assert not RollImport.objects.exists()
    assert not StoredFile.objects.exists()
    assert not PupilRoll.objects.exists()
    assert not Job.objects.exists()


# ---- Large files, as a job -----------------------------------------------------------------------


def run_the_job():
    run_job(job_id=Job.objects.get().pk, at=NOON)
    return Job.objects.get()


def test_a_large_file_is_read_by_a_job_with_progress(hub_manager):
    make_school(name="Lampton School", urn=136341)
    roll_import = take_in(real_upload(DATA / "gias_all.csv.xz"), by=hub_manager)
    assert roll_import.status == RollImportStatus.READING

    job = run_the_job()

    assert (job.status, job.sentence) == ("done", "26,078 rows read.")
    assert (job.done, job.total) == (26079, 26079)
    assert lines(roll_import) == [("Lampton School", "new", 1530)]
    assert shown(roll_import).findings.others == 26077


def test_a_job_that_is_run_again_reads_once(hub_manager):
    make_school(urn=136341)
    roll_import = take_in(real_upload(DATA / "gias_all.csv.xz"), by=hub_manager)
    run_the_job()
    said(roll_import, hub_manager)
    save(roll_import, hub_manager)
    Job.objects.update(status="running", finished_at=None, lease_until=NOON)

    job = run_the_job()

    assert (job.status, job.sentence) == ("done", "26,078 rows read.")
    assert len(on_record()) == 1


def test_a_large_file_with_wrong_headings_is_refused_at_once(hub_manager, monkeypatch):
    monkeypatch.setattr(roll_imports, "READ_AT_ONCE", 0)

    with pytest.raises(sheets.MissingColumns):
        take_in(csv_upload(("Name", "Pupils"), ("x", "1")), by=hub_manager)

    assert not RollImport.objects.exists()
    assert not Job.objects.exists()


def test_a_large_file_that_breaks_off_is_refused_with_its_sentence(hub_manager, monkeypatch):
    make_school(urn=136341)
    monkeypatch.setattr(roll_imports, "READ_AT_ONCE", 0)
    upload = csv_upload(("URN", "Pupils"), ("136341", "=9"))
    roll_import = take_in(upload, by=hub_manager)

    job = run_the_job()

    roll_import.refresh_from_db()
    assert (job.status, roll_import.status) == ("failed", RollImportStatus.REFUSED)
    assert roll_import.sentence == job.sentence
    assert job.sentence.startswith("Row 2, column “Pupils”, holds a formula.")
    assert on_record() == []


# ---- The real files ------------------------------------------------------------------------------


def test_the_real_census_finds_the_alliance_under_old_and_new_numbers(hub_manager):
    for urn in (136341, 139869, 145475):
        make_school(name=str(urn), urn=urn)
    springwell = make_school(name="Springwell School", urn=146822)
    FormerUrn.objects.create(school=springwell, urn=102501)
    roll_import = take_in(real_upload(DEMO / "census_january_2019.csv"), by=hub_manager)
    said(roll_import, hub_manager)

    assert lines(roll_import) == [
        ("136341", "new", 1530),
        ("139869", "new", 456),
        ("145475", "new", 686),
        ("Springwell School", "new", 485),
    ]
    found = shown(roll_import).findings
    assert (found.source, found.rows, found.others, found.without_urn) == (
        RollSource.PERFORMANCE,
        207,
        200,
        3,
    )


def test_the_unmodified_gias_rows_bring_their_own_dates(hub_manager):
    make_school(name="Aldgate", urn=100000)
    make_school(name="Kept an old roll", urn=100028)
    roll_import = take_in(real_upload(DATA / "gias_2020_99_rows.csv"), by=hub_manager)

    outcome = {line.school.name: line for line in shown(roll_import).lines}

    assert outcome["Aldgate"].census_on == date(2020, 1, 16)
    assert str(outcome["Aldgate"].outcome) == RollOutcome.NEW
