"""A message to a group of the schools' people: shape and wording."""

import secrets
from typing import Any

from django import forms
from django.utils.text import capfirst

from hub_portal.shared.plain_text import LineField, NotesField
from schools.choices import Group


class GroupMessageForm(forms.Form):
    """To whom, and what; the key makes a second press harmless."""

    use_required_attribute = False

    key = forms.CharField(widget=forms.HiddenInput, min_length=16, max_length=64)
    group = forms.TypedChoiceField(
        label="To",
        choices=[(group.value, capfirst(group.label)) for group in Group],
        coerce=Group,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose to whom"},
    )
    subject = LineField(
        label="Subject",
        max_length=150,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": "Enter a subject"},
    )
    words = NotesField(
        label="Message",
        help_text="Plain text. Addresses of web pages become links.",
        widget=forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField"}),
        error_messages={"required": "Enter the message"},
    )

    @classmethod
    def fresh(cls) -> "GroupMessageForm":
        """An empty form with a key of its own."""
        return cls(initial={"key": secrets.token_urlsafe(16)})

    def message(self) -> dict[str, Any]:
        """Group, key, subject and words."""
        return dict(self.cleaned_data)
