"""What people type is composed, single-spaced, and free of what cannot be seen."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hub_portal.shared.errors import BadInput
from hub_portal.shared.plain_text import (
    LineField,
    NotesField,
    clean_line,
    clean_notes,
    validate_line,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\tLovelace", "Ada Lovelace"),
        ("Ada\r\nLovelace", "Ada Lovelace"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("St\u00a0Mary\u2019s", "St Mary\u2019s"),
        ("\ufeffAda\u200b", "Ada"),
        ("family: \U0001f469\u200d\U0001f467", "family: \U0001f469\u200d\U0001f467"),
    ],
)
def test_clean_line_keeps_one_line_of_ordinary_text(typed, kept):
    assert clean_line(typed) == kept


@pytest.mark.parametrize("unseen", ["\x00", "\x07", "\x1b", "\u202e", "\u2066", "\ue000", "\ud800"])
def test_clean_line_refuses_what_cannot_be_seen(unseen):
    with pytest.raises(BadInput) as refused:
        clean_line(f"Ada{unseen}Lovelace")

    assert f"U+{ord(unseen):04X}" in refused.value.sentence


def test_clean_notes_keeps_paragraphs_and_one_empty_line_between_them():
    assert clean_notes("One\r\n\r\n\r\n\r\nTwo  words\n ") == "One\n\nTwo words"


@given(st.text())
def test_clean_line_is_the_same_when_done_twice(typed):
    try:
        once = clean_line(typed)
    except BadInput:
        return

    assert clean_line(once) == once
    assert not any(unicodedata.category(each) == "Cc" for each in once)
    validate_line(once)


@pytest.mark.parametrize("typed", ["two\nlines", "two  spaces", "bell\x07"])
def test_validate_line_refuses_text_that_was_not_cleaned(typed):
    with pytest.raises(ValidationError):
        validate_line(typed)


@pytest.mark.parametrize("field", [LineField(), NotesField()])
def test_form_fields_say_what_is_wrong_in_a_sentence(field):
    with pytest.raises(ValidationError, match="cannot be seen"):
        field.clean("Ada\x1bLovelace")


def test_line_field_refuses_a_line_that_is_too_long():
    with pytest.raises(ValidationError, match="at most 10"):
        LineField(max_length=10).clean("eleven char")


def test_form_fields_return_what_is_kept():
    assert LineField().clean(" Ada\t Lovelace ") == "Ada Lovelace"
    assert NotesField().clean("a \r\nb") == "a\nb"
    assert LineField(required=False).clean(None) == ""
