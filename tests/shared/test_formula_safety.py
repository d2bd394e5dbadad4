"""No text becomes a formula, and every text comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_portal.shared.formula_safety import protected, unprotected

DANGEROUS = [
    "=1+1",
    "+44 20 8946 2000",
    "-5",
    "@SUM(A1)",
    '=cmd|" /C calc"!A0',
    " =1",
    "\t=1",
    "\r\n@x",
    "\x07\x00=1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    " \uff1d1",
]
HARMLESS = ["", "Ada", "a=b", "1", "(=1)", "\u2212 5", "'Ada", "  ", "~=", "St. Mary's"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_protected_puts_an_apostrophe_before_a_formula(text):
    assert protected(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_protected_leaves_other_text_alone(text):
    assert protected(text) == text


@given(st.text() | st.text(alphabet="'=+-@\uff1d \t\x07ab"))
def test_unprotected_gives_back_what_was_protected(text):
    assert unprotected(protected(text)) == text


@given(st.text(alphabet="'=+-@\uff1d\uff0b \t\r\n\x07\u200bab"))
def test_protected_text_never_begins_like_a_formula(text):
    begins = protected(text).lstrip(" \t\r\n\x07\u200b")[:1]

    assert begins not in {"=", "+", "-", "@", "\uff1d", "\uff0b"}
