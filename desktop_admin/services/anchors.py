"""Anchors: digests over all books, kept outside the database; they catch a cut tail and a rewritten history.

An anchor covers the heads of all members as of one entry and the audit trail up to one row. Both can be computed again
at any later time. Its text is printed at shift close (also as a QR code) and appended to a file beside the backups.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import policies
from desktop_admin.services.command import query, unlisted
from desktop_admin.services.database import copying
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.words import Sentence
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

FORM = "PD1"
_PARTS = 11
_NUMBER = re.compile(r"-?[0-9]{1,18}")

# On a server ids are given out before they are committed: hold new operations back for a moment, so that everything
# up to the highest id is there for good.
_QUIET = Sql("SELECT hold_operations()")
_EDGE = Sql(
    "SELECT (SELECT coalesce(max(id), 0) FROM entry) AS entry, (SELECT coalesce(max(id), 0) FROM audit) AS audit, "
    "(SELECT coalesce(max(id), 0) FROM anchor) AS anchor"
)
_TOTALS = Sql(
    "SELECT count(*) AS entries, CAST(coalesce(sum(points), 0) AS bigint) AS outstanding FROM entry WHERE id <= :last"
)
_HEADS = Sql("SELECT id, last_seq, head FROM member WHERE last_seq > 0 ORDER BY id")
# of the members who moved since: how they stood before
_BEFORE = Sql(
    "SELECT e.member_id, e.seq - 1 AS seq, e.prev FROM entry e JOIN (SELECT member_id, min(seq) AS seq FROM entry "
    "WHERE id > :last GROUP BY member_id) f ON f.member_id = e.member_id AND f.seq = e.seq"
)
_AUDIT = Sql(
    "SELECT a.id, a.operation_id, a.action, a.subject, a.subject_id, a.sealed, a.before, a.after, p.request, p.kind, "
    "p.parameters, p.operator_id, p.branch_id, p.workstation, p.recorded_at FROM audit a "
    "JOIN operation p ON p.id = a.operation_id WHERE a.id > :first AND a.id <= :last ORDER BY a.id"
)
_COLUMNS = (
    "SELECT id, epoch, taken_at, business_date, entries, last_entry, outstanding, digest, previous, last_audit, "
    "audit_digest FROM anchor "
)
_ONE = Sql(_COLUMNS + "WHERE id = :id")
_NEWEST = Sql(_COLUMNS + "ORDER BY id DESC LIMIT 1")
_ALL = Sql(_COLUMNS + "ORDER BY id")
_ADD = Sql(
    "INSERT INTO anchor (id, epoch, taken_at, business_date, entries, last_entry, outstanding, digest, previous, "
    "last_audit, audit_digest) VALUES (:id, :epoch, :taken_at, :business_date, :entries, :last_entry, :outstanding, "
    ":digest, :previous, :last_audit, :audit_digest)"
)
_EPOCH = Sql("SELECT epoch FROM shop WHERE id = 1")
_TO_SHIFT = Sql("UPDATE shift SET anchor_id = :anchor WHERE id = :shift AND anchor_id IS NULL")
_OF_SHIFT = Sql("SELECT anchor_id FROM shift WHERE id = :shift")


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the books were at one moment; ``text`` is what is printed and kept elsewhere."""

    id: int
    shop: str
    epoch: str
    taken_at: str  # instant, as it stands in the text
    entries: int
    last_entry: int
    outstanding: int
    digest: str
    previous: int
    last_audit: int
    audit_digest: str

    @property
    def text(self) -> str:
        """One line that holds everything a comparison needs."""
        figures = (self.entries, self.last_entry, self.outstanding)
        audit = (self.last_audit, self.audit_digest)
        return "|".join(map(str, (FORM, self.shop, self.epoch, self.id, self.taken_at, *figures, self.digest, *audit)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comparing one anchor with the books came to: good, changed, cut, restored, elsewhere or unreadable."""

    text: str
    state: str
    message: str  # marked for translation
    taken_at: str = ""

    @property
    def good(self) -> bool:
        return self.state == "good"


_MESSAGES = {
    "good": N_("The books are what they were."),
    "changed": N_("The books up to this anchor were changed afterwards."),
    "cut": N_("Entries that this anchor covers are missing: the tail was cut off."),
    "audit": N_("The audit trail up to this anchor was changed afterwards."),
    "restored": N_("Taken before a backup was restored; what was written after that backup is gone, as planned."),
    "elsewhere": N_("This anchor belongs to another shop."),
    "unreadable": N_("This is not an anchor, or part of it is missing."),
}

_TRAIL, _BOOKS = N_("the audit trail"), N_("the books")


def take(database: Database, *, actor: Actor, shift_id: int = 0) -> Anchor:
    """Compute an anchor and store it; with a shift, once for this shift. Holds no lock while it computes."""
    known = database.read(lambda work: work.value(_OF_SHIFT, shift=shift_id)) if shift_id else None
    if known is not None:
        return database.read(lambda work: _anchor(work, work.first(_ONE, id=known)), actor=actor)
    edge = database.write(_edge, actor=actor).result
    found = database.read(lambda work: _compute(work, edge), actor=actor)

    def store(work: Work) -> Anchor:
        with unlisted(work, "anchors.take"):
            anchor_id = work.new_ids("anchor")[0]
            work.run(_ADD, id=anchor_id, taken_at=work.now_text, business_date=work.today_text, **found)
            if shift_id:
                work.run(_TO_SHIFT, anchor=anchor_id, shift=shift_id)
            facts = {"digest": found["digest"], "last_entry": found["last_entry"]}
            work.audit("take", "anchor", anchor_id, None, facts)
            work.touch(Topic.SHIFTS)
        return _anchor(work, work.first(_ONE, id=anchor_id))

    return database.write(store, actor=actor).result


def keep(database: Database, anchor: Anchor) -> tuple[str, ...]:
    """Append an anchor to the files outside the database, beside the backups and their copies; where it now stands.

    A place that cannot be written is left out: the anchor is in the database and on the report.
    """
    settings = database.read(policies.read)
    own = settings["backup_folder"] or ("" if database.on_server else copying.folder_beside(database.engine))
    written = []
    for folder in (own, settings["backup_copy"]):
        path = Path(folder) / f"anchors-{anchor.shop[:8]}.txt"
        try:
            if folder and _append(path, anchor.text):
                written.append(str(path))
        except OSError:
            continue
    return tuple(written)


def _append(path: Path, line: str) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or line not in path.read_text("utf-8").splitlines():
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    return True


@query(Permission.SEE_SHIFTS)
def newest(work: Work) -> Anchor | None:
    """The newest anchor stored."""
    row = work.first(_NEWEST)
    return None if row is None else _anchor(work, row)


@query(Permission.SEE_SHIFTS)
def one(work: Work, *, anchor_id: int) -> Anchor | None:
    """One anchor, to print it again."""
    return stored(work, anchor_id)


def stored(work: Work, anchor_id: int) -> Anchor | None:
    """One anchor. For services; asks no leave."""
    row = work.first(_ONE, id=anchor_id)
    return None if row is None else _anchor(work, row)


def quiet(work: Work) -> None:
    """Wait until every operation under way has ended, and hold new ones back until this one ends."""
    if work.on_server:
        work.run(_QUIET)


@query(Permission.RUN_DOCTOR)
def verify(work: Work, *, text: str) -> tuple[Verdict, ...]:
    """Compare anchors kept elsewhere, one a line, with the books as they are. Reads the whole audit trail."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(_judge(work, line) for line in lines)


def broken(work: Work) -> Iterator[tuple[int, Sentence]]:
    """For the doctor: anchors in the database that the books do not agree with. (anchor id, what differs)."""
    anchors = work.all(_ALL)
    if not anchors:
        return
    digests: dict[int, tuple[int, str]] = {0: (0, "")}
    for row in anchors:
        first, start = digests.get(row.previous, (0, ""))
        digest = _audit_digest(work, first, row.last_audit, start)
        if digest != row.audit_digest:
            yield row.id, Sentence(_TRAIL)
        digests[row.id] = (row.last_audit, row.audit_digest)  # go on from what was said: name each fault once
    last = anchors[-1]
    if _compute_books(work, last.last_entry) != (last.entries, last.outstanding, last.digest):
        yield last.id, Sentence(_BOOKS)


def _edge(work: Work) -> tuple[int, int, int]:
    quiet(work)
    row = work.first(_EDGE)
    assert row is not None
    return row.entry, row.audit, row.anchor


def _compute(work: Work, edge: tuple[int, int, int]) -> dict[str, Any]:
    last_entry, last_audit, previous = edge
    before = work.first(_ONE, id=previous)
    first, start = (before.last_audit, before.audit_digest) if before else (0, "")
    entries, outstanding, digest = _compute_books(work, last_entry)
    return {
        "epoch": work.value(_EPOCH),
        "entries": entries,
        "last_entry": last_entry,
        "outstanding": outstanding,
        "digest": digest,
        "previous": previous,
        "last_audit": last_audit,
        "audit_digest": _audit_digest(work, first, last_audit, start),
    }


def _compute_books(work: Work, last_entry: int) -> tuple[int, int, str]:
    """Count, sum and digest over the heads of all members, as of one entry."""
    totals = work.first(_TOTALS, last=last_entry)
    assert totals is not None
    stood = {row.member_id: (row.seq, row.prev) for row in work.all(_BEFORE, last=last_entry)}
    digest = hashlib.sha256()
    for row in work.stream(_HEADS):
        seq, head = stood.get(row.id, (row.last_seq, row.head))
        if seq:
            digest.update(f"{row.id}|{seq}|{head}\n".encode())
    return totals.entries, totals.outstanding, digest.hexdigest()


def _audit_digest(work: Work, first: int, last: int, start: str) -> str:
    """The digest that goes on from ``start`` over the audit rows after ``first`` up to ``last``."""
    digest = hashlib.sha256(start.encode())
    for row in work.stream(_AUDIT, first=first, last=last):
        for value in row:
            text = str(value).encode()
            digest.update(b"%d:" % len(text) + text)
    return digest.hexdigest()


def _judge(work: Work, line: str) -> Verdict:
    parts = line.split("|")
    figures = (*parts[3:4], *parts[5:8], *parts[9:10])
    if len(parts) != _PARTS or parts[0] != FORM or not all(_NUMBER.fullmatch(part) for part in figures):
        return Verdict(line, "unreadable", _MESSAGES["unreadable"])
    _form, shop, epoch, anchor_id, taken_at, entries, last_entry, outstanding, digest, last_audit, audit_digest = parts
    if shop != work.shop.uuid:
        state = "elsewhere"
    else:
        said = (int(entries), int(outstanding), digest)
        state = _compare(work, said, int(last_entry), int(last_audit), audit_digest, int(anchor_id))
        if state != "good" and epoch != work.value(_EPOCH):
            state = "restored"
    return Verdict(line, state, _MESSAGES[state], taken_at)


def _compare(
    work: Work, said: tuple[int, int, str], last_entry: int, last_audit: int, audit_digest: str, anchor_id: int
) -> str:
    edge = work.first(_EDGE)
    assert edge is not None
    if last_entry > edge.entry or last_audit > edge.audit:
        return "cut"
    if _compute_books(work, last_entry) != said:
        return "changed"
    stored = work.first(_ONE, id=anchor_id)
    before = work.first(_ONE, id=stored.previous) if stored is not None else None
    if stored is None:
        return "cut"
    first, start = (before.last_audit, before.audit_digest) if before else (0, "")
    return "good" if _audit_digest(work, first, last_audit, start) == audit_digest else "audit"


def _anchor(work: Work, row: Any) -> Anchor:
    return Anchor(
        row.id, work.shop.uuid, row.epoch, row.taken_at, row.entries, row.last_entry, row.outstanding, row.digest,
        row.previous, row.last_audit, row.audit_digest,
    )  # fmt: skip
