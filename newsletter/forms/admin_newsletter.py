"""The newsletter's settings: shape and wording."""

from typing import ClassVar

from django import forms

from newsletter.models import Newsletter


class NewsletterForm(forms.ModelForm):  # type: ignore[type-arg]
    """When the newsletter goes, and what stands under every issue. Rule NL-1."""

    class Meta:
        model = Newsletter
        fields: ClassVar[tuple[str, ...]] = (
            "title",
            "is_weekly",
            "weekday",
            "hour",
            "drafted_days_before",
            "grace_hours",
            "sign_off",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "hour": forms.TimeInput({"type": "time"}, "%H:%M")
        }
