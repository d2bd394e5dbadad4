"""Filters of the catalogue and of a school's bookings: GET forms with a shareable address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from cpd.choices import Format
from cpd.services.catalogue import PHASES, SubjectFound, TermSpan, Wanted
from cpd.services.school_bookings import STATES, WantedBookings

LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class FilterField:
    """A filter as `_filter_fields.html` shows it; a list of filters is on many busy pages.

    `kind` is that of the input: text, number, checkbox, checkboxes or select; an option is its
    value, its words and whether it is chosen. What is no number cannot stand in a number's box.
    """

    kind: str
    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str, bool]]
    errors: Sequence[str]


class FilterForm(forms.Form):
    """A GET form whose fields nobody has to fill in."""

    is_filter = True
    use_required_attribute = False

    def shown(self) -> list[FilterField]:
        """Its fields, for the template: a fifth of the cost of Django's own rendering."""
        return [self._shown(name) for name in self.fields]

    def _shown(self, name: str) -> FilterField:
        field, widget = self.fields[name], self.fields[name].widget
        raw = widget.value_from_datadict(self.data, self.files, name)
        chosen = {str(each) for each in raw} if isinstance(raw, list) else {str(raw or "")}
        choices = getattr(widget, "choices", ())
        kind, value = _KINDS[type(widget)], "on" if raw is True else str(raw or "")
        if kind == "number" and not value.removeprefix("-").isdecimal():
            value = ""
        return FilterField(
            kind=kind,
            name=name,
            label=str(field.label),
            value=value,
            options=[(str(v), str(words), str(v) in chosen) for v, words in choices],
            errors=[str(error) for error in self.errors.get(name, ())],
        )


_KINDS: dict[type[forms.Widget], str] = {
    forms.TextInput: "text",
    forms.NumberInput: "number",
    forms.CheckboxInput: "checkbox",
    forms.CheckboxSelectMultiple: "checkboxes",
    forms.Select: "select",
}
CHOOSE = "Choose one from the list"


class CatalogueFilters(FilterForm):
    """What to look for among the courses.

    Prices are for members, so a visitor can neither see nor ask by them (Rule PU-2); only
    somebody who acts for a school can ask what its balance buys.
    """

    q = forms.CharField(label="Search", required=False, max_length=100)
    phase = forms.MultipleChoiceField(
        label="Phase",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(slug, name) for slug, (name, _) in PHASES.items()],
        error_messages={"invalid_choice": CHOOSE},
    )
    subject = forms.IntegerField(
        label="Subject or theme",
        required=False,
        min_value=1,
        max_value=LARGEST,
        widget=forms.Select,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), CHOOSE),
    )
    term = forms.ChoiceField(
        label="Term", required=False, error_messages={"invalid_choice": CHOOSE}
    )
    format = forms.ChoiceField(
        label="Format",
        required=False,
        choices=[("", "Any format"), *Format.choices],
        error_messages={"invalid_choice": CHOOSE},
    )
    most = forms.IntegerField(
        label="Most credits a place",
        required=False,
        min_value=0,
        max_value=LARGEST,
        error_messages={
            "invalid": "Enter a whole number of credits",
            "min_value": "Enter 0 credits or more",
            "max_value": "Enter fewer credits",
        },
    )
    has_places = forms.BooleanField(label="Only with places left", required=False)
    fits = forms.BooleanField(label="Only what our credits pay for", required=False)

    def __init__(
        self,
        *args: Any,
        terms: Sequence[TermSpan],
        sees_prices: bool,
        available: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.terms = {term.slug: term for term in terms}
        self.available = available
        self.fields["term"].choices = [  # type: ignore[attr-defined]
            ("", "Any term"),
            *((term.slug, term.name) for term in terms),
        ]
        if not sees_prices:
            del self.fields["most"]
        if available is None:
            del self.fields["fits"]

    def wanted(self) -> Wanted:
        """What to look for, as far as what came in can be read."""
        self.is_valid()
        asked = self.cleaned_data
        limits = [asked.get("most"), self.available if asked.get("fits") else None]
        return Wanted(
            words=asked.get("q", ""),
            phases=tuple(asked.get("phase", ())),
            subject_id=asked.get("subject"),
            term=self.terms.get(asked.get("term", "")),
            format=asked.get("format", ""),
            at_most=min((limit for limit in limits if limit is not None), default=None),
            has_places=asked.get("has_places", False),
        )

    def offer_subjects(self, subjects: Iterable[SubjectFound]) -> None:
        """Fill the list of subjects; one that is not on it is a mistake in the address."""
        names = {subject.pk: subject.name for subject in subjects}
        self.fields["subject"].widget.choices = [("", "Any subject"), *names.items()]
        if self.cleaned_data.get("subject") not in (None, *names):
            self.add_error("subject", CHOOSE)


class BookingFilters(FilterForm):
    """Which of the school's bookings to show."""

    state = forms.ChoiceField(
        label="Show",
        required=False,
        choices=list(STATES.items()),
        error_messages={"invalid_choice": CHOOSE},
    )
    term = forms.ChoiceField(
        label="Term", required=False, error_messages={"invalid_choice": CHOOSE}
    )
    person = forms.CharField(label="Person", required=False, max_length=100)

    def __init__(self, *args: Any, terms: Sequence[TermSpan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = {term.slug: term for term in terms}
        self.fields["term"].choices = [  # type: ignore[attr-defined]
            ("", "Any term"),
            *((term.slug, term.name) for term in terms),
        ]

    def wanted(self) -> WantedBookings:
        """What to show, as far as what came in can be read."""
        self.is_valid()
        asked = self.cleaned_data
        return WantedBookings(
            state=asked.get("state", ""),
            term=self.terms.get(asked.get("term", "")),
            person=asked.get("person", ""),
        )
