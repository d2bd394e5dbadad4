"""What the desk shows: the year in figures, how the portal is, and what needs doing.

It reads everything and owns nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from cpd.models import Booking
from cpd.services.ticket_report import TicketFigures, ticket_figures
from credits.choices import AccountKind
from credits.models import Account, BooksCheck
from credits.services.books import latest_books_check
from hub_portal.clock.services.heartbeats import last_beat
from hub_portal.desk.starting import Step, starting_list
from hub_portal.desk.to_do import ToDo, what_needs_doing
from hub_portal.mail.services.figures import MailFigures, mail_figures
from hub_portal.shared import readiness
from hub_portal.shared.london import london_date
from newsletter.services.figures import rhythm_in_words
from schools.models import School, SchoolYear
from schools.services.calendar import school_year_of

TICK_IS_LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class YearFigures:
    """The whole hub's year in whole credits and places."""

    year: SchoolYear
    pool: int
    reserve: int
    committed: int
    spent: int
    available: int
    places_booked: int
    members: int
    tickets: TicketFigures


@dataclass(frozen=True)
class Desk:
    """Everything the desk shows at one instant."""

    at: datetime
    figures: YearFigures
    books_check: BooksCheck | None
    tick_at: datetime | None
    tick_is_late: bool
    mail: MailFigures
    bounces: readiness.Finding
    backup: readiness.Finding
    newsletter: str
    to_do: list[ToDo]
    starting: list[Step]


def desk_at(*, at: datetime) -> Desk:
    """The desk as it is at this instant."""
    tick_at = last_beat("clock.tick")
    return Desk(
        at=at,
        figures=_figures(at),
        books_check=latest_books_check(),
        tick_at=tick_at,
        tick_is_late=tick_at is None or at - tick_at > TICK_IS_LATE_AFTER,
        mail=mail_figures(at),
        bounces=readiness.part("bounces", at=at),
        backup=readiness.part("backup", at=at),
        newsletter=rhythm_in_words(at=at),
        to_do=what_needs_doing(at=at),
        starting=starting_list(),
    )


def _figures(at: datetime) -> YearFigures:
    year = school_year_of(london_date(at))
    totals = dict(Account.objects.in_year(year).values_list("kind").annotate(total=Sum("balance")))
    return YearFigures(
        year=year,
        pool=totals.get(AccountKind.POOL, 0),
        reserve=totals.get(AccountKind.RESERVE, 0),
        committed=totals.get(AccountKind.COMMITTED, 0),
        spent=totals.get(AccountKind.SPENT, 0),
        available=totals.get(AccountKind.AVAILABLE, 0),
        places_booked=Booking.objects.live().filter(year=year).count(),
        members=School.objects.members(london_date(at)).count(),
        tickets=ticket_figures(at=at),
    )
