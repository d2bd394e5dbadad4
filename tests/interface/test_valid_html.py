"""The reader of HTML that `tests/test_every_url.py` holds every page to: it finds what it names."""

import pytest

from tests.valid_html import what_is_wrong_with


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        ('<p id="a">One</p><p id="a">Two</p>', ["id a twice"]),
        ('<label for="b">Name</label>', ["for points to b, which is not there"]),
        (
            '<input id="c" aria-describedby="c c_hint">',
            ["aria-describedby points to c_hint, which is not there"],
        ),
        ("<p>Words <div>more</div></p>", ["<div> in a <p>"]),
        ("<ul><div>One</div></ul>", ["<div> straight in a list"]),
        ("<section><span></section></span>", ["</section> closes <span>"]),
        ('<h2><span role="status">3 dates</span></h2>', ["role=status in a heading"]),
        ('<table><tr role="row"><td>1</td></tr></table>', ["<tr> says the role it has"]),
        ('<form action=""></form>', ["an empty action"]),
        ('<form hx-get="/courses/"></form>', ["attribute hx-get"]),
    ],
)
def test_a_mistake_is_found(html, wrong):
    assert what_is_wrong_with(html)[: len(wrong)] == wrong


@pytest.mark.parametrize(
    "html",
    [
        '<ul><li>One<li>Two</ul><p>Three<br>four</p><img src="/logo.png" alt="">',
        '<label for="d">Name</label><input id="d"><form data-hx-get="/courses/"></form>',
        '<div role="status"><h2>3 dates</h2></div><table><tr><td>1</td></tr></table>',
        '<svg><path d="M0 0"/><circle cx="1" cy="1" r="1"/></svg>',
    ],
)
def test_what_is_well_is_left_alone(html):
    assert what_is_wrong_with(html) == []
