"""Tickets by award year and school: issued, redeemed, expiring, unredeemed. Rule FT-5.

A ticket's school is where its holder has a post today. Whoever has posts at two schools is
counted once, at the one they have been at longest.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from cpd.choices import WITH_A_BOOKING, TicketStatus
from cpd.models import FabulinusTicket
from cpd.services.tickets import remind_of_ticket, send_waiting_ticket
from hub_portal.shared.exports import Column
from hub_portal.shared.london import london_date
from hub_portal.trail.services.acts import record_act
from schools.models import Appointment, Person, SchoolYear

EXPIRING_WITHIN = 90
"""Days: the first reminder goes then."""

NO_SCHOOL = "No school on record"


@dataclass(frozen=True)
class ReportLine:
    """One award year at one school. `unredeemed` wait, `expiring` are those of them that end soon.

    issued = redeemed + unredeemed + expired; withdrawn tickets are not counted.
    """

    award_year: SchoolYear
    school_id: int | None
    school: str
    issued: int
    redeemed: int
    unredeemed: int
    expiring: int
    expired: int


@dataclass(frozen=True)
class TicketFigures:
    """Tickets as the desk shows them."""

    to_redeem: int
    redeemed: int
    expiring: int


def ticket_report(*, at: datetime) -> list[ReportLine]:
    """A line for each award year and school, the newest year first, schools by name."""
    today = london_date(at)
    rows = _counted_tickets().select_related("award_year").order_by("pk")
    groups: dict[tuple[int, str, int | None], list[Any]] = defaultdict(list)
    for ticket in rows:
        key = (ticket.award_year_id, ticket.school_name or NO_SCHOOL, ticket.school_id)
        groups[key].append(ticket)
    lines = [
        _line(tickets, name, school_id, today) for (_, name, school_id), tickets in groups.items()
    ]
    return sorted(
        lines,
        key=lambda line: (-line.award_year.starts_on.year, line.school_id is None, line.school),
    )


def totals_of(lines: Sequence[ReportLine]) -> dict[str, int]:
    """The columns added up."""
    names = ("issued", "redeemed", "unredeemed", "expiring", "expired")
    return {name: sum(getattr(line, name) for line in lines) for name in names}


def ticket_figures(*, at: datetime) -> TicketFigures:
    """What the desk says of tickets."""
    tickets = FabulinusTicket.objects.all()
    return TicketFigures(
        to_redeem=tickets.to_be_redeemed().count(),
        redeemed=tickets.filter(status=TicketStatus.REDEEMED).count(),
        expiring=tickets.expiring(london_date(at), within=EXPIRING_WITHIN).count(),
    )


def waiting_tickets(*, award_year: str = "", school: str = "", at: datetime) -> "QuerySet[Any]":
    """Tickets sent and still to be redeemed, of an award year ("2025/26") and school id, or of all.

    `school` "none" means holders without a post on record.
    """
    today = london_date(at)
    waiting = _counted_tickets().filter(
        status=TicketStatus.ISSUED, last_on__gte=today, sent_at__isnull=False
    )
    if award_year:
        waiting = waiting.filter(award_year__starts_on__year=_number(award_year[:4]) or 1)
    if school == "none":
        return waiting.filter(school_id=None)
    return waiting.filter(school_id=_number(school)) if school else waiting


def remind_of_all(*, award_year: str = "", school: str = "", by: Person, at: datetime) -> int:
    """Remind every holder whose ticket waits, at most once a day each; how many. Rule FT-5.

    Raises: OnlyTheHub.
    """
    waiting = waiting_tickets(award_year=award_year, school=school, at=at).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True))
    return sum(remind_of_ticket(ticket_id=ticket_id, by=by, at=at) for ticket_id in ids)


def tickets_not_sent(*, at: datetime) -> "QuerySet[FabulinusTicket]":
    """Tickets issued without mailing anybody, still to be redeemed. Rule SC-8."""
    return FabulinusTicket.objects.to_be_sent(london_date(at))


def send_tickets_not_sent(*, by: Person, at: datetime) -> int:
    """Mail every holder whose ticket was issued without mailing it; how many. Rule SC-8.

    Stopped half way, the rest is still to be sent; nobody is mailed twice.

    Raises: OnlyTheHub.
    """
    ids = list(tickets_not_sent(at=at).order_by("pk").values_list("pk", flat=True))
    return sum(send_waiting_ticket(ticket_id=ticket_id, by=by, at=at) for ticket_id in ids)


def tickets_with_school() -> "QuerySet[Any]":
    """Every ticket with `school_id` and `school_name` of its holder today."""
    post = Appointment.objects.live().filter(person=OuterRef("person")).order_by("from_on", "pk")
    tickets: QuerySet[Any] = FabulinusTicket.objects.annotate(
        school_id=Subquery(post.values("school")[:1]),
        school_name=Subquery(post.annotate(name=F("school__name")).values("name")[:1]),
    )
    return tickets


def record_export(*, what: str, form: str, by: Person, at: datetime) -> None:
    """Write down that tickets were taken away. Rule XX-1."""
    record_act(verb=f"{what}.exported", subject=what, by=by, at=at, after={"format": form})


REPORT: tuple[Column[ReportLine], ...] = (
    Column("Award year", lambda line: str(line.award_year)),
    Column("School", lambda line: line.school),
    Column("Issued", lambda line: line.issued),
    Column("Redeemed", lambda line: line.redeemed),
    Column("Unredeemed", lambda line: line.unredeemed),
    Column(f"Ending within {EXPIRING_WITHIN} days", lambda line: line.expiring),
    Column("Expired", lambda line: line.expired),
)

TICKETS: tuple[Column[FabulinusTicket], ...] = (
    Column("Holder", lambda ticket: ticket.person.full_name),
    Column("Address", lambda ticket: ticket.email),
    Column("School", lambda ticket: getattr(ticket, "school_name", None) or ""),
    Column("Award year", lambda ticket: str(ticket.award_year)),
    Column("QTS awarded", lambda ticket: ticket.award_on),
    Column("Status", lambda ticket: ticket.get_status_display()),
    Column("Redeem by", lambda ticket: ticket.last_on),
    Column("Issued", lambda ticket: ticket.issued_at),
    Column(
        "Course",
        lambda ticket: ticket.redeemed_by.cohort.programme.title if ticket.redeemed_by else "",
    ),
)
"""What the list of tickets shows; never a code."""


def _number(typed: str) -> int:
    """What an address of the admin says, or 0 for what is no number of a year or a school."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 12 else 0


def _counted_tickets() -> "QuerySet[Any]":
    return tickets_with_school().exclude(status=TicketStatus.WITHDRAWN)


def _line(
    tickets: Iterable[FabulinusTicket], school: str, school_id: int | None, today: date
) -> ReportLine:
    tickets = list(tickets)
    waiting = [
        ticket
        for ticket in tickets
        if ticket.status == TicketStatus.ISSUED and not ticket.is_past(today)
    ]
    redeemed = sum(ticket.status in WITH_A_BOOKING for ticket in tickets)
    return ReportLine(
        award_year=tickets[0].award_year,
        school_id=school_id,
        school=school,
        issued=len(tickets),
        redeemed=redeemed,
        unredeemed=len(waiting),
        expiring=sum((ticket.last_on - today).days <= EXPIRING_WITHIN for ticket in waiting),
        expired=len(tickets) - redeemed - len(waiting),
    )
