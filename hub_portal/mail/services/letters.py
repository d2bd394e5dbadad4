"""A letter from its templates: what every writer of a mail puts together in the same way."""

from collections.abc import Mapping
from typing import Any

from hub_portal.mail.services.outbox import Letter
from hub_portal.mail.services.rendering import render_mail


def letter_from(template_prefix: str, context: Mapping[str, Any], **words: Any) -> Letter:
    """A letter with the words of its templates ("cpd/email/booked") in this context.

    Takes the other fields of `Letter`: `dedupe_key`, `kind`, `to`, `about` and what else it needs.
    """
    rendered = render_mail(template_prefix, context)
    return Letter(subject=rendered.subject, text=rendered.text, html=rendered.html, **words)
