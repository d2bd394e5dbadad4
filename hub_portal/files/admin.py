"""The hub manager sees which files are kept and until when; apps keep and delete them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
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
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_a_row, short_day


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
        return [("add-one/", self.add_one, "add_one"), ("<int:pk>/remove/", self.remove, "remove")]

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


def _shown(picture: Picture, *, width: int) -> SafeString:
    """The picture, that wide at most; what it shows stands beside it in words."""
    shown = min(width, picture.width)
    return format_html(
        '<img src="{}" alt="" width="{}" height="{}" loading="lazy">',
        picture.stored.get_absolute_url(),
        shown,
        max(1, round(picture.height * shown / picture.width)),
    )
