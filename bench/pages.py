"""What the pages cost that a rep opens most, and what a first visit weighs.

CPU time of web and PostgreSQL together, beside a bare Django list view of twenty rows on the same
database; the queries of each page at one row and at a thousand; the bytes of a first visit.
"""

import re
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import psutil

from bench._portal import (
    Visitor,
    Web,
    bare_web,
    cpu_seconds,
    engines,
    portal_web,
    served,
    signed_in_as,
)
from bench._report import Figure, at_most, ratio_at_most, report, seen

if TYPE_CHECKING:
    from bench._hub import Hub

ROWS = 1_000
PAGES = {"/courses/": 8, "/my/": 14, "/my/credits/": 8}
"""The pages, and how many queries each may take."""

MOST_TIMES_THE_BARE_VIEW = 3
MOST_KILOBYTES = 60
VISITS_A_ROUND = 100
"""A process says its CPU time in steps of 10 ms: so many visits make a step 0.1 ms of one."""

LINKED = re.compile(r'<(?:link|script|img)\b[^>]*\b(?:href|src)="([^"]+)"[^>]*>')
NOT_FETCHED = re.compile(r'rel="(?:apple-touch-icon|canonical|alternate)"')
IN_STYLES = re.compile(r"url\(([^)]+)\)")
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def measure(quick: bool) -> list[Figure]:
    """Queries at one row, then at a thousand; CPU time and weight at a thousand."""
    with engines() as postgresql:
        from bench._hub import make_hub

        hub = make_hub(schools=2, cohorts=1)
        _book(hub, cohorts=hub.cohorts, places=1)
        cookies = signed_in_as(hub.schools[0].rep)
        at_one = {path: _queries(path, cookies) for path in PAGES}
        _fill(hub)
        at_many = {path: _queries(path, cookies) for path in PAGES}
        with served(portal_web) as web, served(bare_web) as bare:
            cpu = _cpu_ms(web, bare, postgresql, cookies, rounds=1 if quick else 10)
            weight = _first_visit(web)
    floor = cpu.pop("/list/")
    figures = []
    for path, most in PAGES.items():
        figures += [
            ratio_at_most(
                MOST_TIMES_THE_BARE_VIEW, name=f"{path}, CPU ms", ours=cpu[path], floor=floor
            ),
            at_most(most, name=f"{path}, queries at {ROWS:,} rows", ours=at_many[path]),
            at_most(
                at_one[path],
                name=f"{path}, the same at one row",
                ours=at_many[path],
                unit="queries",
            ),
        ]
    return [*figures, *_weight_figures(weight)]


def _weight_figures(weight: dict[str, int]) -> list[Figure]:
    whole = sum(weight.values()) / 1000
    parts = [
        seen(name=f"  {path.rpartition('/')[2] or path}", ours=size / 1000)
        for path, size in sorted(weight.items(), key=lambda pair: -pair[1])
    ]
    return [at_most(MOST_KILOBYTES, name="first visit, kB", ours=whole, unit="kB"), *parts]


def _book(hub: "Hub", *, cohorts, places: int) -> None:
    """So many places on each cohort for the first school's colleagues."""
    from cpd.services.bookings import Order, book_places
    from cpd.services.delegates import Delegate

    ours = hub.schools[0]
    delegates = tuple(Delegate(person_id=person.pk) for person in ours.colleagues[:places])
    for cohort in cohorts:
        order = Order(
            key=f"bench-{cohort.pk}-{places}",
            cohort_id=cohort.pk,
            school_id=ours.school.pk,
            delegates=delegates,
            shown_price=cohort.price,
        )
        book_places(order=order, by=ours.rep, at=hub.at)


def _fill(hub: "Hub") -> None:
    """A thousand dates in the catalogue, a thousand places booked and paid by one school."""
    from bench._hub import copy_cohorts

    copies = copy_cohorts(hub.cohorts[0], ROWS - 1)
    in_one_go = len(hub.schools[0].colleagues)
    _book(hub, cohorts=copies[: ROWS // in_one_go], places=in_one_go)
    _look_over_the_tables()


def _look_over_the_tables() -> None:
    """PostgreSQL counts the rows it plans by; a served one does so within a minute by itself."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _queries(path: str, cookies: dict[str, str]) -> int:
    """How many queries the page takes, once its templates are warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.cookies.load(cookies)
    assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def _cpu_ms(
    web: Web, bare: Web, postgresql: psutil.Process, cookies: dict[str, str], *, rounds: int
) -> dict[str, float]:
    """Milliseconds of CPU a visit, median of rounds in which every page has its turn."""
    with Visitor(web.port, cookies) as ours, Visitor(bare.port) as floor:
        visits: dict[str, tuple[Web, Callable[[], int]]] = {
            path: (web, lambda path=path: ours.get(path).status) for path in PAGES
        }
        visits["/list/"] = (bare, lambda: floor.get("/list/").status)
        spent: dict[str, list[float]] = {path: [] for path in visits}
        for round_number in range(rounds + 1):
            for path, (asked, visit) in visits.items():
                before = cpu_seconds(asked.process, postgresql)
                answers = {visit() for _ in range(VISITS_A_ROUND)}
                used = cpu_seconds(asked.process, postgresql) - before
                assert answers == {200}, (path, answers)
                if round_number:  # the first is to warm up
                    spent[path].append(used / VISITS_A_ROUND * 1000)
    return {path: median(each) for path, each in spent.items()}


def _first_visit(web: Web) -> dict[str, int]:
    """The bytes of the catalogue and of everything a browser fetches with it, as sent."""
    weight: dict[str, int] = {}
    with Visitor(web.port) as visitor:

        def fetch(path: str) -> str:
            answer = visitor.get(path, BROWSER)
            assert answer.status == 200, path
            weight[path] = answer.size
            return visitor.get(path).text

        for tag in LINKED.finditer(fetch("/courses/")):
            if not NOT_FETCHED.search(tag[0]) and tag[1] not in weight:
                text = fetch(tag[1])
                for inside in IN_STYLES.findall(text) if tag[1].endswith(".css") else ():
                    address = urljoin(tag[1], inside.strip("\"'"))
                    if address not in weight:
                        fetch(address)
    return weight


if __name__ == "__main__":
    report("pages", measure, packages=("django", "gunicorn", "psycopg2-binary"))
