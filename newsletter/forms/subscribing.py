"""What is typed by somebody who wants the newsletter."""

from django import forms


class SubscribeForm(forms.Form):
    """One address."""

    use_required_attribute = False

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={
            "required": "Enter your email address",
            "invalid": "Give an email address, like name@school.org.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
