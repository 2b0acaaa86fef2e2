"""Text that a spreadsheet would take for a formula, made harmless on the way out and back.

OWASP and ASVS 1.2.10: a cell that begins with = + - @ tab or carriage return can run as a formula
when the file is opened; the full-width forms and leading spaces are treated alike.  Only text is
touched, never a number.
"""

from __future__ import annotations

import re

LONGEST = 32_767  # characters in a cell

# Quotes are skipped too, so that taking one away gives back exactly what was written.
_DANGEROUS = re.compile(r"[\s'\u200b\ufeff]*(?:[=+\-@＝＋－＠]|[\t\r\n\0])")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def is_dangerous(text: str) -> bool:
    """Say whether a spreadsheet could take this text for a formula."""
    return not text[:1].isalnum() and _DANGEROUS.match(text) is not None


def neutral(text: str) -> str:
    """Put a ' before text that could be taken for a formula; `original` takes it away again."""
    return f"'{text}" if is_dangerous(text) else text


def original(text: str) -> str:
    """Take away the one ' that stands before text that could be taken for a formula."""
    if text[:1] == "'" and _DANGEROUS.match(text, 1):
        return text[1:]
    return text


def clean(text: str) -> str:
    """Drop characters no workbook can hold, make line ends plain, cut what no cell can hold."""
    if len(text) <= LONGEST and text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub(" ", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
