"""`--record-rights FOLDER`: notes which statement runs under which permission, for `python -m tools.rights`."""

from __future__ import annotations

import functools
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

_SEEN: dict[str, set[str]] = defaultdict(set)


def install() -> None:
    """Listen to every piece of work from now on."""
    from desktop_admin.services import command
    from desktop_admin.services.database.work import Work

    ask = command.ask_leave

    @functools.wraps(ask)
    def ask_leave(work: Any, permission: Any) -> None:
        if getattr(work, "first_asked", None) is None:
            work.first_asked = permission.value
        ask(work, permission)

    command.ask_leave = ask_leave
    for name in ("all", "first", "value", "run", "run_many", "stream"):
        setattr(Work, name, _noting(getattr(Work, name)))
    Work.add_rows = _noting_rows(Work.add_rows)  # type: ignore[method-assign]


def _under(work: Any) -> str:
    asked = getattr(work, "first_asked", None)
    if asked is None and work.operation is not None:
        return f"kind:{work.operation.kind}"
    return asked or "*"


def _noting(method: Any) -> Any:
    @functools.wraps(method)
    def noted(work: Any, sql: Any, *args: Any, **kwargs: Any) -> Any:
        if work.on_server:
            _SEEN[_under(work)].add(sql.postgresql)
        return method(work, sql, *args, **kwargs)

    return noted


def _noting_rows(method: Any) -> Any:
    @functools.wraps(method)
    def noted(work: Any, table: str, columns: Any, rows: Any) -> Any:
        if work.on_server:
            _SEEN[_under(work)].add(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ()")
        return method(work, table, columns, rows)

    return noted


def write(folder: str) -> None:
    """Write down what this process saw."""
    if _SEEN:
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        (path / f"{os.getpid()}.json").write_text(json.dumps({k: sorted(v) for k, v in _SEEN.items()}))
