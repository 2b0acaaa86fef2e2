"""The chain of hashes, read entry by entry."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.ledger.chain import entry_hash
from desktop_admin.services.rules.words import Sentence
from desktop_admin.services.work import Work

MESSAGE = N_("An entry was changed, removed or slipped in after it was written.")
GAP = N_("member {member}: entry {number} is missing before {seq}")
BEFORE = N_("member {member}, entry {seq}: does not follow the entry before it")
NET = N_("member {member}, entry {seq}: the balance after it is not the one before it and its points")
HASH = N_("member {member}, entry {seq}: its hash is not that of what stands in it")

_ENTRIES = Sql(
    "SELECT id, member_id, seq, kind, points, owes, net_after, reverses_id, reason, source_kind, source_id, "
    "operation_id, n, "
    "operator_id, branch_id, business_date, recorded_at, note, explain, prev, hash FROM entry ORDER BY member_id, seq"
)


def broken(work: Work, most: int) -> Iterator[tuple[int, Sentence]]:
    """Entries whose hash, order or running net does not follow: (entry id, what is wrong)."""
    member, seq, head, net, told = 0, 0, "", 0, 0
    for row in work.stream(_ENTRIES):
        fields = dict(row._mapping)
        entry_id, said = fields.pop("id"), fields.pop("hash")
        if fields["member_id"] != member:
            member, seq, head, net = fields["member_id"], 0, "", 0
        wrong, after = _wrong(fields, said, seq, head, net), seq
        seq, head, net = fields["seq"], said, fields["net_after"]
        if wrong:
            yield entry_id, Sentence(wrong, {"member": member, "seq": seq, "number": after + 1})
            told += 1
            if told == most:
                return


def _wrong(fields: dict[str, object], said: object, seq: int, head: str, net: int) -> str:
    if fields["seq"] != seq + 1:
        return GAP
    if fields["prev"] != head:
        return BEFORE
    if fields["net_after"] != net + int(fields["points"]):  # type: ignore[call-overload]
        return NET
    return "" if entry_hash(**fields) == said else HASH  # type: ignore[arg-type]
