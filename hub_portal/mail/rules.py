"""What an answer of the mail server means, and how long to wait after it. Pure Python."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SIGN_IN = 0


class Stage(StrEnum):
    """How far the talk with the mail server had come when it answered, or fell silent."""

    CONNECTING = "connecting"
    SENDER = "naming the sender"
    RECIPIENT = "naming the recipient"
    OFFERING = "offering the message"
    CONTENT = "handing over the message"
    REPORT = "in a report afterwards"


class Verdict(StrEnum):
    """What an answer means for the mail it was given to."""

    SENT = "sent"
    LATER = "try later"
    BOUNCED = "bounced"
    REFUSED = "refused"
    TROUBLE = "trouble"
    IN_DOUBT = "in doubt"


@dataclass(frozen=True)
class Answer:
    """What the mail server said; code 0 if the connection broke and it said nothing."""

    stage: Stage
    code: int
    words: str = ""

    def __str__(self) -> str:
        said = f"{self.code} {self.words}" if self.code else self.words or "no answer"
        return f"{said} ({self.stage.value})"

    @property
    def detail(self) -> str:
        """The enhanced status code at the head of the words ("5.1.1"), or ''."""
        found = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", self.words)
        return found[0] if found else ""


SILENCE = 0
CLOSING_DOWN = 421
# authentication wanted, failed or too weak: about us, whoever the mail is for
ABOUT_US = {530, 534, 535, 538}
ABOUT_US_DETAIL = {"5.7.8", "5.7.9", "5.7.11", "5.7.14", "5.7.30", "5.7.57", "5.7.139"}
ABOUT_THE_ADDRESS = ("5.1.", "5.2.")
ABOUT_THE_SENDER = {"5.1.7", "5.1.8"}  # of that kind too, and yet no word about the recipient
NO_SUCH_DOMAIN = "5.4.4"
MESSAGE_TOO_BIG = 552
NO_SUCH_ADDRESS = {550, 551, 552, 553, 556}


def judge(answer: Answer) -> Verdict:
    """What an answer means for the mail.

    A 4xx about the mail waits; a 5xx about its recipient is a bounce, about its content a
    refusal; an answer about us, or no connection, is trouble and charges no mail; silence
    after the message was handed over leaves it in doubt.
    """
    if answer.code == SILENCE:
        return Verdict.IN_DOUBT if answer.stage is Stage.CONTENT else Verdict.TROUBLE
    if 200 <= answer.code < 300:
        return Verdict.SENT
    if _is_about_us(answer):
        return Verdict.TROUBLE
    if answer.code < 500:
        return Verdict.LATER
    if answer.stage in (Stage.RECIPIENT, Stage.REPORT):
        return _about_the_recipient(answer)
    return Verdict.BOUNCED if _is_about_the_address(answer) else Verdict.REFUSED


def _is_about_us(answer: Answer) -> bool:
    if answer.code == CLOSING_DOWN or answer.code in ABOUT_US or answer.detail in ABOUT_US_DETAIL:
        return True
    if answer.stage is Stage.CONNECTING:
        return True
    # the sender is the same in every mail, so what is said about it is said to all of them
    return answer.stage is Stage.SENDER and answer.code != MESSAGE_TOO_BIG


def _about_the_recipient(answer: Answer) -> Verdict:
    if _is_about_the_address(answer):
        return Verdict.BOUNCED
    if answer.detail:
        return Verdict.REFUSED  # a policy of theirs: the address may be good
    return Verdict.BOUNCED if answer.code in NO_SUCH_ADDRESS else Verdict.REFUSED


def _is_about_the_address(answer: Answer) -> bool:
    if answer.detail in ABOUT_THE_SENDER:
        return False
    return answer.detail == NO_SUCH_DOMAIN or answer.detail.startswith(ABOUT_THE_ADDRESS)


WAITS = tuple(
    timedelta(minutes=minutes)
    for minutes in (2, 5, 10, 20, 40, 60, 120, 240, 240, 240, 240, 240, 360, 360, 360)
)
WAITS_OF_SIGN_IN = tuple(timedelta(seconds=seconds) for seconds in (20, 40, 60, 60, 120, 120))


def wait_after(*, attempts: int, priority: int) -> timedelta | None:
    """How long to wait after that many times of being asked to; None: give up.

    An ordinary mail is tried for a day and a half, a sign-in code as long as it lives.
    """
    waits = WAITS_OF_SIGN_IN if priority == SIGN_IN else WAITS
    return waits[attempts - 1] if attempts <= len(waits) else None


GATE_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))


def closed_after(*, troubles_in_a_row: int) -> timedelta:
    """How long the gate stays closed after so many troubles without one mail sent between."""
    return GATE_WAITS[min(troubles_in_a_row, len(GATE_WAITS)) - 1]


def may_send_now(*, left: float, since: timedelta, per_minute: int) -> float:
    """How many messages a cap lets go now, given what was left and how long ago that was."""
    return min(float(per_minute), left + per_minute * since.total_seconds() / 60)
