"""Joining details, written and looked at before they are saved."""

from typing import Any

from django import forms

from cpd.models import JoiningDetails
from hub_portal.shared.plain_text import LineField
from hub_portal.shared.rich_text import RichTextFormField


class JoiningForm(forms.Form):
    """A new version; `based_on` is the number of the one its writer saw."""

    use_required_attribute = False

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    words = RichTextFormField(
        label="Joining details",
        help_text="Where to go, when to arrive, what to bring.",
        error_messages={"required": "Enter the joining details"},
    )
    what_changed = LineField(
        label="What has changed",
        max_length=300,
        required=False,
        help_text="A sentence for those who know the earlier ones, such as “Another room”.",
    )
    tells = forms.BooleanField(
        label="Tell the delegates by email",
        required=False,
        initial=True,
        help_text="Each gets one mail with the new details, and their calendar entry follows.",
    )

    @classmethod
    def of(cls, newest: JoiningDetails | None) -> "JoiningForm":
        """The form with the words that count now."""
        return cls(initial=_shown(newest))

    def again_based_on(self, newest: JoiningDetails | None) -> "JoiningForm":
        """What was typed, once its writer sees that another version counts by now."""
        return JoiningForm(
            initial={**self.cleaned_data, "based_on": newest.number if newest else 0}
        )

    def version(self) -> dict[str, Any]:
        """What `save_details` takes."""
        return dict(self.cleaned_data)


class VersionForm(forms.Form):
    """Which version somebody says they have read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def _shown(newest: JoiningDetails | None) -> dict[str, Any]:
    if newest is None:
        return {"based_on": 0, "words": ""}
    return {"based_on": newest.number, "words": str(newest.words)}
