"""Forms with every kind of field the portal uses."""

from django import forms


class FilterForm(forms.Form):
    is_filter = True

    q = forms.CharField(label="Search", required=False)
    phase = forms.MultipleChoiceField(
        label="Phase",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("p", "Primary"), ("s", "Secondary"), ("x", "Special"), ("a", "All phases")],
    )
    term = forms.ChoiceField(
        label="Term",
        required=False,
        choices=[("", "Any term"), ("spring", "Spring 2027"), ("summer", "Summer 2027")],
    )
    has_places = forms.BooleanField(label="Only with places left", required=False)


class DelegateForm(forms.Form):
    use_required_attribute = False

    full_name = forms.CharField(
        label="Full name",
        error_messages={"required": "Enter the delegate’s full name"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Work email address",
        help_text="We send joining details here",
        error_messages={"required": "Enter a work email address"},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Role",
        choices=[("", "Choose a role"), ("t", "Teacher"), ("m", "Middle leader")],
        error_messages={"required": "Choose a role"},
    )
    notes = forms.CharField(label="Note to the organiser", required=False, widget=forms.Textarea)


class NamedDelegates(forms.BaseFormSet):
    def _construct_form(self, i, **more):
        form = super()._construct_form(i, **more)
        form.error_prefix = f"Delegate {i + 1}"
        return form


DelegateFormSet = forms.formset_factory(DelegateForm, formset=NamedDelegates, extra=0, min_num=2)


class QuestionForm(forms.Form):
    how = forms.ChoiceField(
        label="How will you join?",
        help_text="You can change this until the day before",
        widget=forms.RadioSelect,
        choices=[("room", "In the room"), ("online", "Online")],
        error_messages={"required": "Choose how you will join"},
    )
    which = forms.MultipleChoiceField(
        label="Which sessions?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "Wednesday 17 February 2027"), ("2", "Wednesday 3 March 2027")],
        error_messages={"required": "Choose at least one session"},
    )
    roll = forms.FileField(
        label="Pupil rolls",
        help_text="A CSV or XLSX file",
        error_messages={"required": "Choose a file"},
    )
    on = forms.DateField(
        label="From",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    agrees = forms.BooleanField(
        label="The headteacher knows of this",
        error_messages={"required": "Say that the headteacher knows"},
    )
