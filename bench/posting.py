"""Durable posting of an adjustment on SQLite: through the service, against the same statements by hand.

The floor runs the statements that one service call was seen to run, on the bare driver, with the same PRAGMAs, tables,
indexes and triggers, each in a durable transaction of its own, and works out the same chain of hashes.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from bench.measure import Result, at_least, interleaved
from bench.shops import small
from desktop_admin.services import points
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.ledger.chain import entry_hash
from desktop_admin.services.work import Actor

COUNT = 300


def run() -> list[Result]:
    with small("ours") as (database, actor, member), small("floor") as (other, other_actor, other_member):
        floor = _by_hand(other, other_actor, other_member)
        ours, raw = interleaved(_adjusts(database, actor, member, COUNT), floor)
        detail = f"{COUNT / ours:.0f}/s against {COUNT / raw:.0f}/s, each its own durable transaction"
        return [at_least("posting an adjustment, SQLite", "same statements on the driver", ours, raw, 0.4, detail)]


def _adjusts(database: Database, actor: Actor, member: int, count: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(count):
            request = new_request()
            database.write(
                lambda work, request=request: points.adjust(
                    work, request=request, member_id=member, points=5, reason="service"
                ),
                actor=actor,
            )

    return run


def _by_hand(database: Database, actor: Actor, member: int) -> Callable[[], None]:
    """The statements of one adjustment as seen, run again by hand with their parameters made anew."""
    seen: list[tuple[str, Any]] = []

    _adjusts(database, actor, member, 1)()
    database.taps.statement.append(lambda statement, parameters: seen.append((statement, parameters)))
    _adjusts(database, actor, member, 1)()
    database.taps.statement.clear()
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    assert seen.pop()[0] == "COMMIT"
    statements = [(sql, dict(params) if isinstance(params, dict) else params) for sql, params in seen]
    receipt = json.loads(statements[-1][1]["body"])

    def once() -> None:
        request = uuid.uuid4().hex
        last: Any = None
        ids: dict[str, int] = {}
        for sql, known in statements:
            params = dict(known) if isinstance(known, dict) else known
            if "INTO operation" in sql or "FROM operation o" in sql:
                params["request"] = request
                if "INTO" in sql:
                    params["id"] = ids["operation"]
            elif "INTO entry" in sql:
                params |= {"seq": ids["seq"] + 1, "prev": ids["head"], "net_after": ids["net"] + 5}
                params |= {"operation_id": ids["operation"]}
                params.pop("id"), params.pop("hash")
                params["hash"] = entry_hash(**params)
                params["id"] = ids["entry"]
            elif "INTO lot" in sql:
                params |= {"id": ids["lot"], "entry_id": ids["entry"]}
            elif "INTO receipt" in sql:
                params = {"id": ids["operation"], "body": json.dumps(receipt)}
            cursor.execute(sql, params)
            if cursor.description:
                last = cursor.fetchone()
            if "max(id)" in sql:
                ids[sql.rpartition(" ")[2]] = last[0]
            if "FROM member" in sql:
                ids |= {"seq": last[1], "head": last[2], "net": last[3] - last[4]}
        hashlib.sha256(request.encode()).hexdigest()
        connection.commit()

    def run() -> None:
        for _ in range(COUNT):
            once()

    return run
