"""The number of a certificate, and printing one anew."""

from collections.abc import Sequence

from django import forms

from cpd.rules import as_typed_number
from cpd.services.certificates import LENGTH
from hub_portal.shared.admin_acts import ReasonForm
from hub_portal.shared.plain_text import LONGEST_NAME, LineField


class NumberForm(forms.Form):
    """What stands on a certificate, typed in any case and spacing. Rule BK-12."""

    use_required_attribute = False
    is_filter = True

    number = forms.CharField(
        label="Number of the certificate",
        max_length=40,
        help_text="Twelve letters and digits, at the foot of the certificate.",
        widget=forms.TextInput(
            attrs={
                "class": "code-input",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "Enter the number of the certificate"},
    )

    def clean_number(self) -> str:
        """Long enough to be one; whether there is one is looked up afterwards."""
        typed: str = self.cleaned_data["number"]
        if len(as_typed_number(typed)) != LENGTH or not as_typed_number(typed).isascii():
            raise forms.ValidationError("A number has twelve letters and digits.")
        return typed


class ReplaceForm(ReasonForm):
    """Printing a certificate anew."""

    field_order: Sequence[str] = ("printed_name", "reason", "is_sure")

    printed_name = LineField(label="Name to print", max_length=LONGEST_NAME)
