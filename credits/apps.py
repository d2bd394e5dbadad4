"""Funding, allocation, the ledger."""

from django.apps import AppConfig


class CreditsConfig(AppConfig):
    name = "credits"
    verbose_name = "Hub credits"

    def ready(self) -> None:
        """Guard the books in the database itself."""
        from credits.models import AllocationLine, BooksCheck, JournalEntry, Transfer
        from credits.services.triggers import totals_guard
        from hub_portal.shared import append_only

        for model in (JournalEntry, Transfer, AllocationLine, BooksCheck):
            append_only.register_append_only(model)
        for guard in totals_guard():
            append_only.register_guard(guard)
