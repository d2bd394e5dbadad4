"""The doorbell: rung after the commit, and a dead broker costs the page little and says nothing."""

import contextlib
import io
import json
import logging
import socket
import time
import uuid

import pytest
from celery import Celery
from django.db import transaction
from kombu.exceptions import OperationalError

from hub_portal.shared import doorbell
from hub_portal.shared.doorbell import ring


@pytest.fixture(autouse=True)
def _bell_not_silent(monkeypatch):
    monkeypatch.setattr(doorbell._Bell, "silent_until", 0.0)


@contextlib.contextmanager
def celery_app(url, **transport_options):
    """A Celery app of its own as the current one, over the broker at this address."""
    before = doorbell.current_app._get_current_object()
    app = Celery("bell", broker=url, set_as_current=True)
    app.conf.broker_transport_options = transport_options
    try:
        yield app
    finally:
        before.set_current()


@pytest.fixture
def folder_broker(tmp_path):
    folders = {name: tmp_path / name for name in ("messages", "control", "taken")}
    for folder in folders.values():
        folder.mkdir()
    with celery_app(
        "filesystem://",
        data_folder_in=str(folders["messages"]),
        data_folder_out=str(folders["messages"]),
        control_folder=str(folders["control"]),
        processed_folder=str(folders["taken"]),
    ):
        yield folders["messages"]


@pytest.fixture
def deaf_broker():
    """A Redis that takes the connection and never answers, as a frozen one does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        with celery_app(f"redis://127.0.0.1:{listener.getsockname()[1]}/0"):
            yield


@pytest.fixture
def dead_broker():
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with celery_app(f"redis://127.0.0.1:{taken.getsockname()[1]}/0"):
            yield


def names_sent(messages):
    return [json.loads(path.read_text())["headers"]["task"] for path in messages.iterdir()]


@pytest.mark.django_db(transaction=True)
def test_ring_waits_for_the_commit(folder_broker):
    with transaction.atomic():
        ring("bell.wait", 1)
        sent_before_the_commit = names_sent(folder_broker)

    assert sent_before_the_commit == []
    assert names_sent(folder_broker) == ["bell.wait"]


@pytest.mark.django_db(transaction=True)
def test_ring_sends_nothing_when_the_transaction_is_rolled_back(folder_broker):
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        ring("bell.rolled_back", 1)
        raise ZeroDivisionError

    assert names_sent(folder_broker) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("not_an_id", [None, True, 1.5, uuid.UUID(int=1), {"name": "Ada"}, [1]])
def test_ring_refuses_what_is_not_an_id(folder_broker, not_an_id):
    with pytest.raises(TypeError):
        ring("bell.typed", not_an_id)

    assert names_sent(folder_broker) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["dead_broker", "deaf_broker"])
def test_ring_costs_a_page_at_most_three_seconds_when_the_broker_is_down(
    broker, request, monkeypatch
):
    request.getfixturevalue(broker)
    said = io.StringIO()
    own_log = logging.getLogger(f"test.doorbell.{broker}")  # whatever others did to theirs
    own_log.setLevel(logging.WARNING)
    own_log.addHandler(logging.StreamHandler(said))
    monkeypatch.setattr(doorbell, "log", own_log)
    begun = time.monotonic()

    with transaction.atomic():
        for booking in range(8):
            ring("bell.unheard", booking, "ada@school.example")

    assert time.monotonic() - begun < 3
    assert len(said.getvalue().splitlines()) == 1
    assert "bell.unheard" in said.getvalue()
    assert "ada@school.example" not in said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_ring_is_heard_again_once_the_silence_is_over(folder_broker, monkeypatch):
    ring("bell.first", 1)
    monkeypatch.setattr(doorbell._Bell, "silent_until", time.monotonic() + 60)
    ring("bell.during", 2)
    monkeypatch.setattr(doorbell._Bell, "silent_until", time.monotonic() - 1)
    ring("bell.after", 3)

    assert sorted(names_sent(folder_broker)) == ["bell.after", "bell.first"]


@pytest.mark.django_db(transaction=True)
def test_without_the_one_second_limits_a_deaf_broker_would_raise(deaf_broker):
    """The negative control: what `_ring_now` catches really is raised by this broker."""
    broker = doorbell.current_app.connection_for_write(transport_options=doorbell.TRANSPORT_OPTIONS)

    with pytest.raises(OperationalError), doorbell.producers[broker].acquire(block=True) as bell:
        doorbell.current_app.send_task("bell.control", producer=bell, retry=False)
