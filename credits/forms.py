"""The hub manager's forms about credits: shape and wording; nothing is written here."""

import secrets
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from credits.models import Funding
from hub_portal.shared.admin_acts import LONGEST_REASON
from hub_portal.shared.london import london_date, now
from hub_portal.shared.plain_text import LineField
from schools.models import Appointment, Person, School, SchoolYear

MOST_POUNDS = Decimal(1_000_000_000)
MOST_CREDITS = 1_000_000_000


def new_page_key() -> str:
    """What tells two sendings of one page from two pages."""
    return secrets.token_hex(16)


def reason_field(*, seen_by_school: bool) -> LineField:
    """Why an act of the hub is done; never empty."""
    seen = "The school reads this with its credits." if seen_by_school else ""
    return LineField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text=f"{seen} Kept with your name in the trail. Name nobody in it.".strip(),
        error_messages={"required": "Say why. The reason is kept with the act."},
    )


def credits_field(label: str, **more: Any) -> forms.IntegerField:
    """A number of whole credits."""
    return forms.IntegerField(
        label=label,
        max_value=MOST_CREDITS,
        error_messages={"required": "Enter a number of credits."},
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        **more,
    )


class YearChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the years that have funding, the latest first."""

    def __init__(self, **more: Any) -> None:
        years = SchoolYear.objects.filter(funding__isnull=False).order_by("-starts_on")
        super().__init__(years, label="School year", empty_label=None, **more)


class SchoolChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of these schools, by name."""

    def __init__(self, label: str, schools: "QuerySet[School] | None" = None, **more: Any) -> None:
        members = School.objects.all() if schools is None else schools
        words = {"required": "Choose a school."}
        super().__init__(members.order_by("name", "pk"), label=label, error_messages=words, **more)


class AgreedByChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who acts for a school, told with the post they hold."""

    def __init__(self, **more: Any) -> None:
        posts = Appointment.objects.live().of_the_school().select_related("person", "school")
        words = {"required": "Choose who agreed to it."}
        in_order = posts.order_by("school__name", "role", "pk")
        super().__init__(in_order, error_messages=words, **more)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.school}: {obj.person}, {obj.get_role_display().lower()}"

    def clean(self, value: Any) -> Person | None:
        post: Appointment | None = super().clean(value)
        return post.person if post else None


class OpenYearForm(forms.Form):
    """A school year that is to have funding."""

    year = forms.ModelChoiceField(
        SchoolYear.objects.filter(funding__isnull=True).order_by("-starts_on"),
        label="School year",
        empty_label=None,
    )


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How a year's funding is shared."""

    class Meta:
        model = Funding
        fields = (
            "share_percent",
            "pence_per_credit",
            "reserve_percent",
            "lump_sum",
            "floor",
            "cap",
        )
        labels = {"pence_per_credit": "Price of a credit (pence)"}
        help_texts = {
            "pence_per_credit": "1000 is £10 for each credit.",
            "cap": "Leave empty for no limit.",
        }


class InstalmentForm(forms.Form):
    """Money that was received."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    pounds = forms.DecimalField(
        label="Amount received (£)",
        min_value=Decimal("0.01"),
        max_value=MOST_POUNDS,
        decimal_places=2,
        help_text="Pounds, with or without pence: 80000 or 80000.50.",
        error_messages={"required": "Enter the amount received."},
    )
    received_on = forms.DateField(
        label="Received on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day on which it was received."},
    )
    reference = LineField(
        label="Reference", max_length=80, required=False, help_text="As on the bank statement."
    )

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > london_date(now()):
            raise forms.ValidationError("This day is still to come.")
        return day


class AdjustForm(forms.Form):
    """Credits given to a school out of the reserve, or taken back."""

    page_key = forms.CharField(widget=forms.HiddenInput, initial=new_page_key, max_length=64)
    year = YearChoice()
    school = SchoolChoice("School")
    credits = credits_field(
        "Credits", min_value=-MOST_CREDITS, help_text="5 gives five credits, -5 takes five back."
    )
    reason = reason_field(seen_by_school=True)


class MoveForm(forms.Form):
    """Credits that one school gives to another."""

    page_key = forms.CharField(widget=forms.HiddenInput, initial=new_page_key, max_length=64)
    year = YearChoice()
    giving = SchoolChoice("From")
    receiving = SchoolChoice("To")
    credits = credits_field("Credits", min_value=1)
    agreed_by = AgreedByChoice(
        label="Who agreed to it at the giving school",
        help_text="Ask them first: their agreement is kept with the transfer.",
    )
    reason = reason_field(seen_by_school=True)


class WhichSchoolForm(forms.Form):
    """For which school and year; asked by GET, so that the next page can say more."""

    is_filter = True
    year = YearChoice()
    school = SchoolChoice("School")


class RollForm(forms.Form):
    """One of a school's rolls, each told with what it would change."""

    year = forms.ModelChoiceField(SchoolYear.objects.all(), widget=forms.HiddenInput)
    school = forms.ModelChoiceField(School.objects.all(), widget=forms.HiddenInput)
    roll = forms.ChoiceField(
        label="Roll",
        widget=forms.RadioSelect,
        help_text="The roll must be on record: import it, or enter it by hand with the school.",
        error_messages={"required": "Choose a roll."},
    )

    def __init__(self, *args: Any, rolls: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["roll"].choices = rolls  # type: ignore[attr-defined]


class CorrectionForm(RollForm):
    """A roll that puts a school right, and why."""

    reason = reason_field(seen_by_school=False)


class CensusForm(forms.Form):
    """On which census a run is worked out; asked by GET."""

    is_filter = True
    census = forms.ChoiceField(label="Census")

    def __init__(self, *args: Any, censuses: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["census"].choices = censuses  # type: ignore[attr-defined]


class ThresholdForm(forms.Form):
    """Above how many credits at once the headteacher is asked. Rule CR-14."""

    use_required_attribute = False

    threshold = forms.IntegerField(
        label="Ask me about anything above",
        required=False,
        min_value=0,
        max_value=MOST_CREDITS,
        help_text="In credits, for one booking of however many places. Empty: nobody is asked.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Enter a whole number of credits, like 40"},
    )


class DeclineForm(forms.Form):
    """Why not: whoever asked reads it."""

    use_required_attribute = False

    reason = LineField(
        label="Why not",
        max_length=LONGEST_REASON,
        help_text="Whoever asked reads this.",
        error_messages={"required": "Say why, so that your colleague knows what to do"},
    )


class OpeningFiguresForm(forms.Form):
    """A list of what schools had before the portal. Rule SC-8."""

    list_of_figures = forms.FileField(
        label="List of opening figures",
        help_text="CSV or Excel, with the columns School (URN, or its whole name), Received and "
        "Spent, in whole credits. Nothing is posted before you have looked at it.",
    )
