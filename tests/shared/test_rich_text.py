"""Rich text: whatever is typed or sits in the database, only the allowed markup is shown."""

import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.template import Context, Template
from hypothesis import example, given
from hypothesis import strategies as st

from hub_portal.shared import rich_text
from hub_portal.shared.rich_text import (
    RichText,
    RichTextField,
    RichTextFormField,
    ShownPicture,
    clean_rich_text,
    picture_markup,
    register_pictures,
)
from tests.makers.rich_texts import texts_of_the_editor

PICTURE = "stored-file:abcdefghijklmnop123456"

HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<p onclick="alert(1)" style="color:red" class="x" id="y">words</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&#58;alert(1)">x</a>',
    '<a href="//evil.example">x</a><a href="/my/">x</a><a href="http://plain.example">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    f'<a href="{PICTURE}">x</a>',
    '<img src="https://evil.example/pixel.png">',
    '<img src="http://169.254.169.254/latest"><img src="file:///etc/passwd">',
    '<img src="stored-file:../../etc/passwd"><img src=x onerror=alert(1)>',
    "<svg><script>alert(1)</script></svg><svg onload=alert(1)>",
    '<link rel="attachment" href="file:///etc/passwd">',
    '<style>@import "https://evil.example/a.css";</style>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<form action="https://evil.example"><input name=a><button>Send</button></form>',
    (
        "<math><mtext><table><mglyph><style><!--</style>"
        '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">'
    ),
    "<!--<img src=x onerror=alert(1)>--><![CDATA[<script>]]>",
    "</p></div></main><h1>Taken over</h1>",
]


class _Found(HTMLParser):
    """Lists every tag and attribute of a piece of markup."""

    def __init__(self, markup):
        super().__init__()
        self.seen = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def assert_only_what_is_allowed(markup):
    for tag, attributes in _Found(markup).seen:
        assert tag in rich_text.TAGS
        if tag == "a":
            assert set(attributes) <= {"href", "rel"}
            assert re.match(r"https://|mailto:", attributes.get("href", "https://"), re.IGNORECASE)
        elif tag == "img":
            size = {"width": "640", "height": "480", "loading": "lazy"}
            is_shown = attributes["src"].startswith("/files/")
            assert attributes == {
                "src": attributes["src"],
                "alt": attributes["alt"],
                **(size if is_shown else {}),
            }
            assert re.fullmatch(r"(stored-file:|/files/)[A-Za-z0-9_-]+/?", attributes["src"])
        else:
            assert attributes == {}


@pytest.fixture(autouse=True)
def _pictures(monkeypatch):
    """Every picture is there, but one whose name says that it is not."""
    monkeypatch.setattr(rich_text, "_pictures_named", [])
    register_pictures(
        lambda names: {
            name: ShownPicture(f"/files/{name}/", 640, 480, 'The "old" hall & stage')
            for name in names
            if "gone" not in name
        }
    )


@pytest.mark.parametrize("typed", HOSTILE)
def test_clean_rich_text_keeps_nothing_hostile(typed):
    assert_only_what_is_allowed(clean_rich_text(typed))


@pytest.mark.parametrize("stored", HOSTILE)
def test_a_hostile_row_in_the_database_is_cleaned_when_it_is_shown(stored):
    assert_only_what_is_allowed(RichText(stored).__html__())


@example("0 <?<A> 0")
@given(
    st.text() | st.lists(st.sampled_from([*HOSTILE, "words", " & ", "<", '"', ">"])).map("".join)
)
def test_clean_rich_text_keeps_only_what_is_allowed_and_changes_nothing_twice(typed):
    try:
        once = clean_rich_text(typed)
    except rich_text.BadInput:
        return

    assert_only_what_is_allowed(once)
    assert clean_rich_text(once) == once
    assert isinstance(once.text, str)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("One & two\n\nThree < four", "<p>One &amp; two</p><p>Three &lt; four</p>"),
        ("<h2>T</h2><p><strong>a</strong> <em>b</em></p>",) * 2,
        ("<h3>T</h3><ul><li>a</li></ul><h4>U</h4><ol><li>b</li></ol>",) * 2,
        ("<b>bold & plain</b>", "<p>bold &amp; plain</p>"),
        (f'<p><img src="{PICTURE}"></p>', f'<p><img src="{PICTURE}" alt=""></p>'),
        (
            '<p><a href="https://a.example/?b=1&amp;c=2">x</a></p>',
            '<p><a href="https://a.example/?b=1&amp;c=2" rel="noopener noreferrer">x</a></p>',
        ),
    ],
)
def test_clean_rich_text_keeps_the_allowed_markup(typed, kept):
    assert clean_rich_text(typed) == kept


@given(texts_of_the_editor())
def test_what_the_editor_writes_is_kept_as_it_is(written):
    assert clean_rich_text(written) == written


def test_the_first_paragraph_of_an_item_stands_beside_its_bullet_in_plain_text():
    typed = (
        "<ul><li><p>Pens</p><p>Blue ones.</p></li><li>Paper<ol><li><p>A4</p></li></ol></li></ul>"
    )

    assert RichText(typed).text == "* Pens\n\nBlue ones.\n* Paper\n1. A4"


