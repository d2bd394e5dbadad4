"""How long a session lasts, and what is kept in it to know."""

from datetime import datetime

from django.http import HttpRequest

from schools.models import HubProfile, Person
from schools.services.sign_in import STAFF_AT_MOST

SHARED_COMPUTER = "shared_computer"
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
A_DAY = 24 * 60 * 60


def begin_session(request: HttpRequest, *, person: Person, at: datetime) -> None:
    """How long this session lasts: the browser's on a shared computer, else the hub's days.

    The hub's own people are signed out sooner (see `schools.middleware`).
    """
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = at.timestamp()
    if request.session.get(SHARED_COMPUTER):
        request.session.set_expiry(0)
    elif person.is_staff:
        request.session.set_expiry(int(STAFF_AT_MOST.total_seconds()))
    else:
        days = HubProfile.objects.values_list("sign_in_days", flat=True).get(pk=1)
        request.session.set_expiry(days * A_DAY)
