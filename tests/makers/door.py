"""Delegates' codes at the door.

code = code_of(booking)                     # what the organiser's device reads
check_in(code=code, session_id=…, by=cohort.organiser, at=ON_THE_DAY)
"""

from cpd.services.check_in import check_in
from cpd.services.door_codes import places_with_codes, token_of
from tests.makers.registers import ON_THE_DAY, sessions_of


def code_of(booking):
    """The code of a place as it is now."""
    return token_of(places_with_codes().get(pk=booking.pk))


def scan(cohort, code, *, session=None, by=None, at=ON_THE_DAY, scanned_at=None):
    """The organiser scans a code, a booking's or any text, at the first session."""
    return check_in(
        code=code if isinstance(code, str) else code_of(code),
        session_id=(session or sessions_of(cohort)[0]).pk,
        by=by or cohort.organiser,
        at=at,
        scanned_at=scanned_at,
    )
