"""A message to everybody on a course."""

import secrets
from typing import Any

from django import forms

from hub_portal.shared.plain_text import LineField, NotesField


class MessageForm(forms.Form):
    """What is to be written; the key makes a second press harmless."""

    use_required_attribute = False

    key = forms.CharField(widget=forms.HiddenInput, min_length=16, max_length=64)
    subject = LineField(
        label="Subject", max_length=150, error_messages={"required": "Enter a subject"}
    )
    words = NotesField(
        label="Message",
        help_text="Plain text. Addresses of web pages become links.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter the message"},
    )

    @classmethod
    def fresh(cls) -> "MessageForm":
        """An empty form with a key of its own."""
        return cls(initial={"key": secrets.token_urlsafe(16)})

    def message(self) -> dict[str, Any]:
        """Key, subject and words."""
        return dict(self.cleaned_data)
