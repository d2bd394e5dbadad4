"""The idempotency key of whoever books: done twice, a request is the same request. Rule BK-3."""

from datetime import datetime

from cpd.errors import RequestUsedOtherwise
from cpd.models import BookingRequest
from hub_portal.shared.insert_new import insert_new
from schools.models import Person


def request_by_key(
    *,
    key: str,
    fingerprint: str,
    cohort_id: int,
    school_id: int | None = None,
    by: Person,
    at: datetime,
) -> tuple[BookingRequest, bool]:
    """The request of this key, and whether it is new: the first lock of whatever takes places.

    Raises: RequestUsedOtherwise for the same key with other contents, or of somebody else.
    """
    request = BookingRequest(
        key=key,
        fingerprint=fingerprint,
        school_id=school_id,
        cohort_id=cohort_id,
        made_by=by,
        made_at=at,
    )
    if insert_new([request], key="key"):
        return request, True
    known = BookingRequest.objects.get(key=key)
    if known.fingerprint != fingerprint or known.made_by_id != by.pk:
        raise RequestUsedOtherwise
    return known, False
