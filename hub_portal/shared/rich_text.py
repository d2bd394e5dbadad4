"""Rich text: one type, one cleaner, and the one place that calls markup safe (security, part 4).

`RichText` is what somebody wrote with paragraphs, headings, lists, links and pictures. It is
cleaned when it is saved and again whenever it is shown, so a row that got into the database by
another way shows no more than a row that was typed. In a template `{{ page.body }}` is the cleaned
markup, `{{ page.body.text }}` the same as plain text, for text mails and summaries.

A picture is `<img src="stored-file:NAME" alt="…">`: a file the portal keeps, by its random name.
A page shows it with its size, so that nothing jumps while it loads. In a mail and in plain text its
description stands for it, in brackets: a picture fetched from the portal would tell who reads.
"""

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

import nh3
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.safestring import SafeString, mark_safe

from hub_portal.shared.errors import BadInput
from hub_portal.shared.plain_text import clean_notes
from hub_portal.shared.rich_text_area import RichTextArea

LONGEST_RICH_TEXT = 20_000
LONGEST_DESCRIPTION = 200  # of a picture

TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "img"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
SCHEMES = {"https", "mailto"}
PICTURE_SCHEME = "stored-file"
PICTURE = re.compile(rf"{PICTURE_SCHEME}:([A-Za-z0-9_-]{{16,64}})")
LINK = re.compile(r"(https://|mailto:)[^\s]+", re.IGNORECASE)
A_TAG = re.compile(r"<[a-zA-Z/!]")
# the cleaner writes attributes in double quotes and escapes those within
IMG = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
NO_PICTURE = re.compile(r'<img(?: alt="[^"]*")?>')
NO_ALT = re.compile(r'(<img src="[^"]*")>')


@dataclass(frozen=True)
class ShownPicture:
    """Where a picture is fetched, how large it is, and what it shows in words."""

    address: str
    width: int
    height: int
    description: str


PicturesNamed = Callable[[Set[str]], Mapping[str, ShownPicture]]
_pictures_named: list[PicturesNamed] = []


class RichText(str):
    """Text with a little markup, as it was written; safe only in the two forms it is asked for."""

    __slots__ = ()

    def __html__(self) -> SafeString:
        """The cleaned markup with its pictures: what a template of a page shows."""
        return _safe(_with_pictures(_clean(self)))

    @property
    def for_mail(self) -> SafeString:
        """The cleaned markup for a mail: a picture is its description in brackets."""
        return _safe(IMG.sub(_in_words, _clean(self)))

    @property
    def text(self) -> str:
        """The same as plain text: a line a paragraph, links with their address in brackets."""
        reader = _PlainText()
        reader.feed(_clean(self))
        reader.close()
        return reader.plain()


def clean_rich_text(typed: str) -> RichText:
    """What is kept of what was typed. Text without any tag becomes paragraphs.

    Raises: BadInput for characters that cannot be seen.
    """
    cleaned = _clean(clean_notes(typed))
    return RichText(clean_notes(cleaned))  # what was taken out may leave two spaces in a row


def register_pictures(pictures_named: PicturesNamed) -> None:
    """Say, once at start, which pictures there are by the names of their files."""
    _pictures_named[:] = [pictures_named]


def picture_markup(name: str, description: str) -> str:
    """How a picture is written into a text."""
    return f'<img src="{PICTURE_SCHEME}:{name}" alt="{escape(description)}">'


class RichTextFormField(forms.CharField):
    """Rich text in a form: cleaned as it comes in, so the person sees what is kept.

    `headings` are the levels offered; under a heading of the page's own only smaller ones are.
    """

    widget = RichTextArea

    def __init__(
        self,
        *,
        max_length: int = LONGEST_RICH_TEXT,
        headings: tuple[int, ...] = (2, 3, 4),
        **options: Any,
    ) -> None:
        super().__init__(max_length=max_length, **options)
        self.widget.headings = headings

    def to_python(self, value: Any) -> RichText:
        """The cleaned text."""
        try:
            return clean_rich_text(super().to_python(value) or "")
        except BadInput as bad:
            raise ValidationError(bad.sentence, code="unseen_character") from bad


