"""What is looked for in the archive."""

from django import forms


class ArchiveSearch(forms.Form):
    """Words to look for in the issues."""

    q = forms.CharField(
        label="Words to look for",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @property
    def words(self) -> str:
        """The words, none if they were refused."""
        return self.cleaned_data.get("q", "") if self.is_valid() else ""
