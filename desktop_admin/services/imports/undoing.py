"""A whole import taken back: purchases voided, their points returned or taken back, members it made closed.

The newest purchase goes first, so that refunds give back before the sales they followed are taken back. What a member
had already spent is owed. A member the import made is closed where nothing else hangs on the account, and opens again
with the same card when the file is imported anew; a member with anything else is kept.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from desktop_admin.i18n import N_, _
from desktop_admin.services import policies
from desktop_admin.services.command import ask_leave, unlisted
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports import batches
from desktop_admin.services.imports.records import Progress, Quiet, Undone
from desktop_admin.services.ledger import EntryFacts, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

SECONDS = 0.35
_FIRST_CHUNK, _LARGEST_CHUNK, _PART = 200, 4_000, 400

_LEFT = Sql(
    "SELECT id, member_id, kind, earned FROM purchase WHERE batch_id = :batch AND voided_by = 0 "
    "ORDER BY id DESC LIMIT :most"
)
_COUNT = Sql("SELECT count(*) FROM purchase WHERE batch_id = :batch AND voided_by = 0")
_VOID = Sql("UPDATE purchase SET voided_by = :operation WHERE id = :id AND voided_by = 0")
_REFUNDED = Sql(
    "SELECT count(*) FROM purchase r JOIN purchase p ON p.id = r.refunds_id WHERE p.batch_id = :batch "
    "AND p.voided_by = 0 "
    "AND r.voided_by = 0 AND (r.batch_id IS NULL OR r.batch_id <> :batch)"
)
_MEMBERS = Sql(
    "SELECT i.member_id, i.made, i.entry_id, e.points FROM import_member i LEFT JOIN entry e ON e.id = i.entry_id "
    "WHERE i.batch_id = :batch AND i.undone_by = 0 ORDER BY i.member_id LIMIT :most"
)
_MEMBERS_LEFT = Sql("SELECT count(*) FROM import_member WHERE batch_id = :batch AND undone_by = 0")
_UNLINK = Sql("UPDATE import_member SET undone_by = :operation WHERE batch_id = :batch AND member_id = :m")
_OTHERS = (
    "SELECT m.id FROM member m WHERE m.id IN ({ids}) AND (m.closed_at <> '' OR m.balance <> 0 OR m.owed <> 0 "
    "OR EXISTS (SELECT 1 FROM purchase p WHERE p.member_id = m.id AND p.voided_by = 0) "
    "OR EXISTS (SELECT 1 FROM redemption r WHERE r.member_id = m.id) "
    "OR EXISTS (SELECT 1 FROM entry e WHERE e.member_id = m.id AND e.kind NOT IN ('earn', 'clawback', 'opening')))"
)
_CLOSE = Sql("UPDATE member SET closed_at = :now WHERE id = :m")


def _entries(count: int) -> Sql:
    return Sql(
        "SELECT id, source_id, points FROM entry WHERE source_kind = 'purchase' "
        f"AND source_id IN ({in_list('p', count)}) AND kind IN ('earn', 'clawback') ORDER BY id"
    )


_ENTRIES = _entries(_PART)
_WITH_OTHERS = Sql(_OTHERS.replace("{ids}", in_list("m", _PART)))


def undo(database: Any, actor: Actor, batch_id: int, progress: Progress | None = None) -> Undone:
    """Undo an import, also an interrupted one, in chunks; killed on the way, it is simply asked for again.

    Refuses what is undone already, and while a purchase of it has a refund of its own from elsewhere.
    """
    watched = progress or Quiet()
    database.write(lambda work: _begin(work, batch_id), actor=actor)
    total = database.read(lambda work: int(work.value(_COUNT, batch=batch_id)), actor=actor)
    done = points = 0
    size = _FIRST_CHUNK
    while True:
        begun = time.monotonic()
        count, taken = database.write(lambda work, s=size: _take_back(work, batch_id, s), actor=actor).result
        if not count:
            break
        size = _next_size(size, time.monotonic() - begun)
        done, points = done + count, points + taken
        watched(done, total, _("Taking back"))
    closed = kept = 0
    while True:
        count, shut, taken = database.write(lambda work: _members(work, batch_id), actor=actor).result
        if not count:
            break
        closed, kept, points = closed + shut, kept + count - shut, points + taken
        watched(total, total, _("Taking back"))
    database.write(lambda work: _finish(work, batch_id), actor=actor)
    return Undone(batch_id, done, points, closed, kept)


def _next_size(size: int, took: float) -> int:
    return max(20, min(_LARGEST_CHUNK, int(size * min(2.0, SECONDS / max(took, 0.001)))))


def _begin(work: Work, batch: int) -> None:
    ask_leave(work, Permission.UNDO_IMPORT)
    state, _counts = batches.counts_of(work, batch)
    if state == "undone":
        raise Refused(N_("This import was undone already."), field="batch")
    if work.value(_REFUNDED, batch=batch):
        raise Refused(N_("Purchases of this import were refunded since: void those refunds first."), field="batch")
    with unlisted(work, "imports.undo", batch=batch):
        batches.set_state(work, batch, "undoing")
        work.audit("undo", "import", batch, {"state": state}, {"state": "undoing"})


def _finish(work: Work, batch: int) -> None:
    ask_leave(work, Permission.UNDO_IMPORT)
    with unlisted(work, "imports.undone", batch=batch):
        batches.set_state(work, batch, "undone")
        work.audit("undo", "import", batch, {"state": "undoing"}, {"state": "undone"})
    work.touch(Topic.PURCHASES, Topic.POINTS, Topic.MEMBERS)


def _take_back(work: Work, batch: int, most: int) -> tuple[int, int]:
    """Void some purchases, the newest first; how many, and the points taken back from members."""
    ask_leave(work, Permission.UNDO_IMPORT)
    rows = work.all(_LEFT, batch=batch, most=most)
    if not rows:
        return 0, 0
    with unlisted(work, "imports.void", batch=batch, first=rows[0].id, count=len(rows)):
        assert work.operation is not None
        operation = work.operation.id
        posting = Posting(work)
        posting.lock(*{row.member_id for row in rows if row.earned})
        posting.load_lots(posting.accounts.values())
        made = _made_by(work, [row.id for row in rows if row.earned])
        grace = policies.get(work, "grace_days")
        for row in rows:
            for entry_id, points in reversed(made.get(row.id, [])):
                said = EntryFacts("clawback", source_kind="purchase", source_id=row.id, reverses_id=entry_id)
                account = posting.accounts[row.member_id]
                if points > 0:
                    posting.claw_back(account, points, said)
                else:
                    posting.give_back(account, entry_id, -points, said, grace_days=grace)
        work.run_many(_VOID, [{"operation": operation, "id": row.id} for row in rows])
        posting.flush()
    return len(rows), sum(row.earned for row in rows)


def _made_by(work: Work, purchases: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """The entries of purchases that are not voided, by purchase."""
    made: dict[int, list[tuple[int, int]]] = {}
    for at in range(0, len(purchases), _PART):
        part = list(purchases[at : at + _PART])
        part += [part[-1]] * (_PART - len(part))
        for row in work.all(_ENTRIES, **list_params("p", part)):
            made.setdefault(row.source_id, []).append((row.id, row.points))
    return made


def _members(work: Work, batch: int) -> tuple[int, int, int]:
    """Reverse some opening balances and close members with nothing else; how many, how many closed, points."""
    ask_leave(work, Permission.UNDO_IMPORT)
    rows = work.all(_MEMBERS, batch=batch, most=_PART)
    if not rows:
        return 0, 0, 0
    with unlisted(work, "imports.void_members", batch=batch, first=rows[0].member_id, count=len(rows)):
        assert work.operation is not None
        posting = Posting(work)
        posting.lock(*[row.member_id for row in rows])
        posting.load_lots(posting.accounts.values())
        for row in rows:
            if row.entry_id is not None:
                said = EntryFacts("clawback", source_kind="import", source_id=batch, reverses_id=row.entry_id)
                posting.claw_back(posting.accounts[row.member_id], row.points, said)
        posting.flush()
        made = [row.member_id for row in rows if row.made]
        padded = made + [0] * (_PART - len(made))
        busy = {row.id for row in work.all(_WITH_OTHERS, **list_params("m", padded))}
        shut = [m for m in made if m not in busy]
        work.run_many(_CLOSE, [{"m": m, "now": work.now_text} for m in shut])
        for m in shut:
            work.audit_text("close", "member", m, "", "", sealed=0)
        operation = work.operation.id
        work.run_many(_UNLINK, [{"operation": operation, "batch": batch, "m": row.member_id} for row in rows])
    return len(rows), len(shut), sum(row.points or 0 for row in rows if row.entry_id is not None)
