"""Reading delivery status notifications (RFC 3464), as other mail servers send them back.

They come from strangers. What cannot be read holds no report, and nothing in it is obeyed, kept or
logged but the few fields of a report.
"""

import email
import logging
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from typing import Any

from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services.hearing import Report

MOST_BYTES = 256 * 1024
"""Of one message; the report stands near its head, before what it gives back."""

MOST_PARTED = 30  # parts within parts within parts: a parser's work grows with the square
MOST_RECIPIENTS = 20
LONGEST_VALUE = 2_000
HEADERS_GIVEN_BACK = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
MESSAGE_GIVEN_BACK = ("message/rfc822", "message/global")

OUR_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@[A-Za-z0-9.-]{1,150}>")
AN_ADDRESS = re.compile(r"(?:rfc822|utf-8)\s*;\s*<?([^\s<>;]{3,254}@[^\s<>;@]{1,250})>?", re.I)
XTEXT = re.compile(r"\+([0-9A-F]{2})")
A_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
WHAT_THEIR_SERVER_SAID = re.compile(r"smtp\s*;\s*(5\d\d)[ -]?(.*)", re.I)
UNDEFINED = "5.0.0"
NO_MORE_PRECISE = 550

log = logging.getLogger(__name__)


def reports_in(message: bytes) -> list[Report]:
    """The mails that this message says failed for good, one for each recipient it names.

    A delay, a relay, a success, or a message that is no such notification holds none.
    """
    try:
        return list(_reports_in(message[:MOST_BYTES]))
    except Exception as error:  # whatever a stranger has put together, it is no report then
        log.warning("mail.report_unreadable", extra={"error": type(error).__name__})
        return []


def one_line(words: str) -> str:
    """What a stranger wrote, on one line, without what is no character."""
    words = " ".join(words[:LONGEST_VALUE].split())
    return "".join(character for character in words if character.isprintable())


def _reports_in(raw: bytes) -> Iterator[Report]:
    if raw.lower().count(b"multipart/") > MOST_PARTED:
        return
    message = email.message_from_bytes(raw)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return
    parts = _parts(message)
    message_id = next(filter(None, map(_message_id_given_back, parts)), "")
    if not message_id:
        return
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            for each in _parts(part)[:MOST_RECIPIENTS]:
                if _value(each, "Action").lower() == "failed":
                    yield Report(message_id, _addresses(each), _answer(each))


def _parts(message: Message) -> list[Message]:
    payload: Any = message.get_payload()
    return payload if isinstance(payload, list) else []


def _message_id_given_back(part: Message) -> str:
    """The Message-ID of the mail, or its head, that a report gives back; '' if there is none."""
    given_back: Message | None = None
    if part.get_content_type() in MESSAGE_GIVEN_BACK:
        given_back = next(iter(_parts(part)), None)
    elif part.get_content_type() in HEADERS_GIVEN_BACK:
        inner = next(iter(_parts(part)), None)
        payload: Any = part.get_payload(decode=True) or b""
        given_back = inner or HeaderParser().parsestr(payload.decode("utf-8", "replace"))
    found = OUR_MESSAGE_ID.search(_value(given_back, "Message-ID")) if given_back else None
    return found[0] if found else ""


def _addresses(recipient: Message) -> frozenset[str]:
    """To whom the mail was: as we wrote it, and where it went in the end."""
    found = set()
    for name in ("Original-Recipient", "Final-Recipient"):
        if match := AN_ADDRESS.fullmatch(_value(recipient, name)):
            found |= {match[1], XTEXT.sub(lambda code: chr(int(code[1], 16)), match[1])}
    return frozenset(address.lower() for address in found)


def _answer(recipient: Message) -> Answer:
    """What became of it as an answer of a mail server: its own words, and the report's status."""
    said = WHAT_THEIR_SERVER_SAID.match(_value(recipient, "Diagnostic-Code"))
    code, words = (int(said[1]), said[2].strip()) if said else (NO_MORE_PRECISE, "")
    status = A_STATUS.match(_value(recipient, "Status"))
    if status and not status[0].startswith("5"):
        code = 450  # they gave up, which says nothing of the address
    if status and status[0] != UNDEFINED:
        words = f"{status[0]} {A_STATUS.sub('', words, count=1).strip()}".strip()
    return Answer(Stage.REPORT, code, words[:300])


def _value(message: Message, name: str) -> str:
    return one_line(str(message.get(name, "")))
