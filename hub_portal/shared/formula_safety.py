"""Text that a spreadsheet would take for a formula, and the apostrophe that keeps it text.

Security, part 6. `unprotected(protected(text)) == text` for every text: what already looks like
protected text gets an apostrophe too, so taking one away is never a guess.
"""

import unicodedata

# Excel takes the full-width forms for the plain ones
BEGINS_A_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
APOSTROPHE = "'"


def protected(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would take it for a formula."""
    return APOSTROPHE + text if _needs_protection(text) else text


def unprotected(text: str) -> str:
    """The text that was protected."""
    is_protected = text[:1] == APOSTROPHE and _needs_protection(text)
    return text[1:] if is_protected else text


def _needs_protection(text: str) -> bool:
    for character in text.lstrip(APOSTROPHE):
        if character in BEGINS_A_FORMULA:
            return True
        if not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf"):
            return False
    return False
