"""Somebody with a browser, for programs that ask a served portal: a kept connection and cookies."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

INPUT = re.compile(r"<input[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
SECONDS_KEPT = 1.0
"""A connection not used for so long is opened afresh: the server may have closed its end."""


@dataclass
class Page:
    """An answer as the visitor reads it."""

    status: int
    text: str
    location: str
    size: int = 0

    def hidden(self) -> list[tuple[str, str]]:
        """The hidden fields of the form in the page's own matter, in order."""
        matter = self.text.partition("<main")[2]
        found = [dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(matter)]
        return [
            (each["name"], unescape(each.get("value", "")))
            for each in found
            if each.get("type") == "hidden" and "name" in each
        ]


@dataclass
class Visitor:
    """One kept connection and the cookies of one person."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.used_at = time.monotonic()

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        return self._ask("GET", path, None, dict(headers or {}))

    def post(self, path: str, fields: list[tuple[str, str]]) -> Page:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), kind)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Page:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if time.monotonic() - self.used_at > SECONDS_KEPT:
            self.connection.close()
        self.connection.request(method, path, body, {**headers, "Cookie": cookies})
        answer = self.connection.getresponse()
        sent = answer.read()
        self.used_at = time.monotonic()
        for header in answer.msg.get_all("Set-Cookie") or ():
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        location = answer.headers.get("Location", "")
        return Page(answer.status, sent.decode(errors="replace"), location, len(sent))
