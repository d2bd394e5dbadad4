"""What the apps above know about their own mails, registered by kind when they are ready.

    register_mail_kind("booking-confirmed", is_still_true=..., make_attachments=...)

Both are given the delivery's `about` ("booking:345") and called by the sender just before the
mail goes, outside any transaction. A kind nobody registered is always true and carries nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class MadeAttachment:
    """A file for a mail. One that carries a right is made again at each send and never kept.

    The first `text/calendar; method=…` stands beside the text as an invitation, where mail
    programs look for it; a further one is a file to open.
    """

    name: str
    content_type: str
    content: bytes
    carries_a_right: bool = False


StillTrue = Callable[[str], bool]
MakeAttachments = Callable[[str], Sequence[MadeAttachment]]


@dataclass(frozen=True)
class MailKind:
    """What is known of one kind of mail."""

    is_still_true: StillTrue
    make_attachments: MakeAttachments


def _always_true(_about: str) -> bool:
    return True


def _nothing(_about: str) -> Sequence[MadeAttachment]:
    return ()


_UNREGISTERED = MailKind(_always_true, _nothing)
_KINDS: dict[str, MailKind] = {}


def register_mail_kind(
    kind: str,
    *,
    is_still_true: StillTrue = _always_true,
    make_attachments: MakeAttachments = _nothing,
) -> None:
    """Say, for a kind of mail, when it is no longer true and what goes with it."""
    _KINDS[kind] = MailKind(is_still_true, make_attachments)


def mail_kind(kind: str) -> MailKind:
    """What is known of this kind."""
    return _KINDS.get(kind, _UNREGISTERED)
