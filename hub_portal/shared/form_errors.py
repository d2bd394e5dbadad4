"""The error summary: what is wrong in the forms of a page, in order, with where to go.

The same sentence stands at the field; the link takes the person to the first thing to fill in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BaseFormSet, BoundField


@dataclass(frozen=True)
class Problem:
    """One sentence, and the id of the field it is about ('' when it is about the whole page)."""

    sentence: str
    field_id: str = ""


def problems_of(*sources: Any) -> list[Problem]:
    """Every problem of the given forms, formsets, sentences or lists of these, in reading order.

    Anything empty is passed over, so that a template may name what a page might have.
    """
    return [problem for source in sources for problem in _of_one(source)]


def _of_one(source: Any) -> Iterator[Problem]:
    if not source and not isinstance(source, BaseFormSet):
        return
    if isinstance(source, Problem):
        yield source
    elif isinstance(source, BaseForm):
        yield from _of_form(source)
    elif isinstance(source, BaseFormSet):
        yield from _of_formset(source)
    elif isinstance(source, str):
        yield Problem(source)
    elif isinstance(source, Iterable):
        for part in source:
            yield from _of_one(part)
    else:
        yield Problem(str(source))


def _of_form(form: BaseForm) -> Iterator[Problem]:
    if not form.errors:
        return
    whose = getattr(form, "error_prefix", "")
    prefix = f"{whose}: " if whose else ""
    for sentence in form.non_field_errors():
        yield Problem(f"{prefix}{sentence}")
    for field in form:
        for sentence in field.errors:
            yield Problem(f"{prefix}{sentence}", _first_input(field))


def _of_formset(formset: "BaseFormSet[Any]") -> Iterator[Problem]:
    if not formset.is_bound:
        return
    for sentence in formset.non_form_errors():
        yield Problem(str(sentence))
    for form in formset.forms:
        yield from _of_form(form)


def _first_input(field: BoundField) -> str:
    """A group of radios or boxes has no label target of its own: go to its first member."""
    if field.is_hidden:
        return ""
    if field.id_for_label:
        return field.id_for_label
    members = field.subwidgets
    return members[0].id_for_label if members else field.auto_id