class RichTextField(models.TextField):  # type: ignore[type-arg]
    """A column of rich text: cleaned whichever way it is saved, a `RichText` when read."""

    _pyi_private_set_type: str
    _pyi_private_get_type: RichText

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> RichText | None:
        """What was kept; it is cleaned again when it is shown."""
        return None if value is None else RichText(value)

    def to_python(self, value: Any) -> Any:
        """A `RichText`, so that a row not yet saved shows like one that is."""
        value = super().to_python(value)
        return RichText(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """What goes into the database is what the cleaner leaves."""
        value = super().get_prep_value(value)
        return str(clean_rich_text(value)) if isinstance(value, str) else value

    def formfield(self, **options: Any) -> Any:  # type: ignore[override]
        """A form field that cleans, written in the editor whatever text area the admin offers."""
        own = {"form_class": RichTextFormField, "widget": RichTextArea}
        return super().formfield(**{**options, **own})


# ---- The cleaner --------------------------------------------------------------------------------


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src"):
        return value if PICTURE.fullmatch(value) else None
    if (tag, attribute) == ("a", "href"):
        return value if LINK.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style", "template", "svg", "math", "iframe", "noscript"},
    attributes=ATTRIBUTES,
    attribute_filter=_keep_attribute,
    url_schemes=SCHEMES | {PICTURE_SCHEME},
    link_rel="noopener noreferrer",
    strip_comments=True,
)


def _clean(text: str) -> str:
    """Cleaned markup; words that stand in no tag at all become paragraphs."""
    if A_TAG.search(text):
        cleaned = _CLEANER.clean(text)
    else:
        cleaned = "".join(f"<p>{escape(words, quote=False)}</p>" for words in _paragraphs(text))
    cleaned = NO_ALT.sub(r'\1 alt="">', NO_PICTURE.sub("", cleaned)).strip()
    return f"<p>{cleaned}</p>" if cleaned and not A_TAG.search(cleaned) else cleaned


def _safe(markup: str) -> SafeString:
    """The one place that calls markup safe: it was cleaned a line before."""
    return mark_safe(markup)  # noqa: S308  # nosec B308 B703


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


# ---- Pictures -----------------------------------------------------------------------------------


def _with_pictures(cleaned: str) -> str:
    """Every picture where it is fetched, with its size; one the portal has no more is left out."""
    names = {_name_of(img) for img in IMG.finditer(cleaned)}
    known = _pictures_named[0](names) if names and _pictures_named else {}

    def shown(img: re.Match[str]) -> str:
        picture = known.get(_name_of(img))
        if picture is None:
            return ""
        alt = _alt_of(img) or picture.description
        return (
            f'<img src="{escape(picture.address)}" alt="{escape(alt)}" '
            f'width="{picture.width:d}" height="{picture.height:d}" loading="lazy">'
        )

    return IMG.sub(shown, cleaned)


def _in_words(img: re.Match[str]) -> str:
    alt = _alt_of(img)
    return f"[{escape(alt, quote=False)}]" if alt else ""


def _name_of(img: re.Match[str]) -> str:
    return dict(ATTRIBUTE.findall(img[1]))["src"].removeprefix(f"{PICTURE_SCHEME}:")


def _alt_of(img: re.Match[str]) -> str:
    return unescape(dict(ATTRIBUTE.findall(img[1])).get("alt", ""))


# ---- The text version ---------------------------------------------------------------------------


class _PlainText(HTMLParser):
    """Reads cleaned markup and writes lines of plain text."""

    BLOCKS = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "li"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]
        self.counts: list[int | None] = []  # per open list: the last number, or None for bullets
        self.bullet = ""  # of the item that has just begun: its first paragraph stands beside it
        self.href = ""
        self.link_text_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a link or a picture."""
        found = dict(attrs)
        if tag in ("ul", "ol"):
            self.counts.append(0 if tag == "ol" else None)
        begins_item = tag == "p" and self.blocks[-1] == self.bullet != ""
        if tag in self.BLOCKS and not begins_item:
            self.bullet = self._bullet() if tag == "li" else ""
            self.blocks.append(self.bullet)
        if tag == "a":
            self.href, self.link_text_from = found.get("href") or "", len(self.blocks[-1])
        if tag == "img" and found.get("alt"):
            self.blocks[-1] += f"[{found['alt']}]"

    def handle_endtag(self, tag: str) -> None:
        """End a block, or say where a link leads."""
        if tag in ("ul", "ol") and self.counts:
            self.counts.pop()
        if tag in self.BLOCKS:
            self.blocks.append("")
        if tag == "a" and self.href:
            address = self.href.removeprefix("mailto:")
            if self.blocks[-1][self.link_text_from :].strip() != address:
                self.blocks[-1] += f" ({address})"
            self.href = ""

    def handle_data(self, data: str) -> None:
        """Words, whatever their markup."""
        self.blocks[-1] += data

    def plain(self) -> str:
        """Paragraphs with an empty line between them, list items without."""
        text = ""
        for block in (" ".join(block.split()) for block in self.blocks):
            if block.strip("*"):
                follows_item = block.startswith("* ") or re.match(r"\d+\. ", block)
                text += ("\n" if follows_item and text else "\n\n" if text else "") + block
        return text

    def _bullet(self) -> str:
        if not self.counts or self.counts[-1] is None:
            return "* "
        self.counts[-1] += 1
        return f"{self.counts[-1]}. "
