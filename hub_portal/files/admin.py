"""The hub manager sees which files are kept and until when; apps keep and delete them."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub_portal.files.forms import PictureForm
from hub_portal.files.models import Picture, StoredFile
from hub_portal.files.services.pictures import (
    add_picture,
    markup_of,
    remove_picture,
    where_it_stands,
)
from hub_portal.shared.admin_acts import AdminAct, ConfirmForm, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_a_row, short_day

MOST_OFFERED = 500  # pictures to choose from in the editor, the newest first


@admin.register(StoredFile)
class StoredFileAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list to look at: nothing is added, changed or deleted here."""

    list_display = ("shown_name", "kind", "content_type", "size", "owner", "created_at")
    list_filter = ("kind", "content_type")
    list_select_related = ("owner",)
    search_fields = ("shown_name", "about")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
    """Pictures that may stand in texts, with what to write so that they do."""

    list_display = ("small", "description", "size", "added")
    list_display_links = ("description",)
    list_select_related = ("stored__owner",)
    search_fields = ("description", "stored__shown_name")
    ordering = ("-pk",)
    list_per_page = 50
    fields = ("shown", "description", "to_write", "stands_in", "size", "added")
    readonly_fields = ("shown", "to_write", "stands_in", "size", "added")
    change_list_template = "admin/files/pictures.html"
    change_form_template = "admin/files/picture.html"

    @admin.display(description="picture")
    def small(self, picture: Picture) -> SafeString:
        return _shown(picture, width=96)

    @admin.display(description="picture")
    def shown(self, picture: Picture) -> SafeString:
        return _shown(picture, width=480)

    @admin.display(description="to put it into a text, write")
    def to_write(self, picture: Picture) -> SafeString:
        return format_html("<code>{}</code>", markup_of(picture))

    @admin.display(description="stands in")
    def stands_in(self, picture: Picture) -> str:
        return in_a_row(where_it_stands(picture)) or "no text"

    @admin.display(description="size")
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}, {-(-picture.stored.size // 1000)} kB"

    @admin.display(description="added", ordering="stored__created_at")
    def added(self, picture: Picture) -> str:
        return f"{short_day(picture.stored.created_at)} by {picture.stored.owner}"

    def own_pages(self) -> list[OwnPage]:
        return [
            ("add-one/", self.add_one, "add_one"),
            ("in-the-editor/", self.in_the_editor, "in_the_editor"),
            ("<int:pk>/remove/", self.remove, "remove"),
        ]

    def add_one(self, request: HttpRequest) -> HttpResponse:
        """Keep a picture for texts."""

        def act(given: dict[str, Any], by: AbstractBaseUser) -> str:
            added = add_picture(
                upload=given["picture"], description=given["description"], by=by, at=now()
            )
            return self.url_of("change", added.pk)

        page = AdminAct(
            title="Add a picture",
            explains="Everybody can see a picture of the portal's texts. Ask whoever is to be "
            "recognised in it; for a child, ask the parents.",
            button="Add the picture",
            form=PictureForm,
            act=act,
            done="The picture is kept. Below is what to write where it is to stand.",
            back_url=self.url_of("changelist"),
            back_label="Pictures",
        )
        return act_page(self, request, page)

    def in_the_editor(self, request: HttpRequest) -> HttpResponse:
        """What the editor of rich text asks: which pictures there are, and to keep another."""
        if not self.may_act(request):
            raise PermissionDenied
        if request.method != "POST":
            kept = Picture.objects.select_related("stored").order_by("-pk")[:MOST_OFFERED]
            return JsonResponse({"pictures": [_offered(picture) for picture in kept]})
        form = PictureForm(request.POST, request.FILES)
        if not form.is_valid():
            sentences = [str(sentence) for said in form.errors.values() for sentence in said]
            return JsonResponse({"problem": " ".join(sentences)}, status=422)
        try:
            added = add_picture(
                upload=form.cleaned_data["picture"],
                description=form.cleaned_data["description"],
                by=cast("AbstractBaseUser", request.user),
                at=now(),
            )
        except PortalError as refusal:
            return JsonResponse({"problem": refusal.sentence}, status=422)
        return JsonResponse(_offered(added))

    def remove(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let go of a picture that stands in no text."""
        picture = self.row(request, pk)

        def act(_given: dict[str, Any], by: AbstractBaseUser) -> str:
            remove_picture(picture=picture, by=by, at=now())
            return self.url_of("changelist")

        page = AdminAct(
            title="Remove this picture",
            explains="The file is deleted. It cannot be undone.",
            button="Remove it",
            form=ConfirmForm,
            act=act,
            facts=[("Picture", picture.description), ("Stands in", self.stands_in(picture))],
            done="The picture is removed.",
            is_dangerous=True,
            back_url=self.url_of("change", picture.pk),
            back_label="The picture",
        )
        return act_page(self, request, page)


def _offered(picture: Picture) -> dict[str, str]:
    return {
        "name": picture.stored.name,
        "address": picture.stored.get_absolute_url(),
        "description": picture.description,
    }


def _shown(picture: Picture, *, width: int) -> SafeString:
    """The picture, that wide at most; what it shows stands beside it in words."""
    shown = min(width, picture.width)
    return format_html(
        '<img src="{}" alt="" width="{}" height="{}" loading="lazy">',
        picture.stored.get_absolute_url(),
        shown,
        max(1, round(picture.height * shown / picture.width)),
    )
