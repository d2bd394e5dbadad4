"""`{% load pdf %}`: drawings in documents.

WeasyPrint makes a figure without words of an inline `<svg>`; a picture with `alt` is read aloud.
"""

from base64 import b64encode
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def drawing(name: str, alt: str, css: str = "drawing", **context: Any) -> SafeString:
    """An SVG template as a picture: `{% drawing "pdf/_qr.svg" "QR code of …" text=address %}`."""
    svg = render_to_string(name, context)
    picture = b64encode(svg.encode()).decode()
    return format_html(
        '<img class="{}" src="data:image/svg+xml;base64,{}" alt="{}">', css, picture, alt
    )
