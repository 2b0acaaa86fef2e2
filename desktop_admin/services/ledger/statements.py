"""The statements of posting, written once."""

from __future__ import annotations

from functools import cache

from desktop_admin.services.database.sql import Sql, in_list

_ACCOUNT = (
    "SELECT id, last_seq, head, balance, owed, earn_frozen, spend_frozen, closed_at FROM member "
    "WHERE id {where} ORDER BY id"
)
# On PostgreSQL members are locked first and alone, in the order of their ids; the lots are read in a later statement,
# or they would be those of before the wait.
LOCK_ONE = Sql(_ACCOUNT.format(where="= :m"), postgresql=_ACCOUNT.format(where="= :m") + " FOR NO KEY UPDATE")

_LOTS = (
    "SELECT id, member_id, entry_id, points, remaining, spendable_from, expires_on, earned_on FROM lot "
    "WHERE member_id {where} AND remaining > 0 ORDER BY member_id, expires_on, earned_on, id"
)
LOTS_ONE = Sql(_LOTS.format(where="= :m"))


@cache
def lock_many(count: int) -> Sql:
    text = _ACCOUNT.format(where=f"IN ({in_list('m', count)})")
    return Sql(text, postgresql=text + " FOR NO KEY UPDATE")


@cache
def lots_many(count: int) -> Sql:
    return Sql(_LOTS.format(where=f"IN ({in_list('m', count)})"))


INSERT_ENTRY = Sql(
    "INSERT INTO entry (id, operation_id, n, member_id, seq, kind, points, owes, net_after, reverses_id, reason, "
    "source_kind, source_id, operator_id, branch_id, business_date, recorded_at, note, explain, prev, hash) VALUES "
    "(:id, :operation_id, :n, :member_id, :seq, :kind, :points, :owes, :net_after, :reverses_id, :reason, "
    ":source_kind, :source_id, :operator_id, :branch_id, :business_date, :recorded_at, :note, :explain, :prev, :hash)"
)
INSERT_LOT = Sql(
    "INSERT INTO lot (id, member_id, entry_id, points, remaining, spendable_from, expires_on, earned_on, from_lot) "
    "VALUES (:id, :member_id, :entry_id, :points, :points, :spendable_from, :expires_on, :earned_on, :from_lot)"
)
INSERT_USE = Sql(
    "INSERT INTO lot_use (entry_id, at_entry, lot_id, points) VALUES (:entry_id, :at_entry, :lot_id, :points)"
)
DEBTS = Sql(
    "SELECT e.id, e.owes - coalesce((SELECT CAST(sum(u.points) AS bigint) FROM lot_use u WHERE u.entry_id = e.id "
    "AND u.at_entry <> e.id AND u.points > 0), 0) AS owing FROM entry e WHERE e.member_id = :m AND e.owes > 0 "
    "ORDER BY e.id"
)
# What a debit still holds of each lot, the last taken first; graced = what went into a new lot instead. What a reversal
# of it cancelled of its debt lies in that reversal's own lot and does not come back; what was written off comes last.
USES = Sql(
    "SELECT l.id, l.entry_id, l.points, l.remaining, l.spendable_from, l.expires_on, l.earned_on, "
    "CAST(sum(u.points) AS bigint) AS held, (SELECT CAST(coalesce(sum(g.points), 0) AS bigint) FROM lot g "
    "JOIN entry r ON r.id = g.entry_id WHERE g.from_lot = l.id AND r.reverses_id = :entry) AS graced "
    "FROM lot_use u JOIN lot l ON l.id = u.lot_id JOIN entry o ON o.id = l.entry_id WHERE u.entry_id = :entry "
    "AND coalesce(o.reverses_id, 0) <> :entry "
    "GROUP BY l.id, l.entry_id, l.points, l.remaining, l.spendable_from, l.expires_on, l.earned_on, o.kind "
    "HAVING sum(u.points) > 0 ORDER BY CASE WHEN o.kind = 'writeoff' THEN 1 ELSE 0 END, min(u.id) DESC"
)
ENTRY = Sql(
    "SELECT e.id, e.member_id, e.kind, e.points, e.owes, e.reverses_id, e.reason, e.source_kind, e.source_id, "
    "e.business_date, e.recorded_at, e.operator_id, e.operation_id, e.n, "
    "coalesce((SELECT CAST(sum(x.points + coalesce((SELECT sum(y.points) FROM entry y WHERE y.reverses_id = x.id), 0)) "
    "AS bigint) FROM entry x WHERE x.reverses_id = e.id), 0) AS reversed FROM entry e WHERE e.id = :id"
)
