"""A kept connection is looked at before it is used; a line to nobody is given up."""

import socket
from types import SimpleNamespace

import pytest

from hub_portal.shared.postgresql.base import DatabaseWrapper


@pytest.fixture
def ends():
    """Our end of a line and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def connected_by(line):
    wrapper = DatabaseWrapper({"NAME": "portal", "TIME_ZONE": None, "OPTIONS": {}})
    wrapper.connection = SimpleNamespace(fileno=line.fileno, closed=0)
    return wrapper


def test_a_silent_line_is_used_again(ends):
    ours, _ = ends

    assert connected_by(ours).is_usable()


def test_a_line_on_which_the_server_has_said_goodbye_is_not(ends):
    ours, theirs = ends
    theirs.send(b"E terminating connection due to administrator command")

    assert not connected_by(ours).is_usable()


def test_a_line_that_was_cut_is_not(ends):
    ours, theirs = ends
    theirs.close()

    assert not connected_by(ours).is_usable()


def test_after_an_error_the_server_is_asked(ends, monkeypatch):
    asked = []
    monkeypatch.setattr(DatabaseWrapper.__base__, "is_usable", lambda self: asked.append(1) or True)
    wrapper = connected_by(ends[0])
    wrapper.errors_occurred = True

    assert wrapper.is_usable()
    assert asked == [1]
