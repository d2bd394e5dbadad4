"""Casting a mail to many: composed once, personalised by replacement.

`composing.compose` is the truth. A mould is a message it made, with marks where one recipient's
differs from the next one's, taken apart at the marks; what is cast in it is byte for byte what
`compose` would have made. It differs in its own headers, its boundary, and those lines of its text
that hold a placeholder: the encoding of all other lines does not depend on them.
"""

import html
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from email import quoprimime
from functools import lru_cache

from hub_portal.mail.choices import Priority
from hub_portal.mail.models import Body, Delivery
from hub_portal.mail.services.composing import (
    LONGEST_LINE,
    Identity,
    boundary,
    compose,
    folded,
    headers_of,
    values_in,
)
from hub_portal.mail.services.placeholders import PLACEHOLDER, fill_text
from hub_portal.shared import links

MOST_MOULDS = 8
_folded = lru_cache(maxsize=64)(folded)  # most headers are the same from one mail to the next


class Moulds:
    """The moulds of one run of the sender. A body's first mail is composed: it may be alone."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._seen: set[int] = set()
        self._moulds: dict[int, Mould] = {}

    def message(self, delivery: Delivery, *, personal: Mapping[str, str], at: datetime) -> bytes:
        """The whole message of a mail without attachments, ready for the line."""
        values = values_in(delivery, personal)
        if delivery.body_id in self._seen and all(map(_is_one_line, values.values())):
            return self._mould(delivery.body).cast(delivery, values=values, at=at)
        self._seen.add(delivery.body_id)
        return compose(delivery, attachments=(), identity=self._identity, at=at, personal=personal)

    def _mould(self, body: Body) -> "Mould":
        if body.pk not in self._moulds:
            if len(self._moulds) >= MOST_MOULDS:
                self._moulds.clear()
            self._moulds[body.pk] = Mould(body, self._identity)
        return self._moulds[body.pk]


class Mould:
    """A message of one body in pieces: bytes that are the same for all, and what is not."""

    def __init__(self, body: Body, identity: Identity) -> None:
        self._identity = identity
        self._text: dict[bytes, str] = {}
        self._html: dict[bytes, str] = {}
        stand_in = Delivery(
            priority=Priority.BULK,
            to=identity.address,
            body=Body(text=_marked(body.text, self._text), html=_marked(body.html, self._html)),
            message_id=f"<{_mark()}@hub.example>",
        )
        self._boundary = boundary(stand_in.message_id).encode()
        marks = [self._boundary, *self._text, *self._html]
        parted = re.compile(b"(" + b"|".join(map(re.escape, marks)) + b")")
        self._pieces = parted.split(self._without_headers(stand_in))

    def cast(self, delivery: Delivery, *, values: Mapping[str, str], at: datetime) -> bytes:
        """The message of this delivery, with these values in their places."""
        escaped = {name: html.escape(value) for name, value in values.items()}
        fills = {
            self._boundary: boundary(delivery.message_id).encode(),
            **{mark: _line(words, values) for mark, words in self._text.items()},
            **{mark: _line(words, escaped) for mark, words in self._html.items()},
        }
        headers = headers_of(delivery, values=values, identity=self._identity, at=at)
        head = (_folded(name, value) for name, value in headers)
        return b"".join([*head, *(fills.get(piece, piece) for piece in self._pieces)])

    def _without_headers(self, stand_in: Delivery) -> bytes:
        """The message from where all mails of this body are put together alike."""
        at = datetime.min.replace(tzinfo=UTC)
        message = compose(stand_in, attachments=(), identity=self._identity, at=at)
        headers = headers_of(stand_in, values={}, identity=self._identity, at=at)
        return message.removeprefix(b"".join(folded(*header) for header in headers))


def _is_one_line(value: str) -> bool:
    """A value with a line break in it, or an empty one, may change how many lines there are."""
    return value.isprintable() and value != ""


def _marked(words: str, places: dict[bytes, str]) -> str:
    """The words with a mark for each line that holds a placeholder; which it was, into `places`."""
    lines = []
    for line in words.encode().splitlines(keepends=True):  # as the library splits them
        written = line.decode()
        if PLACEHOLDER.search(written) or links.PLACEHOLDER.search(written):
            ending = written[len(written.rstrip("\r\n")) :]
            mark = _mark()
            places[mark.encode()] = written.removesuffix(ending)
            written = mark + ending
        lines.append(written)
    return "".join(lines)


def _mark() -> str:
    """Letters and digits that stand nowhere else, and that every encoding leaves as they are."""
    return f"mark{secrets.token_hex(16)}"


def _line(words: str, values: Mapping[str, str]) -> bytes:
    """One line of the text, filled and then encoded as `compose` does."""
    filled = links.fill_placeholders(fill_text(words, values))
    as_library_sees_it = filled.encode().decode("latin-1")
    return quoprimime.body_encode(as_library_sees_it, LONGEST_LINE, "\r\n").encode()
