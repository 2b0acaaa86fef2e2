"""Barcodes as plain numbers: Code 128 as module widths, QR as rows of bits. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused

LONGEST_CODE128: Final = 48
LONGEST_QR: Final = 1200
QUIET_MODULES: Final = 10


@dataclass(frozen=True)
class Bars:
    """A Code 128 symbol: widths in modules of bar, gap, bar, gap … beginning and ending with a bar.

    The quiet zone (10 modules at each side) is not part of `widths`.
    """

    text: str
    widths: tuple[int, ...]

    @property
    def modules(self) -> int:
        """Width of the symbol in modules, without the quiet zones."""
        return sum(self.widths)


@dataclass(frozen=True)
class Matrix:
    """A QR symbol: rows of dark (True) and light (False) modules, without the quiet zone."""

    text: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """Modules along one side."""
        return len(self.rows)


def code128(text: str) -> Bars:
    """Encode a number or a short ASCII text as Code 128.

    Refuses an empty text, more than 48 characters and anything but printable ASCII.
    """
    from barcode.codex import Code128

    if not text or len(text) > LONGEST_CODE128 or not all(" " <= ch <= "~" for ch in text):
        raise Refused(N_("“{text}” cannot be printed as a barcode."), field="code", text=text[:60])
    bits: str = Code128(text).build()[0]
    return Bars(text, tuple(len(list(run)) for _bit, run in groupby(bits)))


def qr(text: str) -> Matrix:
    """Encode a text as a QR symbol with error level M; refuses nothing or more than 1,200 bytes."""
    import segno

    if not text or len(text.encode()) > LONGEST_QR:
        raise Refused(N_("“{text}” cannot be printed as a barcode."), field="code", text=text[:60])
    symbol = segno.make_qr(text, error="m", boost_error=False)
    return Matrix(text, tuple(tuple(bool(bit) for bit in row) for row in symbol.matrix))
