"""Log lines without anything personal: no path, query, referrer, body, address or name.

An error keeps its kind and where it happened, never locals or what was posted. Its text is kept
only as far as it is ours: what a database says after the first line quotes the row.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="-")

ACCESS_FIELDS = ("method", "route", "status", "ms", "person")
# Django writes the path or the host into the text of these
QUOTING_LOGGERS = ("django.request", "django.security", "django.server")
ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
QUOTED = re.compile(r"\([^()]*\)=\([^()]*\)|\"[^\"]{40,}\"")


def without_personal_data(text: str) -> str:
    """The first line, with addresses and quoted rows replaced by a dot."""
    first = text.strip().split("\n", 1)[0]
    return QUOTED.sub("•", ADDRESS.sub("•", first))


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says, in order."""
    moment = datetime.fromtimestamp(record.created, tz=UTC)
    facts: dict[str, Any] = {
        "time": moment.isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "request": request_id.get(),
    }
    if record.name == "portal.access":
        return facts | {name: getattr(record, name, None) for name in ACCESS_FIELDS}
    if record.name.startswith(QUOTING_LOGGERS):
        facts["status"] = getattr(record, "status_code", None)
    else:
        facts["says"] = without_personal_data(record.getMessage())
    # a refusal of Django's own is no fault of ours to look for, and its text quotes the visitor
    if record.exc_info and record.exc_info[1] and not record.name.startswith("django.security"):
        facts |= _error(record.exc_info[1])
    return facts


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "error_says": without_personal_data(str(error)),
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


class JsonLine(logging.Formatter):
    """One JSON object a line, for production."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(facts_of(record), ensure_ascii=False, default=str)


class PlainLine(logging.Formatter):
    """The same facts for somebody reading along in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts = facts_of(record)
        where = facts.pop("at", [])
        moment = datetime.fromtimestamp(record.created).astimezone()
        shown = [f"{moment:%H:%M:%S}"]
        for name, value in facts.items():
            if name in ("time", "request") or value in (None, ""):
                continue
            shown.append(f"{value} ms" if name == "ms" else str(value))
        return "\n    ".join([" ".join(shown), *where])
