"""Lists at 1,000,000 rows against the same at 10,000: first rows, jump to the end, search. Counts excepted.

Names and last four digits are dealt so that a search finds as many members in the small shop as in the large one:
what is compared is finding them among more, not showing more.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import Result, at_most, interleaved
from desktop_admin.services import members, points, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.work import Actor, Work

SMALL, LARGE = 10_000, 1_000_000
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志"
REPEAT = 50  # calls per round


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="pdbench-") as folder:
        small, large = (_filled(Path(folder), rows) for rows in (SMALL, LARGE))
        results = []
        for name, query in _QUESTIONS.items():
            ours, floor = interleaved(_asks(*large, query), _asks(*small, query))
            detail = f"{ours / REPEAT * 1e3:.2f} ms / {floor / REPEAT * 1e3:.2f} ms"
            results.append(at_most(f"{name}, 1,000,000 rows", "the same at 10,000 rows", ours, floor, 2.0, detail))
        for database, _actor in (small, large):
            database.close()
        return results


_QUESTIONS: dict[str, Callable[[Work], Any]] = {
    "members: first rows": partial(members.page, sort="name"),
    "members: end": partial(members.page, sort="name", backwards=True),
    "members: by balance, end": partial(members.page, sort="balance", backwards=True),
    "members: search by last four": partial(members.find, text="0042"),
    "members: search by a two-character name": partial(members.find, text="王伟"),
    "members: search by a whole name": partial(members.find, text="王伟娜"),
    "members: search by card": partial(members.find, text="C0000042"),
    "members: search by whole phone": partial(members.find, text="13800000042"),
    "journal: first rows": points.journal,
    "journal: end": partial(points.journal, backwards=True),
}


def _asks(database: Database, actor: Actor, query: Callable[[Work], Any]) -> Callable[[], None]:
    def ask() -> None:
        for _ in range(REPEAT):
            database.read(query, actor=actor)

    return ask


def _filled(folder: Path, rows: int) -> tuple[Database, Actor]:
    """A shop with so many members and entries, laid in by hand: lists read tables, not histories."""
    database = shop.found(str(folder / f"{rows}.pointsdesk"), name="bench", admin_login="b", admin_password_hash="!")
    actor = shop.system_actor(database)
    connection = database.engine.raw_connection()
    cursor: Any = connection.cursor()
    for (name,) in cursor.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        cursor.execute(f"DROP TRIGGER {name}")
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.execute("BEGIN")
    cursor.execute(
        "INSERT INTO operation (id, request, kind, parameters, operator_id, branch_id, workstation, business_date, "
        "recorded_at) VALUES (1, 'bench-rows', 'bench', '', 1, 1, '', '2026-01-01', '2026-01-01T00:00:00.000000Z')"
    )
    cursor.executemany(
        "INSERT INTO member (id, card_number, name, sort_name, phone, branch_id, enrolled_on, tier_id, tier_since, "
        "balance, last_seq) VALUES (?, ?, ?, ?, ?, 1, '2026-01-01', 1, '2026-01-01', ?, 1)",
        ((n, f"C{n:07}", _name(n, rows), f"{n * 7919 % rows:08}", f"138{n:08}", n % 9973) for n in range(1, rows + 1)),
    )
    cursor.executemany("INSERT INTO search_key (key, member_id) VALUES (?, ?)", _keys(rows))
    cursor.executemany(
        "INSERT INTO entry (id, operation_id, n, member_id, seq, kind, points, net_after, operator_id, branch_id, "
        "business_date, recorded_at, prev, hash) VALUES (?, 1, ?, ?, 1, 'adjust', 5, 5, 1, 1, '2026-01-01', "
        "'2026-01-01T00:00:00.000000Z', '', '')",
        ((n, n, n) for n in range(1, rows + 1)),
    )
    cursor.execute("COMMIT")
    cursor.execute("PRAGMA optimize")
    connection.close()
    return database, actor


def _name(n: int, rows: int) -> str:
    n = n % 18_000 if rows == LARGE else n % 180 * 100
    return SURNAMES[n % 20] + GIVEN[n // 20 % 30] + GIVEN[n // 600 % 30]


def _keys(rows: int) -> Any:
    for n in range(1, rows + 1):
        yield f"p:138{n:08}", n
        yield f"c:C{n:07}", n
        yield f"4:{n % (rows // 100):04}", n
        name = _name(n, rows)
        yield f"n:{name}", n
        yield from ((f"g:{gram}", n) for gram in {*name, name[:2], name[1:]})
