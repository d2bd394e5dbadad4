"""Who is to have a place: colleagues ticked, people typed, places to be named later. Rule BK-2.

And how the places are paid, where there is a choice (Rule BK-14). Everything a booking needs
travels in the form itself (school, key of the page, the prices it showed), so that two tabs do
not meddle with each other.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from cpd.choices import PaidBy
from cpd.services.bookings import MOST_IN_ONE_GO
from cpd.services.delegates import Delegate

TYPED = "typed"
DIGITS_OF_AN_ID = 18
FIRST_COLLEAGUE = "id_colleagues_0"
MOST_TYPED_ROWS = MOST_IN_ONE_GO

Pairs = list[tuple[str, str]]


class PeopleChosen(forms.TypedMultipleChoiceField):
    """Ids of people; whether they are on the school's staff list the service says."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal() and len(str(value)) <= DIGITS_OF_AN_ID


class PlacesForm(forms.Form):
    """The page's own facts, the colleagues ticked, and how many are to be named later."""

    use_required_attribute = False

    school = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    page_key = forms.CharField(widget=forms.HiddenInput, min_length=16, max_length=64)
    price = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000)
    pence = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=100_000_000, required=False
    )
    entry = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    paid_by = forms.TypedChoiceField(
        required=False,
        coerce=PaidBy,
        empty_value=PaidBy.CREDITS,
        choices=[(PaidBy.CREDITS.value, "Hub credits"), (PaidBy.INVOICE.value, "An invoice")],
        error_messages={"invalid_choice": "Choose how the places are paid"},
    )
    colleagues = PeopleChosen(
        label="Your colleagues",
        required=False,
        coerce=int,
        error_messages={"invalid_choice": "Choose colleagues from the list"},
    )
    later = forms.TypedChoiceField(
        label="Places to be named later",
        required=False,
        coerce=int,
        empty_value="0",
        help_text="Book now and give the names before the first session.",
        choices=[("0", "None"), *((str(n), str(n)) for n in range(1, MOST_IN_ONE_GO + 1))],
    )


