"""Programmes, cohorts and booking."""

from datetime import time

from django.apps import AppConfig


class CpdConfig(AppConfig):
    name = "cpd"
    verbose_name = "Courses and booking"

    def ready(self) -> None:
        """Tell the books, the outbox and the clock what this app adds to them."""
        from cpd.services import leaving, ledger_words, mail_kinds, merging, proofs, texts
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
        leaving.register_cpd_part()
        merging.register_cpd_part()
        register_texts(texts.where_a_picture_stands)
        register_due("cpd.settling", daily("cpd.settle_finished", time(3, 0)))
        register_due("cpd.absences", daily("cpd.tell_of_absences", time(8, 0)))
        register_due("cpd.evaluations", daily("cpd.ask_for_evaluations", time(9, 0)))
        register_due("cpd.certificates", daily("cpd.issue_certificates", time(10, 0)))
        register_due("cpd.answers", daily("cpd.forget_who_answered", time(3, 35)))
        register_due("cpd.reasons", daily("cpd.forget_old_reasons", time(3, 30)))
        register_nav("main", navigation.courses, order=20)
        register_nav("main", navigation.bookings, order=30)
        register_nav("main", navigation.organising, order=35)
        register_nav("footer", navigation.certificates, order=60)
        register_to_do(navigation.places_to_name, order=10)
