"""What holds for every template and stylesheet, read as text."""

import re
from pathlib import Path
from zipfile import ZipFile

import lucide
import pytest

from hub_portal.settings.environment import BASE_DIR

TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts and "pdf" not in path.parts]
HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
STYLE = re.compile(r"<style|<[^>]*\sstyle\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*(\ssrc=|type=\"application/json\"))", re.IGNORECASE)
ICON = re.compile(r"\{% icon \"([^\"]+)\"")


def _what_the_policy_refuses(text: str) -> list[str]:
    named = (("handler", HANDLER), ("style", STYLE), ("script", SCRIPT))
    return [name for name, pattern in named if pattern.search(text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_template_has_nothing_inline_that_the_content_policy_refuses(path):
    assert _what_the_policy_refuses(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('<a onclick="go()">', ["handler"]),
        ('<p class="x" style="color:red">', ["style"]),
        ("<style>p{}</style>", ["style"]),
        ("<script>go()</script>", ["script"]),
        ('<script src="/static/js/hub.js"></script>', []),
        ('<script type="application/json">{}</script>', []),
    ],
)
def test_guard_of_inline_parts_tells_them_apart(text, refused):
    assert _what_the_policy_refuses(text) == refused


SCROLLS = re.compile(r'<div class="(?:scroll|results)[^>]*>')
REACHED = re.compile(r'tabindex="0" role="region" aria-label(?:ledby)?="')


def _beyond_the_keyboard(text: str) -> list[str]:
    """What scrolls by itself and cannot be reached, or has no name, for who has no mouse."""
    return [found for found in SCROLLS.findall(text) if not REACHED.search(found)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_whatever_scrolls_by_itself_is_reached_by_keyboard_and_has_a_name(path):
    assert _beyond_the_keyboard(path.read_text("utf-8")) == []


def test_guard_of_what_scrolls_tells_it_apart():
    named = '<div class="scroll" tabindex="0" role="region" aria-label="Rows">'

    assert _beyond_the_keyboard(named) == []
    assert _beyond_the_keyboard('<div class="scroll"><div class="results">') == [
        '<div class="scroll">',
        '<div class="results">',
    ]


def test_every_icon_named_in_a_template_exists():
    with ZipFile(Path(lucide.__file__).with_name("lucide.zip")) as drawings:
        known = {name.removesuffix(".svg") for name in drawings.namelist()}

    named = {icon for path in TEMPLATES for icon in ICON.findall(path.read_text("utf-8"))}

    assert len(named) > 10
    assert named - known == set()


def _tokens(stylesheet: str, *, dark: bool) -> dict[str, str]:
    """The colours of hub.css; the dark scheme says only what differs."""
    light, rest = stylesheet.split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{6})", light))
    if dark:
        scheme = rest[: rest.index("/* 3 ")]
        found |= dict(re.findall(r"(--[a-z0-9-]+):\s*(#[0-9a-f]{6})", scheme))
    return found


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


WORDS = [
    ("ink", "paper"), ("ink", "card"), ("ink-second", "paper"), ("ink-second", "card"),
    ("brand", "card"), ("brand", "paper"), ("brand", "brand-light"), ("ink", "brand-light"),
    ("on-brand", "brand"), ("on-dark", "brand-dark"), ("on-dark-second", "brand-dark"),
    ("ok", "ok-light"), ("ok", "card"), ("warn", "warn-light"), ("bad", "bad-light"),
    ("bad", "card"), ("bad", "paper"), ("on-bad", "bad"), ("on-bad", "bad-dark"),
    ("ink", "ok-light"), ("ink", "warn-light"), ("ink", "bad-light"),
    ("on-brand", "chart-1"), ("on-chart-2", "chart-2"), ("ink", "chart-3"),
]  # fmt: skip
MARKS = [("field", "card"), ("chart-1", "card"), ("chart-2", "card"), ("brand", "card")]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_of_words_and_marks_have_enough_contrast(dark):
    tokens = _tokens((BASE_DIR / "static/css/hub.css").read_text("utf-8"), dark=dark)

    def too_low(pairs, least):
        return {
            pair: round(_contrast(tokens[f"--{pair[0]}"], tokens[f"--{pair[1]}"]), 2)
            for pair in pairs
            if _contrast(tokens[f"--{pair[0]}"], tokens[f"--{pair[1]}"]) < least
        }

    assert too_low(WORDS, 4.5) == {}
    assert too_low(MARKS, 3) == {}


def test_contrast_is_computed_as_wcag_does():
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
