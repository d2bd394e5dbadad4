"""A whole booking through HTTP, and the confirmation alone against its bare SQL.

Real gunicorn, real PostgreSQL and Redis, eight reps at once, each for a school of their own:
catalogue, course, form, check, confirm, done.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, TypeVar

import psutil

from bench._portal import (
    Page,
    Visitor,
    Web,
    bare_web,
    cpu_seconds,
    engines,
    portal_web,
    served,
    signed_in_as,
)
from bench._report import Figure, at_least, at_most, ratio_at_least, report, seen
from bench._script import FIRST_IDS, taken_apart

if TYPE_CHECKING:
    from bench._hub import Hub, SchoolOfTheHub
    from cpd.models import Cohort
    from schools.models import Person

USERS = 8
COHORTS = 150
FLOWS_COUNTED = 3
FEWEST_BOOKINGS_A_SECOND = 15
SLOWEST_OF_TWENTY_SECONDS = 0.7
MOST_CPU_MS = 80
MOST_STATEMENTS = 45
LEAST_OF_THE_BARE_VIEW = 0.5

Fields = list[tuple[str, str]]
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """One place that can still be booked: on which cohort, for whom."""

    cohort: "Cohort"
    colleague: "Person"

    @property
    def course(self) -> str:
        return f"/courses/{self.cohort.programme.slug}/"

    @property
    def check(self) -> str:
        return f"{self.course}{self.cohort.pk}/check/"


@dataclass
class Rep:
    """One user: a kept connection, a school, and the places it may still book."""

    school: "SchoolOfTheHub"
    cookies: dict[str, str]
    places: Iterator[Place]


def measure(quick: bool) -> list[Figure]:
    """All figures from one hub: the flow, its statements, and the confirmation alone."""
    with engines() as postgresql:
        hub = _hub()
        reps = [_rep(school, hub.cohorts) for school in hub.schools]
        with served(portal_web) as web:
            _everybody(reps, web, _one_booking)
            flow = _whole_flow(reps, web, postgresql, seconds=8 if quick else 30)
            statements = _statements_of_a_booking(reps, web)
            confirmed = _confirmations(reps, web, postgresql, each=15 if quick else 40)
        scripts = {str(rep.school.school.pk): _capture(rep) for rep in reps}
        file = Path(os.environ["PORTAL_VAR"]) / "statements.json"
        file.write_text(json.dumps(scripts), encoding="utf-8")
        with served(bare_web, BENCH_STATEMENTS=str(file)) as web:
            bare = _bare_confirmations(reps, web, postgresql, each=60 if quick else 120)
    return [
        at_least(FEWEST_BOOKINGS_A_SECOND, name="bookings, whole flow", ours=flow.rate, unit="/s"),
        at_most(SLOWEST_OF_TWENTY_SECONDS, name="a whole flow, p95", ours=flow.p95, unit="s"),
        seen(name="a whole flow, median seconds", ours=flow.middle),
        at_most(MOST_CPU_MS, name="CPU a booking, web and PostgreSQL", ours=flow.cpu, unit="ms"),
        at_most(MOST_STATEMENTS, name="SQL statements a booking", ours=statements),
        ratio_at_least(
            LEAST_OF_THE_BARE_VIEW,
            name="confirmations a second",
            ours=confirmed.rate,
            floor=bare.rate,
        ),
        seen(name="CPU ms a confirmation", ours=confirmed.cpu, floor=bare.cpu),
        seen(name="confirmation, p95 seconds", ours=confirmed.p95, floor=bare.p95),
    ]


@dataclass(frozen=True)
class Measured:
    """What many acts took: how many a second, seconds of one, CPU milliseconds of one."""

    rate: float
    middle: float
    p95: float
    cpu: float


def _hub() -> "Hub":
    from django.db import connection

    from bench._hub import make_hub

    with connection.cursor() as cursor:
        for table, first in FIRST_IDS.items():
            cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN id RESTART WITH {first + 1}')
    return make_hub(schools=USERS, cohorts=COHORTS)


def _rep(school: "SchoolOfTheHub", cohorts: Sequence["Cohort"]) -> Rep:
    """A place on each cohort for each colleague, one after the other.

    Each rep begins with another cohort, as reps do who have not agreed beforehand.
    """
    begin = (school.school.pk * len(cohorts)) // USERS
    in_turn = [*cohorts[begin:], *cohorts[:begin]]
    places = (Place(cohort, one) for one, cohort in product(school.colleagues, in_turn))
    return Rep(school, signed_in_as(school.rep), places)


def _one_booking(rep: Rep, visitor: Visitor) -> None:
    """All six pages of a booking, as a rep turns them."""
    place = next(rep.places)
    _expect(visitor.get("/courses/"), 200)
    _expect(visitor.get(place.course), 200)
    fields = _checked(visitor, place)
    done = _expect(visitor.post(place.check, [*fields, ("confirm", "1")]), 302)
    assert "/done/" in done.location, done.location
    _expect(visitor.get(done.location), 200)


def _checked(visitor: Visitor, place: Place) -> Fields:
    """The form and the check page; the fields that only wait for the confirmation."""
    form = _expect(visitor.get(f"{place.course}{place.cohort.pk}/book/"), 200)
    chosen = ("colleagues", str(place.colleague.pk))
    return _expect(visitor.post(place.check, [*form.hidden(), chosen]), 200).hidden()


def _whole_flow(reps: list[Rep], web: Web, postgresql: psutil.Process, *, seconds: int) -> Measured:
    def until_the_time_is_up(rep: Rep, visitor: Visitor) -> list[float]:
        took, until = [], time.perf_counter() + seconds
        while time.perf_counter() < until:
            began = time.perf_counter()
            _one_booking(rep, visitor)
            took.append(time.perf_counter() - began)
        return took

    return _measured(reps, web, postgresql, until_the_time_is_up)


def _confirmations(reps: list[Rep], web: Web, postgresql: psutil.Process, *, each: int) -> Measured:
    """The last click alone: its form and its check page were asked for before."""
    waiting: dict[int, list[tuple[Place, Fields]]] = {}

    def fill_in(rep: Rep, visitor: Visitor) -> None:
        places = [next(rep.places) for _ in range(each)]
        waiting[id(rep)] = [(place, _checked(visitor, place)) for place in places]

    def confirm_all(rep: Rep, visitor: Visitor) -> list[float]:
        return [
            _timed(visitor, place.check, [*fields, ("confirm", "1")])
            for place, fields in waiting[id(rep)]
        ]

    _everybody(reps, web, fill_in)
    return _measured(reps, web, postgresql, confirm_all)


def _bare_confirmations(
    reps: list[Rep], web: Web, postgresql: psutil.Process, *, each: int
) -> Measured:
    def confirm_all(rep: Rep, visitor: Visitor) -> list[float]:
        return [
            _timed(visitor, "/confirm/", _bare_fields(rep, next(rep.places))) for _ in range(each)
        ]

    return _measured(reps, web, postgresql, confirm_all)


def _bare_fields(rep: Rep, place: Place) -> Fields:
    return [
        ("school", str(rep.school.school.pk)),
        ("cohort", str(place.cohort.pk)),
        ("delegate", str(place.colleague.pk)),
        ("slug", place.cohort.programme.slug),
    ]


def _timed(visitor: Visitor, path: str, fields: Fields) -> float:
    began = time.perf_counter()
    _expect(visitor.post(path, fields), 302)
    return time.perf_counter() - began


def _measured(
    reps: list[Rep],
    web: Web,
    postgresql: psutil.Process,
    act: Callable[[Rep, Visitor], list[float]],
) -> Measured:
    """What the act took all reps together, in time and in CPU time of both servers."""
    began, began_cpu = time.perf_counter(), cpu_seconds(web.process, postgresql)
    took = [seconds for of_rep in _everybody(reps, web, act) for seconds in of_rep]
    elapsed = time.perf_counter() - began
    cpu = cpu_seconds(web.process, postgresql) - began_cpu
    return Measured(
        rate=len(took) / elapsed,
        middle=median(took),
        p95=quantiles(took, n=20)[-1],
        cpu=cpu / len(took) * 1000,
    )


def _everybody(reps: list[Rep], web: Web, act: Callable[[Rep, Visitor], T]) -> list[T]:
    """Every rep does it at the same time, on a connection of their own."""
    together = threading.Barrier(len(reps))

    def one(rep: Rep) -> T:
        with Visitor(web.port, rep.cookies) as visitor:
            together.wait(60)
            return act(rep, visitor)

    with ThreadPoolExecutor(len(reps)) as threads:
        return list(threads.map(one, reps))


def _statements_of_a_booking(reps: list[Rep], web: Web) -> float:
    """How many statements PostgreSQL was sent, by its own log, BEGIN and COMMIT among them.

    Of all reps at once: what a process keeps for a moment is then asked for as often as it is
    in use.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        [cluster] = cursor.fetchone()
        log = Path(cluster).with_name("log")
        _log_statements(cursor, "all")
        before = _statements_in(log)
        for _ in range(FLOWS_COUNTED):
            _everybody(reps, web, _one_booking)
        counted = _statements_in(log) - before
        _log_statements(cursor, "none")
    return counted / (FLOWS_COUNTED * len(reps))


