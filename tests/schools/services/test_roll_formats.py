"""The four forms of a roll file, told apart by their headings; and what cells say. Rule SC-4."""

from datetime import date

import pytest

from schools.choices import RollDefinition, RollSource
from schools.services.roll_formats import (
    CellTrouble,
    Findings,
    FoundRow,
    added_up,
    columns_of,
    date_of,
    find_ours,
    format_of,
    pupils_of,
    school_year_of_period,
    urn_of,
)

HEADCOUNT, TO_11 = RollDefinition.HEADCOUNT, RollDefinition.RECEPTION_TO_YEAR_11
YEARS = [
    "Number of reception pupils (year R)",
    "Number of key stage 1 pupils (years 1 and 2)",
    "Number of key stage 2 pupils (years 3 to 6)",
    "Number of key stage 3 pupils (years 7 to 9)",
    "Number of key stage 4 pupils (years 10 and 11)",
]


@pytest.mark.parametrize(
    ("headings", "source", "definitions"),
    [
        (["URN", "Pupils"], RollSource.LIST, [HEADCOUNT, TO_11]),
        (["  pupils ON roll ", "urn"], RollSource.LIST, [HEADCOUNT, TO_11]),
        (
            ["URN", "School Name", "Number of pupils on roll (7)", "Deprivation Pupil Premium"],
            RollSource.LIST,
            [TO_11],
        ),
        (
            ["URN", "EstablishmentName", "NumberOfPupils", "CensusDate"],
            RollSource.GIAS,
            [HEADCOUNT],
        ),
        (["NumberOfPupils", "x", "EstablishmentName", "URN"], RollSource.GIAS, [HEADCOUNT]),
        (["URN", "headcount of pupils", "fte pupils"], RollSource.CENSUS, [HEADCOUNT]),
        (["headcount of pupils", "URN", *YEARS], RollSource.CENSUS, [HEADCOUNT, TO_11]),
        (["URN", "LA", "ESTAB", "SCHOOLTYPE", "NOR"], RollSource.PERFORMANCE, [HEADCOUNT]),
        (["URN", "NOR"], RollSource.LIST, [HEADCOUNT, TO_11]),
    ],
)
def test_the_form_is_told_by_the_headings_in_any_order(headings, source, definitions):
    form = format_of(headings)

    assert form.source == source
    assert list(form.columns) == definitions


@pytest.mark.parametrize("headings", [["URN"], ["URN", "Name"], ["URN", "Percentage of pupils"]])
def test_a_file_without_a_column_of_pupils_has_no_form(headings):
    assert format_of(headings) is None


@pytest.mark.parametrize(
    ("cell", "urn"),
    [
        ("136341", 136341),
        ("136341.0", 136341),
        ("0136341", 136341),
        ("NAT", None),
        ("", None),
        ("13634", None),
        ("1363410", None),
        ("13634²", None),
        ("１３６３４１", None),
    ],
)
def test_a_urn_has_six_digits(cell, urn):
    assert urn_of(cell) == urn


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        ("1530", (1530, False)),
        ("1,530", (1530, False)),
        ("285.0", (285, False)),
        ("187.5", (187, True)),
        ("0", (0, False)),
        ("", CellTrouble.BLANK),
        ("  ", CellTrouble.BLANK),
        ("NA", CellTrouble.WITHHELD),
        ("SUPP", CellTrouble.WITHHELD),
        ("Suppressed", CellTrouble.WITHHELD),
        ("z", CellTrouble.WITHHELD),
        ("..", CellTrouble.WITHHELD),
        ("-5", CellTrouble.NO_NUMBER),
        ("1e3", CellTrouble.NO_NUMBER),
        ("12 pupils", CellTrouble.NO_NUMBER),
        ("4727089", CellTrouble.NO_NUMBER),
        ("1,5", CellTrouble.NO_NUMBER),
        ("٣٤", CellTrouble.NO_NUMBER),
    ],
)
def test_what_a_cell_says_of_pupils(cell, meaning):
    assert pupils_of(cell) == meaning


def test_years_are_added_up_and_a_withheld_one_withholds_the_sum():
    assert added_up(["0", "10", "1,000"]) == "1010"
    assert added_up(["10", "c", "5"]) == "c"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("17-01-2019", date(2019, 1, 17)),
        ("17/01/2019", date(2019, 1, 17)),
        ("2019-01-17", date(2019, 1, 17)),
        ("2019-01-17 00:00:00", date(2019, 1, 17)),
        ("29-02-2024", date(2024, 2, 29)),
        ("29-02-2023", None),
        ("31-13-2019", None),
        ("", None),
        ("January 2019", None),
    ],
)
def test_days_are_read_as_these_files_write_them(cell, day):
    assert date_of(cell) == day


@pytest.mark.parametrize(
    ("cell", "year"), [("202223", 2022), ("2022/23", 2022), ("", None), ("2019", None)]
)
def test_school_years_of_the_census_files(cell, year):
    assert school_year_of_period(cell) == year


def test_unknown_numbers_are_named_only_where_they_are_few():
    form = format_of(["URN", "Pupils"])

    def unknown_among(others):
        rows = [(number, (str(100_000 + number), "9")) for number in range(others)]
        *_, findings = find_ours(form, rows, set())
        return findings.others, len(findings.unknown)

    assert unknown_among(100) == (100, 100)
    assert unknown_among(101) == (101, 0)


def test_our_rows_are_kept_whole_and_the_others_counted():
    form = format_of(["URN", "Pupils"])
    assert columns_of(form) == ["URN", "Pupils"]
    rows = [
        (2, ("100001", "10")),
        (3, ("100002", "20")),
        (4, ("NAT", "9")),
        (5, ("100001.0", "11")),
    ]

    *_, findings = find_ours(form, rows, {100001})

    figures = {"headcount": "10", "r_to_11": "10"}
    assert findings.ours == [
        FoundRow(2, 100001, figures),
        FoundRow(5, 100001, {"headcount": "11", "r_to_11": "11"}),
    ]
    assert (findings.rows, findings.others, findings.without_urn) == (4, 1, 1)
    assert findings.unknown == [(3, 100002)]
    assert Findings.from_json("list", findings.as_json()) == findings
