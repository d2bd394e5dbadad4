"""A course that was agreed before the hub used the portal, brought in by a list. Rule SC-8.

Its delegates are not told yet, so that the hub manager finds something to press.
"""

from datetime import datetime, timedelta
from operator import itemgetter

from django.core.files.uploadedfile import SimpleUploadedFile

from cpd.models import CohortImport
from cpd.services.cohort_imports import save_running_cohorts, take_in_running_cohorts
from cpd.services.cohort_rows import COLUMNS, MORE_COLUMNS
from credits.services.figures import figures_of
from hub_portal.management.demo.dates import weeks_from
from hub_portal.management.demo.people import Cast
from hub_portal.shared.exports import Column, csv_bytes
from hub_portal.shared.london import london_date
from schools.models import Person
from schools.services.calendar import hub_calendar, school_year_of

PROGRAMME = "eal-new-to-english"
PRICE = 6
WEEKS = (-2, 6, 9)
"""One date that is over, two to come, in weeks from today."""


def bring_a_running_course(*, cast: Cast, by: Person, at: datetime) -> CohortImport:
    """Send in a list of one course and four delegates of two schools, and save it."""
    today = london_date(at)
    calendar = hub_calendar()
    days = (weeks_from(at, weeks, calendar) for weeks in WEEKS)
    dates = "; ".join(f"{day} 09:30-12:30" for day in days)
    course = {
        "Programme": PROGRAMME,
        "Dates": dates,
        "Places": "16",
        "Price": str(PRICE),
        "Venue": "Hounslow Language Service",
    }
    year = school_year_of(today)
    schools = [
        people
        for people in cast.schools
        if people != cast.lead and figures_of(people.school, year).available >= 2 * PRICE
    ][:2]
    places = [
        {
            "School": str(people.school.urn),
            "Delegate": colleague.full_name,
            "Email": colleague.email or "",
            "Booked on": str(today - timedelta(days=40)),
            "Attended": attended,
        }
        for people in schools
        for colleague, attended in zip(people.staff[:2], ("all", "none"), strict=True)
    ]
    rows = [
        {"Cohort": "EAL autumn", **(course if not n else {}), **p} for n, p in enumerate(places)
    ]
    names = (*COLUMNS, *MORE_COLUMNS)
    columns = [Column(name, itemgetter(place)) for place, name in enumerate(names)]
    written = csv_bytes(
        columns=columns, rows=[[row.get(name, "") for name in names] for row in rows]
    )
    upload = SimpleUploadedFile("running-courses.csv", written)
    taken = take_in_running_cohorts(upload=upload, by=by, at=at)
    save_running_cohorts(taken=taken, by=by, at=at)
    return taken
