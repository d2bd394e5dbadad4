"""Documents as PDFs: the one door to them (security, part 4).

A document is a template that extends `pdf/base.html`; `docs/how-to/build-a-page.md` lists its
parts. What it may load is decided in `pdf_drawing.py`: pictures written into it as `data:`, and a
font of ours. Nothing else is fetched, from no network and no disk.

The PDFs are tagged (PDF/UA-1 in their metadata): language, title, headings, table heads.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from hub_portal.shared.context import hub_identity
from hub_portal.shared.errors import PortalError

LONGEST_MARKUP = 800_000
"""Characters of HTML: about half a minute's work for WeasyPrint, some 5,000 rows."""


class DocumentTooLong(PortalError):
    """A document that would keep a worker for minutes."""

    def __init__(self) -> None:
        super().__init__(
            "This is too long for one PDF. Choose fewer rows, or take the spreadsheet."
        )


def render_pdf(template: str, context: Mapping[str, Any], *, title: str) -> bytes:
    """The document of this template as a tagged PDF.

    The template also sees `title`, `hub` (its names and look) and `portal_url`. WeasyPrint is
    loaded by the first document: it takes a second, a third of the start of every process.

    Raises: DocumentTooLong.
    """
    from hub_portal.shared.pdf_drawing import draw

    hub = hub_identity()
    seen = {"hub": hub, "portal_url": settings.PORTAL_URL, "title": title, **context}
    markup = render_to_string(template, seen)
    if len(markup) > LONGEST_MARKUP:
        raise DocumentTooLong
    return draw(markup, brand=hub.brand_colour)
