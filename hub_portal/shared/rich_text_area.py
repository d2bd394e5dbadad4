"""The field rich text is written in: a text area that becomes an editor where JavaScript runs.

The editor is ProseMirror and Tiptap out of django-prose-editor's one file, driven by scripts of
ours (`static/js/rich-text*.js`) under the content policy. It offers what the cleaner keeps, and
writes what the cleaner leaves unchanged. Without JavaScript the text area says how to write.
"""

from typing import Any

from django import forms
from django.forms.widgets import Script
from django.templatetags.static import static
from django.urls import reverse

NAME = "NAME"  # stands for the name of a file in the address the editor is told


class RichTextArea(forms.Textarea):
    """A text area for paragraphs, headings, lists and links, and for pictures if it offers them."""

    template_name = "shared/rich_text_area.html"

    class Media:
        css = {"all": ["css/rich-text.css"]}
        js = [Script("js/rich-text.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.headings: tuple[int, ...] = (2, 3, 4)
        self.pictures = ""
        self.not_needed: tuple[str, ...] = ()

    def offer_pictures(self, *, at: str, instead_of: tuple[str, ...] = ()) -> None:
        """Offer pictures, found and kept `at` this address.

        `instead_of` names the fields of the form by which a picture comes in without JavaScript.
        """
        self.pictures, self.not_needed = at, instead_of

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template needs: where the parts of the editor lie, and what it offers."""
        context = super().get_context(name, value, attrs)
        written = context["widget"]["attrs"]
        described = (written.get("aria-describedby", ""), f"{written.get('id', name)}_writing")
        written["aria-describedby"] = " ".join(described).strip()
        context["editor"] = {
            "library": static("django_prose_editor/editor.js"),
            "words": static("js/rich-text-words.js"),
            "dialogs": static("js/rich-text-dialogs.js"),
            "file": reverse("stored_file", args=[NAME]),
            "headings": self.headings,
            "pictures": self.pictures,
            "not_needed": " ".join(self.not_needed),
        }
        return context
