"""Tickets in the admin: shape and wording."""

from datetime import date
from typing import Any

from django import forms

from cpd.models import TicketPolicy
from hub_portal.shared.admin_acts import ConfirmForm, ReasonForm
from hub_portal.shared.london import london_date, now
from hub_portal.shared.plain_text import LONGEST_NAME, LineField
from schools.models import SchoolYear

AWARD_YEARS_OFFERED = 12
"""As many as the longest policy lets a ticket live, and the two around it."""


def _day(**facts: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, **facts)


class IssueTicketForm(forms.Form):
    """One ticket for one award. Rule FT-1."""

    full_name = LineField(label="Name", max_length=LONGEST_NAME)
    email = forms.EmailField(
        label="Address",
        help_text="One they will read in two years. Somebody the portal knows is found by it.",
    )
    award_on = _day(label="QTS awarded on")
    award_year = forms.TypedChoiceField(label="SCITT award year", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = london_date(now()).year
        years = [
            SchoolYear(starts_on=date(first, 9, 1))
            for first in range(this_year, this_year - AWARD_YEARS_OFFERED, -1)
        ]
        self.fields["award_year"].choices = [  # type: ignore[attr-defined]
            ("", "Choose the year"),
            *((year.starts_on.year, str(year)) for year in years),
        ]


class NewAddressForm(ReasonForm):
    email = forms.EmailField(label="New address")


class ExtendForm(ReasonForm):
    last_on = _day(label="Redeem by", help_text="A later day than now.")


class GraduatesForm(forms.Form):
    list_of_graduates = forms.FileField(
        label="List of graduates",
        help_text="CSV or Excel, with the columns Name, Email, QTS award date, Award year, and if "
        "you like Former name, Issued and Redeem by. Nothing is issued before you have looked at "
        "it.",
    )


class RemindForm(ConfirmForm):
    """Which holders to remind: those of one award year, of one school, or both. Rule FT-5."""

    award_year = forms.CharField(widget=forms.HiddenInput, required=False)
    school = forms.CharField(widget=forms.HiddenInput, required=False)


class TicketPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = TicketPolicy
        fields = ("percent_of_places", "years")
