"""Whether an act is wholly there: what was asked and answered against every row that hangs on its operation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.counters.evidence import Found
from tests.counters.shop import PRICES

Receipt = dict[str, Any]
Said = dict[str, Any]


def faults(said: Said, found: Found) -> list[str]:
    """What is missing, too much, or other than asked and answered; nothing when the act is whole."""
    if found.body is None:
        return ["it has no receipt"]
    receipt = json.loads(found.body)
    return [f"{what}: {is_} instead of {should}" for what, is_, should in
            [*_general(found), *_KINDS[found.kind](said, receipt, found)] if is_ != should]  # fmt: skip


Comparison = tuple[str, Any, Any]


def _general(found: Found) -> list[Comparison]:
    entries = found.parts["entries"]
    rows: list[Comparison] = [("numbers of entries", [e.n for e in entries], list(range(1, len(entries) + 1)))]
    for e in entries:
        if e.points > 0:
            rows.append((f"lots of entry {e.id}", e.opened + e.given_back, e.points))
        else:
            rows.append((f"uses of entry {e.id}", e.taken + e.owes, -e.points))
    return rows


def _movements(found: Found) -> list[tuple[str, int, int, int]]:
    return sorted((m.kind, m.item_id, m.quantity, m.reserving) for m in found.parts["movements"])


def _entries(found: Found) -> list[tuple[int, str, int]]:
    return [(e.member_id, e.kind, e.points) for e in found.parts["entries"]]


def _figures(receipt: Receipt, found: Found) -> list[Comparison]:
    """A receipt's before and after against the books."""
    first = found.parts["entries"][0]
    return [("after", receipt["after"], first.net_after), ("before", receipt["before"], first.net_after - first.points),
            ("entry", receipt["entry_id"], first.id), ("operation", receipt["operation_id"], found.id)]  # fmt: skip


def _adjust(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    wanted = [(said["member_id"], "adjust", said["points"])]
    return [("entries", _entries(found), wanted), *_figures(receipt, found)]


def _transfer(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    wanted = [(said["from_member"], "transfer", -said["points"]), (said["to_member"], "transfer", said["points"])]
    other = found.parts["entries"][1].id if len(found.parts["entries"]) == 2 else None
    return [("entries", _entries(found), wanted), ("other", receipt["other_entry_id"], other),
            *_figures(receipt, found)]  # fmt: skip


def _reverse(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    mine = [e for e in found.parts["entries"] if e.reverses_id == said["entry_id"]]
    points = [e.points for e in mine]
    rows: list[Comparison] = [("reversal", points, [receipt["points"]]), ("after", receipt["after"], mine[0].net_after)]
    if said["points"] is not None:
        rows.append(("size", abs(receipt["points"]), said["points"]))
    sides = 2 if receipt["other_entry_id"] else 1
    rows += [("entries", len(found.parts["entries"]), sides)]
    if sides == 2:
        rows.append(("both sides", sum(e.points for e in found.parts["entries"]), 0))
    return rows


def _record(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    bought = [(p.number.rpartition("/")[2], p.member_id, p.amount, p.earned, p.id, p.lines)
              for p in found.parts["purchases"]]  # fmt: skip
    wanted = [(said["receipt_number"].upper(), said["member_id"], said["amount"], receipt["points"],
               receipt["purchase_id"], 1)]  # fmt: skip
    earned = [(said["member_id"], "earn", receipt["points"])] if receipt["points"] else []
    rows: list[Comparison] = [("purchase", bought, wanted), ("entries", _entries(found), earned)]
    return rows + (_figures(receipt, found) if earned else [])


def _place(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    wanted = [(line["offer_id"], line["quantity"]) for line in said["lines"]]
    costs = [PRICES[item] * quantity for item, quantity in wanted]
    cash = sum(100 * quantity for item, quantity in wanted if item % 2)
    moved = [("reserve", item, 0, quantity) for item, quantity in wanted]
    if said["hand_over"]:
        moved += [("issue", item, -quantity, -quantity) for item, quantity in wanted]
    (order,) = found.parts["orders"] or [None]
    return [
        ("order", order and (order.id, order.member_id, order.points, order.cash),
         (receipt["redemption_id"], said["member_id"], sum(costs), cash)),
        ("answered", (receipt["points"], receipt["cash"]), (sum(costs), cash)),
        ("lines", [(x.item_id, x.quantity, x.points) for x in found.parts["lines"]],
         [(item, quantity, cost) for (item, quantity), cost in zip(wanted, costs, strict=True)]),
        ("entries", _entries(found), [(said["member_id"], "redeem", -cost) for cost in costs]),
        ("movements", _movements(found), sorted(moved)),
        ("payment", [p.amount for p in found.parts["payments"]], [cash] if cash else []),
        ("trail", [e.to_state for e in found.parts["events"]],
         ["placed", "ready", "collected"] if said["hand_over"] else ["placed"]),
        ("audit", [a.action for a in found.parts["audits"]], ["place"]),
    ]  # fmt: skip


def _cancel(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    entries, moved = found.parts["entries"], found.parts["movements"]
    return [
        ("points", sum(e.points for e in entries), receipt["points"]),
        ("kinds", {e.kind for e in entries}, {"redeem"}),
        ("pieces", -sum(m.reserving for m in moved), receipt["pieces"]),
        ("movements", {m.kind for m in moved}, {"release"}),
        ("payment", [p.amount for p in found.parts["payments"]], [-receipt["cash"]] if receipt["cash"] else []),
        ("trail", found.parts["events"][-1].to_state if found.parts["events"] else "", "cancelled"),
        ("order", {e.redemption_id for e in found.parts["events"]}, {said["redemption_id"]}),
        ("audit", [a.action for a in found.parts["audits"]], ["cancelled"]),
    ]


def _advance(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    trail = [(e.redemption_id, e.to_state) for e in found.parts["events"]]
    return [("trail", trail, [(said["redemption_id"], "ready")]), ("movements", _movements(found), []),
            ("entries", _entries(found), []), ("answered", receipt["state"], "ready")]  # fmt: skip


def _collect(said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    trail = [(e.redemption_id, e.to_state) for e in found.parts["events"]]
    moved = found.parts["movements"]
    return [("trail", trail, [(said["redemption_id"], "collected")]), ("entries", _entries(found), []),
            ("movements", {m.kind for m in moved}, {"issue"}), ("answered", receipt["state"], "collected"),
            ("pieces", [m.quantity for m in moved], [m.reserving for m in moved])]  # fmt: skip


def _expire(_said: Said, receipt: Receipt, found: Found) -> list[Comparison]:
    entries = found.parts["entries"]
    return [("members", len({e.member_id for e in entries}), receipt["members"]),
            ("points", -sum(e.points for e in entries), receipt["points"]),
            ("kinds", {e.kind for e in entries} - {"expire"}, set()),
            ("entries", len(entries), receipt["members"])]  # fmt: skip


_KINDS: dict[str, Callable[[Said, Receipt, Found], list[Comparison]]] = {
    "points.adjust": _adjust, "points.transfer": _transfer, "points.reverse": _reverse, "purchases.record": _record,
    "redemptions.place": _place, "redemptions.cancel": _cancel, "redemptions.advance": _advance,
    "redemptions.collect": _collect, "expiry.expire_batch": _expire,
}  # fmt: skip
