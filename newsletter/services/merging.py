"""What the newsletter has of a person, when two records become one. Rule PE-5."""

from newsletter.models import Subscription
from schools.services.merging import AppsPart, OwnRows, register_merging


def register_newsletter_part() -> None:
    """Addresses go over with what they said; one that said no still says it for the person."""
    rows = (OwnRows("newsletter address", Subscription, "person"),)
    register_merging("newsletter", AppsPart(rows=rows))
