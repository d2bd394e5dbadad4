"""What web, worker and beat ask before they begin to serve in production (security.md 7)."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from hub_portal.shared import readiness


def refuse_to_serve_unsafely() -> None:
    """Stop this process with a sentence when production is not fit to be served.

    Asked of the database once, when the process starts; `manage.py migrate` and restore, which
    must connect as the owner, do not come this way.

    Raises: ImproperlyConfigured
    """
    if not settings.PRODUCTION:
        return
    found = readiness.refusals(at=timezone.now())
    if found:
        reasons = "; ".join(f"{name}: {finding.says}" for name, finding in found.items())
        raise ImproperlyConfigured(f"The portal refuses to serve. {reasons}.")
