"""What the hub manager is warned of before an issue is approved; nothing of it is refused. NL-1."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve

from cpd.models import Cohort, Programme
from hub_portal.files.models import StoredFile
from newsletter.choices import ItemKind
from newsletter.emails.issue_mails import rendered_issue
from newsletter.models import Issue, Item
from newsletter.services.saying import parts_of, what_is_said
from newsletter.services.settings import the_newsletter

LARGEST_MAIL = 100_000
"""Bytes of HTML; some mail programs cut off what is larger."""

HREF = re.compile(r'<a [^>]*href="([^"]+)"')
ALT = re.compile(r'<img [^>]*alt="([^"]*)"')


def warnings_of(issue: Issue, *, at: datetime) -> list[str]:
    """Sentences about what may be a mistake, in the order of the issue."""
    items = list(issue.items.in_order().select_related("picture"))
    return [
        *_without_a_subject(issue),
        *(sentence for item in items for sentence in _pictures_without_words(item)),
        *_dead_links(issue, items),
        *_empty_parts(issue, at=at),
        *_too_large(issue, at=at),
    ]


def is_dead(address: str) -> bool:
    """Whether an address of our own leads nowhere. Of other sites nothing is known."""
    given = urlsplit(address)
    if given.hostname is None or given.hostname != urlsplit(settings.PORTAL_URL).hostname:
        return False
    path = given.path or "/"
    for tried in (path, f"{path}/"):
        try:
            found = resolve(tried)
        except Resolver404:
            continue
        return not _row_is_there(found)
    return True


def _row_is_there(found: ResolverMatch) -> bool:
    """Whether the page shows a row that exists; other pages are there by their address."""
    questions = ROWS.get(found.namespace, {}) | ROWS.get(found.view_name, {})
    return all(
        is_there(found.kwargs[name]) for name, is_there in questions.items() if name in found.kwargs
    )


ROWS: Mapping[str, dict[str, Callable[[Any], bool]]] = {
    "cpd": {
        "slug": lambda slug: Programme.objects.filter(slug=slug, is_public=True).exists(),
        "cohort_id": lambda pk: Cohort.objects.filter(pk=pk).exists(),
    },
    "newsletter": {
        "number": lambda number: Issue.objects.in_the_archive().filter(number=number).exists(),
    },
    "stored_file": {"name": lambda name: StoredFile.objects.filter(name=name).exists()},
}
"""For a namespace or a page: which argument names a row, and whether there is one."""


def _without_a_subject(issue: Issue) -> Iterator[str]:
    if not issue.subject.strip():
        yield "The issue has no subject."


def _pictures_without_words(item: Item) -> Iterator[str]:
    alts = ALT.findall(item.text)
    if item.picture is not None and not item.picture_alt:
        yield f"“{item.heading}”: the picture has no words for those who cannot see it."
    if any(not alt.strip() for alt in alts):
        yield f"“{item.heading}”: a picture in the text has no words for those who cannot see it."


def _dead_links(issue: Issue, items: Iterable[Item]) -> Iterator[str]:
    texts = [("The opening words", issue.opening)]
    texts += [(f"“{item.heading}”", item.text) for item in items if item.kind == ItemKind.OWN]
    texts += [("The words at the end", the_newsletter().sign_off)]
    for where, text in texts:
        for href in HREF.findall(text):
            if is_dead(unescape(href)):
                yield f"{where}: the link to {unescape(href)} leads nowhere."


def _empty_parts(issue: Issue, *, at: datetime) -> Iterator[str]:
    for part in parts_of(issue, at=at):
        if part.is_empty and part.kind == ItemKind.OWN:
            yield f"“{part.heading}” has no words yet, and is left out."
        elif part.is_empty:
            yield f"“{part.heading}” has nothing to tell at the moment, and is left out."


def _too_large(issue: Issue, *, at: datetime) -> Iterator[str]:
    mail = rendered_issue(what_is_said(issue, at=at), for_members=True)
    size = len(mail.html.encode())
    if size > LARGEST_MAIL:
        yield (
            f"The mail is {-(-size // 1000)} kB large. Above {LARGEST_MAIL // 1000} kB some mail "
            "programs cut it off."
        )
