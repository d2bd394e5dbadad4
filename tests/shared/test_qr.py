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

    drawn = set()
    for line in code.path.split("M")[1:]:
        start, y, moves = re.fullmatch(r"(\d+) (\d+)\.5((?:[hm]\d+(?: 0)?)+)", line).groups()
        x = int(start)
        for pen, length in re.findall(r"([hm])(\d+)", moves):
            drawn |= {(x + step, int(y)) for step in range(int(length)) if pen == "h"}
            x += int(length)
    assert drawn == dark
    assert code.size == len(expected.get_matrix())
