"""A hub with something in every room of the schools admin, and the address of each page."""

from datetime import date

from django.urls import reverse

from schools.choices import Role, RollDefinition
from schools.models import BankHoliday, FormerUrn, Priority, PupilRoll, SchoolYear, Theme
from schools.services.action_plan import seed_plan
from schools.services.gias import keep_gias_file, pick
from schools.services.roll_imports import say_about_file
from tests.makers.rolls import DEMO, NOON, make_roll, real_upload, take_in
from tests.makers.schools import make_colleague, make_school

HOUNSLOW = {
    136341: "Lampton Academy",
    139869: "Norwood Green Junior School",
    145475: "Southville Primary School",
    102503: "Strand-on-the-Green Junior School",
}


def address(name, *args):
    return reverse(f"admin:schools_{name}", args=args)


def make_rooms(*, by):
    """A hub with something in every room; the address of each page."""
    schools = [make_school(name=name, urn=urn) for urn, name in HOUNSLOW.items()]
    springwell = make_school(name="Springwell School", urn=146822)
    FormerUrn.objects.create(school=springwell, urn=102501, ended_on=date(2019, 8, 31))
    lampton = schools[0]
    make_colleague(school=lampton, full_name="Rita Rep", role=Role.REP)
    make_roll(school=lampton, by=by, pupils=1480, census_on=date(2018, 1, 18))
    make_roll(school=schools[1], by=by, pupils=300, census_on=date(2018, 1, 18))
    gias_file = keep_gias_file(upload=real_upload(DEMO / "gias_extract.csv"), by=by, at=NOON)
    pick(gias_file=gias_file, shown=[137618], ticked=[137618])
    roll_import = take_in(real_upload(DEMO / "census_january_2019.csv"), by=by)
    say_about_file(
        roll_import=roll_import,
        census_on=date(2019, 1, 17),
        definition=RollDefinition.HEADCOUNT,
        by=by,
        at=NOON,
    )
    year = SchoolYear.objects.get(starts_on=date(2026, 9, 1))
    plan = seed_plan(year=year, by=by, at=NOON)
    school = lampton.pk
    return {
        "schools": address("school_changelist"),
        "school": address("school_change", school),
        "school-facts": address("school_facts", school),
        "school-history": address("school_history", school),
        "school-earlier": address("school_simple_history", school, lampton.history.get().pk),
        "school-new-urn": address("school_new_urn", school),
        "school-leaving": address("school_leave", school, lampton.memberships.get().pk),
        "school-export": address("school_export"),
        "gias-upload": address("school_from_gias"),
        "gias-pick": address("school_pick", gias_file.pk) + "?q=southville",
        "gias-check": address("school_check", gias_file.pk),
        "rolls": address("pupilroll_changelist"),
        "roll": address("pupilroll_change", PupilRoll.objects.first().pk),
        "roll-by-hand": address("pupilroll_by_hand"),
        "roll-files": address("rollimport_changelist"),
        "roll-upload": address("rollimport_upload"),
        "roll-file": address("rollimport_change", roll_import.pk),
        "years": address("schoolyear_changelist"),
        "year": address("schoolyear_change", year.pk),
        "bank-holidays": address("bankholiday_changelist"),
        "bank-holiday": address("bankholiday_change", BankHoliday.objects.first().pk),
        "bank-holidays-import": address("bankholiday_import"),
        "bank-holidays-export": address("bankholiday_export"),
        "census-days": address("censusday_changelist"),
        "partners": address("partnerorganisation_changelist"),
        "partner": address("partnerorganisation_add"),
        "plans": address("actionplan_changelist"),
        "plan-start": address("actionplan_start"),
        "plan": address("actionplan_change", plan.pk),
        "theme": address("theme_change", Theme.objects.first().pk),
        "priority": address("priority_change", Priority.objects.first().pk),
        "activities": address("activity_changelist"),
        "hub": address("hubprofile_changelist"),
        "hub-change": address("hubprofile_edit"),
        "hub-logo": address("hubprofile_logo"),
    }
