"""Barcodes: what is encoded is what a scanner reads."""

from __future__ import annotations

from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from desktop_admin.services.barcodes import QUIET_MODULES, Bars, Matrix, code128, qr
from desktop_admin.services.errors import Refused


def picture_of_bars(bars: Bars, scale: int = 3) -> Image.Image:
    """Paint the widths with quiet zones."""
    image = Image.new("L", ((bars.modules + 2 * QUIET_MODULES) * scale, 60), 255)
    x, dark = QUIET_MODULES * scale, True
    for width in bars.widths:
        if dark:
            image.paste(0, (x, 0, x + width * scale, 60))
        x, dark = x + width * scale, not dark
    return image


def picture_of_matrix(matrix: Matrix, scale: int = 4) -> Image.Image:
    """Paint the modules with a quiet zone of four."""
    image = Image.new("L", ((matrix.size + 8) * scale,) * 2, 255)
    for y, row in enumerate(matrix.rows):
        for x, dark in enumerate(row):
            if dark:
                left, top = (x + 4) * scale, (y + 4) * scale
                image.paste(0, (left, top, left + scale, top + scale))
    return image


@pytest.mark.parametrize("text", ["R20261121000123", "0", "123456", "A-1/b 2", "PK-0001-88"])
def test_a_code128_reads_back(text):
    found = zxingcpp.read_barcodes(picture_of_bars(code128(text)))
    assert [(b.text, b.format) for b in found] == [(text, zxingcpp.BarcodeFormat.Code128)]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24))
def test_any_printable_text_reads_back(text):
    found = zxingcpp.read_barcodes(picture_of_bars(code128(text)))
    assert [b.text for b in found] == [text]


def test_bars_begin_and_end_dark():
    bars = code128("R1")
    assert len(bars.widths) % 2 == 1
    assert bars.modules == sum(bars.widths)


@pytest.mark.parametrize("text", ["", "兑换单", "x" * 49, "a\nb", "é", "٣"])
def test_what_cannot_be_a_barcode_is_refused(text):
    with pytest.raises(Refused) as refused:
        code128(text)
    assert refused.value.field == "code"


@pytest.mark.parametrize("text", ["会员 8812", "https://shop.example/a?b=1", "9f" * 32])
def test_a_qr_reads_back(text):
    kind: Any = zxingcpp.BarcodeFormat.QRCode
    found = zxingcpp.read_barcodes(picture_of_matrix(qr(text)), kind)
    assert [b.text for b in found] == [text]


@pytest.mark.parametrize("text", ["", "x" * 1201, "好" * 401])
def test_what_cannot_be_a_qr_is_refused(text):
    with pytest.raises(Refused):
        qr(text)
