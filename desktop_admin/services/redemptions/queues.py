"""Lists of redemptions: the queues with counts and ages, and finding one by what is at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from desktop_admin.services import members, policies
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import instant, parse_instant
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.keyset import Key, Keyset, Page
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions.records import QueueCount, QueueRow
from desktop_admin.services.rules.redemptions import State
from desktop_admin.services.work import Work

# what waits for somebody's hand; "approved" is no state of an order in the database
QUEUES = (
    State.PLACED, State.PICKING, State.PACKED, State.READY, State.SHIPPED, State.BOOKED,
)  # fmt: skip
OPEN = "open"
NAMES = 5  # members whose orders a search by name answers
_WAITING = ", ".join(f"'{state.value}'" for state in QUEUES)

_COLUMNS = (
    "r.id, r.number, r.state, r.delivery, r.member_id, m.name AS member, m.card_number, "
    "t.code AS tier, t.name AS tier_names, r.priority, r.placed_at, r.placed_on, r.promised_on, r.state_since, "
    "r.branch_id, b.name AS branch, r.points, r.cash, r.carrier, r.tracking, r.slips, "
    "(SELECT i.name FROM redemption_line l JOIN item i ON i.id = l.item_id "
    "WHERE l.redemption_id = r.id AND l.n = 1) AS first_item, "
    "(SELECT count(*) FROM redemption_line l WHERE l.redemption_id = r.id) AS lines, "
    "(SELECT CAST(sum(l.quantity - l.undone) AS bigint) FROM redemption_line l "
    "WHERE l.redemption_id = r.id) AS pieces, "
    "(SELECT count(DISTINCT l.state) FROM redemption_line l WHERE l.redemption_id = r.id) AS states, r.version"
)
_FROM = (
    "FROM redemption r JOIN member m ON m.id = r.member_id JOIN tier t ON t.id = m.tier_id "
    "JOIN branch b ON b.id = r.branch_id WHERE "
)
_FILTER = (
    "(:branch_id = 0 OR r.branch_id = :branch_id) AND (:delivery = '' OR r.delivery = :delivery) "
    "AND (:late_on = '' OR CASE WHEN r.state = 'ready' THEN r.state_since < :kept_from "
    "ELSE r.promised_on < :late_on END) "
    "AND r.placed_on >= :since AND r.placed_on <= :until"
)
# one list of one state, in the order of the queue or by age; one of every state, newest first
BY_STATE = Keyset(
    _COLUMNS, f"{_FROM} r.state = :state AND {_FILTER}",
    {"queue": "r.queue_key", "placed": "r.id"}, "r.id",
)  # fmt: skip
WAITING = Keyset(
    _COLUMNS, f"{_FROM} r.state IN ({_WAITING}) AND {_FILTER}",
    {"queue": "r.queue_key", "placed": "r.id"}, "r.id",
)  # fmt: skip
EVERY = Keyset(_COLUMNS, f"{_FROM} {_FILTER}", {"placed": "r.placed_on"}, "r.id")
OF_MEMBER = Keyset(
    _COLUMNS, f"{_FROM} r.member_id = :member_id AND {_FILTER}", {"placed": "r.id"}, "r.id"
)

_COUNTS = Sql(
    "SELECT state, delivery, count(*) AS orders, min(placed_at) AS oldest, "
    "CAST(sum(CASE WHEN CASE WHEN state = 'ready' THEN state_since < :kept_from "
    "ELSE promised_on < :today END THEN 1 ELSE 0 END) AS bigint) AS late "
    f"FROM redemption WHERE state IN ({_WAITING}) "
    "AND (:branch_id = 0 OR branch_id = :branch_id) GROUP BY state, delivery"
)
_FIND = Sql(
    "SELECT id FROM redemption WHERE number = :number "
    "UNION SELECT id FROM redemption WHERE pickup_code = :code AND pickup_code <> '' "
    "UNION SELECT id FROM redemption WHERE tracking = :text AND tracking <> '' "
    "UNION SELECT r.id FROM item i JOIN redemption_line l ON l.item_id = i.id "
    "JOIN redemption r ON r.id = l.redemption_id "
    f"WHERE (i.barcode = :text AND i.barcode <> '' OR i.code = :text) AND r.state IN ({_WAITING}) "
    "LIMIT 50"
)
_OPEN_OF_MEMBER = Sql(
    f"SELECT {_COLUMNS} {_FROM} r.member_id = :member_id AND r.state IN ({_WAITING}) "
    "ORDER BY CASE WHEN r.state = 'ready' THEN 0 ELSE 1 END, r.id LIMIT 100"
)


@cache
def _by_id(count: int) -> Sql:
    return Sql(f"SELECT {_COLUMNS} {_FROM} r.id IN ({in_list('id', count)}) ORDER BY r.id DESC")


def _row(row: Any) -> QueueRow:
    record = QueueRow(*[*row[:24], row.states > 1, row.version])
    return replace(
        record, placed_at=parse_instant(row.placed_at), placed_on=date.fromisoformat(row.placed_on),
        promised_on=date.fromisoformat(row.promised_on), state_since=parse_instant(row.state_since),
    )  # fmt: skip


@query(Permission.SEE_REDEMPTIONS)
def counts(work: Work, *, branch_id: int = 0) -> tuple[QueueCount, ...]:
    """How many orders wait in each state and way of delivery, since when, how many late.

    Late: past the promised day; ready for pick-up: kept longer than the shop keeps it.
    Branch 0 = all. In the order of the work; empty queues are left out.
    """
    rows = work.all(
        _COUNTS, branch_id=branch_id, today=work.today_text, kept_from=_kept_from(work)
    )
    found = [
        QueueCount(row.state, row.delivery, row.orders, parse_instant(row.oldest), row.late)
        for row in rows
    ]
    places = {state.value: place for place, state in enumerate(QUEUES)}
    return tuple(sorted(found, key=lambda c: (places[c.state], c.delivery)))


def _list(
    work: Work,
    state: str,
    member_id: int | str,
    branch_id: int | str,
    delivery: str,
    late: bool | str,
    since: str,
    until: str,
) -> tuple[Keyset, dict[str, Any]]:
    where: dict[str, Any] = {
        "branch_id": int(branch_id or 0), "delivery": delivery,
        "late_on": work.today_text if late else "", "kept_from": _kept_from(work) if late else "",
        "since": since or "0001-01-01", "until": until or "9999-12-31",
    }  # fmt: skip
    if int(member_id or 0):
        return OF_MEMBER, where | {"member_id": int(member_id)}
    if state == OPEN or (late and not state):
        return WAITING, where
    if state:
        return BY_STATE, where | {"state": state}
    return EVERY, where


def _kept_from(work: Work) -> str:
    """What became ready before this instant has waited too long to be collected."""
    return instant(work.now - timedelta(days=policies.get(work, "pickup_days")))


@query(Permission.SEE_REDEMPTIONS)
def page(
    work: Work,
    *,
    state: str = "",
    member_id: int | str = 0,
    branch_id: int | str = 0,
    delivery: str = "",
    late: bool | str = False,
    since: str = "",
    until: str = "",
    sort: str = "",
    descending: bool = False,
    after: Key | None = None,
    skip: int = 0,
    backwards: bool = False,
    limit: int = 100,
) -> Page[QueueRow]:
    """Redemptions of one state, of one member, or all; by branch, delivery, days of placing.

    Sorts: "queue" (only with a state: higher tier first, then the oldest promise) and "placed".
    State "open" is whatever waits for somebody's hand. `late` leaves what is past its promise or kept
    too long, of what is open where no state is said. `since` and `until` are ISO dates.
    """
    keyset, where = _list(work, state, member_id, branch_id, delivery, late, since, until)
    if keyset in (EVERY, OF_MEMBER) and sort == "queue":
        sort = "placed"
    return keyset.page(
        work, _row, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards,
        limit=limit, **where,
    )  # fmt: skip


@query(Permission.SEE_REDEMPTIONS)
def page_count(
    work: Work,
    *,
    state: str = "",
    member_id: int | str = 0,
    branch_id: int | str = 0,
    delivery: str = "",
    late: bool | str = False,
    since: str = "",
    until: str = "",
) -> int:
    """How many rows `page` has in all."""
    keyset, where = _list(work, state, member_id, branch_id, delivery, late, since, until)
    return keyset.count(work, **where)


@query(Permission.SEE_REDEMPTIONS)
def find(work: Work, *, text: str) -> tuple[QueueRow, ...]:
    """By number, pick-up code or tracking number; by an item's barcode, what waits for it.

    Newest first, at most 50.
    """
    typed = text.strip()
    if not typed:
        return ()
    folded = "".join(typed.upper().replace("-", "").split())
    ids = [row.id for row in work.all(_FIND, number=folded, code=folded, text=typed)]
    if not ids:
        return ()
    return tuple(_row(row) for row in work.all(_by_id(len(ids)), **list_params("id", ids)))


@query(Permission.SEE_REDEMPTIONS)
def search(work: Work, *, text: str) -> tuple[QueueRow, ...]:
    """As `find`; where that finds nothing, what the members found by this text wait for."""
    found = find(work, text=text)
    if found or not text.strip():
        return found
    people = members.find(work, text=text, limit=NAMES)
    return tuple(row for one in people for row in open_of_member(work, member_id=one.id))


@query(Permission.SEE_REDEMPTIONS)
def open_of_member(work: Work, *, member_id: int) -> tuple[QueueRow, ...]:
    """What a member waits for; what is ready for pick-up first."""
    return tuple(_row(row) for row in work.all(_OPEN_OF_MEMBER, member_id=member_id))
