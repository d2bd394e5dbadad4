"""Asking for a course that has no date, and planning one from what is asked. Rule PU-4."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime

from cpd.services.bookings import MOST_IN_ONE_GO
from hub_portal.shared.admin_acts import ConfirmForm


class WishForm(forms.Form):
    """How many places the school would take."""

    use_required_attribute = False

    wanted = forms.TypedChoiceField(
        label="How many places would your school take?",
        coerce=int,
        choices=[(str(n), str(n)) for n in range(1, MOST_IN_ONE_GO + 1)],
        error_messages={
            "required": "Choose a number of places",
            "invalid_choice": "Choose a number of places",
        },
    )


class PlanForm(ConfirmForm):
    """The least a draft date needs; everything else is added on the course itself."""

    starts_at = forms.SplitDateTimeField(label="First session starts", widget=AdminSplitDateTime)
    ends_at = forms.SplitDateTimeField(label="First session ends", widget=AdminSplitDateTime)
    price = forms.IntegerField(label="Price per place (credits)", min_value=0, max_value=1_000_000)
    capacity = forms.IntegerField(label="Places", min_value=1, max_value=5000)
    booking_opens_at = forms.SplitDateTimeField(label="Booking opens", widget=AdminSplitDateTime)
    booking_closes_at = forms.SplitDateTimeField(label="Booking closes", widget=AdminSplitDateTime)

    def clean(self) -> dict[str, Any]:
        """Days in an order that can be."""
        typed = super().clean() or self.cleaned_data
        starts, ends = typed.get("starts_at"), typed.get("ends_at")
        opens, closes = typed.get("booking_opens_at"), typed.get("booking_closes_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "A session has to end after it starts.")
        if opens and closes and closes <= opens:
            self.add_error("booking_closes_at", "Booking has to close after it opens.")
        if closes and starts and closes > starts:
            self.add_error("booking_closes_at", "Booking has to close by the first session.")
        return typed
