"""The field rich text is written in: a text area first, and what the editor needs beside it."""

import re

import pytest
from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget

from cpd.forms.admin_cohorts import ProgrammeForm
from cpd.models import Programme
from hub_portal.shared.rich_text import RichTextFormField
from hub_portal.shared.rich_text_area import RichTextArea
from newsletter.forms.admin_issues import ItemForm, WordsForm
from newsletter.forms.admin_newsletter import NewsletterForm


class Form(forms.Form):
    text = RichTextFormField(label="Text", help_text="What happened.", headings=(3, 4))


def acts_of(markup):
    return re.findall(r'data-act="([^"]+)"', markup)


def test_without_javascript_it_is_a_text_area_that_says_how_to_write():
    field = str(Form(initial={"text": "<p>a</p>"})["text"])

    assert re.search(r'<textarea name="text"[^>]*>\s*&lt;p&gt;a&lt;/p&gt;</textarea>', field)
    assert 'aria-describedby="id_text_helptext id_text_writing"' in field
    assert '<p class="rich-text-area__plain" id="id_text_writing">An empty line begins' in field
    assert re.search(r'role="toolbar"[^>]* aria-controls="id_text" hidden', field)


def test_it_offers_what_the_cleaner_keeps_and_no_heading_larger_than_asked_for():
    always = ["bold", "italic", "bullets", "numbers", "link", "undo", "redo"]
    asked = acts_of(str(Form()["text"]))
    every = acts_of(str(WordsForm()["opening"]))

    assert sorted(asked) == sorted([*always, "heading-3", "heading-4"])
    assert sorted(every) == sorted([*always, "heading-2", "heading-3", "heading-4"])


@pytest.mark.parametrize("form", [ItemForm, WordsForm, NewsletterForm, Form])
def test_a_text_for_mails_offers_no_picture_since_a_mail_shows_it_as_words(form, db):
    field = next(each for each in form() if isinstance(each.field, RichTextFormField))

    assert "data-pictures" not in str(field)
    assert 'data-dialog="picture"' not in str(field)


def test_the_text_of_a_course_offers_pictures_instead_of_the_fields_for_one(db):
    field = str(ProgrammeForm()["description"])

    assert 'data-pictures="/admin/files/picture/in-the-editor/"' in field
    assert 'data-not-needed="picture picture_description"' in field
    assert "picture" in acts_of(field)


def test_a_column_of_rich_text_is_written_in_it_whatever_text_area_the_admin_offers():
    column = Programme._meta.get_field("description")

    assert isinstance(column.formfield().widget, RichTextArea)
    assert isinstance(column.formfield(widget=AdminTextareaWidget).widget, RichTextArea)


def test_its_script_is_a_module_of_ours_and_nothing_comes_from_elsewhere():
    media, field = str(Form().media), str(Form()["text"])

    assert '<script src="/static/js/rich-text.js" type="module"></script>' in media
    assert '<link href="/static/css/rich-text.css"' in media
    parts = re.findall(r'data-(library|words|dialogs|file)="([^"]+)"', field)
    assert dict(parts) == {
        "library": "/static/django_prose_editor/editor.js",
        "words": "/static/js/rich-text-words.js",
        "dialogs": "/static/js/rich-text-dialogs.js",
        "file": "/files/NAME/",
    }
