"""Funding, allocation, the ledger."""

from django.apps import AppConfig


class CreditsConfig(AppConfig):
    name = "credits"
    verbose_name = "Hub credits"

    def ready(self) -> None:
        """Guard the books in the database itself, and offer a school its credits."""
        from credits import navigation
        from credits.models import AllocationLine, BooksCheck, JournalEntry, Transfer
        from credits.services.triggers import totals_guard
        from hub_portal.shared import append_only
        from hub_portal.shared.context import register_nav

        for model in (JournalEntry, Transfer, AllocationLine, BooksCheck):
            append_only.register_append_only(model)
        for guard in totals_guard():
            append_only.register_guard(guard)
        register_nav("main", navigation.credits, order=40)
