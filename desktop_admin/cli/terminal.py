"""What a command says: progress on a terminal, results as text or JSON, one sentence where it cannot go on."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from desktop_admin.i18n import _

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database

_NEVER_FIRST = "，。、；：！？）》”…"
_EVERY = 0.1  # seconds between two lines of progress


class BadInput(Exception):
    """What was typed cannot be meant; the sentence says what to do."""


class Terminal:
    """Where a command speaks."""

    cancelled = False  # an import asks; Ctrl+C stops it instead

    def __init__(self) -> None:
        self.as_json = self.quiet = False
        self.opening = True  # until the database is open, trouble is about what was typed
        self._last = 0.0
        self._shown = 0
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")

    # -- results

    def tell(self, result: Mapping[str, Any], text: str | Sequence[str] = "") -> None:
        """The result: as JSON where it was asked for, else the text."""
        self._wipe()
        if self.as_json:
            import json  # not where the window is opened

            from desktop_admin.services import codec  # what records and days look like in JSON

            print(json.dumps(codec.plain(dict(result)), ensure_ascii=False, indent=2))
        elif text:
            print(text if isinstance(text, str) else "\n".join(text))

    def table(self, titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> list[str]:
        """Lines of a table, figures at the right; Chinese letters take two places."""
        widths = [max([wide(row[n]) for row in (titles, *rows)] or [0]) for n in range(len(titles))]
        lines = []
        for row in (titles, *rows):
            cells = [_put(cell, width, right) for cell, width, right in zip(row, widths, numbers, strict=True)]
            lines.append("  ".join(cells).rstrip())
        lines.insert(1, "  ".join("-" * width for width in widths))
        return lines

    def complain(self, sentence: str) -> None:
        """One plain sentence on stderr."""
        self._wipe()
        print(" ".join(sentence.split()), file=sys.stderr)

    # -- progress

    def __call__(self, done: int, total: int = 0, text: str = "") -> None:
        """Show how far it has come, on a terminal only."""
        if not self._watched() or (time.monotonic() - self._last < _EVERY and done != total):
            return
        self._last = time.monotonic()
        share = f"{100 * done // total:3d} %" if total else f"{done:,}"
        line = f"{share}  {_(text) if text else ''}"[:78]
        print(f"\r{line:<{self._shown}}", end="", file=sys.stderr, flush=True)
        self._shown = max(self._shown, len(line))

    def count(self, done: int) -> None:
        """Progress of which nobody knows the end."""
        self(done)

    def _watched(self) -> bool:
        stream: TextIO | None = sys.stderr
        return not self.as_json and not self.quiet and stream is not None and stream.isatty()

    def _wipe(self) -> None:
        if self._shown:
            print(f"\r{'':<{self._shown}}\r", end="", file=sys.stderr, flush=True)
            self._shown = 0

    # -- the shop

    @contextmanager
    def shop(self, url: str) -> Iterator[Database]:
        """The shop's database, open for the time of the command."""
        from desktop_admin import i18n
        from desktop_admin.services import news
        from desktop_admin.services.database.database import Database

        database = Database.open(needed(url))
        self.opening = False
        try:
            i18n.use_time_zone(database.shop.zone())
            news.tell(database)
            yield database
        finally:
            database.close()


def needed(url: str) -> str:
    """The URL that was given."""
    if not url:
        raise BadInput(_("Name the database with --database URL (or a file), or in POINTSDESK_DATABASE."))
    return url


def wide(text: str) -> int:
    """How many places a text takes on a terminal."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines at most so wide, broken at blanks or between Chinese letters."""
    lines = [""]
    for piece in re.findall(r"\s+|[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+", text.strip()):
        if wide(lines[-1]) + wide(piece.rstrip()) > width and lines[-1] and piece not in _NEVER_FIRST:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def _put(cell: str, width: int, right: bool) -> str:
    gap = " " * (width - wide(cell))
    return gap + cell if right else cell + gap
