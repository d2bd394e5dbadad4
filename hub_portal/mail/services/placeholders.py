"""Placeholders: what stands in a frozen body where a name or a code belongs.

An address that carries a right has a placeholder of its own kind (`hub_portal.shared.links`).
Pure Python. The values are put in one pass, so that a value is never searched for further
placeholders, and are escaped where they go into HTML.
"""

import html
import re
from collections.abc import Mapping

NAME = re.compile(r"[a-z][a-z0-9_]*")
PLACEHOLDER = re.compile(r"%%([a-z][a-z0-9_]*)%%")
DOTS = "••••••"


def placeholder(name: str) -> str:
    """What a template is given in place of the value: `{"code": placeholder("code")}`."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a placeholder")
    return f"%%{name}%%"


def fill_text(words: str, values: Mapping[str, str]) -> str:
    """Plain words with their placeholders filled; those without a value stay as they are."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), words)


def fill_html(markup: str, values: Mapping[str, str]) -> str:
    """HTML with its placeholders filled by escaped values."""
    return fill_text(markup, {name: html.escape(value) for name, value in values.items()})
