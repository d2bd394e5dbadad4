"""The certificate as a document: A4 across, tagged, with the code to check it. Rule BK-12."""

from collections.abc import Sequence

from django.conf import settings

from cpd.models import Certificate
from hub_portal.mail.services.kinds import MadeAttachment
from hub_portal.shared.pdf import render_pdf

TEMPLATE = "cpd/pdf/certificate.html"


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate as it is printed; what it says is frozen on its row."""
    return render_pdf(TEMPLATE, facts_of(certificate), title=title_of(certificate))


def facts_of(certificate: Certificate) -> dict[str, object]:
    """What the template of a certificate is given."""
    return {"certificate": certificate, "address": address_of(certificate)}


def title_of(certificate: Certificate) -> str:
    return f"Certificate of attendance: {certificate.title}"


def address_of(certificate: Certificate) -> str:
    """Where anybody can check it."""
    return f"{settings.PORTAL_URL}/certificates/{certificate.number}/"


def certificate_attached(about: str) -> Sequence[MadeAttachment]:
    """What goes with the mail about "certificate:12"."""
    certificate = Certificate.objects.get(pk=int(about.partition(":")[2]))
    return [
        MadeAttachment(
            name="certificate.pdf",
            content_type="application/pdf",
            content=certificate_pdf(certificate),
        )
    ]
