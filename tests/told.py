"""What a document tells an administrator to type, to be done as it stands."""

from __future__ import annotations

import re
from pathlib import Path

_DOCS = Path(__file__).resolve().parents[1] / "docs"
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, section: str) -> list[list[str]]:
    """The lines of each block of code in a section of ``docs/<document>``."""
    text = (_DOCS / document).read_text(encoding="utf-8")
    _before, heading, rest = text.partition(f"\n## {section}\n")
    assert heading, f"docs/{document} has no section “{section}”"
    return [block.splitlines() for block in _BLOCK.findall(rest.partition("\n## ")[0])]
