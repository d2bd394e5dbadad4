"""What a validator for HTML would say of a page, as far as it can be told without one.

Only what this portal once got wrong or easily could; the whole is for the Nu checker (see
docs/operations.md, "Before a release").
"""

from collections import Counter
from html.parser import HTMLParser

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr "
    "circle line path polygon polyline rect".split()
)
MAY_BE_LEFT_OPEN = frozenset({"li", "p", "option", "td", "th", "tr", "dt", "dd"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
NOT_IN_A_PARAGRAPH = HEADINGS | frozenset(
    "address article aside blockquote details div dl fieldset figure footer form header hr main "
    "nav ol p pre section table ul".split()
)
REFERS_TO_IDS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list")
PARTS_OF_TABLES = frozenset("table thead tbody tr th td".split())
ROLES_TABLES_HAVE = frozenset("table rowgroup row columnheader rowheader cell".split())
IN_A_LIST = frozenset({"li", "script", "template"})
MADE_UP = ("hx-", "resource-")


class _Reader(HTMLParser):
    """Reads a page from top to bottom and notes what is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.referred: set[tuple[str, str]] = set()
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        self._note_where(tag)
        self._note_attributes(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self._note_attributes(tag, dict(attrs))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in MAY_BE_LEFT_OPEN:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.wrong.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")

    def _note_where(self, tag):
        if tag in NOT_IN_A_PARAGRAPH and "p" in self.open:
            self.wrong.append(f"<{tag}> in a <p>")
        if self.open and self.open[-1] in ("ul", "ol") and tag not in IN_A_LIST:
            self.wrong.append(f"<{tag}> straight in a list")

    def _note_attributes(self, tag, attrs):
        if attrs.get("id"):
            self.ids[attrs["id"]] += 1
        for name in REFERS_TO_IDS:
            self.referred |= {(name, wanted) for wanted in (attrs.get(name) or "").split()}
        if attrs.get("role") == "status" and HEADINGS.intersection(self.open):
            self.wrong.append("role=status in a heading")
        if tag in PARTS_OF_TABLES and attrs.get("role") in ROLES_TABLES_HAVE:
            self.wrong.append(f"<{tag}> says the role it has")
        if tag == "form" and attrs.get("action") == "":
            self.wrong.append("an empty action")
        self.wrong += [f"attribute {name}" for name in attrs if name.startswith(MADE_UP)]


def what_is_wrong_with(page: str) -> list[str]:
    """Every mistake found in the HTML of a page; none is well."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    twice = [f"id {name} twice" for name, times in reader.ids.items() if times > 1]
    missing = [
        f"{name} points to {wanted}, which is not there"
        for name, wanted in sorted(reader.referred)
        if wanted not in reader.ids
    ]
    return reader.wrong + twice + missing
