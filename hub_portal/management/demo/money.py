"""Two years of funding: last year's allocation to compare with, and this year's in use."""

from datetime import date, datetime, timedelta

from credits.models import AllocationRun
from credits.services.allocation import run_allocation
from credits.services.funding import fund_year, receive_instalment
from credits.services.planning import Choices, plan_allocation
from hub_portal.management.demo.dates import at_clock
from hub_portal.shared.london import london_date
from schools.choices import RollDefinition
from schools.models import Person
from schools.services.calendar import school_year_of

CENSUS = date(2019, 1, 17)
LAST_YEAR_PENCE = 71_400_00
THIS_YEAR_PENCE = 76_500_00


def fund_and_allocate(*, by: Person, at: datetime) -> AllocationRun:
    """Fund last year and this year, each shared on the January 2019 census."""
    starts_on = school_year_of(london_date(at)).starts_on
    _fund(starts_on.replace(year=starts_on.year - 1), LAST_YEAR_PENCE, by=by, now=at)
    return _fund(starts_on, THIS_YEAR_PENCE, by=by, now=at)


def _fund(starts_on: date, pence: int, *, by: Person, now: datetime) -> AllocationRun:
    """Money comes on the second day of the year and is shared on the third."""
    received = min(at_clock(starts_on + timedelta(days=1), 10), now)
    shared = min(received + timedelta(days=1), now)
    funding = fund_year(year=school_year_of(starts_on), by=by, at=received)
    instalment = receive_instalment(
        funding=funding,
        pence=pence,
        received_on=london_date(received),
        reference=f"Hub grant {funding.year}",
        by=by,
        at=received,
    )
    choices = Choices(census_on=CENSUS, definition=RollDefinition.HEADCOUNT)
    plan = plan_allocation(instalment=instalment, choices=choices, on=london_date(shared))
    return run_allocation(
        instalment=instalment, choices=choices, shown=plan.fingerprint, by=by, at=shared
    )
