"""A risky act has a page of its own: what it does, a reason, a confirmation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from hub_portal.shared.errors import PortalError

OwnPage = tuple[str, Callable[..., HttpResponse], str]


@dataclass(frozen=True)
class ActPage:
    """What the page of one act says, and what it does with a valid form."""

    title: str
    explains: str
    button: str
    done: str
    back_url: str
    back_label: str
    form: type[Form]
    act: Callable[[dict[str, Any], AbstractBaseUser], object]
    is_dangerous: bool = False


def act_page(
    model_admin: "ReadOnlyAdmin",
    request: HttpRequest,
    page: ActPage,
    *,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, and do the act when it comes back whole; a refusal is its sentence."""
    if not request.user.is_authenticated or not model_admin.may_act(request):
        raise PermissionDenied
    form = page.form(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            page.act(form.cleaned_data, request.user)
        except PortalError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, page.done)
            return redirect(page.back_url)
    context = {
        **admin.site.each_context(request),
        "title": page.title,
        "page": page,
        "form": form,
        "opts": model_admin.opts,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/mail/act.html", context, status=status)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are looked at here and changed only by acts with a page of their own."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def addresses(self, own: list[OwnPage]) -> list[URLPattern]:
        """The addresses of an admin's own pages, behind the same door as its list."""
        model = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(route, self.admin_site.admin_view(view), name=f"{model}_{name}")
            for route, view, name in own
        ]

    def may_act(self, request: HttpRequest) -> bool:
        """Who may do the acts of this page: the hub manager."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")
