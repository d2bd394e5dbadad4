"""What a waiting school wants instead. Rule BK-8."""

from typing import Any

from django import forms

from cpd.services.bookings import MOST_IN_ONE_GO
from cpd.services.waiting_changes import NewWish
from cpd.services.waiting_page import WaitingPage


class WishForm(forms.Form):
    """Another number of places, all or none, and who of those named is still meant."""

    use_required_attribute = False

    wanted = forms.TypedChoiceField(
        label="Places you wait for",
        coerce=int,
        choices=[(str(n), str(n)) for n in range(1, MOST_IN_ONE_GO + 1)],
    )
    all_or_none = forms.BooleanField(
        label="Offer us all these places together, or none", required=False
    )
    named = forms.TypedMultipleChoiceField(
        label="Still for", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, shown: WaitingPage) -> None:
        entry, named = shown.entry, list(shown.named)
        super().__init__(
            data,
            initial={
                "wanted": str(entry.wanted),
                "all_or_none": entry.all_or_none,
                "named": [str(person) for person, _ in named],
            },
        )
        if named:
            self.fields["named"].choices = named  # type: ignore[attr-defined]
        else:
            del self.fields["named"]

    def wish(self, *, to_the_end: bool) -> NewWish:
        """What is wanted from now on."""
        typed = self.cleaned_data
        return NewWish(
            wanted=typed["wanted"],
            all_or_none=typed["all_or_none"],
            named=typed.get("named", ()),
            to_the_end=to_the_end,
        )
