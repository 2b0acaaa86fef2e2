"""The last figures seen, kept on this machine: the dashboard opens from them when the database does not answer.

They hold no personal data. One file per shop, written whole; a damaged or older one is as if there were none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

from desktop_admin.services import codec
from desktop_admin.services.whole_file import write_whole

T = TypeVar("T")


def keep(folder: Path, shop: str, name: str, figures: Any) -> None:
    """Keep figures of a shop (its uuid) under a name. Trouble where they cannot be written."""
    path = _path(folder, shop, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, codec.dump(figures).encode())


def last(folder: Path, shop: str, name: str, kind: type[T]) -> T | None:
    """The figures kept last, or None."""
    try:
        return codec.load(kind, _path(folder, shop, name).read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _path(folder: Path, shop: str, name: str) -> Path:
    plain = re.sub(r"[^0-9a-zA-Z-]", "", shop)[:64] or "shop"
    return folder / "snapshots" / f"{name}-{plain}.json"
