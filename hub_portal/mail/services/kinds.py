"""What the apps above know about their own mails, registered by kind when they are ready.

    register_mail_kind("booking-confirmed", is_still_true=..., make_attachments=...)

All are given the delivery's `about` ("booking:345") and called by the sender just before the
mail goes, outside any transaction. A kind nobody registered is always true and carries nothing.

A kind that goes to many is asked about a whole batch at once: `which_are_still_true` in place of
`is_still_true`, and `values_of` for what differs from one recipient to the next. Those values are
rights (a link to unsubscribe): they are put in while the mail is sent, and never kept.
"""

from collections.abc import Callable, Container, Mapping, Sequence
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


Values = Mapping[str, str]
StillTrue = Callable[[str], bool]
WhichAreStillTrue = Callable[[Sequence[str]], Container[str]]
MakeAttachments = Callable[[str], Sequence[MadeAttachment]]
ValuesOf = Callable[[Sequence[str]], Mapping[str, Values]]


def _always_true(_about: str) -> bool:
    return True


def _nothing(_about: str) -> Sequence[MadeAttachment]:
    return ()


def _no_values(_abouts: Sequence[str]) -> Mapping[str, Values]:
    return {}


@dataclass(frozen=True)
class MailKind:
    """What is known of one kind of mail."""

    is_still_true: StillTrue = _always_true
    make_attachments: MakeAttachments = _nothing
    values_of: ValuesOf = _no_values
    which_are_still_true: WhichAreStillTrue | None = None

    @property
    def carries_nothing(self) -> bool:
        return self.make_attachments is _nothing

    def still_true(self, abouts: Sequence[str]) -> Container[str]:
        """Which of these are still true: asked once for all where the kind has such a question."""
        if self.which_are_still_true is not None:
            return self.which_are_still_true(abouts)
        return {about for about in abouts if self.is_still_true(about)}


_UNREGISTERED = MailKind()
_KINDS: dict[str, MailKind] = {}


def register_mail_kind(
    kind: str,
    *,
    is_still_true: StillTrue = _always_true,
    make_attachments: MakeAttachments = _nothing,
    values_of: ValuesOf = _no_values,
    which_are_still_true: WhichAreStillTrue | None = None,
) -> None:
    """Say, for a kind of mail, when it is no longer true, what goes with it, what it fills in.

    `values_of` gives for each `about` the values of the `%%name%%` placeholders that are its
    recipient's alone; whoever asks for too few gets the placeholder as it stands.
    """
    _KINDS[kind] = MailKind(is_still_true, make_attachments, values_of, which_are_still_true)


def mail_kind(kind: str) -> MailKind:
    """What is known of this kind."""
    return _KINDS.get(kind, _UNREGISTERED)
