import re

import qrcode

from hub_portal.shared.qr import QUIET, qr_code


def test_qr_code_draws_exactly_the_dark_modules_of_its_text():
    text = "otpauth://totp/Hub:rep@school.example?secret=ABCDEFGH"
    expected = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_M)
    expected.add_data(text)
    dark = {
        (x, y)
        for y, row in enumerate(expected.get_matrix())
        for x, is_dark in enumerate(row)
        if is_dark
    }

    code = qr_code(text)

    drawn = {
        (x, int(y))
        for start, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path)
        for x in range(int(start), int(start) + int(width))
    }
    assert drawn == dark
    assert code.size == len(expected.get_matrix())
