import pytest
from django.core.paginator import Paginator

from hub_portal.shared.pages import page_links


@pytest.mark.parametrize(
    ("here", "last", "shown"),
    [
        (1, 1, "[1]"),
        (1, 3, "[1] 2 3"),
        (1, 9, "[1] 2 … 9"),
        (4, 9, "1 2 3 [4] 5 … 9"),
        (5, 9, "1 … 4 [5] 6 … 9"),
        (9, 9, "1 … 8 [9]"),
    ],
)
def test_page_links_offer_the_ends_and_the_neighbours(here, last, shown):
    page = Paginator(range(last * 2), 2).page(here)

    links = [
        "…" if link is None else f"[{link.number}]" if link.is_here else str(link.number)
        for link in page_links(page)
    ]

    assert " ".join(links) == shown
