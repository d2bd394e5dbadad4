"""An address that takes no mail: after two bounces on two days it gets no more newsletters.

Rule NL-3. A bounce is the mail server's answer to a mail of ours, or a report that came afterwards
and names one (`hearing`): either way it is counted here. Mails about bookings, tickets and
approvals are still tried: they matter, and the hub sees which fail.
"""

from contextlib import suppress as passing_over
from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.db.models import Max

from hub_portal.mail.choices import Failure, Status, SuppressedFor
from hub_portal.mail.errors import AlreadySuppressed
from hub_portal.mail.models import Delivery, Suppression
from hub_portal.mail.services.suppressions import suppress
from hub_portal.shared.london import london_date

DAYS_OF_BOUNCES = 2
REASON = "Mail to it bounced on two different days. The mail server said: {answer}"


def suppress_when_it_bounces_again(delivery: Delivery, *, answer: str, at: datetime) -> bool:
    """Keep newsletters from an address whose mail has bounced on two days; whether it is now.

    Counted are the bounces since a mail last reached it, and since the hub last let it go again.
    In the transaction that notes this one.
    """
    address = delivery.to.lower()
    if Suppression.objects.in_force().filter(address=address).exists():
        return False
    if len(_days_of_bounces(delivery.to)) < DAYS_OF_BOUNCES:
        return False
    keep_newsletters_from(address, reason=REASON.format(answer=answer), at=at)
    return True


def keep_newsletters_from(address: str, *, reason: str, at: datetime) -> None:
    """The portal itself keeps newsletters from an address, if nothing is kept from it yet."""
    with passing_over(AlreadySuppressed):  # by somebody else, at this moment
        suppress(
            address=address,
            suppressed_for=SuppressedFor.BULK,
            reason=reason[:500],
            by=get_user_model().objects.portal(),
            at=at,
        )


def _days_of_bounces(address: str) -> set[date]:
    """The London days on which mail to an address bounced and that still count.

    The day is that of the sending, whenever the report of it came.
    """
    of_the_address = Delivery.objects.filter(to=address)
    reached = of_the_address.filter(status=Status.SENT).aggregate(at=Max("finished_at"))["at"]
    lifted = Suppression.objects.filter(address=address.lower()).aggregate(at=Max("lifted_at"))[
        "at"
    ]
    bounced = of_the_address.filter(status=Status.FAILED, failure=Failure.BOUNCED)
    for since in filter(None, (reached, lifted)):
        bounced = bounced.filter(finished_at__gt=since)
    return {london_date(at) for at in bounced.values_list("finished_at", flat=True) if at}
