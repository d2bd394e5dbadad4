"""The mail that asks an address whether it wants the newsletter. Rule NL-2."""

from datetime import datetime, timedelta

from hub_portal.mail.services.letters import letter_from
from hub_portal.mail.services.outbox import put_all_in_outbox
from hub_portal.shared.links import placeholder, register_purpose
from newsletter.models import Subscription

OPT_IN_MAIL = "newsletter.opt_in"
OPT_IN = register_purpose("opt-in")

LINK_IS_MAILED_FOR = timedelta(days=2)


def opt_in(*, subscription: Subscription, at: datetime) -> None:
    """Ask for a yes; whoever did not leave the address need do nothing."""
    letter = letter_from(
        "newsletter/email/opt_in",
        {"link": placeholder(OPT_IN, subscription.pk, subscription.link_version)},
        dedupe_key=f"subscription:{subscription.pk}:opt_in:{subscription.last_opt_in_on}",
        kind=OPT_IN_MAIL,
        to=subscription.address,
        recipient=subscription.person,
        about=f"subscription:{subscription.pk}",
        expires_at=at + LINK_IS_MAILED_FOR,
    )
    put_all_in_outbox([letter], at=at)
