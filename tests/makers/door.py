"""Delegates' codes at the door.

code = code_of(booking)                     # what the organiser's device reads
check_in(code=code, session_id=…, by=cohort.organiser, at=ON_THE_DAY)
"""

import qrcode

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


def film_of(text, path, *, side=8, width=640, height=480, frames=20):
    """A film (YUV4MPEG2) of a code held into a camera, for a browser that plays it as one."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    grey = bytes([128]) * width
    above = (height - side * len(rows)) // 2
    left = (width - side * len(rows)) // 2
    lines = [grey] * above
    for row in rows:
        modules = b"".join(bytes([16 if dark else 235]) * side for dark in row)
        line = bytes([128]) * left + modules
        lines += [line + bytes([128]) * (width - len(line))] * side
    lines += [grey] * (height - len(lines))
    picture = b"".join(lines) + bytes([128]) * (width * height // 2)
    path.write_bytes(
        f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
        + (b"FRAME\n" + picture) * frames
    )
    return path