def _log_statements(cursor, which: str) -> None:
    cursor.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
    cursor.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)  # until every server process has read it


def _statements_in(log: Path) -> int:
    return log.read_text(errors="replace").count("LOG:  statement: ")


def _capture(rep: Rep) -> list:
    """The statements of a real confirmation of this rep, from the portal's own view."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from cpd.models import BookingRequest

    place, browser = next(rep.places), Client(headers={"host": "127.0.0.1"})
    browser.cookies.load(rep.cookies)
    form = _as_page(browser.get(f"{place.course}{place.cohort.pk}/book/")).hidden()
    chosen = ("colleagues", str(place.colleague.pk))
    fields = _as_page(browser.post(place.check, _as_data([*form, chosen]))).hidden()
    connection.tells_questions = False  # in full: the bare side knows none by its name
    with CaptureQueriesContext(connection) as captured:
        answer = browser.post(place.check, _as_data([*fields, ("confirm", "1")]))
    assert answer.status_code == 302, answer.status_code
    made = BookingRequest.objects.get(cohort=place.cohort, bookings__delegate=place.colleague)
    names = {
        made.key: "key",
        str(place.cohort.pk): "cohort",
        str(place.colleague.pk): "delegate",
        place.cohort.programme.slug: "slug",
    }
    return taken_apart([query["sql"] for query in captured.captured_queries], names)


def _as_page(answer) -> Page:
    return _expect(Page(answer.status_code, answer.content.decode(), ""), 200)


def _as_data(fields: Fields) -> dict[str, list[str]]:
    posted: dict[str, list[str]] = {}
    for name, value in fields:
        posted.setdefault(name, []).append(value)
    return posted


def _expect(page: Page, status: int) -> Page:
    if page.status != status:
        raise AssertionError(f"{page.status} instead of {status}:\n{page.text[:2000]}")
    return page


if __name__ == "__main__":
    report("booking", measure, packages=("django", "gunicorn", "psycopg2-binary"))
