"""What somebody needs to take part. Rule BK-13."""

from typing import Any

from django import forms

from cpd.choices import Access, Food
from cpd.services.needs import WhatIsNeeded
from hub_portal.shared.plain_text import NotesField

LONGEST_WORDS = 500


class NeedsForm(forms.Form):
    """Food, access and a few words; nothing ticked is an answer too."""

    use_required_attribute = False

    food = forms.MultipleChoiceField(
        label="Food and drink",
        required=False,
        choices=Food.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list"},
    )
    access = forms.MultipleChoiceField(
        label="At the venue",
        required=False,
        choices=Access.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list"},
    )
    words = NotesField(
        label="Anything else that helps",
        required=False,
        max_length=LONGEST_WORDS,
        help_text="Only what the organiser has to know.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )

    def needed(self) -> WhatIsNeeded:
        """The answer as it is kept."""
        given: dict[str, Any] = self.cleaned_data
        return WhatIsNeeded(food=given["food"], access=given["access"], words=given["words"])
