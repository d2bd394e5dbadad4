"""Programmes, cohorts and booking."""

from datetime import time

from django.apps import AppConfig


class CpdConfig(AppConfig):
    name = "cpd"
    verbose_name = "Courses and booking"

    def ready(self) -> None:
        """Tell the books, the outbox and the clock what this app adds to them."""
        from cpd.services import (
            approving,
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
        from hub_portal.shared.context import register_nav
        from hub_portal.shared.to_do import register_to_do

        registry.register_describer("booking", ledger_words.describe)
        registry.register_describer("booking_request", ledger_words.describe)
        registry.register_cheapest_place(ledger_words.cheapest_place)
        registry.register_proof("bookings", proofs.differences)
        mail_kinds.register_mail_kinds()
        approving.register_cpd_part()
        registry.register_year_so_far(year_so_far)
        leaving.register_cpd_part()
        merging.register_cpd_part()
        register_texts(texts.where_a_picture_stands)
        register_due("cpd.settling", daily("cpd.settle_finished", time(3, 0)))
        register_due("cpd.waiting_lists", running_lists.what_is_due)
        register_due("cpd.waiting_lists_daily", daily(running_lists.TASK, time(7, 0)))
        register_due("cpd.reasons", daily("cpd.forget_old_reasons", time(3, 30)))
        register_nav("main", navigation.courses, order=20)
        register_nav("main", navigation.bookings, order=30)
        register_to_do(navigation.offers_to_answer, order=5)
        register_to_do(navigation.places_to_name, order=10)
