"""Mails from templates: plain text stays plain, styles are inlined, nothing is fetched."""

import pytest
from django.template import engines
from django.template.loaders.locmem import Loader

from hub_portal.mail.services import rendering
from hub_portal.mail.services.rendering import render_mail
from hub_portal.shared.context import HubIdentity

TEMPLATES = {
    "tests/email/hello.subject.txt": "Hello {{ name }}\n  and welcome",
    "tests/email/hello.txt": "\nHello {{ name }}, from {{ hub.name }}\n\n",
    "tests/email/hello.html": (
        "<html><head><style>p { color: #14202e } "
        "@media (prefers-color-scheme: dark) { p { color: #fff } }</style>"
        '<link rel="stylesheet" href="file:///etc/passwd"></head>'
        "<body><p>Hello {{ name }}</p></body></html>"
    ),
}


@pytest.fixture(autouse=True)
def templates(monkeypatch):
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "template_loaders", [Loader(engine, TEMPLATES)])
    monkeypatch.setattr(rendering, "hub_identity", lambda: HubIdentity(name="West Alliance"))


def test_the_subject_is_one_line_and_the_text_is_not_html():
    rendered = render_mail("tests/email/hello", {"name": "O'Brien & <co>"})

    assert rendered.subject == "Hello O'Brien & <co> and welcome"
    assert rendered.text == "Hello O'Brien & <co>, from West Alliance\n"


def test_the_html_escapes_and_carries_its_styles_itself():
    html = render_mail("tests/email/hello", {"name": "<b>"}).html

    assert '<p style="color: #14202e' in html
    assert "Hello &lt;b&gt;" in html
    assert "prefers-color-scheme: dark" in html
    assert "root:" not in html
