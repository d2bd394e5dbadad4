"""Guests and invoices in the admin: shape and wording. Rule BK-14."""

import secrets
from typing import Any

from django import forms

from cpd.services.guests import Payer
from hub_portal.shared.admin_acts import ConfirmForm, ReasonForm
from hub_portal.shared.plain_text import LONGEST_NAME, LineField, NotesField


class GuestForm(ConfirmForm):
    """Somebody from outside the membership, and who gets the invoice."""

    full_name = LineField(label="Full name", max_length=LONGEST_NAME)
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="Confirmation and joining details go here.",
    )
    comes_from = LineField(
        label="Where they come from",
        max_length=150,
        required=False,
        help_text="A school or another body. It stands on lists of delegates.",
    )
    payer_name = LineField(label="Who gets the invoice", max_length=150)
    payer_address = NotesField(
        label="Their address", max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    payer_email = forms.EmailField(
        label="Their address for invoices by email", max_length=254, required=False
    )
    reference = LineField(
        label="Their reference",
        max_length=60,
        required=False,
        help_text="A purchase order number, if they gave one.",
    )
    pence = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    @staticmethod
    def new_key() -> str:
        """The key that makes a second press harmless."""
        return secrets.token_urlsafe(24)


def payer_of(given: dict[str, Any]) -> Payer:
    """Who gets the invoice, as it was typed."""
    return Payer(
        name=given["payer_name"],
        address=given["payer_address"],
        email=given["payer_email"],
        reference=given["reference"],
    )


class CancelGuestForm(ReasonForm):
    """Cancelling for a guest, with what the page said would still be to pay."""

    shown_kept = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class RaisedForm(ConfirmForm):
    """The number under which an invoice or credit note was written out."""

    number = LineField(
        label="Number", max_length=40, help_text="Of the invoice or credit note, as it was sent."
    )
