"""Asking for a course that has no date, and planning one from what is asked. Rule PU-4."""

from typing import Any

from django import forms

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


class DateAndTime(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class PlanForm(ConfirmForm):
    """The least a draft date needs; everything else is added on the course itself."""

    starts_at = forms.DateTimeField(label="First session starts", widget=DateAndTime)
    ends_at = forms.DateTimeField(label="First session ends", widget=DateAndTime)
    price = forms.IntegerField(label="Price per place (credits)", min_value=0, max_value=1_000_000)
    capacity = forms.IntegerField(label="Places", min_value=1, max_value=5000)
    booking_opens_at = forms.DateTimeField(label="Booking opens", widget=DateAndTime)
    booking_closes_at = forms.DateTimeField(label="Booking closes", widget=DateAndTime)

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
