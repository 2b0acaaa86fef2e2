"""Importing purchases, against the same reader and a raw executemany of the same rows under the same triggers."""

from __future__ import annotations

import csv
import lzma
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Result, at_most, interleaved
from desktop_admin.services import imports, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.spreadsheets import reading
from desktop_admin.services.spreadsheets.kinds import PURCHASES

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail.csv.xz"
LINES = int(os.environ.get("BENCH_IMPORT_LINES", "3000000"))
MIB = 1 << 20
_OF_OPERATION = {
    "purchase": "operation_id",
    "entry": "operation_id",
    "tier_change": "operation_id",
    "audit": "operation_id",
}


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return [*_speed(Path(folder)), _memory(Path(folder))]


def _speed(folder: Path) -> list[Result]:
    path = folder / "online_retail.csv"
    with _source(path) as note:
        empty = folder / "empty.pointsdesk"
        shop.found(str(empty), name="Bench", admin_login="admin", admin_password_hash="!").close()
        numbers = iter(range(10_000))

        def fresh() -> Path:
            return Path(shutil.copy(empty, folder / f"{next(numbers)}.pointsdesk"))

        imported = fresh()
        _import(imported, path)
        rows = _written(imported)

        def ours() -> None:
            target = fresh()
            _import(target, path)
            _forget(target)

        def floor() -> None:
            target = fresh()
            _by_hand(target, path, rows)
            _forget(target)

        mine, least = interleaved(ours, floor, rounds=int(os.environ.get("BENCH_ROUNDS", "5")))
    result = at_most(
        "import of Online Retail, 541,909 lines", "same reader + executemany, same triggers", mine, least, 3.0
    )
    result.detail = f"{mine:.1f} s / {least:.1f} s"
    result.notes += note
    return [result]


@contextmanager
def _source(path: Path) -> Iterator[list[str]]:
    if DATA.exists():
        with lzma.open(DATA) as packed, path.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        yield []
        return
    _generate(path, 540_000, apart=False)
    yield ["the real file is not on this machine: 540,000 generated lines instead"]


def _import(target: Path, path: Path) -> None:
    database = Database.open(str(target))
    actor = shop.system_actor(database)
    looked = imports.inspect(database, actor, path, "purchases")
    options = imports.Options(source="online_retail", expiry="never", create_members=True)
    imports.run(database, actor, looked.plan(options))
    database.close()


def _written(path: Path) -> dict[int, list[tuple[str, int, list[Any]]]]:
    """Every row an import wrote, by operation, in the order it was written."""
    engine = engine_for(parse(str(path)))
    out: dict[int, list[tuple[str, int, list[Any]]]] = defaultdict(list)
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection

        def take(table: str, operation: str, source: str = "", columns: str = "x.*") -> None:
            order = "x.rowid"
            cursor = raw.execute(f"SELECT {operation}, {columns} FROM {table} x {source} ORDER BY {order}")
            parts: dict[int, list[Any]] = defaultdict(list)
            for row in cursor:
                parts[row[0]].append(row[1:])
            for key, part in parts.items():
                out[key].append((table, len(part[0]), part))

        take("operation", "x.id")
        take("import_batch", "(SELECT min(id) FROM operation)")
        made = "JOIN tier_change t ON t.member_id = x.id AND t.reason = 'import'"
        # the figures follow the entries: a member is written empty
        names = [row[1] for row in raw.execute("PRAGMA table_info(member)")]
        derived = {"last_seq": "0", "head": "''", "balance": "0", "owed": "0", "unlotted": "0", "unused": "0"}
        take("member", "t.operation_id", made, ", ".join(derived.get(n, f"x.{n}") for n in names))
        by_member = made.replace("x.id", "x.member_id")
        take("card", "t.operation_id", by_member)
        take("member_key", "t.operation_id", by_member)
        raw_keys = "search_key"
        cursor = raw.execute(f"SELECT t.operation_id, x.* FROM {raw_keys} x {by_member}")
        parts: dict[int, list[Any]] = defaultdict(list)
        for row in cursor:
            parts[row[0]].append(row[1:])
        for key, part in parts.items():
            out[key].append((raw_keys, 2, part))
        for table, column in _OF_OPERATION.items():
            take(table, f"x.{column}")
        lines = raw.execute(
            "SELECT p.operation_id, x.* FROM purchase p JOIN purchase_line x ON x.purchase_id = p.id ORDER BY p.id, x.n"
        )
        parts = defaultdict(list)
        for row in lines:
            parts[row[0]].append(row[1:])
        for key, part in parts.items():
            out[key].append(("purchase_line", 8, part))
        names = [row[1] for row in raw.execute("PRAGMA table_info(lot)")]
        full = ", ".join("x.points" if n == "remaining" else f"x.{n}" for n in names)
        take("lot", "e.operation_id", "JOIN entry e ON e.id = x.entry_id", full)
        take("lot_use", "e.operation_id", "JOIN entry e ON e.id = x.at_entry")
        take("receipt", "x.operation_id")
    engine.dispose()
    return dict(sorted(out.items()))


def _by_hand(target: Path, path: Path, written: dict[int, list[tuple[str, int, list[Any]]]]) -> None:
    """The floor: the file through the same reader, and the same rows by the driver alone, in the same transactions."""
    facts = reading.inspect(path, limits=PURCHASES.limits)
    for _row in reading.rows(facts, limits=PURCHASES.limits):
        pass
    engine = engine_for(parse(str(target)))
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        for tables in written.values():
            raw.execute("BEGIN IMMEDIATE")
            for table, width, rows in tables:
                raw.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)
            raw.execute("COMMIT")
    engine.dispose()


def _forget(target: Path) -> None:
    for end in ("", "-wal", "-shm"):
        target.with_name(target.name + end).unlink(missing_ok=True)


# -- memory


def _memory(folder: Path) -> Result:
    """The most memory an import takes, in a process of its own, over a long file whose receipts stand apart."""
    path = folder / "long.csv"
    _generate(path, LINES, apart=True)
    target = folder / "memory.pointsdesk"
    shop.found(str(target), name="Bench", admin_login="admin", admin_password_hash="!").close()
    code = (
        "import sys, pathlib; from bench.imports import _import, _most; "
        "_import(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])); "
        "print(_most())"
    )
    done = subprocess.run([sys.executable, "-c", code, target, path], capture_output=True, text=True, check=True)
    most = int(done.stdout)
    return Result(
        f"memory of an import of {LINES:,} lines, receipts apart",
        "300 MB",
        most / 300,
        "≤ 1",
        most <= 300,
        f"{most} MB",
    )


def _most() -> int:
    """The most memory this process took, MiB; getrusage would answer its parent's, which lasts through exec."""
    said = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", said)[0]) // 1024


def _generate(path: Path, lines: int, *, apart: bool) -> None:
    """Lines of many receipts; ``apart``: the lines of a tenth of the receipts do not follow each other."""
    dice = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"])
        for n in range(lines):
            receipt = n // 4 if not apart or n % 10 else dice.randrange(n // 4 + 1)
            day = f"2024-{receipt % 12 + 1:02d}-{receipt % 28 + 1:02d} 10:{receipt % 60:02d}:00"
            out.writerow([f"R{receipt}", f"S{n % 4000}", f"Item {n % 4000}", n % 9 + 1, day,
                          f"{n % 500}.{n % 100:02d}", receipt % 5000])  # fmt: skip
