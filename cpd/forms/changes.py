"""Changing a booking: giving it up, or giving it to somebody else."""

from collections.abc import Mapping
from typing import Any

from django import forms

from cpd.choices import CancelReason
from cpd.services.delegates import Delegate


class CancelForm(forms.Form):
    """What the page said would be kept, and why, if the school cares to say. Rule BK-6."""

    use_required_attribute = False

    shown_kept = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=1_000_000, required=False
    )
    reason = forms.ChoiceField(
        label="Why",
        required=False,
        help_text="Only the hub sees it, and it is deleted soon after the course.",
        choices=[("", "Rather not say"), *CancelReason.choices],
        error_messages={"invalid_choice": "Choose one from the list"},
    )


class NewDelegateForm(forms.Form):
    """Who has the place from now on: a colleague from the list, or somebody typed. Rule BK-7."""

    use_required_attribute = False

    colleague = forms.TypedChoiceField(
        label="A colleague",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "Choose a colleague from the list"},
    )
    full_name = forms.CharField(
        label="Full name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Work email address",
        max_length=254,
        required=False,
        help_text="Joining details go here. Without an address they come to you.",
        error_messages={"invalid": "Enter an email address, like name@school.org"},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, colleagues: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a colleague"),
            *colleagues.items(),
        ]

    def clean(self) -> dict[str, Any]:
        """One person, not two and not none."""
        asked = super().clean() or self.cleaned_data
        chosen, typed = asked.get("colleague"), " ".join(asked.get("full_name", "").split())
        if self.errors:
            return asked
        if chosen is not None and (typed or asked.get("email")):
            self.add_error("colleague", "Choose a colleague or type a name, not both")
        elif asked.get("email") and not typed:
            self.add_error("full_name", "Enter the name of the person with this address")
        elif chosen is None and not typed:
            self.add_error("colleague", "Choose a colleague or type a name")
        return asked

    def delegate(self) -> Delegate:
        """Whom the form names."""
        asked = self.cleaned_data
        if asked["colleague"] is not None:
            return Delegate(person_id=asked["colleague"])
        return Delegate(full_name=" ".join(asked["full_name"].split()), email=asked["email"])
