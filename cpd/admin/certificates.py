"""Certificates in the admin: looked at, printed anew, withdrawn. Rule BK-12."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cpd.forms.certificates import ReplaceForm
from cpd.models import Certificate
from cpd.services.certificates import replace_certificate, withdraw_certificate
from cpd.services.exporting import CERTIFICATES, record_certificates_taken
from hub_portal.shared.admin_acts import AdminAct, OwnPage, ReadOnlyAdmin, ReasonForm, act_page
from hub_portal.shared.exports import export_response
from hub_portal.shared.london import now
from hub_portal.shared.wording import plain_day
from schools.access import TakesListsAway
from schools.models import Person


@admin.register(Certificate)
class CertificateAdmin(TakesListsAway, ReadOnlyAdmin):
    """Every certificate, with what became of it."""

    list_display = ("number_in_groups", "printed_name", "title", "dates", "hours", "status")
    list_filter = ("status", "cohort__programme__kind")
    search_fields = ("number", "printed_name", "title", "booking__school__name")
    search_help_text = "A number, a name, a course or a school"
    date_hierarchy = "issued_at"
    ordering = ("-issued_at", "-pk")
    list_per_page = 50
    change_form_template = "admin/cpd/certificate.html"
    change_list_template = "admin/cpd/certificates.html"
    fields = (
        "number_in_groups",
        "printed_name",
        "person",
        ("title", "cohort"),
        ("dates", "hours"),
        "booking",
        "status",
        ("issued_by", "issued_at"),
        ("ended_by", "ended_at", "reason"),
        "replaces",
    )

    @admin.display(description="number", ordering="number")
    def number_in_groups(self, certificate: Certificate) -> str:
        return certificate.number_in_groups

    @admin.display(description="dates", ordering="from_on")
    def dates(self, certificate: Certificate) -> str:
        first, last = plain_day(certificate.from_on), plain_day(certificate.to_on)
        return first if first == last else f"{first} to {last}"

    # ---- Taking the list away -------------------------------------------------------------------

    def own_pages(self) -> list[OwnPage]:
        return [
            ("certificates.csv", self.take_away_csv, "csv"),
            ("certificates.xlsx", self.take_away_xlsx, "xlsx"),
            ("<int:pk>/replace/", self.replace, "replace"),
            ("<int:pk>/withdraw/", self.withdraw, "withdraw"),
        ]

    def take_away(
        self, request: HttpRequest, form: str, by: Person, pk: int = 0
    ) -> HttpResponseBase:
        """What the list shows with its filters; that it was taken is kept. Rule XX-1."""
        shown = self.get_changelist_instance(request).get_queryset(request)
        record_certificates_taken(form=form, by=by, at=now())
        rows = shown.select_related("booking__school")
        return export_response(form, name="certificates", columns=CERTIFICATES, rows=rows)

    # ---- Acts -----------------------------------------------------------------------------------

    def replace(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Print a certificate anew: the name put right, the hours of today."""
        certificate = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> str:
            new = replace_certificate(
                certificate_id=pk,
                printed_name=given["printed_name"],
                reason=given["reason"],
                by=by,
                at=now(),
            )
            return self.url_of("change", new.pk)

        page = AdminAct(
            title="Print it anew",
            explains="A new certificate with a new number is mailed, with the hours the registers "
            "say today. This one says from now on that it was replaced.",
            button="Replace it",
            form=ReplaceForm,
            act=act,
            initial={"printed_name": certificate.printed_name},
            facts=self._facts(certificate),
            done="This is the new certificate.",
            back_url=self.url_of("change", pk),
            back_label=certificate.number_in_groups,
        )
        return act_page(self, request, page)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say that a certificate counts no longer."""
        certificate = self.row(request, pk)

        def act(given: dict[str, Any], by: Person) -> None:
            withdraw_certificate(certificate_id=pk, reason=given["reason"], by=by, at=now())

        page = AdminAct(
            title="Withdraw this certificate",
            explains="Whoever checks the number reads that it was withdrawn. The holder is told, "
            "and reads the reason. It cannot be undone.",
            button="Withdraw it",
            form=ReasonForm,
            act=act,
            facts=self._facts(certificate),
            done="The certificate is withdrawn.",
            is_dangerous=True,
            back_url=self.url_of("change", pk),
            back_label=certificate.number_in_groups,
        )
        return act_page(self, request, page)

    def _facts(self, certificate: Certificate) -> list[tuple[str, object]]:
        return [
            ("Number", certificate.number_in_groups),
            ("Name as printed", certificate.printed_name),
            ("Course", certificate.title),
            ("Dates", self.dates(certificate)),
            ("Hours", certificate.hours),
            ("Now", certificate.get_status_display()),
        ]
