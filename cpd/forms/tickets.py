"""What the holder of a ticket types: its code, the code that proves them, another address."""

from typing import Any

from django import forms

from cpd.services.ticket_codes import LETTERS
from hub_portal.shared.codes import as_meant

TYPED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class TicketCodeForm(forms.Form):
    """The code on the ticket, in any case and spacing. Rule FT-1."""

    use_required_attribute = False

    code = forms.CharField(
        label="Ticket code",
        max_length=60,
        help_text="Sixteen letters and figures, like 9HJ4-02KM-6T5R-QXWB. It does not matter how "
        "you type capitals, spaces and hyphens.",
        error_messages={
            "required": "Type the code that stands on your ticket",
            "max_length": "The code has sixteen letters and figures",
        },
        widget=forms.TextInput(attrs={**TYPED, "class": "ticket-code"}),
    )

    def clean_code(self) -> str:
        """So many letters and figures; which ticket it is, the service says."""
        typed: str = self.cleaned_data["code"]
        count = len(as_meant(typed))
        if count != LETTERS:
            raise forms.ValidationError(
                f"The code has sixteen letters and figures, and you typed {count}"
            )
        return typed


class HolderCodeForm(forms.Form):
    """The code that was sent to the ticket's address."""

    use_required_attribute = False

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Eight letters and figures, from the mail we have just sent.",
        error_messages={"required": "Type the code from the mail"},
        widget=forms.TextInput(attrs={**TYPED, "autocomplete": "one-time-code"}),
    )


class NewTicketAddressForm(forms.Form):
    """Where the ticket is to go from now on. Rule FT-1."""

    use_required_attribute = False

    email = forms.EmailField(
        label="New email address",
        max_length=254,
        help_text="An address of your own that you will still read in two years.",
        error_messages={
            "required": "Type an email address",
            "invalid": "Enter an email address, like name@school.org",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class RedeemForm(forms.Form):
    """The key of the page: a second press of the button is the same act."""

    page_key = forms.CharField(widget=forms.HiddenInput, min_length=16, max_length=64)


class GiveBackForm(forms.Form):
    """Which place, and what the page said would become of the ticket. Rule FT-4."""

    booking = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    lives = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Hidden fields only: what is wrong with them nobody could put right."""
        return super().clean() or self.cleaned_data
