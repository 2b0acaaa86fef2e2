"""One redemption whole, and what its packing slip says."""

from __future__ import annotations

from datetime import date
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.redemptions.orders import ENDED, fulfilment_of
from desktop_admin.services.redemptions.records import (
    Detail,
    EventDetail,
    LineDetail,
    PaymentDetail,
    Slip,
    SlipLine,
)
from desktop_admin.services.rules.members import mask_phone
from desktop_admin.services.rules.redemptions import State, next_states, order_state
from desktop_admin.services.sealing import unseal_many
from desktop_admin.services.work import Work

_ORDER = Sql(
    "SELECT r.id, r.number, r.state, r.delivery, r.version, r.member_id, m.name AS member, "
    "m.phone AS member_phone, m.card_number, t.code AS tier, t.name AS tier_names, r.branch_id, b.name AS branch, "
    "b.address AS branch_address, b.phone AS branch_phone, r.priority, r.placed_at, r.placed_on, "
    "r.promised_on, r.state_since, r.pickup_code, r.recipient, r.phone, r.address, r.carrier, "
    "r.tracking, r.remark, r.points, r.cash, r.slips FROM redemption r "
    "JOIN member m ON m.id = r.member_id JOIN tier t ON t.id = m.tier_id "
    "JOIN branch b ON b.id = r.branch_id WHERE r.id = :id"
)
_LINES = Sql(
    "SELECT l.id, l.n, l.item_id, i.code, i.barcode, i.name, i.kind, i.shelf, l.quantity, l.undone, "
    "l.points, l.cash, l.state, l.offer_id FROM redemption_line l JOIN item i ON i.id = l.item_id "
    "WHERE l.redemption_id = :id ORDER BY l.n"
)
_EVENTS = Sql(
    "SELECT e.id, e.recorded_at, p.name AS operator, b.name AS branch, o.workstation, "
    "coalesce(l.n, 0) AS line_n, e.from_state, e.to_state, e.quantity, e.note "
    "FROM redemption_event e JOIN operation o ON o.id = e.operation_id "
    "JOIN operator p ON p.id = o.operator_id JOIN branch b ON b.id = o.branch_id "
    "LEFT JOIN redemption_line l ON l.id = e.line_id WHERE e.redemption_id = :id ORDER BY e.id"
)
_PAYMENTS = Sql(
    "SELECT y.recorded_at, y.amount, p.name AS operator, b.name AS branch FROM payment y "
    "JOIN operation o ON o.id = y.operation_id JOIN operator p ON p.id = o.operator_id "
    "JOIN branch b ON b.id = y.branch_id WHERE y.redemption_id = :id ORDER BY y.id"
)


@query(Permission.SEE_REDEMPTIONS)
def detail(work: Work, *, redemption_id: int) -> Detail:
    """A redemption with its lines, trail and payments.

    Phones are masked for who may not see whole ones. Refuses one that does not exist.
    """
    work.ahead(*((sql, {"id": redemption_id}) for sql in (_ORDER, _LINES, _EVENTS, _PAYMENTS)))
    row = _order(work, redemption_id)
    lines = _lines(work, redemption_id)
    # what the order as a whole may become: every way its living lines can go
    ways: dict[str, None] = {}
    for line in lines:
        if State(line.state) not in ENDED:
            fulfilment = fulfilment_of(line.kind, row.delivery)
            ways |= {state.value: None for state in next_states(fulfilment, State(line.state))}
    ways.pop(State.APPROVED.value, None)
    whole = may(work.actor.role, Permission.SEE_FULL_PHONES)
    return Detail(
        id=row.id, number=row.number, state=row.state,
        mixed=order_state(State(line.state) for line in lines).mixed, delivery=row.delivery,
        version=row.version, member_id=row.member_id, member=row.member,
        member_phone=row.member_phone if whole else mask_phone(row.member_phone),
        card_number=row.card_number, tier=row.tier, tier_names=row.tier_names,
        branch_id=row.branch_id, branch=row.branch,
        priority=row.priority, placed_at=parse_instant(row.placed_at),
        placed_on=date.fromisoformat(row.placed_on),
        promised_on=date.fromisoformat(row.promised_on),
        state_since=parse_instant(row.state_since), pickup_code=row.pickup_code,
        recipient=row.recipient, phone=row.phone if whole else mask_phone(row.phone),
        address=row.address, carrier=row.carrier, tracking=row.tracking, remark=row.remark,
        points=row.points, cash=row.cash, slips=row.slips, lines=lines,
        events=_events(work, redemption_id, row.member_id),
        payments=tuple(
            PaymentDetail(parse_instant(y.recorded_at), y.amount, y.operator, y.branch)
            for y in work.all(_PAYMENTS, id=redemption_id)
        ),
        next_states=tuple(ways),
    )  # fmt: skip


@query(Permission.SEE_REDEMPTIONS)
def slip(work: Work, *, redemption_id: int) -> Slip:
    """What a packing slip says: goods still to hand over, by shelf. `copy`: prints before this one.

    Phones are whole: the slip goes with the parcel.
    """
    row = _order(work, redemption_id)
    lines = [
        SlipLine(line.shelf, line.code, line.barcode, line.name, line.pieces)
        for line in _lines(work, redemption_id)
        if line.pieces
    ]
    return Slip(
        redemption_id=row.id, number=row.number, shop=work.shop.name, branch=row.branch,
        branch_address=row.branch_address, branch_phone=row.branch_phone, delivery=row.delivery,
        placed_on=date.fromisoformat(row.placed_on),
        promised_on=date.fromisoformat(row.promised_on), recipient=row.recipient, phone=row.phone,
        address=row.address, carrier=row.carrier, tracking=row.tracking,
        remark=row.remark, member=row.member, card_number=row.card_number, copy=row.slips,
        lines=tuple(sorted(lines, key=lambda line: (line.shelf, line.code))),
    )  # fmt: skip


def _order(work: Work, redemption_id: int) -> Any:
    row = work.first(_ORDER, id=redemption_id)
    if row is None:
        raise Refused(N_("This redemption does not exist."), field="redemption")
    return row


def _lines(work: Work, redemption_id: int) -> tuple[LineDetail, ...]:
    return tuple(LineDetail(*tuple(row)) for row in work.all(_LINES, id=redemption_id))


def _events(work: Work, redemption_id: int, member_id: int) -> tuple[EventDetail, ...]:
    rows = work.all(_EVENTS, id=redemption_id)
    notes = unseal_many(work, [(member_id, row.note) for row in rows])
    return tuple(
        EventDetail(*[row.id, parse_instant(row.recorded_at), *row[2:9], note])
        for row, note in zip(rows, notes, strict=True)
    )
