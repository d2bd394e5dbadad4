"""A school's overview: the four figures, what is next, what needs doing. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cpd.services.school_bookings import BookingRow, bookings_to_come
from credits.services.figures import Figures, figures_of
from hub_portal.shared.london import london_date
from hub_portal.shared.to_do import ToDo, to_do_list
from schools.models import School, SchoolYear
from schools.services.calendar import school_year_of

BOOKINGS_SHOWN = 5


@dataclass(frozen=True)
class Overview:
    """What the overview of one school shows."""

    school: School
    year: SchoolYear
    figures: Figures
    to_do: Sequence[ToDo]
    next_bookings: Sequence[BookingRow]


def overview_of(*, school: School, at: datetime) -> Overview:
    """The overview of a school."""
    year = school_year_of(london_date(at))
    return Overview(
        school=school,
        year=year,
        figures=figures_of(school, year),
        to_do=to_do_list(school=school, at=at),
        next_bookings=bookings_to_come(school=school, at=at, limit=BOOKINGS_SHOWN),
    )
