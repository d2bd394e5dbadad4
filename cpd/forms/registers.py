"""The register of a session, and who comes to the door."""

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms

from cpd.choices import Mark
from cpd.services.delegates import Delegate
from cpd.services.guests import Payer
from cpd.services.registers import Register, RegisterLine
from hub_portal.shared.plain_text import LONGEST_NAME, LineField, NotesField
from schools.models import School

ABSENCES = [(mark.value, mark.label) for mark in (Mark.ABSENT, Mark.APOLOGIES)]


class RegisterForm(forms.Form):
    """One choice per place. Only what was changed on the page is sent on to be marked.

    Each place also says what the page showed, so that a page left open in another tab does
    not take back what was marked since.
    """

    use_required_attribute = False
    error_messages = {"choice": "Choose one of the marks"}

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = register
        for line in register.lines:
            self.fields[f"mark-{line.booking.pk}"] = forms.ChoiceField(
                label=line.name or "A colleague to be named",
                required=False,
                initial=line.mark,
                choices=ABSENCES if line.needs_a_name else Mark.choices,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": self.error_messages["choice"]},
            )
            self.fields[f"was-{line.booking.pk}"] = forms.CharField(
                required=False, max_length=15, initial=line.mark, widget=forms.HiddenInput
            )

    def rows(self) -> list[tuple[RegisterLine, Any, Any]]:
        """Each place with its choice and what the page showed."""
        return [
            (line, self[f"mark-{line.booking.pk}"], self[f"was-{line.booking.pk}"])
            for line in self.register.lines
        ]

    def marks(self) -> dict[int, Mark]:
        """What was changed; and, where that button was pressed, everybody else as there."""
        wanted: dict[int, Mark] = {}
        rest = self.data.get("rest") == Mark.ATTENDED
        for line in self.register.lines:
            pk = line.booking.pk
            chosen, was = self.cleaned_data[f"mark-{pk}"], self.cleaned_data[f"was-{pk}"]
            if chosen and chosen != was:
                wanted[pk] = Mark(chosen)
            elif rest and not chosen and not line.mark and not line.needs_a_name:
                wanted[pk] = Mark.ATTENDED
        return wanted


class AtTheDoorForm(forms.Form):
    """Who came instead: a name, and an address if they give one. Rule BK-7."""

    use_required_attribute = False

    full_name = LineField(
        label="Full name",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the name of whoever came"},
    )
    email = forms.EmailField(
        label="Work email address",
        max_length=254,
        required=False,
        help_text="Then the course counts for their own record. Nobody else sees it.",
        error_messages={"invalid": "Enter an email address, like name@school.org"},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def delegate(self) -> Delegate:
        return Delegate(full_name=self.cleaned_data["full_name"], email=self.cleaned_data["email"])


class WalkInForm(AtTheDoorForm):
    """Somebody who came without a place. Rule BK-10."""

    field_order: Sequence[str] = ("school", "comes_from", "full_name", "email", "reason", "key")

    school = forms.ModelChoiceField(
        queryset=School.objects.none(),
        required=False,
        empty_label="No member school",
        error_messages={"invalid_choice": "Choose a school from the list"},
    )
    comes_from = LineField(
        label="From where, if from no member school",
        max_length=150,
        required=False,
        help_text="Another school, a university, a trust.",
    )
    reason = LineField(
        label="Why without a place",
        max_length=300,
        help_text="The school reads it.",
        error_messages={"required": "Say in a few words why"},
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    by_invoice = forms.ChoiceField(
        label="If no credits pay for it",
        choices=[("", "It is free of charge"), ("invoice", "It is invoiced")],
        required=False,
        widget=forms.RadioSelect,
    )
    payer_name = LineField(label="Who gets the invoice", max_length=150, required=False)
    payer_address = NotesField(
        label="Their address",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, schools: Any, may_be_invoiced: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        if not may_be_invoiced:
            for name in ("by_invoice", "payer_name", "payer_address"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A school or where else, and for a guest's invoice somebody who gets it."""
        typed = super().clean() or self.cleaned_data
        if typed.get("school") or self.errors:
            return typed
        if not typed.get("comes_from"):
            self.add_error("school", "Choose a school, or say below where they come from")
        if typed.get("by_invoice"):
            for name, missing in (("payer_name", "a name"), ("payer_address", "an address")):
                if not typed.get(name):
                    self.add_error(name, f"Enter {missing} for the invoice")
        return typed

    def payer(self) -> Payer | None:
        """Who gets a guest's invoice, if that is asked for."""
        if not self.cleaned_data.get("by_invoice") or self.cleaned_data["school"]:
            return None
        return Payer(self.cleaned_data["payer_name"], self.cleaned_data["payer_address"])

    @staticmethod
    def new_key() -> str:
        """The key that makes a second press harmless."""
        return secrets.token_urlsafe(24)
