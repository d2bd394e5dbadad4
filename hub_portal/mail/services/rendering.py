"""Mails from templates: `<prefix>.subject.txt`, `<prefix>.txt` and `<prefix>.html`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from hub_portal.shared.context import hub_identity

# a stylesheet by address would be fetched from anywhere, file:// too
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, keep_style_tags=False)


@dataclass(frozen=True)
class Rendered:
    """A mail ready for the outbox. Its placeholders are still open."""

    subject: str
    text: str
    html: str


def render_mail(template_prefix: str, context: Mapping[str, Any]) -> Rendered:
    """Render the three templates of one message ("cpd/email/booking_confirmed").

    All three also see `hub` (its names and look; whoever writes many mails at once hands it
    in) and `portal_url` (without a slash at its end). Styles are inlined; what mail programs
    must read for themselves (media queries of the dark scheme) stays in one style element.
    """
    seen = {"portal_url": settings.PORTAL_URL, **context}
    if "hub" not in seen:
        seen["hub"] = hub_identity()
    return Rendered(
        subject=" ".join(_render_plain(f"{template_prefix}.subject.txt", seen).split()),
        text=_render_plain(f"{template_prefix}.txt", seen).strip() + "\n",
        html=_INLINER.inline(get_template(f"{template_prefix}.html").render(seen)),
    )


def _render_plain(name: str, context: dict[str, Any]) -> str:
    """Plain text is not HTML: an apostrophe stays one."""
    template = get_template(name).template  # type: ignore[attr-defined]
    rendered: str = template.render(Context(context, autoescape=False))
    return rendered
