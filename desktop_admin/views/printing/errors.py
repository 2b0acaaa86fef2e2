"""What goes wrong with paper."""

from __future__ import annotations

from pathlib import Path

from desktop_admin.services.errors import Trouble


class PrintFailed(Trouble):
    """A job did not reach paper. `kept` is the PDF that holds it, or None when nothing could."""

    def __init__(self, message: str, *, kept: Path | None = None, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts
        self.kept = kept
