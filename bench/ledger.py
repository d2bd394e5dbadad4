"""Committing credits through the ledger, against pgbench with the very same statements.

Once spread over 38 schools and once all on one. The statements are written down from a real
commitment, so the floor is what the database alone takes for the same work.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from bench._portal import cpu_seconds, engines, services
from bench._report import Figure, ratio_at_least, report, seen

SCHOOLS = 38
WORKERS = 4
CLIENTS = 8
LEAST_OF_PGBENCH = 0.1
PENCE = 200_000_000_00
CREDITS = 1
KEY = "bench-key"
FIRST_SCHOOL, FIRST_ACCOUNT, FIRST_ENTRY = 7_000_001, 5_000_001, 8_000_001
"""Numbers that stand nowhere else in a statement, so that they can be found in it."""


def measure(quick: bool) -> list[Figure]:
    """Both spreads, the portal's and pgbench's turn about on the same database."""
    seconds = 3 if quick else 15
    with engines() as server:
        year = _fund_schools()
        script = _written_down(year)
        figures: list[Figure] = []
        for spread, schools in (("spread over schools", SCHOOLS), ("all on one school", 1)):
            ours, cpu_ms = _ours(year, schools, seconds, server)
            floor = _pgbench(script, schools, seconds)
            figures += [
                ratio_at_least(
                    LEAST_OF_PGBENCH, name=f"commitments a second, {spread}", ours=ours, floor=floor
                ),
                seen(name=f"CPU ms of each, {spread}", ours=cpu_ms),
            ]
        _prove_the_books()
    return figures


# ---- A hub with credits --------------------------------------------------------------------------


def _fund_schools() -> int:
    """Schools with known numbers and plenty of credits; the id of their year."""
    from datetime import date

    from django.db import connection

    from credits.services.allocation import run_allocation
    from credits.services.funding import fund_year, receive_instalment
    from credits.services.planning import Choices, plan_allocation
    from hub_portal.shared.london import london_date, now
    from schools.choices import Phase, RollDefinition, RollSource
    from schools.models import Membership, Person, PupilRoll, School
    from schools.services.calendar import school_year_of

    with connection.cursor() as cursor:
        for table, first in (("credits_account", FIRST_ACCOUNT), ("credits_journalentry", 1)):
            cursor.execute(f"ALTER SEQUENCE {table}_id_seq RESTART {first}")
    by, at = Person.objects.portal(), now()
    for number in range(SCHOOLS):
        school = School.objects.create(
            pk=FIRST_SCHOOL + number,
            name=f"School {number:02}",
            urn=100_001 + number,
            phase=Phase.PRIMARY,
        )
        Membership.objects.create(school=school, from_on=date(2020, 9, 1))
        PupilRoll.objects.create(
            school=school,
            census_on=date(2026, 1, 15),
            pupils=400,
            source=RollSource.GIAS,
            entered_by=by,
            entered_at=at,
        )
    year = school_year_of(london_date(at))
    instalment = receive_instalment(
        funding=fund_year(year=year, by=by, at=at),
        pence=PENCE,
        received_on=london_date(at),
        reference="Grant",
        by=by,
        at=at,
    )
    choices = Choices(census_on=date(2026, 1, 15), definition=RollDefinition.HEADCOUNT)
    plan = plan_allocation(instalment=instalment, choices=choices, on=london_date(at))
    run_allocation(instalment=instalment, choices=choices, shown=plan.fingerprint, by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SEQUENCE credits_journalentry_id_seq RESTART {FIRST_ENTRY}")
    return year.pk


def _prove_the_books() -> None:
    """What was measured must have been right."""
    from credits.services import proofs

    found = proofs.differences()
    if found:
        sys.exit("the books differ after the run:\n" + "\n".join(found[:10]))


# ---- Ours ----------------------------------------------------------------------------------------


def _ours(year: int, schools: int, seconds: int, server: psutil.Process) -> tuple[float, float]:
    """Commitments a second of a few processes at once, and the CPU milliseconds of each."""
    command = [sys.executable, "-m", "bench.ledger", "--worker"]
    workers = [
        subprocess.Popen(
            [*command, str(year), str(schools), str(seconds), f"{number}-{time.time_ns()}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(WORKERS)
    ]
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()  # it is ready
    began = cpu_seconds(psutil.Process(), server)
    answers = [worker.communicate()[0] for worker in _told_to_go(workers)]
    spent = cpu_seconds(psutil.Process(), server) - began
    done = sum(int(answer) for answer in answers)
    return done / seconds, 1000 * spent / done


def _told_to_go(workers: "list[subprocess.Popen[str]]") -> "list[subprocess.Popen[str]]":
    """All of them at once, before any is waited for."""
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return workers


def _worker(year: int, schools: int, seconds: int, name: str) -> None:
    """One process: commit for the schools in turn until the time is over."""
    import django

    django.setup()
    from schools.models import Person, School, SchoolYear

    by, of_year = Person.objects.portal(), SchoolYear.objects.get(pk=year)
    members = list(School.objects.order_by("pk")[:schools])
    _commit(f"{name}-first", members[0], of_year, by)
    print("ready", flush=True)
    sys.stdin.readline()
    until, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        _commit(f"{name}-{done}", members[(done * 7 + os.getpid()) % schools], of_year, by)
        done += 1
    print(done)


def _commit(key: str, school: Any, year: Any, by: Any) -> Any:
    """What a booking does to the books: one commitment in one transaction."""
    from django.db import transaction

    from credits.services.commitments import commitment
    from credits.services.ledger import post
    from hub_portal.shared.london import now

    entry = commitment(
        key=key,
        about=f"booking_request:{key}",
        school=school,
        year=year,
        price=CREDITS,
        for_people=[None],
    )
    with transaction.atomic():
        return post([entry], by=by, at=now())[0]


# ---- pgbench -------------------------------------------------------------------------------------


def _written_down(year: int) -> str:
    """A pgbench script of the statements of one real commitment, for any school."""
    from django.db import connection

    from schools.models import Person, School, SchoolYear

    statements: list[str] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.connection.cursor() as cursor:
            statements.append(cursor.mogrify(sql, params).decode())
        return execute(sql, params, many, context)

    school = School.objects.get(pk=FIRST_SCHOOL)
    by, of_year = Person.objects.portal(), SchoolYear.objects.get(pk=year)
    connection.tells_questions = False  # in full: pgbench knows none by its name
    with connection.execute_wrapper(keep):
        entry = _commit(KEY, school, of_year, by)
    debit = entry.transfers.get().debit_account_id
    credit = entry.transfers.get().credit_account_id
    names = {
        FIRST_SCHOOL: ":school",
        debit: ":debit",
        credit: ":credit",
        entry.pk: ":entry_id",
        KEY: "bench-:client_id-:number",
    }
    lines = [
        f"\\set of_school random(0, :schools - 1)\n\\set school {FIRST_SCHOOL} + :of_school",
        f"\\set debit {debit} + 3 * :of_school\n\\set credit {credit} + 3 * :of_school",
        "\\set number random(1, 9000000000000000)\nBEGIN;",
        *(_with_names(statement, names) for statement in statements if _is_work(statement)),
        "COMMIT;",
    ]
    return "\n".join(lines) + "\n"


def _is_work(statement: str) -> bool:
    return statement.split(" ")[0] in ("INSERT", "SELECT", "UPDATE")


def _with_names(statement: str, names: dict[Any, str]) -> str:
    """The statement with pgbench's variables where the numbers of this one school stood."""
    for value, name in names.items():
        statement = re.sub(rf"(?<![\w.]){value}(?![\w.])", name, statement)
    ends = " \\gset entry_" if statement.startswith('INSERT INTO "credits_journalentry"') else ";"
    return statement.replace("\n", " ") + ends


def _pgbench(script: str, schools: int, seconds: int) -> float:
    """Transactions a second of pgbench with this script."""
    pgbench = Path(services._postgresql_program("postgres")).with_name("pgbench")
    address = urlsplit(os.environ["DATABASE_URL"])
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        answer = subprocess.run(
            [
                *(str(pgbench), "-n", "-f", file.name, "-D", f"schools={schools}"),
                *("-c", str(CLIENTS), "-j", "2", "-T", str(seconds)),
                *(
                    "-h",
                    str(address.hostname),
                    "-p",
                    str(address.port),
                    "-U",
                    str(address.username),
                ),
                address.path.lstrip("/"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"tps = ([\d.]+)", answer.stdout)
    if answer.returncode or not found:
        sys.exit(f"pgbench: {answer.stdout}\n{answer.stderr}")
    return float(found[1])


def main(arguments: Sequence[str]) -> None:
    if "--worker" in arguments:
        year, schools, seconds, name = arguments[-4:]
        _worker(int(year), int(schools), int(seconds), name)
        return
    report("ledger", measure, packages=("django", "psycopg2-binary"))


if __name__ == "__main__":
    main(sys.argv[1:])
