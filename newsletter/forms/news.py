"""News that a school sends in."""

from django import forms

from hub_portal.shared.plain_text import LineField, NotesField


class NewsForm(forms.Form):
    """A heading and a few sentences. The school acted for stands in the form."""

    use_required_attribute = False

    school = forms.IntegerField(widget=forms.HiddenInput)
    heading = LineField(
        label="Heading",
        max_length=120,
        error_messages={"required": "Give your news a heading"},
    )
    text = NotesField(
        label="What is the news?",
        help_text="A few sentences, with a date, a place and whom to ask. Plain text; an empty "
        "line begins a new paragraph.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Say what the news is"},
    )
