"""What an issue says: the same for the mail, the preview and the archive. Rules NL-1 and NL-4.

A draft says what its blocks would say now; from its approval on an issue says what was frozen.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from hub_portal.files.models import Picture
from hub_portal.shared.rich_text import RichText
from newsletter.choices import Audience, ItemKind
from newsletter.models import Issue, Item
from newsletter.services.blocks import Line, lines_of
from newsletter.services.settings import the_newsletter


@dataclass(frozen=True)
class PictureSaid:
    """Where a picture is fetched (a path of ours), how large it is, and what it shows."""

    path: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Part:
    """One item as its readers see it."""

    kind: str
    for_members: bool
    heading: str
    text: RichText
    lines: Sequence[Line]
    picture: PictureSaid | None

    @property
    def is_empty(self) -> bool:
        """A block that has nothing to tell, or an item without a word."""
        return not (self.text or self.lines or self.picture)

    @property
    def words(self) -> str:
        """All of it in plain words, for searching."""
        lines = (f"{line.title}. {line.text}" for line in self.lines)
        alt = self.picture.alt if self.picture else ""
        return "\n".join(filter(None, [self.heading, self.text.text, *lines, alt]))


@dataclass(frozen=True)
class Said:
    """A whole issue as its readers see it, empty parts left out."""

    number: int
    title: str
    subject: str
    opening: RichText
    goes_at: datetime
    parts: Sequence[Part]
    sign_off: RichText


def what_is_said(issue: Issue, *, at: datetime, public_only: bool = False) -> Said:
    """What an issue says at this moment, to members or to everybody."""
    newsletter = the_newsletter()
    parts = [part for part in parts_of(issue, at=at) if not part.is_empty]
    return Said(
        number=issue.number,
        title=newsletter.title,
        subject=issue.subject,
        opening=issue.opening,
        goes_at=issue.frozen_at or issue.slot_at,
        parts=[part for part in parts if not (public_only and part.for_members)],
        sign_off=newsletter.sign_off,
    )


def parts_of(issue: Issue, *, at: datetime) -> list[Part]:
    """Every item of an issue in order, the empty ones too."""
    items = list(issue.items.in_order().select_related("picture__stored"))
    kinds = {item.kind for item in items}
    return [_part(item, at=at, kinds=kinds) for item in items]


def freeze_items(issue: Issue, *, at: datetime) -> None:
    """Write down what every block says now; called when an issue is approved."""
    items = list(issue.items.in_order().select_related("picture__stored"))
    kinds = {item.kind for item in items}
    for item in items:
        part = _part(item, at=at, kinds=kinds)
        item.frozen = [asdict(line) for line in part.lines] if item.is_live else None
        item.words = part.words
    Item.objects.bulk_update(items, ["frozen", "words"])
    Issue.objects.filter(pk=issue.pk).update(words=issue.opening.text)


def let_items_refill(issue: Issue) -> None:
    """Let the blocks fill themselves again; called when an approval is taken back."""
    issue.items.update(frozen=None, words="")
    Issue.objects.filter(pk=issue.pk).update(words="")


def _part(item: Item, *, at: datetime, kinds: set[str]) -> Part:
    return Part(
        kind=ItemKind(item.kind).value,
        for_members=item.audience == Audience.MEMBERS,
        heading=item.heading,
        text=item.text,
        lines=_lines(item, at=at, kinds=kinds),
        picture=_picture(item.picture, item.picture_alt),
    )


def _lines(item: Item, *, at: datetime, kinds: set[str]) -> list[Line]:
    if not item.is_live:
        return []
    if item.frozen is not None:
        return [Line(**line) for line in item.frozen]
    return lines_of(item.kind, at=at, beside=kinds)


def _picture(picture: Picture | None, alt: str) -> PictureSaid | None:
    if picture is None:
        return None
    path = picture.stored.get_absolute_url()
    return PictureSaid(path, picture.width, picture.height, alt or picture.description)
