"""An allocation to 24,000 schools on PostgreSQL, against COPY of as many rows.

Each run shares an instalment of its own among all members, from the preview's figures to the
books: planning, journal, transfers, totals and lines. Nothing of it may grow faster than the
number of schools.
"""

import io
import time
from collections.abc import Sequence
from datetime import date, datetime
from statistics import median
from typing import TYPE_CHECKING

import psutil

from bench._portal import cpu_seconds, engines
from bench._report import Figure, at_most, report, seen

if TYPE_CHECKING:
    from credits.models import Instalment
    from schools.models import Person

SIZES = (240, 2_400, 24_000)
MOST_SECONDS = 5
CENSUS = date(2026, 1, 15)
LONG_AGO = date(2020, 9, 1)
MOST_GROWTH = 1.5
"""Linear: a school costs the same among many as among few, give or take a busy machine."""
PENCE_A_SCHOOL = 600_000
FIRST_URN = 100_001


def measure(quick: bool) -> list[Figure]:
    """Ever more members; for each number the median of a few runs."""
    runs = 1 if quick else 3
    with engines() as server:
        from hub_portal.shared.london import now
        from schools.models import Person

        by, at = Person.objects.portal(), now()
        seconds: dict[int, float] = {}
        cpu: dict[int, float] = {}
        members = 0
        for size in SIZES:
            _add_members(members, size, by=by, at=at)
            members = size
            taken = [_allocate(size, server, by=by, at=at) for _ in range(runs)]
            seconds[size] = median(wall for wall, _ in taken)
            cpu[size] = median(spent for _, spent in taken)
        copying = median(_copy(SIZES[-1]) for _ in range(3))
    smallest, _, largest = SIZES
    return [
        at_most(
            MOST_SECONDS,
            name=f"{largest:,} schools, seconds",
            ours=seconds[largest],
            unit="s",
            floor=copying,
        ),
        seen(name=f"{largest:,} schools, CPU seconds, PostgreSQL's too", ours=cpu[largest]),
        seen(name=f"{SIZES[1]:,} schools, seconds", ours=seconds[SIZES[1]]),
        seen(name=f"{smallest:,} schools, seconds", ours=seconds[smallest]),
        at_most(
            MOST_GROWTH,
            name=f"cost of each school at {largest:,}, times that at {smallest}",
            ours=seconds[largest] / largest / (seconds[smallest] / smallest),
        ),
    ]


def _add_members(have: int, want: int, *, by: "Person", at: datetime) -> None:
    """Member schools with a roll each, as an import of the national file leaves them."""
    from schools.choices import Phase, RollDefinition, RollSource
    from schools.models import Membership, PupilRoll, School

    schools = School.objects.bulk_create(
        School(name=f"School {number:05}", urn=FIRST_URN + number, phase=Phase.PRIMARY)
        for number in range(have, want)
    )
    Membership.objects.bulk_create(
        Membership(school=school, from_on=LONG_AGO) for school in schools
    )
    PupilRoll.objects.bulk_create(
        PupilRoll(
            school=school,
            census_on=CENSUS,
            pupils=90 + (school.urn * 7919) % 1400,
            definition=RollDefinition.HEADCOUNT,
            source=RollSource.GIAS,
            entered_by=by,
            entered_at=at,
        )
        for school in schools
    )


def _allocate(
    size: int, server: psutil.Process, *, by: "Person", at: datetime
) -> tuple[float, float]:
    """Wall and CPU seconds of one run, from the confirmation of its preview to its commit."""
    from credits.services.allocation import run_allocation
    from credits.services.planning import Choices, plan_allocation
    from hub_portal.shared.london import london_date
    from schools.choices import RollDefinition

    instalment = _receive(PENCE_A_SCHOOL * size, by=by, at=at)
    choices = Choices(census_on=CENSUS, definition=RollDefinition.HEADCOUNT)
    shown = plan_allocation(instalment=instalment, choices=choices, on=london_date(at)).fingerprint
    began, began_cpu = time.perf_counter(), cpu_seconds(psutil.Process(), server)
    run = run_allocation(instalment=instalment, choices=choices, shown=shown, by=by, at=at)
    took = time.perf_counter() - began, cpu_seconds(psutil.Process(), server) - began_cpu
    assert run.lines.count() == size
    return took


def _receive(pence: int, *, by: "Person", at: datetime) -> "Instalment":
    from credits.services.funding import fund_year, receive_instalment
    from hub_portal.shared.london import london_date
    from schools.services.calendar import school_year_of

    return receive_instalment(
        funding=fund_year(year=school_year_of(london_date(at)), by=by, at=at),
        pence=pence,
        received_on=london_date(at),
        reference="Grant",
        by=by,
        at=at,
    )


def _copy(rows: int) -> float:
    """The floor: COPY of as many transfers into a table of the same shape, in a transaction."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS floor (LIKE credits_transfer)")
        cursor.execute("TRUNCATE floor")
    lines: Sequence[str] = [f"{n}\t{n}\t{n}\t{n}\t{n}\t\\N\n" for n in range(rows)]
    columns = ("id", "amount", "credit_account_id", "debit_account_id", "entry_id", "for_person_id")
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.cursor.copy_from(io.StringIO("".join(lines)), "floor", columns=columns)
    return time.perf_counter() - began


if __name__ == "__main__":
    report("allocation", measure, packages=("django", "psycopg2-binary"))
