"""The hub manager's forms about mail: shape and wording, nothing is written here."""

from django import forms

from hub_portal.mail.choices import ClosedFor, SuppressedFor
from hub_portal.shared.admin_acts import ReasonForm


class GateForm(ReasonForm):
    """Closing the gate, for some mail or all, and opening it."""

    closed_for = forms.ChoiceField(
        label="The gate is to be",
        choices=[(value, label.capitalize()) for value, label in ClosedFor.choices],
        widget=forms.RadioSelect,
    )
    field_order = ("closed_for", "reason")


class LimitsForm(forms.Form):
    """What the mail server allows, and how long words are kept."""

    messages_per_minute = forms.IntegerField(
        label="Most messages a minute",
        required=False,
        min_value=1,
        max_value=10_000,
        help_text="What your mail server allows. Leave empty for as fast as it takes them.",
    )
    days_bodies_are_kept = forms.IntegerField(
        label="Days the words of a mail are kept",
        min_value=1,
        max_value=3650,
        help_text="After that only who got which mail when is kept.",
    )


class SuppressForm(ReasonForm):
    """Keeping mail from an address."""

    address = forms.EmailField(label="Address", max_length=254)
    suppressed_for = forms.ChoiceField(
        label="Keep from it",
        choices=[(value, label.capitalize()) for value, label in SuppressedFor.choices],
        widget=forms.RadioSelect,
        initial=SuppressedFor.BULK,
    )
    field_order = ("address", "suppressed_for", "reason")
