"""What the hub manager sends in of people who got the newsletter before. Rule SC-8."""

from django import forms

from hub_portal.shared.plain_text import LineField


class SubscriberListForm(forms.Form):
    """A list, and how its people agreed."""

    list_of_subscribers = forms.FileField(
        label="List of subscribers",
        help_text="CSV or Excel, with the column Email, and if you like Name, School, Agreed on "
        "and Agreed how. Nothing is saved before you have looked at it.",
    )
    agreed_how = LineField(
        label="How these people agreed to get the newsletter",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="For example: on the form of the old website, or on the sheet at our "
        "conferences, which lies in the office. It is kept with each person whose row does not "
        "say it itself. "
        "Leave out people of whom you cannot say it: they can subscribe on the site.",
    )