def test_a_template_shows_the_markup_and_escapes_everything_else():
    template = Template("{{ body }}|{{ plain }}")
    context = Context({"body": clean_rich_text("<p>Tea &amp; talk</p>"), "plain": "<p>"})

    assert template.render(context) == "<p>Tea &amp; talk</p>|&lt;p&gt;"


SHOWN = (
    '<img src="/files/abcdefghijklmnop123456/" alt="{}" width="640" height="480" loading="lazy">'
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (f'<img src="{PICTURE}" alt="The hall">', SHOWN.format("The hall")),
        (f'<img alt="The hall" src="{PICTURE}">', SHOWN.format("The hall")),
        (f'<img src="{PICTURE}" width="9000" loading="eager" alt="x">', SHOWN.format("x")),
        (f'<img src="{PICTURE}">', SHOWN.format("The &quot;old&quot; hall &amp; stage")),
        (f'<img src="{PICTURE}" alt="&lt;&quot;&amp;&gt;">', SHOWN.format("&lt;&quot;&amp;&gt;")),
        ('<p>a<img src="stored-file:gone-gone-gone-gone" alt="x">b</p>', "<p>ab</p>"),
        (picture_markup("abcdefghijklmnop123456", '"<hall>'), SHOWN.format("&quot;&lt;hall&gt;")),
    ],
)
def test_a_page_shows_a_picture_with_its_size_and_in_words(typed, shown):
    body = clean_rich_text(typed)

    assert Template("{{ body }}").render(Context({"body": body})) == shown


def test_pictures_are_asked_for_once_and_only_where_there_are_some(monkeypatch):
    asked = []
    register_pictures(lambda names: asked.append(set(names)) or {})

    RichText("<p>words</p>").__html__()
    RichText(f'<img src="{PICTURE}"><img src="{PICTURE}"><img src="{PICTURE}x">').__html__()

    assert asked == [{"abcdefghijklmnop123456", "abcdefghijklmnop123456x"}]


@pytest.mark.parametrize(
    ("typed", "mailed"),
    [
        (f'<p>a <img src="{PICTURE}" alt="The &lt;hall&gt;"></p>', "<p>a [The &lt;hall&gt;]</p>"),
        (f'<p>a<img src="{PICTURE}"></p>', "<p>a</p>"),
    ],
)
def test_in_a_mail_the_description_stands_for_the_picture(typed, mailed):
    body = clean_rich_text(typed)

    assert Template("{{ body.for_mail }}").render(Context({"body": body})) == mailed


@pytest.mark.parametrize("stored", HOSTILE)
def test_a_hostile_row_is_cleaned_in_a_mail_too(stored):
    assert_only_what_is_allowed(RichText(stored).for_mail)


def test_text_is_what_a_text_mail_says():
    body = clean_rich_text(
        "<h2>Maths &amp; more</h2><p>See <a href='https://a.example/x'>the   plan</a> or"
        " <a href='mailto:ada@a.example'>ada@a.example</a>.</p>"
        "<ul><li>one</li><li>two <strong>bold</strong></li></ul>"
        f"<ol><li>first</li><li>second</li></ol><p>5 &lt; 6</p><img src='{PICTURE}' alt='The hall'>"
    )

    assert body.text == (
        "Maths & more\n\n"
        "See the plan (https://a.example/x) or ada@a.example.\n"
        "* one\n* two bold\n1. first\n2. second\n\n"
        "5 < 6\n\n[The hall]"
    )


# ---- The column and the form field --------------------------------------------------------------


class Page(models.Model):
    body = RichTextField(null=True)

    class Meta:
        app_label = "tests_rich_text"


@pytest.fixture
def pages(transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(Page)
    yield Page.objects
    with connection.schema_editor() as editor:
        editor.delete_model(Page)


def test_the_column_is_cleaned_whichever_way_it_is_saved(pages):
    hostile = "<p>words</p><script>alert(1)</script>"
    pages.create(body=hostile)
    pages.bulk_create([Page(body=hostile)])
    pages.update_or_create(pk=3, defaults={"body": hostile})
    pages.filter(pk=3).update(body=hostile)

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM tests_rich_text_page")
        assert cursor.fetchall() == [("<p>words</p>",)] * 3


def test_the_column_is_read_as_rich_text_and_cleaned_again(pages):
    pages.create(body="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tests_rich_text_page SET body = '<p onclick=x>y</p>'")

    body = pages.get().body

    assert isinstance(body, RichText)
    assert body.__html__() == "<p>y</p>"


def test_the_column_may_be_empty(pages):
    pages.create(body=None)

    assert pages.get().body is None


def test_the_form_field_cleans_and_says_what_is_wrong():
    field = Page._meta.get_field("body").formfield()
    assert isinstance(field, RichTextFormField)
    assert RichTextFormField().clean("<p onclick=x>y</p>") == "<p>y</p>"
    with pytest.raises(ValidationError, match="cannot be seen"):
        RichTextFormField().clean("a\x07b")
    with pytest.raises(forms.ValidationError, match="at most 5"):
        RichTextFormField(max_length=5).clean("<p>words</p>")
