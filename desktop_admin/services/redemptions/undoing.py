"""Cancelling before it left the house, taking back after: points to their lots, cash, stock.

Afterwards the books are as if what was undone had never been, the expiry of lots included.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop_admin.i18n import N_
from desktop_admin.services import policies
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import Account, EntryFacts, Posting
from desktop_admin.services.limits import refuse_own
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import orders
from desktop_admin.services.redemptions.orders import Change, Line, Order, kept
from desktop_admin.services.redemptions.records import Back, Part, Undone
from desktop_admin.services.rules.redemptions import State, has_left
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_TOPICS = (Topic.REDEMPTIONS, Topic.POINTS, Topic.MEMBERS, Topic.STOCK)

_MEMBER = Sql("SELECT member_id FROM redemption WHERE id = :id")


@command(Permission.CANCEL_REDEMPTIONS, *_TOPICS)
def cancel(
    work: Work,
    *,
    request: str,
    redemption_id: int,
    reason: str,
    lines: tuple[Part, ...] = (),
) -> Undone:
    """Cancel an order, or pieces of its lines, before it has left the house.

    Points go back to the lots they came from, cash to the member, the reservation ends. No lines =
    the whole order. What a line keeps is price × kept pieces ÷ pieces, rounded down, from the start.
    Refuses what has left ("return it"), more pieces than there are, no reason, one's own order.
    """
    return _undo(work, redemption_id, reason, State.CANCELLED, [
        Back(part.line_id, part.quantity) for part in lines
    ])  # fmt: skip


@command(Permission.RETURN_REDEMPTIONS, *_TOPICS)
def return_(
    work: Work,
    *,
    request: str,
    redemption_id: int,
    reason: str,
    lines: tuple[Back, ...] = (),
) -> Undone:
    """Take back an order, or pieces of its lines, after it has left the house.

    Points and cash go back as in `cancel`. Goods return to the branch's stock; what inspection
    found unfit (`restock` false) is written off at once. No lines = the whole order, restocked.
    """
    return _undo(work, redemption_id, reason, State.RETURNED, list(lines))


def _undo(
    work: Work, redemption_id: int, reason: str, end: State, parts: Sequence[Back]
) -> Undone:
    if not reason.strip():
        raise Refused(N_("A reason is needed."), field="reason")
    member_id = work.value(_MEMBER, id=redemption_id)
    if member_id is None:
        raise Refused(N_("This redemption does not exist."), field="redemption")
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    refuse_own(work, member_id)
    order = orders.lock(work, redemption_id)
    changes = _changes(order, parts, end)
    points, cash = _give_back(work, posting, account, changes)
    pieces = sum(c.undo for c in changes)
    orders.pay(work, order.id, -cash)
    orders.change(work, order, changes, reason)
    work.audit(
        end.value, "redemption", order.id, None, {"points": points, "cash": cash, "pieces": pieces}
    )
    return Undone(
        order.id, order.number, order.state.value, points, cash, pieces, posting.available(account)
    )


def _changes(order: Order, parts: Sequence[Back], end: State) -> list[Change]:
    """Which pieces of which lines; refuses what is not there and what is at the wrong place."""
    if not parts:
        parts = [Back(line.id, line.pieces) for line in order.living]
        if not parts:
            orders.judge(order.lines[0], end)
    by_id = {line.id: line for line in order.lines}
    if len({part.line_id for part in parts}) != len(parts):
        raise Refused(N_("A line is named twice."), field="lines")
    changes = []
    for part in parts:
        line = by_id.get(part.line_id)
        if line is None:
            raise Refused(N_("This line is not part of the redemption."), field="lines")
        _right_place(line, end)
        if not 1 <= part.quantity <= line.pieces:
            raise Refused(
                N_("“{item}”: between 1 and {most} pieces."),
                field="quantity", item=line.name, most=line.pieces,
            )  # fmt: skip
        changes.append(Change(line, end, part.quantity, part.restock))
    return changes


def _right_place(line: Line, end: State) -> None:
    if end is State.CANCELLED and has_left(line.state):
        raise Refused(
            N_("“{item}” has already left the house: take it back as a return."),
            field="state", item=line.name,
        )  # fmt: skip
    if end is State.RETURNED and not has_left(line.state) and line.state not in orders.ENDED:
        raise Refused(
            N_("“{item}” has not left the house: cancel it instead."), field="state", item=line.name
        )
    orders.judge(line, end)


def _give_back(
    work: Work, posting: Posting, account: Account, changes: Sequence[Change]
) -> tuple[int, int]:
    """Points back to their lots; answers the points and the cash (minor units) to give back."""
    grace = policies.get(work, "grace_days")
    points = cash = 0
    for c in changes:
        line, after = c.line, c.line.undone + c.undo
        back = kept(line.points, line.quantity, line.undone) - kept(
            line.points, line.quantity, after
        )
        cash += kept(line.cash, line.quantity, line.undone) - kept(line.cash, line.quantity, after)
        points += back
        if back:
            assert line.entry_id is not None
            facts = EntryFacts("redeem", source_kind="redemption_line", source_id=line.id)
            posting.give_back(account, line.entry_id, back, facts, grace_days=grace)
    posting.flush()
    return points, cash
