"""Pages of the admin's own: a list that is only read, and an act that has a page to itself.

A risky act is not a button in a list but a page that says what it does, asks for a reason and
wants to be confirmed; then it calls one service. A refusal is its sentence, 422.

    class SchoolAdmin(OwnPagesAdmin):
        def own_pages(self):
            return [("<int:pk>/new-urn/", self.new_urn, "new_urn")]

        def new_urn(self, request, pk):
            school = self.row(request, pk)
            return act_page(self, request, AdminAct(title="Give a new URN", ...))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from hub_portal.shared.errors import PortalError
from hub_portal.shared.plain_text import LineField

OwnPage = tuple[str, Callable[..., HttpResponseBase], str]
LONGEST_REASON = 300
LONGEST_NUMBER = 18
"""Digits of a row's number: what is longer fits no database, and no row has it."""


class ConfirmForm(forms.Form):
    """An act that can hardly be undone: a tick that it is meant."""

    is_sure = forms.BooleanField(
        label="Yes, do this", error_messages={"required": "Tick the box to confirm."}
    )
    field_order: Sequence[str] | None = None

    def order_fields(self, field_order: Any) -> None:
        """The tick stands last, whatever fields a form of its own adds."""
        super().order_fields(field_order)
        if "is_sure" in self.fields:
            self.fields["is_sure"] = self.fields.pop("is_sure")


class ReasonForm(ConfirmForm):
    """An act that also says why."""

    reason = LineField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text="Kept with your name in the trail.",
    )


@dataclass(frozen=True)
class AdminAct:
    """What the page of one act says, and what it does with a valid form.

    `act` is given the cleaned data and the person; it may give back the address to go to.
    """

    title: str
    explains: str
    button: str
    form: Callable[..., Any]
    act: Callable[[dict[str, Any], Any], str | object]
    back_url: str
    back_label: str = "Back"
    done: str = ""
    facts: Sequence[tuple[str, object]] = ()
    initial: dict[str, Any] = field(default_factory=dict)
    is_dangerous: bool = False


class OwnPagesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin with pages of its own beside Django's, behind the same door."""

    def own_pages(self) -> list[OwnPage]:
        """Route, view and name of each: the name follows `app_model_`."""
        return []

    def get_urls(self) -> list[URLPattern]:
        return [
            path(route, self.admin_site.admin_view(view), name=f"{self._named}_{name}")
            for route, view, name in self.own_pages()
        ] + super().get_urls()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, under the name of what it lists."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def may_act(self, request: HttpRequest) -> bool:
        """Who may do what is done here: the hub manager."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def row(self, request: HttpRequest, pk: int) -> Any:
        """The row a page is about; for those who may act on it."""
        if not self.may_act(request):
            raise PermissionDenied
        return self._found(self.get_queryset(request), pk)

    def seen(self, request: HttpRequest, object_id: str, *beside: str) -> Any:
        """The row that opens on a page of its own, with what is read beside it.

        For those who may look at it; what is no number is not there.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        is_number = object_id.isdecimal() and len(object_id) <= LONGEST_NUMBER
        rows = self.get_queryset(request)
        if beside:
            rows = rows.select_related(*beside)
        return self._found(rows, int(object_id) if is_number else 0)

    def _found(self, rows: QuerySet[Any], pk: int) -> Any:
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def url_of(self, name: str, *args: object) -> str:
        """The address of a page of this admin, Django's own included."""
        return reverse(f"admin:{self._named}_{name}", args=args)

    def own_page(
        self, request: HttpRequest, template: str, *, status: int = 200, **context: Any
    ) -> TemplateResponse:
        """A page in the admin's frame."""
        framed = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_url": self.url_of("changelist"),
            **context,
        }
        return TemplateResponse(request, template, framed, status=status)

    @property
    def _named(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"


class ReadOnlyAdmin(OwnPagesAdmin):
    """Rows are looked at here and changed only by acts with a page of their own."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def act_page(model_admin: OwnPagesAdmin, request: HttpRequest, page: AdminAct) -> HttpResponse:
    """Show the form, and do the act when it comes back whole; a refusal is its sentence."""
    if not model_admin.may_act(request):
        raise PermissionDenied
    sent = request.method == "POST"
    form = page.form(
        request.POST if sent else None, request.FILES if sent else None, initial=page.initial
    )
    if sent and form.is_valid():
        try:
            goes_to = page.act(form.cleaned_data, request.user)
        except PortalError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            if page.done:
                messages.success(request, page.done)
            return redirect(goes_to if isinstance(goes_to, str) else page.back_url)
    return model_admin.own_page(
        request,
        "admin/act.html",
        status=422 if form.errors else 200,
        title=page.title,
        page=page,
        form=form,
    )


def tag(words: str, kind: str = "") -> str:
    """A word in a list that stands out: `kind` is "ok", "warn", "bad" or nothing."""
    return format_html('<span class="tag{}">{}</span>', f" tag--{kind}" if kind else "", words)
