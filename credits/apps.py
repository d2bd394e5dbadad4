"""Funding, allocation, the ledger."""

from datetime import time
from typing import Any

from django.apps import AppConfig
from django.urls import reverse


class CreditsConfig(AppConfig):
    name = "credits"
    verbose_name = "Hub credits"

    def ready(self) -> None:
        """Guard the books in the database itself, and tell the ground floor what is here."""
        from credits import emails, navigation
        from credits.models import (
            AllocationLine,
            AllocationOmission,
            BooksCheck,
            JournalEntry,
            Transfer,
        )
        from credits.services import (
            approvals,
            approvals_due,
            big_allocations,
            leaving,
            opening_figures,
            privacy,
        )
        from credits.services.triggers import totals_guard
        from hub_portal.clock.services.due import daily, register_due
        from hub_portal.clock.services.jobs import register_job
        from hub_portal.files.services.reading import register_reader
        from hub_portal.mail.services.kinds import register_mail_kind
        from hub_portal.shared import append_only
        from hub_portal.shared.context import register_nav
        from hub_portal.shared.to_do import register_to_do

        for model in (JournalEntry, Transfer, AllocationLine, AllocationOmission, BooksCheck):
            append_only.register_append_only(model)
        for guard in totals_guard():
            append_only.register_guard(guard)
        leaving.register_credits_part()
        privacy.register()
        register_reader(opening_figures.OPENING_FILE, _only_hub_managers)
        register_nav("main", navigation.credits, order=40)
        register_to_do(
            "credits.approvals",
            rows=navigation.approvals_waiting,
            words=navigation.say_approvals_waiting,
            order=3,
        )
        for kind in (emails.APPROVAL_ASKED, emails.APPROVAL_LAPSES_SOON):
            register_mail_kind(kind, is_still_true=approvals.waits_still)
        register_due("credits.approvals", approvals_due.what_is_due)
        register_due("credits.approval_reminders", daily(approvals_due.REMIND, time(8, 0)))
        register_due("credits.books_check", daily("credits.reconcile", time(2, 30)))
        register_job(
            big_allocations.JOB,
            big_allocations.allocate_as_job,
            title="Sharing an instalment",
            unit="school",
            leads_to=_the_run,
        )


def _the_run(job: Any) -> str:
    """Where a job that shared an instalment leads to."""
    return reverse("admin:credits_allocationrun_change", args=[job.report["run"]])


def _only_hub_managers(reader: Any, stored: Any) -> bool:
    """Whose answer it is to give out what the hub has uploaded for itself."""
    return bool(getattr(reader, "is_hub_manager", False))
