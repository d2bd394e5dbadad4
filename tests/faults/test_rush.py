"""Two hundred people for twenty places, at the same moment, through the real web process.

Rule BK-3: exactly twenty get one, everybody else a sentence, nobody an error. How long it takes is
measured by `./run bench contention`.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cpd.models import Booking
from cpd.services import proofs as proofs_of_bookings
from credits.services import proofs as proofs_of_the_books
from hub_portal.mail.models import Delivery
from schools.choices import Role
from tests.faults.web_server import Visitor, checked_booking, confirm, cookies_of, running_web
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.schools import make_colleague, make_school

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

SCHOOLS, OF_EACH, PLACES = 10, 20, 20
BOOKED, REFUSED = "booked", "refused"


@pytest.fixture
def cohort():
    starts_at = datetime.now(tz=UTC) + timedelta(weeks=6)
    return make_cohort(starts_at=starts_at, capacity=PLACES, places_per_school=OF_EACH)


@pytest.fixture
def signed_in():
    """The cookies of a rep of every school; each has credits for all its people."""
    return [_rep_of(f"Rushing School {number:02}") for number in range(SCHOOLS)]


def _rep_of(name):
    school = make_school(name=name)
    email = f"{name.lower().replace(' ', '-')}@rep.example"
    rep = make_colleague(school=school, full_name=f"Rep of {name}", email=email, role=Role.REP)
    give_credits(school=school, credits=1000, at=datetime.now(tz=UTC))
    return cookies_of(rep)


def test_of_two_hundred_at_once_twenty_have_a_place_and_the_rest_a_sentence(
    cohort, signed_in, tmp_path
):
    together = threading.Barrier(SCHOOLS * OF_EACH)

    def book(number):
        with Visitor(web.port, dict(signed_in[number % SCHOOLS])) as rep:
            fields = checked_booking(rep, cohort, [f"Person {number:03}"])
            together.wait(120)
            return _became(confirm(rep, cohort, fields))

    with running_web(tmp_path) as web, ThreadPoolExecutor(SCHOOLS * OF_EACH) as people:
        became = Counter(people.map(book, range(SCHOOLS * OF_EACH)))

    assert became == {BOOKED: PLACES, REFUSED: SCHOOLS * OF_EACH - PLACES}
    assert Booking.objects.live().filter(cohort=cohort).count() == PLACES
    assert Delivery.objects.filter(kind="cpd.booked").count() == PLACES
    assert [*proofs_of_the_books.differences(), *proofs_of_bookings.differences()] == []


def _became(answer):
    if answer.status == 302 and "/done/" in answer.location:
        return BOOKED
    if answer.status == 422 and "There is a problem" in answer.text:
        return REFUSED
    return f"{answer.status}: {answer.text[:200]}"
