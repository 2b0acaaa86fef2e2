"""The audit trail: who did what, where and when, what was and what is. Rows are only ever added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.sealing import unseal
from desktop_admin.services.work import Work

MOST_ROWS = 500
_FIRST_DAY, _LAST_DAY, _LAST_ID = "0001-01-01", "9999-12-31", 2**62
_SLACK = 1000  # ids of one moment may come out of order on a server

_COLUMNS = (
    "SELECT a.id, a.action, a.subject, a.subject_id, a.sealed, p.kind, p.operator_id, o.name AS who, p.branch_id, "
    "b.name AS branch, p.workstation, p.recorded_at"
)
_FROM = (
    " FROM audit a JOIN operation p ON p.id = a.operation_id JOIN operator o ON o.id = p.operator_id "
    "JOIN branch b ON b.id = p.branch_id "
)
# An empty filter matches everything. The ids of a period are looked up first, so that the list walks one index.
_FILTER = (
    "a.id >= :least AND a.id <= :most AND (:operator_id = 0 OR p.operator_id = :operator_id) "
    "AND (:branch_id = 0 OR p.branch_id = :branch_id) AND (:action = '' OR a.action = :action) "
    "AND p.business_date >= :since AND p.business_date <= :until "
)
_ANY = " WHERE (:subject = '' OR a.subject = :subject) AND :subject_id = 0 AND " + _FILTER
_ONE = " WHERE a.subject = :subject AND a.subject_id = :subject_id AND " + _FILTER
_END = {True: "ORDER BY a.id DESC LIMIT :limit OFFSET :skip", False: "ORDER BY a.id LIMIT :limit OFFSET :skip"}
PAGES = {
    (one, descending): Sql(_COLUMNS + _FROM + (_ONE if one else _ANY) + _END[descending])
    for one in (False, True)
    for descending in (False, True)
}
_COUNTS = {one: Sql("SELECT count(*)" + _FROM + (_ONE if one else _ANY)) for one in (False, True)}
_DETAIL = Sql(_COLUMNS + ", p.request, a.before, a.after, a.operation_id" + _FROM + "WHERE a.id = :id")
_BESIDE = Sql(
    "SELECT id, action, subject, subject_id FROM audit WHERE operation_id = :operation AND id <> :id ORDER BY id"
)
_FIRST_OF = Sql("SELECT id FROM operation WHERE business_date >= :day ORDER BY business_date, id LIMIT 1")
_LAST_OF = Sql("SELECT id FROM operation WHERE business_date <= :day ORDER BY business_date DESC, id DESC LIMIT 1")
_FROM_OPERATION = Sql("SELECT id FROM audit WHERE operation_id >= :operation ORDER BY operation_id, id LIMIT 1")
_TO_OPERATION = Sql("SELECT id FROM audit WHERE operation_id <= :operation ORDER BY operation_id DESC, id DESC LIMIT 1")
_WORDS = Sql("SELECT DISTINCT subject, action FROM audit WHERE subject <> '' ORDER BY subject, action")
_LAST = Sql(
    "SELECT o.name, p.recorded_at, a.before FROM audit a JOIN operation p ON p.id = a.operation_id "
    "JOIN operator o ON o.id = p.operator_id WHERE a.subject = :subject AND a.subject_id = :id "
    "ORDER BY a.id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the trail: who, where, when, what was done to what."""

    id: int
    action: str
    subject: str
    subject_id: int
    sealed: bool
    kind: str
    operator_id: int
    who: str
    branch_id: int
    branch: str
    workstation: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows in the order shown and the keys of both ends."""

    rows: tuple[AuditRow, ...]
    first: tuple[int, int] | None
    last: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what stood there and what stands there now. Empty where there was nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditDetail:
    """A line with what changed. ``erased``: the texts of an erased member, which nobody can read any more."""

    row: AuditRow
    request: str
    changes: tuple[Change, ...]
    erased: bool
    beside: tuple[tuple[int, str, str, int], ...]  # other lines of the same operation: id, action, subject, subject id


@query(Permission.SEE_AUDIT)
def page(
    work: Work,
    *,
    after: tuple[int, int] | None = None,
    backwards: bool = False,
    limit: int = 100,
    skip: int = 0,
    descending: bool = True,
    operator_id: int = 0,
    branch_id: int = 0,
    action: str = "",
    subject: str = "",
    subject_id: int = 0,
    since: str = "",
    until: str = "",
) -> AuditPage:
    """One page, the newest first. ``after`` is a key of a page; ``since`` and ``until`` are business dates."""
    filters = _filters(work, operator_id, branch_id, action, subject, subject_id, since, until)
    down = descending != backwards  # the way the index is walked
    if after is not None:
        edge = {"most": min(filters["most"], after[1] - 1)} if down else {"least": max(filters["least"], after[1] + 1)}
        filters |= edge
    found = work.all(PAGES[bool(subject_id), down], **filters, limit=min(limit, MOST_ROWS), skip=skip)
    rows = [_row(row) for row in found]
    if backwards:
        rows.reverse()
    if not rows:
        return AuditPage((), None, None)
    return AuditPage(tuple(rows), (rows[0].id, rows[0].id), (rows[-1].id, rows[-1].id))


@query(Permission.SEE_AUDIT)
def count(
    work: Work,
    *,
    operator_id: int = 0,
    branch_id: int = 0,
    action: str = "",
    subject: str = "",
    subject_id: int = 0,
    since: str = "",
    until: str = "",
) -> int:
    """How many lines the filters leave. May scan; ask it in the background."""
    filters = _filters(work, operator_id, branch_id, action, subject, subject_id, since, until)
    return int(work.value(_COUNTS[bool(subject_id)], **filters))


@query(Permission.SEE_AUDIT)
def words(work: Work) -> tuple[tuple[str, str], ...]:
    """Which actions on which subjects there are, for the filters. Scans the index of subjects."""
    return tuple((row.subject, row.action) for row in work.all(_WORDS))


@query(Permission.SEE_AUDIT)
def detail(work: Work, *, audit_id: int) -> AuditDetail:
    """One line with its differences, field by field; texts of a member are unsealed for those who may see members."""
    row = work.first(_DETAIL, id=audit_id)
    if row is None:
        raise Refused(N_("This line of the audit trail does not exist."))
    before, after, erased = row.before, row.after, False
    if row.sealed:
        opened = [unseal(work, row.subject_id, text) for text in (before, after)]
        erased = None in opened
        before, after = (text or "" for text in opened)
        if not may(work.actor.role, Permission.SEE_MEMBERS):
            before = after = ""
    changes = _changes(before, after, whole_phones=may(work.actor.role, Permission.SEE_FULL_PHONES))
    others = work.all(_BESIDE, operation=row.operation_id, id=audit_id)
    beside = tuple((other.id, other.action, other.subject, other.subject_id) for other in others)
    return AuditDetail(_row(row), row.request, changes, erased, beside)


def changed_meanwhile(work: Work, subject: str, subject_id: int, *, now: dict[str, Any], version: int) -> Refused:
    """What to raise when a version was overtaken: who changed it, when, from what to what. For services."""
    row = work.first(_LAST, subject=subject, id=subject_id)
    if row is None:
        return Refused(N_("Somebody changed this while you were editing. Nothing was saved."))
    found = json.loads(row.before) if row.before.startswith("{") else {}
    before = {key: found.get(key, value) for key, value in now.items()}
    return ChangedMeanwhile(row.name, parse_instant(row.recorded_at), before=before, after=now, version=version)


def _filters(
    work: Work, operator_id: int, branch_id: int, action: str, subject: str, subject_id: int, since: str, until: str
) -> dict[str, Any]:
    least, most = 0, _LAST_ID
    if since:
        operation = work.value(_FIRST_OF, day=since)
        first = None if operation is None else work.value(_FROM_OPERATION, operation=operation)
        least = _LAST_ID if first is None else first - _SLACK
    if until:
        operation = work.value(_LAST_OF, day=until)
        last = None if operation is None else work.value(_TO_OPERATION, operation=operation)
        most = 0 if last is None else last + _SLACK
    return {
        "operator_id": operator_id,
        "branch_id": branch_id,
        "action": action,
        "subject": subject,
        "subject_id": subject_id,
        "since": since or _FIRST_DAY,
        "until": until or _LAST_DAY,
        "least": least,
        "most": most,
    }


def _row(row: Any) -> AuditRow:
    return AuditRow(
        row.id, row.action, row.subject, row.subject_id, bool(row.sealed), row.kind, row.operator_id, row.who,
        row.branch_id, row.branch, row.workstation, parse_instant(row.recorded_at),
    )  # fmt: skip


def _changes(before: str, after: str, *, whole_phones: bool) -> tuple[Change, ...]:
    """Fields that differ, in the order of their names; a side that is no object stands under an empty name."""
    sides = [_fields(text) for text in (before, after)]
    out = []
    for name in sorted(set(sides[0]) | set(sides[1])):
        was, now = (_text(side.get(name)) for side in sides)
        if name == "phone" and not whole_phones:
            was, now = (f"{text[:3]}****{text[-4:]}" if len(text) > 7 else text for text in (was, now))
        if was != now:
            out.append(Change(name, was, now))
    return tuple(out)


def _fields(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return value if isinstance(value, dict) else {"": value}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