class TypedDelegateForm(forms.Form):
    """Somebody who is not on the list yet; a row left empty is nobody."""

    use_required_attribute = False
    error_prefix = ""

    full_name = forms.CharField(
        label="Full name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Work email address",
        max_length=254,
        required=False,
        help_text="Joining details go here. Without an address they come to you.",
        error_messages={"invalid": "Enter an email address, like name@school.org"},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """An address alone names nobody."""
        typed = super().clean() or self.cleaned_data
        if typed.get("email") and not typed.get("full_name"):
            self.add_error("full_name", "Enter the name of the person with this address")
        return typed

    @property
    def delegate(self) -> Delegate | None:
        """Whom the row names, if anybody."""
        name = " ".join(self.cleaned_data.get("full_name", "").split())
        return Delegate(full_name=name, email=self.cleaned_data.get("email", "")) if name else None


class _TypedDelegates(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows whose problems say which person they are about."""

    def _construct_form(self, i: int, **kwargs: Any) -> TypedDelegateForm:
        form: TypedDelegateForm = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.error_prefix = f"Person {i + 1}"
        return form


TypedDelegates = forms.formset_factory(
    TypedDelegateForm,
    formset=_TypedDelegates,
    extra=0,
    min_num=1,
    max_num=MOST_TYPED_ROWS,
    absolute_max=MOST_TYPED_ROWS,
)


class PeopleForm:
    """The whole form of the booking page: the places and the people typed."""

    def __init__(
        self,
        *,
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
        typed: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self.places = PlacesForm(data, initial=dict(initial or {}))
        rows = [dict(row) for row in typed] or None
        self.typed = TypedDelegates(data, prefix=TYPED, initial=rows)

    @classmethod
    def fresh(
        cls,
        *,
        school_id: int,
        price: int,
        pence: int | None = None,
        entry_id: int | None = None,
        ticked: Sequence[int] = (),
    ) -> "PeopleForm":
        """A form with a key of its own; who was named or asked before is ticked. BK-2, BK-8."""
        facts = {
            "school": school_id,
            "price": price,
            "pence": pence,
            "paid_by": PaidBy.CREDITS.value,
            "page_key": secrets.token_urlsafe(16),
            "entry": entry_id,
            "colleagues": list(ticked),
        }
        return cls(initial=facts)

    @classmethod
    def shown_again(
        cls, *, data: QueryDict, price: int, one_more: bool, pence: int | None = None
    ) -> "PeopleForm":
        """What was typed so far, judged by nobody yet, perhaps with one more row."""
        typed = list(_rows_typed(data))
        if one_more or not typed:
            typed.append({})
        facts = {
            "school": data.get("school"),
            "price": price,
            "pence": pence,
            "paid_by": data.get("paid_by") or PaidBy.CREDITS.value,
            "page_key": data.get("page_key"),
            "entry": data.get("entry"),
            "colleagues": data.getlist("colleagues"),
            "later": data.get("later"),
        }
        people = cls(initial=facts, typed=typed[:MOST_TYPED_ROWS])
        if one_more:
            people.typed.forms[-1].fields["full_name"].widget.attrs["autofocus"] = True
        return people

    def is_valid(self) -> bool:
        """Whether it can be read and asks for 1 to 8 places."""
        fine = self.places.is_valid() and self.typed.is_valid()
        if fine:
            asked = len(self.delegates())
            if asked == 0:
                self.places.add_error(
                    "colleagues", "Choose a colleague, type a name, or book a place to be named"
                )
            elif asked > MOST_IN_ONE_GO:
                self.places.add_error(
                    "colleagues",
                    f"You can book up to {MOST_IN_ONE_GO} places at once. You asked for {asked}",
                )
        return fine and not self.places.errors

    def ticked(self) -> set[int]:
        """Which colleagues the page shows ticked."""
        values = self.places["colleagues"].value() or ()
        return {int(value) for value in values if str(value).isdigit()}

    def delegates(self) -> tuple[Delegate, ...]:
        """Everybody asked for, in the order of the page."""
        facts = self.places.cleaned_data
        ticked = [Delegate(person_id=person_id) for person_id in facts["colleagues"]]
        typed = [form.delegate for form in self.typed.forms if form.delegate]
        return (*ticked, *typed, *(Delegate() for _ in range(int(facts["later"]))))


def hidden_fields(
    *,
    school_id: int,
    page_key: str,
    price: int,
    delegates: Sequence[Delegate],
    entry_id: int | None = None,
    pence: int | None = None,
    paid_by: PaidBy = PaidBy.CREDITS,
) -> Pairs:
    """The booking as hidden fields, from which `PeopleForm` reads the same again."""
    typed = [d for d in delegates if d.person_id is None and d.full_name]
    pairs = [("school", str(school_id)), ("page_key", page_key), ("price", str(price))]
    if pence is not None:
        pairs += [("pence", str(pence)), ("paid_by", paid_by.value)]
    if entry_id is not None:
        pairs.append(("entry", str(entry_id)))
    pairs += [("colleagues", str(d.person_id)) for d in delegates if d.person_id is not None]
    pairs.append(("later", str(sum(1 for d in delegates if d.is_to_be_named))))
    pairs += [(f"{TYPED}-TOTAL_FORMS", str(max(len(typed), 1))), (f"{TYPED}-INITIAL_FORMS", "0")]
    for number, delegate in enumerate(typed):
        pairs.append((f"{TYPED}-{number}-full_name", delegate.full_name))
        pairs.append((f"{TYPED}-{number}-email", delegate.email))
    return pairs


@dataclass(frozen=True)
class Choice:
    """What the rep chose when there were too few places: who is booked, who waits. Rule BK-2.

    `waits` are numbers among the delegates; they wait for all their places or none.
    """

    delegates: tuple[Delegate, ...]
    waits: frozenset[int] = frozenset()
    all_or_none: bool = False

    @property
    def booked(self) -> tuple[Delegate, ...]:
        return tuple(d for number, d in enumerate(self.delegates) if number not in self.waits)

    @property
    def waiting(self) -> tuple[Delegate, ...]:
        return tuple(d for number, d in enumerate(self.delegates) if number in self.waits)

    def hidden_fields(self) -> Pairs:
        """The choice as hidden fields, from which `choice_made` reads the same again."""
        if not self.waits:
            return []
        kept = [("keep", str(n)) for n in range(len(self.delegates)) if n not in self.waits]
        pairs = [("choosing", "1"), ("rest", "wait"), *kept]
        return [*pairs, ("all_or_none", "on")] if self.all_or_none else pairs


def choice_made(delegates: Sequence[Delegate], data: QueryDict) -> Choice:
    """Those the rep left ticked when there was a choice to make, and whether the rest waits."""
    if "choosing" not in data:
        return Choice(tuple(delegates))
    kept = set(data.getlist("keep"))
    rest = frozenset(number for number in range(len(delegates)) if str(number) not in kept)
    if data.get("rest") == "wait":
        return Choice(tuple(delegates), rest, all_or_none="all_or_none" in data)
    return Choice(tuple(each for number, each in enumerate(delegates) if number not in rest))


def _rows_typed(data: QueryDict) -> Iterator[dict[str, str]]:
    """The rows as they stand on the page, empty ones too."""
    total = data.get(f"{TYPED}-TOTAL_FORMS", "")
    for number in range(min(int(total) if total.isdecimal() else 1, MOST_TYPED_ROWS)):
        name = data.get(f"{TYPED}-{number}-full_name", "")
        email = data.get(f"{TYPED}-{number}-email", "")
        yield {"full_name": name[:150], "email": email[:254]}
