"""An act on the books in two steps: what is asked, then what it would do, then it is done.

What it would do is found by doing it and undoing it (`would_be`), so the check page meets the
same refusals and shows the same figures as the act.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from credits.services.dry_runs import would_be
from hub_portal.shared.admin_acts import OwnPagesAdmin
from hub_portal.shared.errors import PortalError
from schools.models import Person

Facts = Sequence[tuple[str, object]]


@dataclass(frozen=True)
class CheckedAct:
    """What the two pages say, what is read after the act, and the act itself.

    `act` may give back the address to go to; `effect` is read before and after it.
    """

    title: str
    explains: str
    button: str
    done: str
    form: Callable[..., forms.Form]
    act: Callable[[dict[str, Any], Person], str | object]
    effect: Callable[[dict[str, Any]], Facts]
    back_url: str
    back_label: str
    initial: Mapping[str, Any] = field(default_factory=dict)


def checked_page(
    model_admin: OwnPagesAdmin, request: HttpRequest, page: CheckedAct
) -> HttpResponse:
    """Ask, check, do; a refusal is its sentence and writes nothing."""
    if not model_admin.may_act(request):
        raise PermissionDenied
    sent = request.method == "POST"
    form = page.form(request.POST if sent else None, initial=dict(page.initial))
    if sent and form.is_valid() and "change" not in request.POST:
        try:
            if "confirm" in request.POST:
                return _done(request, page, form.cleaned_data)
            return _check(model_admin, request, page, form)
        except PortalError as refusal:
            form.add_error(None, refusal.sentence)
    return model_admin.own_page(
        request,
        "admin/credits/ask.html",
        status=422 if form.errors else 200,
        title=page.title,
        page=page,
        form=form,
    )


def _check(
    model_admin: OwnPagesAdmin, request: HttpRequest, page: CheckedAct, form: forms.Form
) -> HttpResponse:
    given, by = form.cleaned_data, _person(request)
    before = page.effect(given)
    after = would_be(lambda: page.act(given, by), lambda: page.effect(given))
    rows = [(name, was, then) for (name, was), (_, then) in zip(before, after, strict=True)]
    return model_admin.own_page(
        request,
        "admin/credits/check.html",
        title=page.title,
        page=page,
        form=form,
        rows=rows,
        answers=[(field.label, _shown(field)) for field in form.visible_fields()],
    )


def _done(request: HttpRequest, page: CheckedAct, given: dict[str, Any]) -> HttpResponse:
    goes_to = page.act(given, _person(request))
    messages.success(request, page.done)
    return redirect(goes_to if isinstance(goes_to, str) else page.back_url)


def _shown(field: forms.BoundField) -> object:
    """An answer in words: the label of what was chosen, or what was typed."""
    value = field.value()
    choices = dict(getattr(field.field, "choices", ()))
    for code, label in choices.items():
        if str(code) == str(value):
            return label
    return value


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
