"""What a mail provider says became of our mails, in django-anymail's words. Rule NL-3.

Whose words they are is settled before (`hub_portal.mail.access`); here they are strangers' still.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from hub_portal.mail.rules import Answer, Stage
from hub_portal.mail.services.hearing import Report, hear_of_a_bounce, hear_of_a_complaint
from hub_portal.mail.services.reading_reports import OUR_MESSAGE_ID, one_line

BOUNCED, COMPLAINED = "bounced", "complained"
ABOUT_THE_ADDRESS = ("bounced", "invalid")
A_CODE = re.compile(r"(5\d\d)[ -](.*)")
NO_SUCH_ADDRESS, SOME_REASON = 550, 554


class Event(Protocol):
    """One thing a provider says, as anymail puts it whoever the provider is."""

    event_type: str
    event_id: str | None
    message_id: str | None
    recipient: str | None
    reject_reason: str | None
    description: str | None
    mta_response: str | None


def hear_of_events(events: Iterable[Event], *, provider: str, at: datetime) -> int:
    """Count the bounces and complaints among them that are about our mails; returns how many.

    Openings and clicks are passed over, should a provider ever send them: nothing tracks anybody.
    """
    return sum(_hear_of(event, provider=provider, at=at) for event in events)


def _hear_of(event: Event, *, provider: str, at: datetime) -> bool:
    message_id, recipient = str(event.message_id), one_line(str(event.recipient)).lower()
    if not OUR_MESSAGE_ID.fullmatch(message_id):
        return False
    told = hashlib.sha256(f"{provider}:{event.event_id}".encode()).hexdigest()
    report = Report(message_id, frozenset({recipient}), _answer(event))
    if event.event_type == COMPLAINED:
        return hear_of_a_complaint(report, told=told, at=at)
    if event.event_type == BOUNCED:
        return hear_of_a_bounce(report, told=told, at=at)
    return False


def _answer(event: Event) -> Answer:
    """What the recipient's server said to the provider; else the provider's own reason."""
    words = one_line(str(event.mta_response or event.description or ""))
    if said := A_CODE.match(words):
        return Answer(Stage.REPORT, int(said[1]), said[2][:300])
    is_about_it = event.reject_reason in ABOUT_THE_ADDRESS
    return Answer(Stage.REPORT, NO_SUCH_ADDRESS if is_about_it else SOME_REASON, words[:300])
