"""Planning cohorts and settings in the admin: shape and wording."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse

from cpd.choices import CohortStatus
from cpd.models import Cohort, Programme, Session
from cpd.rules import Band
from hub_portal.files.services.pictures import refuse_unless_a_picture
from hub_portal.shared.admin_acts import ConfirmForm, ReasonForm
from hub_portal.shared.errors import BadInput
from hub_portal.shared.picture_forms import WithPicture
from hub_portal.shared.plain_text import LineField

MOST_POUNDS = Decimal(100_000)


class ProgrammeForm(WithPicture, forms.ModelForm):  # type: ignore[type-arg]
    """A course without its dates, perhaps with one more picture for its text."""

    class Meta:
        model = Programme
        fields = (
            "title",
            "slug",
            "summary",
            "description",
            "is_public",
            "tickets_welcome",
            "kind",
            "subject",
            "format",
            "hours",
            "certificate_after_evaluation",
            "audience",
            "for_early_years",
            "for_primary",
            "for_secondary",
            "for_special",
            "provider",
            "provider_school",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "description" in self.fields:  # whoever may only look has no field
            self.fields["description"].widget.offer_pictures(
                at=reverse("admin:files_picture_in_the_editor"),
                instead_of=("picture", "picture_description"),
            )

    def clean_picture(self) -> Any:
        """It is looked at now, so that nothing typed is lost when it is none."""
        upload = self.cleaned_data["picture"]
        if upload:
            try:
                refuse_unless_a_picture(upload=upload)
            except BadInput as bad:
                raise forms.ValidationError(bad.sentence) from bad
        return upload

    def clean(self) -> dict[str, Any]:
        """Some phase, and one provider at most, in words rather than as a constraint."""
        typed = super().clean() or self.cleaned_data
        phases = ("for_early_years", "for_primary", "for_secondary", "for_special")
        if not any(typed.get(phase) for phase in phases):
            self.add_error("for_early_years", "Tick at least one phase.")
        if typed.get("provider") and typed.get("provider_school"):
            self.add_error("provider_school", "Name a partner organisation or a school, not both.")
        if typed.get("hours") is not None and typed["hours"] <= 0:
            self.add_error("hours", "Give the hours of CPD it counts for.")
        return typed


class CohortForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a cohort; its dates stand below it. The price by invoice is typed in pounds."""

    invoice_price = forms.DecimalField(
        label="Price per place by invoice (£)",
        min_value=Decimal("0.01"),
        max_value=MOST_POUNDS,
        decimal_places=2,
        required=False,
        help_text="Empty: places are not paid by invoice.",
    )

    class Meta:
        model = Cohort
        fields = (
            "programme",
            "activity",
            "format",
            "price",
            "invoice_price",
            "capacity",
            "minimum",
            "places_per_school",
            "booking_opens_at",
            "booking_closes_at",
            "venue",
            "organiser",
            "joining_details",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pence = self.instance.invoice_price
        if pence is not None:
            self.initial["invoice_price"] = Decimal(pence) / 100

    def clean_invoice_price(self) -> int | None:
        """In pence, as it is kept."""
        pounds = self.cleaned_data["invoice_price"]
        return None if pounds is None else int(pounds * 100)

    def clean(self) -> dict[str, Any]:
        """Numbers and days that fit each other."""
        typed = super().clean() or self.cleaned_data
        opens, closes = typed.get("booking_opens_at"), typed.get("booking_closes_at")
        if opens and closes and closes <= opens:
            self.add_error("booking_closes_at", "Booking has to close after it opens.")
        capacity = typed.get("capacity", self.instance.capacity)
        if capacity is not None and typed.get("minimum", 0) > capacity:
            self.add_error("minimum", "It cannot need more delegates than it has places.")
        if "capacity" in typed and not typed["capacity"]:
            self.add_error("capacity", "Give it at least one place.")
        return typed


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One date."""

    class Meta:
        model = Session
        fields = ("starts_at", "ends_at", "title", "venue")

    def clean(self) -> dict[str, Any]:
        """It has to last for a while."""
        typed = super().clean() or self.cleaned_data
        starts, ends = typed.get("starts_at"), typed.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "A session has to end after it starts.")
        return typed


class SessionFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The dates of a cohort."""

    def clean(self) -> None:
        """At least one while it is offered, the first after booking has closed."""
        super().clean()
        rows = [row for row in self.rows() if row.get("starts_at") and row.get("ends_at")]
        if not rows and self.instance.status == CohortStatus.OFFERED:
            raise forms.ValidationError("An offered course needs at least one date.")
        starts = [row["starts_at"] for row in rows]
        if len(set(starts)) < len(starts):
            raise forms.ValidationError("Two sessions begin at the same time.")
        closes = self.instance.booking_closes_at
        is_offered = self.instance.status == CohortStatus.OFFERED
        if rows and closes and is_offered and closes > min(starts):
            raise forms.ValidationError("Booking has to close by the first session.")

    def rows(self) -> list[dict[str, Any]]:
        """What stands in the rows that are filled in and stay."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


class CapacityForm(ConfirmForm):
    """Another number of places."""

    capacity = forms.IntegerField(label="Places", min_value=1, max_value=5000)


class OutOfTurnForm(ReasonForm):
    """Places offered to a school before it is its turn. Rule BK-8."""

    places = forms.IntegerField(label="Places", min_value=1, max_value=5000)


class LateSubstituteForm(ReasonForm):
    """Somebody else on a place, by the hub: a colleague of the school by name. Rule BK-7."""

    full_name = LineField(label="Full name", max_length=150)
    email = forms.EmailField(
        label="Work email address",
        max_length=254,
        required=False,
        help_text="Without an address the mail goes to whoever booked.",
    )


class BandFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The cancellation bands, which must say what happens without any notice."""

    def clean(self) -> None:
        """Each notice once, and one band for no notice at all."""
        super().clean()
        if 0 not in [band.working_days for band in self.bands()]:
            raise forms.ValidationError("Say in one row what comes back with 0 working days.")

    def bands(self) -> list[Band]:
        """The rows that are filled in and stay."""
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        return [
            Band(row["working_days"], row["percent_returned"])
            for row in rows
            if not row.get("DELETE")
        ]


class RunningCohortsForm(forms.Form):
    """A list of courses under way. Rule SC-8."""

    list_of_courses = forms.FileField(
        label="List of running courses",
        help_text="CSV or Excel, as in the template: one row for each place, with its course. "
        "Nothing is saved before you have looked at it.",
    )
