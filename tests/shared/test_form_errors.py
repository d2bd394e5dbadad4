from django import forms

from hub_portal.shared.form_errors import Problem, problems_of


class PlaceForm(forms.Form):
    full_name = forms.CharField(error_messages={"required": "Enter a name"})
    how = forms.ChoiceField(
        choices=[("room", "In the room")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how"},
    )
    secret = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Lost"})

    def clean(self):
        self.add_error(None, "The course is full")


def test_problems_of_a_form_are_its_own_first_then_its_fields_in_order():
    form = PlaceForm({}, prefix="d0")

    assert problems_of(form) == [
        Problem("The course is full"),
        Problem("Enter a name", "id_d0-full_name"),
        Problem("Choose how", "id_d0-how_0"),
        Problem("Lost"),
    ]


def test_problems_of_a_formset_say_which_form_each_belongs_to():
    class Named(forms.BaseFormSet):
        def _construct_form(self, i, **more):
            form = super()._construct_form(i, **more)
            form.error_prefix = f"Delegate {i + 1}"
            return form

    many = forms.formset_factory(PlaceForm, formset=Named, extra=0, min_num=1)
    sent = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-full_name": "Ann"}
    formset = many(sent | {"form-0-secret": "x"})

    assert problems_of(formset) == [
        Problem("Delegate 1: The course is full"),
        Problem("Delegate 1: Choose how", "id_form-0-how_0"),
    ]


def test_problems_of_what_a_page_may_not_have_are_none():
    assert problems_of(None, "", [], PlaceForm(), forms.formset_factory(PlaceForm)()) == []


def test_problems_of_a_refusal_are_its_sentence():
    assert problems_of("Not enough credits", ["One", Problem("Two", "id_x")]) == [
        Problem("Not enough credits"),
        Problem("One"),
        Problem("Two", "id_x"),
    ]
