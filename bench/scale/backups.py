"""How fast the server's own tools copy the shop: pg_basebackup and pg_dump."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from bench.scale.ground import Ground


def measure(ground: Ground) -> dict[str, tuple[float, int]]:
    """Seconds and bytes written, per tool."""
    found = {}
    ground.run("CHECKPOINT")
    for tool, arguments in (
        ("pg_basebackup", ("-X", "none", "-c", "fast", "-d", ground.server.conninfo("postgres"), "-D")),
        ("pg_dump", ("-Fc", "-d", ground.server.conninfo("shop"), "-f")),
    ):
        if not ground.server.binaries.has(tool):
            continue
        target = ground.server.folder / tool
        start = time.perf_counter()
        ground.server.run(tool, *arguments, target)
        found[tool] = time.perf_counter() - start, _bytes(target)
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    return found


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in path.rglob("*") if f.is_file())


def lines(ground: Ground, found: dict[str, tuple[float, int]]) -> Iterator[str]:
    """The figures in Markdown."""
    size = ground.value("SELECT pg_database_size(current_database())")
    yield f"| {size / 1e6:,.0f} MB, {ground.rows:,} entries | seconds | MB written | MB of the database a second |"
    yield "|---|---|---|---|"
    for tool, (seconds, written) in found.items():
        yield f"| {tool} | {seconds:.1f} | {written / 1e6:,.0f} | {size / 1e6 / seconds:,.0f} |"
