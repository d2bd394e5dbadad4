"""A page as a person reads it."""

import re

from django.http import HttpResponse


def main_words(response: HttpResponse) -> str:
    """The words of the page's main part, without markup, tokens or addresses in attributes."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
