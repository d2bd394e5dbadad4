"""A picture with its description: shape and wording."""

from django import forms

from hub_portal.shared.picture_forms import DescriptionField, PictureField


class PictureForm(forms.Form):
    """A picture to be kept for texts."""

    picture = PictureField(error_messages={"required": "Choose a picture."})
    description = DescriptionField()
