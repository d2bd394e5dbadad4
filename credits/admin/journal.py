"""The journal: every entry, and what the hub manager does to the books by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from import_export import resources

from credits.admin.acts_on_schools import ActsOnSchools
from credits.admin.books import told
from credits.choices import REVERSIBLE, EntryKind
from credits.models import JournalEntry, Transfer
from credits.services.adjustments import reverse_entry
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, ReasonForm, act_page
from hub_portal.shared.admin_exports import SafeExportMixin
from hub_portal.shared.london import now
from hub_portal.shared.wording import in_credits
from hub_portal.trail.models import Act
from schools.access import fresh_sign_in
from schools.models import Person

TRANSFERS_SHOWN = 200


class EntryResource(resources.ModelResource):
    """Entries as they are taken away."""

    class Meta:
        model = JournalEntry
        fields = ("id", "kind", "effective_on", "posted_at", "about", "key", "reverses")
        export_order = fields


@admin.register(JournalEntry)
class JournalEntryAdmin(SafeExportMixin, ActsOnSchools, ReadOnlyAdmin):
    """Entries, the latest first; from here a school is adjusted, corrected or welcomed."""

    resource_classes = [EntryResource]
    change_list_template = "admin/credits/journal.html"
    list_display = ("__str__", "kind", "effective_on", "about", "by", "reverses")
    list_select_related = ("by", "reverses")
    list_filter = ("kind", "effective_on")
    search_fields = ("=pk", "about", "key")
    search_help_text = "Search by number, subject (booking:345) or key"
    ordering = ("-pk",)

    def own_pages(self) -> list[OwnPage]:
        return [
            *self.acts_on_schools(),
            ("<int:pk>/reverse/", self.reverse, "reverse"),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One entry with its transfers and why it was made."""
        entry: JournalEntry = self.seen(request, object_id, "reversed_by")
        transfers = _transfers_of(entry)
        return self.own_page(
            request,
            "admin/credits/entry.html",
            title=str(entry),
            entry=entry,
            transfers=[(told(t.debit_account), told(t.credit_account), t) for t in transfers],
            more=max(entry.transfers.count() - TRANSFERS_SHOWN, 0),
            acts=Act.objects.filter(subject=f"entry:{entry.pk}")
            .select_related("by")
            .order_by("pk"),
            may_reverse=self.may_act(request)
            and entry.kind in REVERSIBLE - {EntryKind.ALLOCATE}
            and not hasattr(entry, "reversed_by"),
        )

    @method_decorator(fresh_sign_in)
    def reverse(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undo one entry of the hub's own."""
        entry = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> str:
            reversal = reverse_entry(entry=entry, reason=given["reason"], by=by, at=now())
            return self.url_of("change", reversal.pk)

        page = AdminAct(
            title=f"Reverse {str(entry)[0].lower()}{str(entry)[1:]}",
            explains="What it moved goes back where it came from, by an entry of its own. An entry "
            "is reversed once; the first one stays in the journal.",
            button="Reverse it",
            form=ReasonForm,
            act=act,
            back_url=self.url_of("change", pk),
            back_label=str(entry),
            done="The entry is reversed.",
            facts=[
                (
                    "Goes back",
                    (
                        f"{in_credits(t.amount)} from {told(t.credit_account)} "
                        f"to {told(t.debit_account)}"
                    ),
                )
                for t in _transfers_of(entry)[:20]
            ],
            is_dangerous=True,
        )
        return act_page(self, request, page)


def _transfers_of(entry: JournalEntry) -> list[Transfer]:
    transfers = entry.transfers.select_related(
        "debit_account__school",
        "debit_account__year",
        "credit_account__school",
        "credit_account__year",
        "for_person",
    )
    return list(transfers.order_by("pk")[:TRANSFERS_SHOWN])
