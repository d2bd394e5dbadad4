"""A QR code as one path of inline SVG: no image address, so the content policy stays strict."""

from dataclasses import dataclass

import qrcode  # comes with allauth's second step, whose codes these are

QUIET = 4  # empty modules around the code, as ISO 18004 asks


@dataclass(frozen=True)
class QrCode:
    """`size` modules a side, quiet zone included; `path` draws the dark ones, each 1 by 1."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of a text, each run of dark modules drawn as one bar."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    bars = [bar for y, row in enumerate(rows) for bar in _bars(y, row)]
    return QrCode(size=len(rows), path="".join(bars))


def _bars(y: int, row: list[bool]) -> list[str]:
    bars, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            bars.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return bars
