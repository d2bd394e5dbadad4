"""What stands in an issue: written, changed, moved and taken out while it is a draft."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from hub_portal.files.models import Picture
from hub_portal.files.services.pictures import add_picture
from hub_portal.shared.admin_acts import AdminAct, ConfirmForm, OwnPage, OwnPagesAdmin, act_page
from hub_portal.shared.errors import PortalError
from hub_portal.shared.london import now
from hub_portal.shared.wording import counted
from newsletter.forms.admin_issues import (
    AddBlockForm,
    BlockForm,
    ItemForm,
    MoveForm,
    WordsForm,
)
from newsletter.models import Issue, Item
from newsletter.services.items import (
    add_block,
    add_item,
    blocks_not_in,
    change_item,
    change_words,
    copy_last_issue,
    move_item,
    remove_item,
)
from schools.models import Person


class ItemsOfIssues(OwnPagesAdmin):
    """The words of a draft."""

    def item_pages(self) -> list[OwnPage]:
        return [
            ("<int:pk>/words/", self.words, "words"),
            ("<int:pk>/items/add/", self.add_own, "add_item"),
            ("<int:pk>/items/<int:item_id>/", self.item, "item"),
            ("<int:pk>/items/<int:item_id>/remove/", self.remove, "remove_item"),
            ("<int:pk>/items/<int:item_id>/move/", self.move, "move_item"),
            ("<int:pk>/blocks/add/", self.add_live, "add_block"),
            ("<int:pk>/copy-last/", self.copy_last, "copy_last"),
        ]

    def words(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Subject and opening words."""
        issue = self.row(request, pk)
        page = self._page(
            issue,
            title="Subject and opening words",
            explains="They stand before everything else.",
            form=WordsForm,
            act=lambda given, by: change_words(issue=issue, by=by, at=now(), **given),
            initial={"subject": issue.subject, "opening": issue.opening},
        )
        return act_page(self, request, page)

    def add_own(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write an item."""
        issue = self.row(request, pk)
        page = self._page(
            issue,
            title="Write an item",
            explains="It stands before the blocks until you move it.",
            form=ItemForm,
            act=lambda given, by: add_item(issue=issue, by=by, at=now(), **_written(given, by)),
        )
        return act_page(self, request, page)

    def item(self, request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
        """Change an item, or what stands over a block."""
        item = self._item(request, pk, item_id)
        initial = {name: getattr(item, name) for name in ("heading", "audience")}
        if item.is_live:
            page = self._page(
                item.issue,
                title=f"The block “{item.heading}”",
                explains=f"It is filled by itself: {item.get_kind_display()}.",
                form=BlockForm,
                act=lambda given, by: change_item(item=item, by=by, at=now(), **given),
                initial=initial,
            )
            return act_page(self, request, page)
        page = self._page(
            item.issue,
            title=f"The item “{item.heading}”",
            explains="What you save stands in the draft at once.",
            form=ItemForm,
            act=lambda given, by: change_item(item=item, by=by, at=now(), **_written(given, by)),
            initial={
                **initial,
                "text": item.text,
                "existing": item.picture_id,
                "picture_alt": item.picture_alt,
            },
        )
        return act_page(self, request, page)

    def remove(self, request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
        """Take an item out."""
        item = self._item(request, pk, item_id)
        page = self._page(
            item.issue,
            title=f"Remove “{item.heading}”",
            explains="A block can be added again; an item of your own is gone.",
            form=ConfirmForm,
            button="Remove it",
            act=lambda given, by: remove_item(item=item, by=by, at=now()),
            done="Removed.",
            is_dangerous=True,
        )
        return act_page(self, request, page)

    def move(self, request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
        """One place up or down."""
        item = self._item(request, pk, item_id)
        form = MoveForm(request.POST)

        def act(by: Person) -> str:
            if not form.is_valid():
                raise Http404
            move_item(item=item, up=form.cleaned_data["way"] == "up", by=by, at=now())
            return ""

        return self._by_post(request, item.issue, act)

    def add_live(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put in a block that fills itself."""
        issue = self.row(request, pk)
        form = AddBlockForm(request.POST, kinds=blocks_not_in(issue))

        def act(by: Person) -> str:
            if not form.is_valid():
                return "Choose one of the blocks."
            add_block(issue=issue, kind=form.cleaned_data["kind"], by=by, at=now())
            return ""

        return self._by_post(request, issue, act)

    def copy_last(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Copy the own items of the last issue that went out."""
        issue = self.row(request, pk)

        def act(by: Person) -> str:
            copied = copy_last_issue(issue=issue, by=by, at=now())
            return f"{counted(copied, 'item')} copied." if copied else "There was nothing to copy."

        return self._by_post(request, issue, act)

    # ---- Within ---------------------------------------------------------------------------------

    def _item(self, request: HttpRequest, pk: int, item_id: int) -> Item:
        issue = self.row(request, pk)
        item: Item | None = issue.items.filter(pk=item_id).select_related("issue").first()
        if item is None:
            raise Http404
        return item

    def _by_post(self, request: HttpRequest, issue: Issue, act: Any) -> HttpResponse:
        """A small act by a button on the issue's page; what it says stands there."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            says = act(cast("Person", request.user))
        except PortalError as refusal:
            messages.error(request, refusal.sentence)
        else:
            if says:
                messages.info(request, says)
        return redirect(f"{self.url_of('change', issue.pk)}#what-stands-in-it")

    def _page(self, issue: Issue, *, act: Any, button: str = "Save", **words: Any) -> AdminAct:
        """The page of an act on the words of an issue; it leads back to the issue."""

        def acting(given: dict[str, Any], by: Any) -> None:
            act(given, by)

        return AdminAct(
            act=acting,
            button=button,
            back_url=self.url_of("change", issue.pk),
            back_label=str(issue),
            **{"done": "Saved.", **words},
        )


def _written(given: dict[str, Any], by: Person) -> dict[str, Any]:
    """What the form says of an item, a new picture kept first."""
    picture: Picture | None = given["existing"]
    if given["picture"]:
        picture = add_picture(
            upload=given["picture"], description=given["picture_alt"], by=by, at=now()
        )
    alt = given["picture_alt"] or (picture.description if picture else "")
    return {
        "heading": given["heading"],
        "text": given["text"],
        "audience": given["audience"],
        "picture": picture,
        "picture_alt": alt if picture else "",
    }
