"""Programmes, cohorts and booking."""

from datetime import time
from typing import Any

from django.apps import AppConfig


class CpdConfig(AppConfig):
    name = "cpd"
    verbose_name = "Courses and booking"

    def ready(self) -> None:
        """Tell the books, the outbox and the clock what this app adds to them."""
        from cpd.models import JoiningDetails
        from cpd.services import (
            approving,
            joining_mail_kinds,
            leaving,
            ledger_words,
            mail_kinds,
            merging,
            proofs,
            running_lists,
            texts,
        )
        from cpd.services.year_so_far import year_so_far
        from cpd.views import navigation
        from credits.services import registry
        from hub_portal.clock.services.due import daily, register_due
        from hub_portal.files.services.pictures import register_texts
        from hub_portal.shared.append_only import register_append_only
        from hub_portal.shared.context import register_nav
        from hub_portal.shared.to_do import register_to_do

        for kind in ledger_words.KINDS:
            registry.register_describer(kind, ledger_words.describe)
        registry.register_cheapest_place(ledger_words.cheapest_place)
        registry.register_proof("bookings", proofs.differences)
        mail_kinds.register_mail_kinds()
        joining_mail_kinds.register_joining_mails()
        approving.register_cpd_part()
        registry.register_year_so_far(year_so_far)
        leaving.register_cpd_part()
        merging.register_cpd_part()
        register_append_only(JoiningDetails)
        register_texts(texts.where_a_picture_stands)
        _register_tickets()
        _register_invoices()
        _register_running_courses()
        register_due("cpd.settling", daily("cpd.settle_finished", time(3, 0)))
        register_due("cpd.waiting_lists", running_lists.what_is_due)
        register_due("cpd.waiting_lists_daily", daily(running_lists.TASK, time(7, 0)))
        register_due("cpd.absences", daily("cpd.tell_of_absences", time(8, 0)))
        register_due("cpd.evaluations", daily("cpd.ask_for_evaluations", time(9, 0)))
        register_due("cpd.certificates", daily("cpd.issue_certificates", time(10, 0)))
        register_due("cpd.answers", daily("cpd.forget_who_answered", time(3, 35)))
        register_due("cpd.reasons", daily("cpd.forget_old_reasons", time(3, 30)))
        register_nav("main", navigation.courses, order=20)
        register_nav("main", navigation.bookings, order=30)
        register_nav("main", navigation.organising, order=35)
        register_nav("footer", navigation.certificates, order=60)
        register_to_do(
            "cpd.offers", rows=navigation.offers_to_answer, words=navigation.say_offers, order=5
        )
        register_to_do(
            "cpd.to_name",
            rows=navigation.places_to_name,
            words=navigation.say_places_to_name,
            order=10,
        )
        _register_delegates()


def _register_tickets() -> None:
    """What Fabulinus Tickets add: mails, the clock, lists of graduates, what waits at a school."""
    from cpd.services import ticket_imports, ticket_mail
    from cpd.views import navigation
    from hub_portal.clock.services.due import daily, register_due
    from hub_portal.clock.services.jobs import register_job
    from hub_portal.files.services.reading import register_reader
    from hub_portal.shared.to_do import register_to_do

    ticket_mail.register_ticket_mails()
    register_due("cpd.tickets_past", daily("cpd.expire_tickets", time(0, 10)))
    register_due("cpd.ticket_reminders", daily("cpd.remind_of_tickets", time(8, 0)))
    register_reader(ticket_imports.GRADUATES_FILE, _only_hub_managers)
    register_job(
        ticket_imports.ISSUING_JOB,
        ticket_imports.issue_as_job,
        title="Issuing tickets",
        unit="row",
        leads_to=ticket_imports.where_tickets_are,
    )
    register_to_do(
        "cpd.tickets",
        rows=navigation.colleagues_with_tickets,
        words=navigation.say_colleagues_with_tickets,
        order=15,
    )


def _register_invoices() -> None:
    """What is to be invoiced is written once and never changed."""
    from cpd.models import InvoiceLine
    from hub_portal.shared.append_only import register_append_only

    register_append_only(InvoiceLine)


def _register_running_courses() -> None:
    """Lists of courses that were run without the portal before: who reads them, who saves them."""
    from cpd.services import cohort_imports
    from hub_portal.clock.services.jobs import register_job
    from hub_portal.files.services.reading import register_reader

    register_reader(cohort_imports.COHORTS_FILE, _only_hub_managers)
    register_job(
        cohort_imports.SAVING_JOB,
        cohort_imports.save_as_job,
        title="Adding running courses",
        unit="row",
        leads_to=cohort_imports.where_cohorts_are,
    )


def _only_hub_managers(reader: Any, stored: Any) -> bool:
    """Whose answer it is to give out what the hub has uploaded for itself."""
    return bool(getattr(reader, "is_hub_manager", False))


def _register_delegates() -> None:
    """What is there for delegates: their pages, their mails by the clock, what is held of them."""
    from cpd.services import delegate_mail_kinds, digests, privacy, privacy_of_courses
    from cpd.views import navigation
    from hub_portal.clock.services.due import daily, register_due
    from hub_portal.shared.context import register_nav
    from hub_portal.shared.to_do import register_to_do

    delegate_mail_kinds.register_delegate_mail_kinds()
    privacy.register()
    privacy_of_courses.register()
    register_due("cpd.needs", daily("cpd.forget_old_needs", time(3, 40)))
    register_due("cpd.reminders", daily("cpd.send_reminders", time(8, 0)))
    register_due("cpd.digests", digests.digests_due)
    register_nav("main", navigation.own_courses, order=10)
    register_nav("account", navigation.own_courses_of_a_rep, order=10)
    register_nav("account", navigation.own_needs, order=20)
    register_to_do(
        "cpd.apologies",
        rows=navigation.delegates_who_cannot_come,
        words=navigation.say_delegates_who_cannot_come,
        order=5,
    )
    register_to_do(
        "cpd.asked",
        rows=navigation.places_asked_for,
        words=navigation.say_places_asked_for,
        order=15,
    )
