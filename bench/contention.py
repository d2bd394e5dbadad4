"""Two hundred people for twenty places, all at once, through the real server.

Real gunicorn, real PostgreSQL and Redis. Everybody turns every page, catalogue to confirmation, on
a connection and a session of their own; twenty get a place, the others a sentence.
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench._portal import (
    Visitor,
    Web,
    cpu_seconds,
    engines,
    portal_web,
    served,
    signed_in_as,
)
from bench._report import Figure, at_most, exactly, report, seen

SCHOOLS = 25
PLACES = 20
PEOPLE = 200
MOST_SECONDS = 4
BOOKED, REFUSED, BROKEN = "booked", "refused", "broken"
THE_SENTENCE = "There is a problem"


@dataclass(frozen=True)
class Person:
    """One of those who want a place: a colleague, in a session of their school's rep."""

    colleague_id: int
    cookies: dict[str, str]


def measure(quick: bool) -> list[Figure]:
    """One rush for the places, after one person has warmed up each page."""
    with engines() as postgresql:
        from bench._hub import make_hub
        from cpd.models import Booking
        from cpd.services.proofs import differences

        hub = make_hub(schools=SCHOOLS + 1, cohorts=2, capacity=PLACES)
        *schools, early = hub.schools
        rushed, other = hub.cohorts
        people = [
            Person(colleague.pk, signed_in_as(school.rep))
            for school in schools
            for colleague in school.colleagues
        ]
        warm = [Person(one.pk, signed_in_as(early.rep)) for one in early.colleagues]
        with served(portal_web) as web:
            _rush(warm, web, f"/courses/{other.programme.slug}/", other.pk)
            course = f"/courses/{rushed.programme.slug}/"
            before = cpu_seconds(web.process, postgresql)
            seconds, became = _rush(people, web, course, rushed.pk)
            spent = cpu_seconds(web.process, postgresql) - before
        live = Booking.objects.live().filter(cohort=rushed).count()
        wrong = len(differences())
    return [
        at_most(MOST_SECONDS, name="200 people for 20 places", ours=seconds, unit="s"),
        exactly(PLACES, name="places booked", ours=live),
        exactly(PLACES, name="people told they have one", ours=became[BOOKED]),
        exactly(PEOPLE - PLACES, name="people told why not", ours=became[REFUSED]),
        exactly(0, name="answers that were neither", ours=became[BROKEN]),
        exactly(0, name="differences of the books check", ours=wrong),
        seen(name="CPU seconds, web and PostgreSQL", ours=spent),
    ]


def _rush(
    people: list[Person], web: Web, course: str, cohort_id: int
) -> tuple[float, Counter[str]]:
    """Everybody begins behind one barrier; seconds until the last has an answer, and which."""
    together = threading.Barrier(len(people) + 1)

    def one(person: Person) -> str:
        with Visitor(web.port, person.cookies) as visitor:
            together.wait(60)
            return _whole_flow(visitor, course, cohort_id, person.colleague_id)

    with ThreadPoolExecutor(len(people)) as threads:
        answers = [threads.submit(one, person) for person in people]
        together.wait(60)
        began = time.perf_counter()
        became = Counter(answer.result() for answer in answers)
    return time.perf_counter() - began, became


def _whole_flow(visitor: Visitor, course: str, cohort_id: int, colleague_id: int) -> str:
    """Catalogue, course, form, check, confirm, done; or the page that says why not."""
    check = f"{course}{cohort_id}/check/"
    for path in ("/courses/", course):
        if visitor.get(path).status != 200:
            return BROKEN
    form = visitor.get(f"{course}{cohort_id}/book/")
    if form.status != 200:
        return BROKEN
    checked = visitor.post(check, [*form.hidden(), ("colleagues", str(colleague_id))])
    if checked.status != 200:
        return _refused(checked.status, checked.text)
    confirmed = visitor.post(check, [*checked.hidden(), ("confirm", "1")])
    if confirmed.status != 302:
        return _refused(confirmed.status, confirmed.text)
    return BOOKED if visitor.get(confirmed.location).status == 200 else BROKEN


def _refused(status: int, page: str) -> str:
    return REFUSED if status == 422 and THE_SENTENCE in page else BROKEN


if __name__ == "__main__":
    report("contention", measure, packages=("django", "gunicorn", "psycopg2-binary"))
