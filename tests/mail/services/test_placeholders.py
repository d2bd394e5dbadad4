"""Values are put in one pass, and escaped where they go into HTML."""

import pytest

from hub_portal.mail.services.placeholders import fill_html, fill_text, placeholder


def test_fill_text_puts_each_value_in_its_place_and_leaves_the_rest():
    words = f"Hello {placeholder('name')}, your code is {placeholder('code')}. 100%% %%x%%"

    assert fill_text(words, {"name": "Ann", "code": "ABC"}) == (
        "Hello Ann, your code is ABC. 100%% %%x%%"
    )


def test_a_value_is_never_searched_for_placeholders():
    words = placeholder("name") + placeholder("code")

    assert fill_text(words, {"name": placeholder("code"), "code": "ABC"}) == "%%code%%ABC"


def test_fill_html_escapes_the_value():
    assert fill_html(f"<p>{placeholder('name')}</p>", {"name": "<b>&'"}) == (
        "<p>&lt;b&gt;&amp;&#x27;</p>"
    )


@pytest.mark.parametrize("name", ["", "Code", "a b", "1a", "a%%"])
def test_placeholder_refuses_a_name_that_would_not_be_found(name):
    with pytest.raises(ValueError, match="cannot be the name"):
        placeholder(name)
