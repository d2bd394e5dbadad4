"""The hub's calendar as the rules read it. Rule SC-7."""

from datetime import date

from hub_portal.shared.kept import kept_for_a_moment
from schools.choices import TermName
from schools.models import BankHoliday, SchoolYear, Term
from schools.rules import HubCalendar, NamedTerm, TermDates, oddities_of_year


@kept_for_a_moment
def hub_calendar() -> HubCalendar:
    """Every bank holiday and term on record; a handful of rows."""
    return HubCalendar(
        bank_holidays=frozenset(BankHoliday.objects.values_list("on", flat=True)),
        terms=tuple(
            TermDates(*dates)
            for dates in Term.objects.order_by("starts_on").values_list(
                "starts_on", "ends_on", "half_term_starts_on", "half_term_ends_on"
            )
        ),
    )


@kept_for_a_moment
def school_year_of(day: date) -> SchoolYear:
    """The school year a London day falls in, opened when it is the first to need it."""
    year, _ = SchoolYear.objects.get_or_create(
        starts_on=date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    )
    return year


def terms_left(*, year: SchoolYear, on: date) -> int:
    """How many terms of the year have not ended on that day, 0 to 3. Rule CR-4."""
    return year.terms.filter(ends_on__gte=on).count()


def oddities_of(year: SchoolYear) -> list[str]:
    """What may be a mistake in the terms of a year, as sentences; nothing is refused. Rule SC-7."""
    order = list(TermName)
    terms = sorted(year.terms.all(), key=lambda term: order.index(TermName(term.name)))
    named = [
        NamedTerm(
            name=term.get_name_display(),
            dates=TermDates(
                term.starts_on, term.ends_on, term.half_term_starts_on, term.half_term_ends_on
            ),
        )
        for term in terms
    ]
    return oddities_of_year(year.starts_on, named)
