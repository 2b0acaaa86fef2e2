"""The inbox of requests for approval: what waits, what I asked, what was decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop_admin.services.approvals.kinds import KINDS
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.keyset import Keyset, Page
from desktop_admin.services.names import named
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.sealing import unseal_many
from desktop_admin.services.work import Work

_COLUMNS = (
    "a.id, a.kind, a.summary, a.member_id, a.points, a.requester_id, a.requested_at, a.expires_at, a.state, "
    "a.decided_at, a.answer, a.operation_id, m.name AS member_name, m.card_number, q.name AS requester, "
    "d.name AS decider, b.name AS branch, r.name AS reason_name"
)
_JOINS = (
    "FROM approval a JOIN operator q ON q.id = a.requester_id JOIN branch b ON b.id = a.branch_id "
    "LEFT JOIN operator d ON d.id = a.decider_id LEFT JOIN member m ON m.id = a.member_id "
    "LEFT JOIN reason r ON r.code = a.reason"
)
_BOXES = {
    "open": Keyset(_COLUMNS, f"{_JOINS} WHERE a.state = 'open' AND a.expires_at > :now", {"asked": "a.id"}, "a.id"),
    "mine": Keyset(_COLUMNS, f"{_JOINS} WHERE a.requester_id = :o", {"asked": "a.id"}, "a.id"),
    "all": Keyset(_COLUMNS, f"{_JOINS} WHERE 1 = 1", {"asked": "a.id"}, "a.id"),
}
_WAITING = Sql(
    "SELECT count(*) FROM approval WHERE state = 'open' AND expires_at > :now AND requester_id <> :o"
)


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One request. ``before`` and ``after``: the member's balance less what is owed, as foreseen when it was asked."""

    id: int
    kind: str  # the command's name
    title: str  # marked for translation
    member_id: int | None
    member_name: str
    card_number: str
    points: int
    before: int
    after: int
    why: str  # marked for translation: the limit that was met
    facts: Mapping[str, Any]
    reason: str
    note: str | None
    requester: str
    branch: str
    requested_at: datetime
    expires_at: datetime
    state: str  # open, approved, rejected, withdrawn, expired
    mine: bool
    may_decide: bool
    decider: str
    decided_at: datetime | None
    answer: str
    operation_id: int | None

    def why_text(self) -> str:
        """The limit that was met, in the language in use."""
        return Refused(self.why, **dict(self.facts)).text() if self.why else ""


@query(Permission.SEE_APPROVALS)
def inbox(
    work: Work, *, box: str = "open", sort: str = "", descending: bool = False,
    after: tuple[Any, ...] | None = None, skip: int = 0, backwards: bool = False, limit: int = 100,
) -> Page[ApprovalRow]:  # fmt: skip
    """A page of requests: ``open`` ones (oldest first), ``mine``, or ``all``."""
    keys, where = _box(work, box)
    found = keys.page(
        work, lambda row: row, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards,
        limit=limit, **where,
    )  # fmt: skip
    said = [json.loads(row.summary) for row in found.rows]
    sealed = [(row.member_id or 0, one.get("note", "")) for row, one in zip(found.rows, said, strict=True)]
    notes = unseal_many(work, sealed)
    rows = tuple(_row(work, *three) for three in zip(found.rows, said, notes, strict=True))
    return Page(rows, found.first, found.last)


@query(Permission.SEE_APPROVALS)
def inbox_count(work: Work, *, box: str = "open") -> int:
    """How many requests are in a box."""
    keys, where = _box(work, box)
    return keys.count(work, **where)


@query(Permission.SEE_APPROVALS)
def waiting(work: Work) -> int:
    """How many open requests wait for somebody like the actor; nought for who may not decide."""
    if not may(work.actor.role, Permission.DECIDE_APPROVALS):
        return 0
    return int(work.value(_WAITING, now=work.now_text, o=work.actor.operator_id))


def statements() -> tuple[Sql, ...]:
    """Every statement of the lists, for the test that reads query plans."""
    return tuple(sql for keys in _BOXES.values() for sql in keys.statements())


def _box(work: Work, box: str) -> tuple[Keyset, dict[str, Any]]:
    where: dict[str, Any] = {}
    if box == "open":
        where["now"] = work.now_text
    elif box == "mine":
        where["o"] = work.actor.operator_id
    return _BOXES.get(box, _BOXES["all"]), where


def _row(work: Work, row: Any, said: Mapping[str, Any], note: str | None) -> ApprovalRow:
    mine = row.requester_id == work.actor.operator_id
    lapsed = row.state == "open" and row.expires_at <= work.now_text
    decides = may(work.actor.role, Permission.DECIDE_APPROVALS)
    return ApprovalRow(
        id=row.id,
        kind=row.kind,
        title=KINDS[row.kind].title if row.kind in KINDS else row.kind,
        member_id=row.member_id,
        member_name=row.member_name or "",
        card_number=row.card_number or "",
        points=row.points,
        before=said.get("before", 0),
        after=said.get("after", 0),
        why=said.get("why", ""),
        facts=said.get("facts") or {},
        reason=named(row.reason_name or ""),
        note=note,
        requester=row.requester,
        branch=row.branch,
        requested_at=parse_instant(row.requested_at),
        expires_at=parse_instant(row.expires_at),
        state="expired" if lapsed else row.state,
        mine=mine,
        may_decide=row.state == "open" and not lapsed and not mine and decides,
        decider=row.decider or "",
        decided_at=parse_instant(row.decided_at) if row.decided_at else None,
        answer=row.answer,
        operation_id=row.operation_id,
    )
