"""Plain text that people type: names, titles, reasons, notes.

Text is composed (NFC), spaces are made ordinary and single, and what cannot be seen is refused:
control characters break spreadsheets and mail headers, and characters that turn the direction of
writing make one name look like another.
"""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hub_portal.shared.errors import BadInput

LONGEST_NAME = 150
LONGEST_LINE = 250
LONGEST_NOTES = 4000

# joins letters in several scripts and emoji; every other invisible format character is refused
ALLOWED_INVISIBLE = frozenset("\u200c\u200d")
# zero-width spaces and soft hyphens come with a paste from a web page and mean nothing
DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
SPACES = re.compile(r"[^\S\n]+")
BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """One line of text as it should be kept: composed, single spaces, nothing unseen.

    Raises: BadInput for a control character or one that turns the direction of writing.
    """
    return SPACES.sub(" ", clean_notes(text).replace("\n", " ")).strip()


def clean_notes(text: str) -> str:
    """Text of several lines as it should be kept: line ends are \\n, at most one empty line.

    Raises: BadInput as `clean_line`.
    """
    text = unicodedata.normalize("NFC", text).translate(DROPPED)
    text = "\n".join(text.splitlines())
    text = "\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n"))
    _refuse_the_unseen(text)
    return BLANK_LINES.sub("\n\n", text).strip()


def _refuse_the_unseen(text: str) -> None:
    for character in text:
        unseen = unicodedata.category(character) in UNSEEN
        if unseen and character != "\n" and character not in ALLOWED_INVISIBLE:
            raise BadInput(
                "This holds a character that cannot be seen "
                f"(U+{ord(character):04X}). Type the text again instead of pasting it."
            )


def validate_line(text: str) -> None:
    """A validator for model fields of one line: it must already be what `clean_line` makes of it.

    The admin's own forms clean through `LineField`; this stands behind them.
    """
    try:
        cleaned = clean_line(text)
    except BadInput as bad:
        raise ValidationError(bad.sentence, code="unseen_character") from bad
    if "\n" in text or cleaned != text.strip():
        raise ValidationError("Write this on one line, with single spaces.", code="not_one_line")


class LineField(forms.CharField):
    """A form field for one line of plain text: a name, a title, a place."""

    def __init__(self, *, max_length: int = LONGEST_LINE, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> Any:
        """The line as it should be kept."""
        return _cleaned(super().to_python(value), clean_line)


class NotesField(forms.CharField):
    """A form field for plain text of several lines: a reason, joining details."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = LONGEST_NOTES, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> Any:
        """The text as it should be kept."""
        return _cleaned(super().to_python(value), clean_notes)


def _cleaned(value: Any, clean: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return clean(value)
    except BadInput as bad:
        raise ValidationError(bad.sentence, code="unseen_character") from bad
