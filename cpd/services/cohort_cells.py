"""What the cells of a list of running cohorts say; a wrong one is a BadInput. Rule SC-8."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from cpd.choices import PaidBy
from cpd.services.sessions import PlannedSession
from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import at_london_time
from hub_portal.shared.sheets import date_written

HOW_A_DATE_IS_WRITTEN = "write each date like 2027-01-14 13:30-16:30, several with a ; between them"
ONE_SESSION = re.compile(
    r"(?P<on>\S+) (?P<starts>\d{1,2}[:.]\d\d) ?(?:-|–|to) ?(?P<ends>\d{1,2}[:.]\d\d)"
)
MOST_SESSIONS = 40
PAID_BY = {
    "credits": PaidBy.CREDITS,
    "hub credits": PaidBy.CREDITS,
    "ticket": PaidBy.TICKET,
    "fabulinus ticket": PaidBy.TICKET,
    "free": PaidBy.FREE,
    "free of charge": PaidBy.FREE,
}


def sessions_in(cell: str) -> tuple[PlannedSession, ...]:
    """The dates of a cohort, in order: "2027-01-14 13:30-16:30; 2027-02-11 13:30-16:30"."""
    written = [part.strip() for part in cell.split(";") if part.strip()]
    if not written:
        raise BadInput(f"The dates are missing: {HOW_A_DATE_IS_WRITTEN}.")
    if len(written) > MOST_SESSIONS:
        raise BadInput(f"A course has at most {MOST_SESSIONS} dates.")
    sessions = sorted((_session(part) for part in written), key=lambda one: one.starts_at)
    if len({one.starts_at for one in sessions}) < len(sessions):
        raise BadInput("One date stands there twice.")
    return tuple(sessions)


def _session(written: str) -> PlannedSession:
    found = ONE_SESSION.fullmatch(" ".join(written.split()))
    on = date_written(found["on"]) if found else None
    starts, ends = (_clock(found[name]) if found else None for name in ("starts", "ends"))
    if on is None or starts is None or ends is None:
        raise BadInput(f"“{written}” is no date with its hours: {HOW_A_DATE_IS_WRITTEN}.")
    if ends <= starts:
        raise BadInput(f"“{written}” ends before it begins.")
    return PlannedSession(starts_at=at_london_time(on, starts), ends_at=at_london_time(on, ends))


def _clock(written: str) -> time | None:
    hours, minutes = (int(part) for part in re.split("[:.]", written))
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def day_in(cell: str) -> date | None:
    """The day a cell names, None for an empty one."""
    if not cell:
        return None
    on = date_written(cell)
    if on is None:
        raise BadInput(f"“{cell}” is no date: write it like 2027-01-14.")
    return on


def payment_in(cell: str, *, cost: int) -> PaidBy:
    """How a place was paid; where nothing is said, by credits if it cost any."""
    if not cell:
        return PaidBy.CREDITS if cost else PaidBy.FREE
    paid_by = PAID_BY.get(cell.casefold())
    if paid_by is None:
        raise BadInput(f"“{cell}” is no way to pay: write credits, ticket or free.")
    if paid_by == PaidBy.CREDITS and not cost:
        raise BadInput("Paid by credits, and it cost none: write free.")
    return paid_by


def dates_attended(
    cell: str, *, sessions: Sequence[PlannedSession], at: datetime
) -> set[int] | None:
    """Which dates somebody came to, as places in the row of dates from 0; None for not known yet.

    "all" means all that are over, "none" none of them, "1; 3" the first and the third.
    """
    over = [place for place, session in enumerate(sessions) if session.ends_at <= at]
    written = cell.casefold().strip()
    if not written:
        return None
    if not over:
        raise BadInput("No date of this course is over, so leave Attended empty.")
    if written in ("all", "none"):
        return set(over) if written == "all" else set()
    places = [part.strip() for part in re.split("[;,]", written)]
    return {_attended(place, over) for place in places if place}


def _attended(written: str, over: Collection[int]) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) < 4):
        raise BadInput(f"“{written}” under Attended: write all, none, or numbers like 1; 3.")
    if int(written) - 1 not in over:
        raise BadInput(f"Date number {written} is not over, or there is no such date.")
    return int(written) - 1
