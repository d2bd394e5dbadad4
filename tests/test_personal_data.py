"""docs/personal-data.md names every field that could hold personal data, and only those."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "personal-data.md"
CAN_HOLD_WORDS = (
    models.CharField,
    models.TextField,
    models.FileField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
)
A_FIELD = re.compile(r"^(?:\| |\* )([a-z_]+\.[A-Za-z]+\.[a-z_0-9]+)\b", re.MULTILINE)


def fields_that_hold_words():
    """Every field somebody could write into; a list of fixed choices cannot be written into."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, CAN_HOLD_WORDS) and not field.choices
    }


def test_every_field_that_can_hold_words_has_its_row():
    named = A_FIELD.findall(DOCUMENT.read_text(encoding="utf-8"))

    assert sorted(fields_that_hold_words() - set(named)) == []


def test_no_row_is_without_its_field_and_none_stands_twice():
    named = A_FIELD.findall(DOCUMENT.read_text(encoding="utf-8"))

    assert sorted(set(named) - fields_that_hold_words()) == []
    assert sorted(name for name in set(named) if named.count(name) > 1) == []


def test_every_personal_field_says_purpose_period_export_and_erasure():
    rows = [
        line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if A_FIELD.match(line)
    ]
    personal = [line for line in rows if line.startswith("| ")]

    assert personal
    assert [line for line in personal if not all(c.strip() for c in line.split("|")[1:6])] == []
