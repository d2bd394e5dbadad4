"""A QR code as one path of inline SVG: no image address, so the content policy stays strict."""

from dataclasses import dataclass
from itertools import groupby

import qrcode  # comes with allauth's second step, whose codes these are

QUIET = 4  # empty modules around the code, as ISO 18004 asks


@dataclass(frozen=True)
class QrCode:
    """`size` modules a side, quiet zone included; `path` is to be stroked one module wide."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of a text: each row one line, pen down over what is dark.

    Strokes are a third of the size of boxes, and a sheet of badges holds hundreds of codes.
    """
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return QrCode(size=len(rows), path="".join(_line(y, row) for y, row in enumerate(rows)))


def _line(y: int, row: list[bool]) -> str:
    """“M4 4.5h7m1 0h2”: where a row's first dark module is, then how far dark and light go."""
    runs = [(is_dark, len(list(modules))) for is_dark, modules in groupby(row)]
    if len(runs) == 1:
        return ""
    [(_, quiet), *rest] = runs
    moves = [f"h{length}" if is_dark else f"m{length} 0" for is_dark, length in rest[:-1]]
    return f"M{quiet} {y}.5{''.join(moves)}"
