"""How a document is drawn: WeasyPrint, the hub's look, and what a document may load.

Only `pdf.py` comes here, when there is something to draw.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from threading import Lock

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

OURS = {
    "portal:font": ("fonts/source-sans-3-latin-wght-normal.woff2", "font/woff2"),
}
"""The static files a document may use, by the names its stylesheet gives them."""

_ONE_AT_A_TIME = Lock()  # Pango's font map is shared by the threads of a web process


class _OnlyOurs(URLFetcher):
    """Gives out what `OURS` names and pictures written as `data:`; of all else the words stay."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url in OURS:
            name, content_type = OURS[url]
            return URLFetcherResponse(url, _static_file(name), {"Content-Type": content_type})
        if url.startswith("data:image/"):
            return super().fetch(url, headers)
        raise ValueError("a document may load nothing but its own")


def draw(markup: str, *, brand: str) -> bytes:
    """This HTML as a tagged PDF in the hub's colour, written like #0b5563."""
    with _ONE_AT_A_TIME:
        fonts, look = _look(brand)
        document = HTML(string=markup, url_fetcher=_fetcher(), base_url=None)
        pdf = document.write_pdf(stylesheets=look, font_config=fonts, pdf_variant="pdf/ua-1")
    return bytes(pdf)


@lru_cache(maxsize=4)
def _look(brand: str) -> tuple[FontConfiguration, list[CSS]]:
    """The stylesheet in the hub's colour, parsed once a process with the font it brings."""
    fonts = FontConfiguration()
    colours = (
        f":root {{ --brand: {brand}; --brand-dark: {mixed(brand, '#000000', 28)};"
        f" --brand-light: {mixed(brand, '#ffffff', 89)}; }}"
    )
    css = _static_file("css/pdf.css").decode()
    fetcher = _fetcher()
    return fonts, [
        CSS(string=colours),
        CSS(string=css, font_config=fonts, url_fetcher=fetcher, base_url=None),
    ]


def mixed(colour: str, other: str, percent: int) -> str:
    """A colour with so many per cent of another in it, both written like #0b5563."""
    parts = zip(_red_green_blue(colour), _red_green_blue(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * percent / 100):02x}" for a, b in parts)


def _red_green_blue(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


@cache
def _fetcher() -> _OnlyOurs:
    return _OnlyOurs(allowed_protocols=["data", "portal"], allow_redirects=False)


@cache
def _static_file(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    with open(path, "rb") as file:  # noqa: PTH123 finders give a plain text path
        return file.read()
