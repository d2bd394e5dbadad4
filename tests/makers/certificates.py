"""Certificates, earned and issued.

certificate = make_certificate(cohort=cohort, school=..., rep=...)
"""

from cpd.models import Certificate
from cpd.services.certificates import issue_certificates
from tests.makers.evaluations import make_completed, the_morning_after


def issue(cohort):
    """Issue what was earned the morning after; the certificates of the cohort."""
    issue_certificates(at=the_morning_after(cohort))
    return list(Certificate.objects.filter(cohort=cohort).order_by("pk"))


def make_certificate(*, cohort, school, rep):
    """Somebody booked, there at every session, and certified."""
    make_completed(cohort=cohort, school=school, rep=rep)
    return issue(cohort)[-1]
