"""The hub manager's forms about schools: shape and wording; nothing is written here."""

from collections.abc import Iterable
from typing import Any

from django import forms

from hub_portal.shared.admin_acts import ConfirmForm, ReasonForm
from hub_portal.shared.plain_text import LineField
from schools.choices import Phase, RollDefinition, SchoolStatus
from schools.models import CensusDay, School
from schools.services.roll_formats import MOST_PUPILS

LONGEST_WORDS = 100


def day_field(label: str, **more: Any) -> forms.DateField:
    """A day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def urn_field(label: str = "URN", **more: Any) -> forms.IntegerField:
    """Six digits."""
    return forms.IntegerField(
        label=label,
        min_value=100_000,
        max_value=999_999,
        error_messages={
            "min_value": "A URN has six digits.",
            "max_value": "A URN has six digits.",
            "required": "Type the URN, six digits.",
        },
        **more,
    )


class SchoolFactsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is known of a school, but for its number."""

    class Meta:
        model = School
        fields = (
            "name",
            "phase",
            "kind",
            "lowest_age",
            "highest_age",
            "local_authority",
            "laestab",
            "postcode",
            "status",
            "closed_on",
            "office_email",
            "finance_email",
        )
        field_classes = {
            "name": LineField,
            "kind": LineField,
            "local_authority": LineField,
            "postcode": LineField,
        }
        widgets = {"closed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "office_email": "Newsletters and letters to the school go here. Nobody signs in by it.",
            "finance_email": "Statements and invoices go here. Nobody signs in by it.",
        }


class NewSchoolForm(forms.Form):
    """A school that is in no GIAS file at hand."""

    name = LineField(label="Name", max_length=120)
    urn = urn_field()
    phase = forms.ChoiceField(label="Phase", choices=Phase.choices)
    kind = LineField(label="Type of school", max_length=80, required=False)
    local_authority = LineField(label="Local authority", max_length=60, required=False)
    postcode = LineField(label="Postcode", max_length=8, required=False)
    status = forms.ChoiceField(
        label="Status", choices=SchoolStatus.choices, initial=SchoolStatus.OPEN
    )
    member_from = day_field(
        "Member from", required=False, help_text="Leave it empty for a school that is no member."
    )


class NewUrnForm(ReasonForm):
    """A conversion or an amalgamation."""

    urn = urn_field("New URN")
    converted_on = day_field("From which day")
    field_order = ("urn", "converted_on", "reason", "is_sure")


class FormerUrnForm(forms.Form):
    """A number the school, or one that became part of it, had before."""

    urn = urn_field("Former URN")
    ended_on = day_field("Until which day", required=False)
    note = LineField(label="Note", max_length=200, required=False)


class JoinForm(forms.Form):
    """A school joins the alliance."""

    from_on = day_field("Member from")
    reason = LineField(label="Note", max_length=200, required=False)


class LeavingForm(ReasonForm):
    """A school's last day in the alliance, and what it gives up after it. Rule SC-2."""

    last_day = day_field("Last day")
    gives_up = forms.MultipleChoiceField(
        label="Cancel after the last day",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Whatever is not ticked stays to the end and is paid.",
    )
    field_order = ("last_day", "gives_up", "reason", "is_sure")

    def __init__(self, *args: Any, held: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = list(held)
        if choices:
            self.fields["gives_up"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["gives_up"]


class RollByHandForm(forms.Form):
    """One school's pupils on roll, and why they are typed in."""

    pupils = forms.IntegerField(label="Pupils on roll", min_value=0, max_value=MOST_PUPILS)
    census_on = day_field("Census date", help_text="The day on which they were counted.")
    definition = forms.ChoiceField(label="Counted by", choices=RollDefinition.choices)
    reason = LineField(
        label="Reason",
        max_length=300,
        help_text="Where the figure comes from. Kept with it, with your name.",
    )


class RollOfSchoolForm(RollByHandForm):
    """The same, where the school is chosen too."""

    school = forms.ModelChoiceField(School.objects.order_by("name"), label="School")
    field_order = ("school", "pupils", "census_on", "definition", "reason")


# ---- Files --------------------------------------------------------------------------------------


class GiasUploadForm(forms.Form):
    """A GIAS extract to pick schools from."""

    file = forms.FileField(
        label="GIAS extract",
        help_text="CSV as downloaded from Get Information about Schools: all of England, or part.",
        error_messages={
            "required": "Choose the file.",
            "empty": "This file is empty.",
        },
    )


class GiasSearchForm(forms.Form):
    """What to look for in it."""

    q = LineField(
        label="Name, URN or postcode", max_length=LONGEST_WORDS, required=False, strip=True
    )


class AddPickedForm(ConfirmForm):
    """From when the picked schools are members."""

    member_from = day_field(
        "Members from", required=False, help_text="Leave it empty to add them without membership."
    )
    field_order = ("member_from", "is_sure")


class RollUploadForm(forms.Form):
    """A file of rolls."""

    file = forms.FileField(
        label="Roll file",
        help_text=(
            "CSV or Excel (.xlsx): the GIAS extract, the school-level census file, the census of "
            "the performance tables, or a list with the columns URN and Pupils."
        ),
        error_messages={"required": "Choose the file.", "empty": "This file is empty."},
    )


class RollsOfCensusForm(forms.Form):
    """Which census a file is of, and who is counted."""

    is_filter = True  # one of two ways to say a day: neither is "optional"
    census_day = forms.ChoiceField(label="Census", required=False)
    other_day = day_field("Or another day", required=False)
    definition = forms.ChoiceField(label="Counted by")

    def __init__(
        self,
        *args: Any,
        days: list[CensusDay],
        definitions: list[RollDefinition],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        census, definition = self.fields["census_day"], self.fields["definition"]
        census.choices = [("", "Choose")] + [  # type: ignore[attr-defined]
            (day.on.isoformat(), str(day)) for day in days
        ]
        definition.choices = [  # type: ignore[attr-defined]
            (each.value, each.label) for each in definitions
        ]

    def clean(self) -> dict[str, Any]:
        """One day out of the two ways to say it."""
        given = super().clean() or {}
        chosen, other = given.get("census_day"), given.get("other_day")
        if chosen and other and chosen != other.isoformat():
            raise forms.ValidationError("Say one day: choose a census, or type another day.")
        given["census_on"] = (
            other or forms.DateField(required=False).clean(chosen) if chosen or other else None
        )
        return given
