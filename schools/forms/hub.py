"""The hub manager's forms about the hub itself and its plan; nothing is written here."""

from typing import Any

from django import forms

from hub_portal.shared.plain_text import LineField
from schools.models import ActionPlan, HubProfile, School, SchoolYear


class ColourInput(forms.ColorInput):
    """Always holds a colour, so HTML lets it be neither required nor so many letters long."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {name: value for name, value in attrs.items() if name != "maxlength"}


class HubProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The hub's names, addresses, look and settings; its logo has a page of its own."""

    class Meta:
        model = HubProfile
        fields = (
            "name",
            "alliance_name",
            "lead_school",
            "contact_name",
            "contact_email",
            "telephone",
            "address",
            "brand_colour",
            "roll_change_warning_percent",
            "sign_in_days",
            "reading_days_after_leaving",
        )
        field_classes = {
            "name": LineField,
            "alliance_name": LineField,
            "contact_name": LineField,
            "telephone": LineField,
        }
        widgets = {
            "brand_colour": ColourInput(),
            "address": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "name": "Stands at the top of every page and mail.",
            "alliance_name": "A second line below it.",
            "brand_colour": "Links, buttons and headings. It must be readable on white.",
            "roll_change_warning_percent": "A roll file points out schools that change by more.",
            "sign_in_days": "For everybody but the hub’s own staff, on a computer of their own.",
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        lead_school = self.fields["lead_school"]
        lead_school.queryset = School.objects.order_by("name")  # type: ignore[attr-defined]


class LogoForm(forms.Form):
    """The picture beside the hub's name."""

    file = forms.FileField(
        label="Logo",
        help_text="JPEG, PNG or WebP, at most 10 MB. It is shown 44 pixels high.",
        error_messages={"required": "Choose a picture.", "empty": "This file is empty."},
    )


class StartPlanForm(forms.Form):
    """Which year a plan is for, and what it starts from."""

    year = forms.ModelChoiceField(SchoolYear.objects.none(), label="School year")
    starts_from = forms.ChoiceField(label="Start from", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        years = SchoolYear.objects.filter(action_plan__isnull=True).order_by("-starts_on")
        self.fields["year"].queryset = years  # type: ignore[attr-defined]
        plans = ActionPlan.objects.select_related("year").order_by("-year__starts_on")
        choices = [(str(plan.pk), f"A copy of the plan for {plan.year}") for plan in plans]
        choices += [
            ("published", "The themes and priorities published for 2016/17"),
            ("", "Nothing: an empty plan"),
        ]
        self.fields["starts_from"].choices = choices  # type: ignore[attr-defined]
        self.fields["starts_from"].required = False
