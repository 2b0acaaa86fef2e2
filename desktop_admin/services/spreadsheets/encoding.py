"""Which encoding a text table is in: marks first, then strict UTF-8, then GB18030 against Big5."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets.cells import MIB, Limits

ENCODINGS = ("utf-8-sig", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")
SAMPLE = 64 * 1024

# The commonest characters of shop tables that are written differently in the two scripts.
_SIMPLIFIED = frozenset(
    "会员电话号码订单额时间类单价数门积额销级购买备实际记录优惠换礼张陈刘黄杨赵吴东"
)
_TRADITIONAL = frozenset(
    "會員電話號碼訂單額時間類單價數門積額銷級購買備實際記錄優惠換禮張陳劉黃楊趙吳東"
)


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes of a file tells."""

    sha256: str
    size: int
    lines: int
    encoding: str
    confidence: float


def scan(path: Path, limits: Limits) -> Scan:
    """Hash the file, count its lines and guess its encoding in one pass, in constant memory.

    Refuses bytes that are no text (NUL outside UTF-16) and lines without end.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        marked = _marked(head) or _unmarked_utf16(head)
        found = _Pass(file, marked, limits)
    if marked:
        return Scan(found.sha256, found.size, found.lines, marked, 1.0)
    if found.utf8:
        return Scan(found.sha256, found.size, found.lines, "utf-8-sig", 1.0)
    encoding, confidence = guess(bytes(found.sample))
    return Scan(found.sha256, found.size, found.lines, encoding, confidence)


class _Pass:
    def __init__(self, file: BinaryIO, marked: str, limits: Limits) -> None:
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        wide = marked.startswith("utf-16")
        self.utf8 = not wide
        self.sample = bytearray()
        self.size = self.lines = 0
        unbroken = 0
        while chunk := file.read(MIB):
            digest.update(chunk)
            self.size += len(chunk)
            self.lines += chunk.count(b"\n") or chunk.count(b"\r")
            unbroken = 0 if b"\n" in chunk or b"\r" in chunk else unbroken + len(chunk)
            if unbroken > limits.line_bytes:
                raise Refused(N_("The file has a line without end; it is not a table."))
            if wide:
                continue
            if b"\0" in chunk:
                raise Refused(N_("The file contains bytes that are no text; it is not a table."))
            if self.utf8:
                self.utf8 = _decodes(decoder, chunk)
            self._keep(chunk)
        self.utf8 = self.utf8 and (wide or _decodes(decoder, b"", final=True))
        self.sha256 = digest.hexdigest()

    def _keep(self, chunk: bytes) -> None:
        """Keep whole lines that are not plain ASCII, up to the size of a sample."""
        if len(self.sample) >= SAMPLE or chunk.isascii():
            return
        lines = chunk.splitlines(keepends=True)
        whole = lines[(self.size > len(chunk)) : -1] or lines
        for line in whole:
            if not line.isascii():
                self.sample += line
                if len(self.sample) >= SAMPLE:
                    return


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _marked(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return ""


def _unmarked_utf16(head: bytes) -> str:
    """Recognise UTF-16 without a mark by the zero halves of its ASCII characters."""
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd * 5 > pairs and even * 20 < odd:
        return "utf-16-le"
    if even * 5 > pairs and odd * 20 < even:
        return "utf-16-be"
    return ""


def guess(sample: bytes) -> tuple[str, float]:
    """Choose between GB18030, Big5, damaged UTF-8 and Western text; confidence from 0 to 1."""
    damaged = sample.decode("utf-8", "replace")
    broken = damaged.count("\ufffd")
    high = sum(ch > "\x7f" for ch in damaged)
    if high and broken * 10 <= high:
        return "utf-8-sig", 0.4
    chinese, gb = _score(sample, "gb18030", _gb_common, _SIMPLIFIED)
    taiwanese, big5 = _score(sample, "big5hkscs", _big5_common, _TRADITIONAL)
    if max(gb, big5) < 0.4:
        return "cp1252", 0.3
    characters = max(chinese, taiwanese)
    certainty = min(1.0, abs(gb - big5) * 2.5) * min(1.0, 0.4 + characters / 20)
    return ("gb18030" if gb >= big5 else "big5hkscs"), round(certainty, 2)


def _score(
    sample: bytes, encoding: str, common: tuple[range, range, range], usual: frozenset[str]
) -> tuple[int, float]:
    """Answer the two-byte characters and the share of them that people really use."""
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return 0, 0.0
    leads, signs, trails = common
    count = frequent = 0
    for ch in text:
        if ch < "\x80":
            continue
        count += 1
        raw = ch.encode(encoding)
        if len(raw) == 2 and raw[1] in trails and (raw[0] in leads or raw[0] in signs):
            frequent += 1
    if not count:
        return 0, 0.0
    known = sum(ch in usual for ch in text)
    return count, min(1.0, frequent / count + known / count)


# Lead bytes of the everyday characters (level 1), lead bytes of signs, trail bytes.
_gb_common = (range(0xB0, 0xD8), range(0xA1, 0xA4), range(0xA1, 0xFF))
_big5_common = (range(0xA4, 0xC7), range(0xA1, 0xA4), range(0x40, 0xFF))
