"""`{% load hub %}`: days, credits and counts in the hub's words, icons, and the error summary.

Each filter is the function of the same sense in `hub_portal.shared.wording`; an empty value
stays empty, so that a template need not ask first.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, cast

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from hub_portal.shared import wording
from hub_portal.shared.form_errors import Problem, problems_of
from hub_portal.shared.pages import PageLink, page_links
from hub_portal.shared.qr import QrCode, qr_code

register = template.Library()


def _said(say: Callable[[Any], str], value: object) -> str:
    return "" if value is None or value == "" else say(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """“Wednesday 17 February 2027”."""
    return _said(wording.day, value)


@register.filter
def short_day(value: date | datetime | None) -> str:
    """“Wed 17 Feb 2027”."""
    return _said(wording.short_day, value)


@register.filter
def plain_day(value: date | datetime | None) -> str:
    """“17 February 2027”."""
    return _said(wording.plain_day, value)


@register.filter
def clock(value: time | datetime | None) -> str:
    """“1:30pm”."""
    return _said(wording.clock_time, value)


@register.filter
def moment(value: datetime | None) -> str:
    """“Wednesday 17 February 2027, 1:30pm”."""
    return _said(wording.moment, value)


@register.filter
def deadline(value: datetime | None) -> str:
    """“the end of Tuesday 24 November 2026”."""
    return _said(wording.deadline_in_words, value)


@register.filter
def whole(value: int | None) -> str:
    """“1,204”."""
    return _said(wording.whole, value)


@register.filter
def signed(value: int | None) -> str:
    """“+40” or “−3”."""
    return _said(wording.signed, value)


@register.filter
def ordinal(value: int | None) -> str:
    """“2nd”."""
    return _said(wording.ordinal, value)


@register.filter
def credits(value: int | None) -> str:
    """“3 credits”."""
    return _said(wording.in_credits, value)


@register.filter
def pounds(value: int | None) -> str:
    """“£12.50”, from pence."""
    return _said(wording.in_pounds, value)


@register.filter
def counted(value: int | None, nouns: str) -> str:
    """`{{ 3|counted:"place" }}` is “3 places”; `{{ 2|counted:"child,children" }}` “2 children”."""
    one, _, many = nouns.partition(",")
    return _said(lambda number: wording.counted(number, one, many), value)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A lucide icon as inline SVG: always decoration, since the words stand beside it."""
    return _drawn(str(name))


@lru_cache(maxsize=128)
def _drawn(name: str) -> SafeString:
    plain = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    return cast("SafeString", lucide(name, size=24, **plain))


@register.simple_tag
def nav_items(entries: Iterable[Any]) -> SafeString:
    """The entries of a navigation as items of a list: the same for many pages and people."""
    return _nav_items(tuple(entries))


@lru_cache(maxsize=512)
def _nav_items(entries: tuple[Any, ...]) -> SafeString:
    return render_to_string("_nav_items.html", {"entries": entries})


@register.simple_tag
def qr(text: str) -> QrCode:
    """What `_qr.html` draws."""
    return qr_code(str(text))


@register.simple_tag
def problems(*sources: Any) -> list[Problem]:
    """What is wrong in the given forms, formsets and sentences, each with the field to go to."""
    return problems_of(*sources)


@register.simple_tag
def pages(page: Any) -> list[PageLink | None]:
    """The page numbers to offer, with None where some are left out."""
    return page_links(page)
