"""What an error says in the log is ours, never a row of the database."""

import json
import logging

import pytest

from hub_portal.shared.logs import JsonLine, PlainLine, without_personal_data


def record(message, *arguments, name="portal", **extra):
    made = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, arguments, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no such table", "no such table"),
        ("to ada@school.example failed", "to • failed"),
        ("duplicate key\nDETAIL:  Key (email)=(ada@x.example) already exists.", "duplicate key"),
        ("Key (full_name)=(Ada Lovelace) already exists", "Key • already exists"),
    ],
)
def test_addresses_and_rows_are_left_out(text, kept):
    assert without_personal_data(text) == kept


def test_a_line_is_json_with_its_time_and_level():
    line = json.loads(JsonLine().format(record("sent %d mails", 3)))

    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "ERROR",
        "logger": "portal",
        "request": "-",
        "says": "sent 3 mails",
    }


def test_what_django_says_of_a_request_is_its_status_alone():
    line = PlainLine().format(
        record("Not Found: %s", "/ticket/TOKEN/", name="django.request", status_code=404)
    )

    assert line.split(" ", 1)[1] == "ERROR django.request 404"
