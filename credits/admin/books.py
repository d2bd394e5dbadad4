"""The books as they are: accounts, transfers, and the checks that prove them. Only read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from import_export import fields, resources

from credits.choices import SCHOOL_ACCOUNTS
from credits.models import Account, BooksCheck, Transfer
from credits.services.books import reconcile_ledger
from hub_portal.shared.admin_acts import AdminAct, ConfirmForm, OwnPage, ReadOnlyAdmin, act_page
from hub_portal.shared.admin_exports import SafeExportMixin
from hub_portal.shared.london import now
from schools.models import Person


class AccountResource(resources.ModelResource):
    """Accounts as they are taken away."""

    year = fields.Field("year", column_name="School year")
    school = fields.Field("school__name", column_name="School")
    kind = fields.Field("get_kind_display", column_name="Account")

    class Meta:
        model = Account
        fields = ("id", "year", "school", "kind", "debits", "credits", "balance")
        export_order = fields

    def dehydrate_year(self, account: Account) -> str:
        return str(account.year)

    def dehydrate_school(self, account: Account) -> str:
        return account.school.name if account.school else "The hub"

    def dehydrate_kind(self, account: Account) -> str:
        return account.get_kind_display()


class HolderFilter(admin.SimpleListFilter):
    """The hub's own accounts, or the schools'."""

    title = "holder"
    parameter_name = "holder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("hub", "The hub"), ("schools", "Schools")]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if self.value() == "hub":
            return rows.of_the_hub()
        return rows.filter(kind__in=SCHOOL_ACCOUNTS) if self.value() == "schools" else rows


@admin.register(Account)
class AccountAdmin(SafeExportMixin, ReadOnlyAdmin):
    """Where credits are."""

    resource_classes = [AccountResource]
    list_display = ("holder", "kind", "year", "credits", "debits", "balance")
    list_select_related = ("school", "year")
    list_filter = ("year", HolderFilter, "kind")
    search_fields = ("school__name", "=school__urn")
    search_help_text = "Search by school or URN"
    ordering = ("-year__starts_on", "school__name", "pk")
    fields = ("year", "school", "kind", "credits", "debits", "balance")

    @admin.display(description="Holder", ordering="school__name")
    def holder(self, account: Account) -> str:
        return account.school.name if account.school else "The hub"


class TransferResource(resources.ModelResource):
    """Transfers as they are taken away; whom they were for stays here."""

    on = fields.Field(column_name="Day")
    what = fields.Field(column_name="Kind")
    debit = fields.Field(column_name="From")
    credit = fields.Field(column_name="To")

    class Meta:
        model = Transfer
        fields = ("id", "entry", "on", "what", "debit", "credit", "amount")
        export_order = fields

    def dehydrate_on(self, transfer: Transfer) -> Any:
        return transfer.entry.effective_on

    def dehydrate_what(self, transfer: Transfer) -> str:
        return transfer.entry.get_kind_display()

    def dehydrate_debit(self, transfer: Transfer) -> str:
        return told(transfer.debit_account)

    def dehydrate_credit(self, transfer: Transfer) -> str:
        return told(transfer.credit_account)


def told(account: Account) -> str:
    """An account in words: whose it is and what it holds."""
    holder = account.school.name if account.school else "The hub"
    return f"{holder}, {account.get_kind_display().lower()} {account.year}"


@admin.register(Transfer)
class TransferAdmin(SafeExportMixin, ReadOnlyAdmin):
    """Every movement of credits."""

    resource_classes = [TransferResource]
    list_display = ("entry", "day", "debit", "credit", "amount", "for_person")
    list_select_related = (
        "entry",
        "debit_account__school",
        "debit_account__year",
        "credit_account__school",
        "credit_account__year",
        "for_person",
    )
    list_filter = ("entry__kind", "entry__effective_on")
    search_fields = (
        "=entry__pk",
        "entry__about",
        "debit_account__school__name",
        "credit_account__school__name",
    )
    search_help_text = "Search by school, entry number or subject (booking:345)"
    ordering = ("-pk",)
    fields = ("entry", "debit_account", "credit_account", "amount", "for_person")

    @admin.display(description="Day", ordering="entry__effective_on")
    def day(self, transfer: Transfer) -> Any:
        return transfer.entry.effective_on

    @admin.display(description="From")
    def debit(self, transfer: Transfer) -> str:
        return told(transfer.debit_account)

    @admin.display(description="To")
    def credit(self, transfer: Transfer) -> str:
        return told(transfer.credit_account)


@admin.register(BooksCheck)
class BooksCheckAdmin(SafeExportMixin, ReadOnlyAdmin):
    """Every check of the books, and what differed. Rule CR-13."""

    change_list_template = "admin/credits/books_check_list.html"
    list_display = ("at", "result", "entries_checked", "by", "short_head")
    list_select_related = ("by",)
    list_filter = ("at",)
    search_fields = ("head",)
    search_help_text = "Search by the head of the chain"
    ordering = ("-pk",)

    @admin.display(description="Result")
    def result(self, check: BooksCheck) -> str:
        return "Clean" if check.is_clean else f"{len(check.differences)} differences"

    @admin.display(description="Head of the chain")
    def short_head(self, check: BooksCheck) -> str:
        return f"{check.head[:12]}…"

    def own_pages(self) -> list[OwnPage]:
        return [("now/", self.check_now, "now")]

    def may_act(self, request: HttpRequest) -> bool:
        """A finance officer may have the books checked too: it changes nothing in them."""
        return self.has_view_permission(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One check: what it proved, or what differs."""
        check = self.seen(request, object_id, "by")
        return self.own_page(
            request, "admin/credits/books_check.html", title="Books check", check=check
        )

    def check_now(self, request: HttpRequest) -> HttpResponse:
        """Check the books now, beside the nightly check."""

        def act(given: dict[str, Any], by: Person) -> str:
            return self.url_of("change", reconcile_ledger(by=by, at=now()).pk)

        page = AdminAct(
            title="Check the books now",
            explains="Every entry, transfer and account is added up again, and every booking is "
            "held against them. It takes a few seconds and changes nothing in the books.",
            button="Check the books",
            form=ConfirmForm,
            act=act,
            back_url=self.url_of("changelist"),
        )
        return act_page(self, request, page)
