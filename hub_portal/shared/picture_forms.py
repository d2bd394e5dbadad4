"""Fields by which a picture comes in: shape and wording, whichever app's form it is.

Whether it is a picture at all is asked of `hub_portal.files.services.pictures`.
"""

from typing import Any

from django import forms

from hub_portal.shared.plain_text import LineField
from hub_portal.shared.rich_text import LONGEST_DESCRIPTION

DESCRIBE_IT = "Say in words what the picture shows."
WHAT_IT_SHOWS = (
    "What somebody who cannot see the picture should know, in a sentence. It also stands for the "
    "picture in mails."
)
WHICH_PICTURES = (
    "JPEG, PNG or WebP, up to 10 MB. It is made as small as a page needs, and place, camera and "
    "date are taken out of it."
)


class PictureField(forms.FileField):
    """A picture from somebody's computer."""

    def __init__(self, **options: Any) -> None:
        words = {
            "label": "Picture",
            "help_text": WHICH_PICTURES,
            "widget": forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        }
        super().__init__(**{**words, **options})


class DescriptionField(LineField):
    """What a picture shows, in words."""

    def __init__(self, **options: Any) -> None:
        words = {
            "label": "What it shows",
            "max_length": LONGEST_DESCRIPTION,
            "widget": forms.TextInput(attrs={"class": "vTextField"}),
            "help_text": WHAT_IT_SHOWS,
            "error_messages": {"required": DESCRIBE_IT},
        }
        super().__init__(**{**words, **options})


class WithPicture(forms.Form):
    """Part of a form about a text: one more picture for it, if there is one."""

    picture = PictureField(
        label="Add a picture",
        required=False,
        help_text=f"{WHICH_PICTURES} It goes to the end of the text; move its line to where it "
        "should stand. One that is here already is found under Pictures.",
    )
    picture_description = DescriptionField(required=False)

    def clean(self) -> dict[str, Any]:
        """A picture needs its description, and the other way round."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("picture") and not typed.get("picture_description"):
            self.add_error("picture_description", DESCRIBE_IT)
        if typed.get("picture_description") and "picture" in typed and not typed["picture"]:
            self.add_error("picture", "Choose the picture that shows this.")
        return typed
