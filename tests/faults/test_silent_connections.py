"""Connections that say nothing hold nobody up, and none is kept by one process for later."""

import contextlib
import socket
import time

import pytest

from tests.faults.web_server import Visitor, running_web, seconds_since

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

MORE_THAN_THREADS = 12
SECONDS = 3 if hasattr(socket, "TCP_DEFER_ACCEPT") else 60  # elsewhere each holds a thread a while


def test_connections_a_browser_opened_for_later_hold_nobody_up(tmp_path):
    with running_web(tmp_path) as web, contextlib.ExitStack() as silent:
        for _ in range(MORE_THAN_THREADS):
            silent.enter_context(socket.create_connection(("127.0.0.1", web.port)))
        began = time.monotonic()
        with Visitor(web.port) as visitor:
            answer = visitor.get("/healthz")

        assert answer.status == 200
        assert seconds_since(began) < SECONDS


def test_one_that_was_opened_for_later_is_answered_when_it_asks(tmp_path):
    with (
        running_web(tmp_path) as web,
        socket.create_connection(("127.0.0.1", web.port), timeout=10) as opened,
    ):
        time.sleep(2)
        opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

        assert opened.recv(100).startswith(b"HTTP/1.1 200")


def test_a_connection_is_for_one_request(tmp_path):
    with (
        running_web(tmp_path) as web,
        socket.create_connection(("127.0.0.1", web.port), timeout=10) as opened,
    ):
        opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with opened.makefile("rb") as answered:
            whole = answered.read()  # until the portal hangs up, which it does not wait to do

    assert b"connection: close" in whole.lower()
    assert b"\nok\n" in whole
