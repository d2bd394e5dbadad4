"""The disk full while booking and while keeping a file: a sentence, and nothing is lost."""

import os
import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from cpd.models import BookingPolicy
from hub_portal.files.models import StoredFile
from schools.models import RollImport
from tests.faults.small_disk import LimitedProcesses, MountedDisk, small_disk
from tests.faults.web_server import (
    Visitor,
    checked_booking,
    confirm,
    cookies_of,
    durable_database,
    running_web,
)
from tests.makers.cpd import give_credits, make_cohort
from tests.makers.rolls import csv_upload
from tests.makers.schools import make_cast

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

SENTENCE = "<h1>That is not possible just now</h1>"
MOST = 400
REQUESTS = "SELECT id FROM cpd_bookingrequest"
BOOKINGS = "SELECT count(*) FROM cpd_booking"


@pytest.fixture
def cast():
    return make_cast()


def family_of(process):
    return [process, *process.children(recursive=True)]


def test_a_disk_full_while_booking_is_said_and_nothing_acknowledged_is_lost(cast, tmp_path):
    now = datetime.now(tz=UTC)
    give_credits(school=cast.our_school, credits=10_000, at=now)
    BookingPolicy.objects.update(places_per_school=0)
    cohort = make_cohort(
        starts_at=now + timedelta(weeks=6), price=2, capacity=9_000, places_per_school=0
    )
    cookies = cookies_of(cast.rep)
    with small_disk(megabytes=160) as disk, durable_database(within=disk.folder) as database:
        database.take_over_the_tests()
        with (
            running_web(tmp_path, database_url=database.url) as web,
            Visitor(web.port, cookies) as rep,
        ):
            fields = checked_booking(rep, cohort, ["A Teacher"])
            acknowledged = [book(rep, cohort, fields, number) for number in range(3)]
            disk.fill(family_of(database.server))
            refused = book_until_refused(rep, cohort, fields, acknowledged)
            assert refused.status == disk.answered_by_postgresql
            assert "nothing is ever booked by halves" in refused.text

            disk.make_room(family_of(database.server))
            if database.has_ended():
                database.start_again()
            again = book_when_it_is_back(rep, cohort, fields, len(acknowledged))
            acknowledged.append(again)

        kept = {str(key) for (key,) in database.asked(REQUESTS)}
        assert {page.location.split("/")[-2] for page in acknowledged} == kept
        assert database.asked(BOOKINGS) == [(len(acknowledged),)]
        assert database.differences() == "[]"


def book(rep, cohort, fields, number):
    """One place more, on a page of its own."""
    own = {
        "page_key": f"page-{number}-and-some-more-characters",
        "typed-0-full_name": f"Teacher {number}",
        "typed-0-email": "",
    }
    return confirm(rep, cohort, [(field, own.get(field, value)) for field, value in fields])


def book_until_refused(rep, cohort, fields, acknowledged):
    for number in range(len(acknowledged), MOST):
        answer = book(rep, cohort, fields, number)
        if answer.status != 302:
            return answer
        acknowledged.append(answer)
    raise AssertionError("the disk never was full")


def book_when_it_is_back(rep, cohort, fields, number):
    """The very page that was refused, sent again until it is taken."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = book(rep, cohort, fields, number)
        if answer.status == 302:
            return answer
        assert answer.status >= 500, answer.text[:1000]
        time.sleep(0.2)
    raise AssertionError("the portal did not come back")


@pytest.mark.parametrize("kind", [MountedDisk, LimitedProcesses])
def test_a_disk_full_while_a_file_is_kept_is_said_and_leaves_no_row(
    cast, client, settings, tmp_path, kind
):
    us = [psutil.Process(os.getpid())]
    client.force_login(cast.hub_manager)
    client.raise_request_exception = False
    rows = [("100001", "1530")] * 2000
    with small_disk(megabytes=1) as disk:
        disk = disk if kind is MountedDisk else LimitedProcesses(tmp_path)
        settings.MEDIA_ROOT = disk.folder / "files"
        disk.fill(us)
        try:
            full = send(client, rows)
        finally:
            disk.make_room(us)
        assert not StoredFile.objects.exists()
        assert not RollImport.objects.exists()
        taken = send(client, rows)

    assert full.status_code == 503
    assert SENTENCE in full.text
    assert taken.status_code == 302
    assert StoredFile.objects.count() == RollImport.objects.count() == 1


def send(client, rows):
    """The hub manager sends in a file of rolls."""
    given = {"file": csv_upload(("URN", "Pupils"), *rows)}
    return client.post("/admin/schools/rollimport/upload/", given)
