"""The forms of the hub manager's acts on people and posts: shape and wording only."""

from typing import Any

from django import forms
from django.db.models import Count

from hub_portal.shared.admin_acts import ConfirmForm, ReasonForm
from hub_portal.shared.plain_text import LONGEST_NAME, LineField
from schools.choices import Role, StaffRole
from schools.models import School
from schools.services.invitations import still_to_invite


class AddPersonForm(forms.Form):
    full_name = LineField(label="Name", max_length=LONGEST_NAME)
    email = forms.EmailField(
        label="Email address",
        required=False,
        help_text="Empty for a delegate without one. They prove it by signing in.",
    )


class RenameForm(ReasonForm):
    full_name = LineField(label="Name", max_length=LONGEST_NAME)


class ChangeAddressForm(ReasonForm):
    email = forms.EmailField(
        label="New main address",
        help_text="Both the old and the new address are told, and every session ends.",
    )


class StaffRoleForm(ReasonForm):
    staff_role = forms.ChoiceField(
        label="Works for the hub as",
        choices=[("", "Nobody of the hub’s own staff"), *StaffRole.choices],
        required=False,
    )


class AppointForm(ReasonForm):
    school = forms.ModelChoiceField(queryset=School.objects.order_by("name"))
    role = forms.ChoiceField(label="Post", choices=Role.choices)
    from_on = forms.DateField(
        label="From",
        help_text="Today or an earlier day.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    job_title = LineField(label="Job title", max_length=80, required=False)


class HandOverForm(ConfirmForm):
    full_name = LineField(label="Name of whoever takes over", max_length=LONGEST_NAME)
    email = forms.EmailField(
        label="Their address", help_text="Somebody the portal knows is found by it."
    )
    on = forms.DateField(
        label="From",
        help_text="Today, or a day to come: then the clock carries it out.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class InviteForm(ConfirmForm):
    """Everybody who waits for an invitation, or those of one school."""

    school = forms.ChoiceField(label="Whom to invite")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts = still_to_invite().values("school", "school__name").annotate(people=Count("pk"))
        schools = [
            (str(row["school"]), f"{row['school__name']} ({row['people']})")
            for row in counts.order_by("school__name")
        ]
        everybody = ("", f"Everybody ({still_to_invite().count()})")
        self.fields["school"] = forms.ChoiceField(
            label="Whom to invite", choices=[everybody, *schools], required=False
        )


class PeopleListForm(forms.Form):
    list_of_people = forms.FileField(
        label="List of people",
        help_text="CSV or Excel, with the columns School URN, Name, Email, Role, and if you like "
        "Job title and From. Nothing is saved before you have looked at it.",
    )
