"""Which page numbers a pager offers: the first, the last, and those about the present one."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page


@dataclass(frozen=True)
class PageLink:
    """One page to go to; `is_here` for the one being read."""

    number: int
    is_here: bool


def page_links(page: "Page[Any]") -> list[PageLink | None]:
    """At most seven numbers in order, with None for a gap.

    A gap never stands for a single page: its number takes no more room than the gap.
    """
    last, here = page.paginator.num_pages, page.number
    wanted = {1, last, here - 1, here, here + 1}
    numbers = sorted(number for number in wanted if 1 <= number <= last)
    links: list[PageLink | None] = []
    before = 0
    for number in numbers:
        if number == before + 2:
            links.append(PageLink(before + 1, is_here=False))
        elif number > before + 2:
            links.append(None)
        links.append(PageLink(number, is_here=number == here))
        before = number
    return links
