"""What the hub manager types into an issue: shape and wording."""

from datetime import datetime
from typing import Any

from django import forms

from hub_portal.files.models import Picture
from hub_portal.files.services.pictures import refuse_unless_a_picture
from hub_portal.shared.errors import BadInput
from hub_portal.shared.london import at_london_time
from hub_portal.shared.picture_forms import (
    DESCRIBE_IT,
    DescriptionField,
    PictureField,
)
from hub_portal.shared.plain_text import LineField
from hub_portal.shared.rich_text import RichTextFormField
from newsletter.choices import Audience, ItemKind

LONGEST_HEADING = 120
LONGEST_SUBJECT = 150


def _line(**options: Any) -> LineField:
    return LineField(widget=forms.TextInput(attrs={"class": "vTextField"}), **options)


class SlotForm(forms.Form):
    """When an issue is to go, on a London clock."""

    on = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    clock = forms.TimeField(label="Time, London", widget=forms.TimeInput({"type": "time"}, "%H:%M"))

    @staticmethod
    def instant(given: dict[str, Any]) -> datetime:
        """The instant that was typed."""
        return at_london_time(given["on"], given["clock"])


class WordsForm(forms.Form):
    """Subject and opening words of an issue."""

    subject = _line(
        label="Subject",
        max_length=LONGEST_SUBJECT,
        help_text="What a mailbox shows, and the title in the archive.",
    )
    opening = RichTextFormField(label="Opening words", required=False)


class BlockForm(forms.Form):
    """What can be said of a block: the rest fills itself."""

    heading = _line(label="Heading", max_length=LONGEST_HEADING)
    audience = forms.ChoiceField(
        label="Who may read it",
        choices=Audience.choices,
        initial=Audience.PUBLIC,
        help_text="What everybody may read stands in the public archive and the feed too.",
    )


class ItemForm(BlockForm):
    """An item of the hub's own, perhaps with a picture."""

    text = RichTextFormField(label="Text", required=False, headings=(3, 4))
    picture = PictureField(label="A new picture", required=False)
    existing = forms.ModelChoiceField(
        Picture.objects.order_by("-pk"),
        label="Or one that is here already",
        required=False,
        empty_label="No picture",
    )
    picture_alt = DescriptionField(label="What the picture shows", required=False)
    field_order = ("heading", "text", "audience", "picture", "existing", "picture_alt")

    def clean_picture(self) -> Any:
        """It is looked at now, so that nothing typed is lost when it is none."""
        upload = self.cleaned_data["picture"]
        if upload:
            try:
                refuse_unless_a_picture(upload=upload)
            except BadInput as bad:
                raise forms.ValidationError(bad.sentence) from bad
        return upload

    def clean(self) -> dict[str, Any]:
        """A new picture needs words for those who cannot see it."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("picture") and not typed.get("picture_alt"):
            self.add_error("picture_alt", DESCRIBE_IT)
        return typed


class AddBlockForm(forms.Form):
    """Which block is put into an issue."""

    kind = forms.ChoiceField(label="Block")

    def __init__(self, *args: Any, kinds: list[ItemKind], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Which way an item moves."""

    way = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])
