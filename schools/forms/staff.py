"""What a school types about its people: shape and wording only."""

from datetime import date
from typing import Any

from django import forms

from schools.choices import Role
from schools.models import Person, School
from schools.services.staff import colleague_names


class ColleagueForm(forms.Form):
    """A colleague for the staff list."""

    full_name = forms.CharField(
        label="Name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Work email address",
        required=False,
        help_text="Leave it empty if there is none: their mail then comes to you, marked with "
        "their name.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class HandoverForm(forms.Form):
    """Who takes over as rep or deputy, and from when: a colleague on the list, or a new one."""

    NEW = "new"

    role = forms.ChoiceField(
        label="Which post", choices=[(role.value, role.label) for role in (Role.REP, Role.DEPUTY)]
    )
    colleague = forms.ChoiceField(label="Who takes over", widget=forms.RadioSelect)
    full_name = forms.CharField(
        label="Name of somebody else",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Their work email address",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    on = forms.DateField(
        label="From",
        help_text="Today, or a day to come: then it is carried out by itself on that day.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(
        self,
        *args: Any,
        school: School,
        roles: list[Role],
        by: Person,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        others = [one for one in colleague_names(school=school).items() if one[0] != by.pk]
        names = sorted(others, key=lambda one: one[1].casefold())
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["colleague"].choices = [  # type: ignore[attr-defined]
            *((str(pk), name) for pk, name in names),
            (self.NEW, "Somebody who is not on the staff list"),
        ]
        self.fields["on"].initial = today

    def clean(self) -> dict[str, Any]:
        """Somebody who is not on the list needs a name and an address."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("colleague") == self.NEW:
            if not given.get("full_name"):
                self.add_error("full_name", "Give the name of whoever takes over.")
            if not given.get("email"):
                self.add_error("email", "Give their work email address, so that they can sign in.")
        return given
