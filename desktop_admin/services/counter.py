"""What only the counter asks: what was scanned, the members of the last tasks, what a member can redeem now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from desktop_admin.services import members, policies, reasons, redemptions
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import Found
from desktop_admin.services.members.personal import card_of
from desktop_admin.services.names import named
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points import standing
from desktop_admin.services.reasons import Reason
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.services.rules.redemptions import read_pickup_code
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.work import Work

MOST_OFFERS = 500
LEAST_CODE = 6  # characters of an order number, a pick-up code, a tracking number

_CARD = Sql("SELECT member_id, state, ended_at FROM card WHERE card_number = :card")
_BY_PICKUP_CODE = Sql("SELECT id, member_id FROM redemption WHERE pickup_code = :code AND pickup_code <> ''")
_BRANCH = Sql("SELECT name, address, phone FROM branch WHERE id = :id")
_RANK = Sql("SELECT t.rank FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.id = :m")
_OFFERS = Sql(
    "SELECT o.id, o.item_id, i.name, i.code, i.barcode, i.kind, o.points, o.cash, o.min_rank, o.per_member, "
    "coalesce(p.sha256, '') AS picture, coalesce(s.on_hand - s.reserved, 0) AS stock, "
    "(SELECT max(t.name) FROM tier t WHERE t.rank = o.min_rank) AS tier_names, "
    "CASE WHEN o.per_member = 0 THEN 0 ELSE (SELECT CAST(coalesce(sum(l.quantity - l.undone), 0) AS bigint) "
    "FROM redemption r JOIN redemption_line l ON l.redemption_id = r.id WHERE r.member_id = :m "
    "AND l.offer_id = o.id AND r.placed_on >= o.starts_on AND r.placed_on <= o.ends_on) END AS had "
    "FROM offer o JOIN item i ON i.id = o.item_id LEFT JOIN item_picture p ON p.item_id = i.id "
    "LEFT JOIN stock s ON s.item_id = i.id AND s.branch_id = :branch "
    "WHERE o.active = 1 AND i.visible = 1 AND o.starts_on <= :today AND o.ends_on >= :today "
    f"ORDER BY o.points, i.sort_name, o.id LIMIT {MOST_OFFERS}"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the counter needs to know of the shop. ``consent`` is none, pin or code, from so many points on."""

    shop: str
    branch: str
    branch_address: str
    branch_phone: str
    consent: str
    consent_from: int
    pickup_days: int
    today: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Recent:
    """A member of the last tasks."""

    id: int
    name: str
    tier: str  # code


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a typed or scanned text stands for. ``by`` is card or code where it also proves who stands there."""

    text: str
    members: tuple[Found, ...]
    orders: tuple[QueueRow, ...]
    by: str = ""
    card_state: str = ""  # lost or replaced: the card is no longer in force
    card_ended: date | None = None


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as this member meets it. ``why_not``: "", short, tier, limit or sold_out. ``cash`` in minor units."""

    offer_id: int
    item_id: int
    name: str
    code: str
    barcode: str
    kind: str
    points: int
    cash: int
    picture: str  # its digest, "" = none
    stock: int  # at the actor's branch; nought for what is not kept
    tier: str  # the lowest that may take it, in the language in use
    per_member: int
    had: int
    why_not: str
    short: int  # points that are missing


@query(Permission.SEE_MEMBERS)
def facts(work: Work) -> Facts:
    """The shop's name and place, what spending asks for, and every reason in force."""
    work.ahead(policies.ASKED, (_BRANCH, {"id": work.actor.branch_id}))
    settings = policies.read(work)
    branch = work.first(_BRANCH, id=work.actor.branch_id)
    assert branch is not None
    return Facts(
        work.shop.name, branch.name, branch.address, branch.phone, settings["spend_consent"],
        settings["spend_consent_from"], settings["pickup_days"], work.today,
        tuple(reason for reason in reasons.reasons(work) if reason.active),
    )  # fmt: skip


@query(Permission.SEE_MEMBERS)
def recent(work: Work, *, member_ids: tuple[int, ...]) -> tuple[Recent, ...]:
    """The members with these ids, in this order; those that are gone are left out."""
    wanted = member_ids[:20]
    if not wanted:
        return ()
    rows = {row.id: row for row in work.all(_recent(len(wanted)), **list_params("m", wanted))}
    return tuple(Recent(rows[i].id, rows[i].name, rows[i].tier) for i in wanted if i in rows)


@cache
def _recent(count: int) -> Sql:
    return Sql(
        "SELECT m.id, m.name, t.code AS tier FROM member m JOIN tier t ON t.id = m.tier_id "
        f"WHERE m.id IN ({in_list('m', count)})"
    )


@query(Permission.SEE_MEMBERS)
def recognise(work: Work, *, text: str, limit: int = 30) -> Recognised:
    """Members for a phone, its end, a card, a name or initials; orders for a number or a pick-up code."""
    typed = text.strip()
    folded = "".join(typed.split()).replace("-", "")
    work.ahead(*_card_asked(typed))
    found = members.find(work, text=typed, limit=limit)
    by, state, ended = "", "", None
    card = _card(work, typed)
    if card is not None:
        by, state = ("card", "") if card.state == "active" else ("", card.state)
        if card.ended_at and state:
            ended = parse_instant(card.ended_at).astimezone(work.shop.zone()).date()
        found = tuple(one for one in found if one.id == card.member_id) or found
    orders: tuple[QueueRow, ...] = ()
    if card is None and folded.isascii() and len(folded) >= LEAST_CODE:
        orders = redemptions.find(work, text=typed)
        if len(orders) == 1 and _is_pickup_code(work, typed):
            by = "code"
    return Recognised(typed, found, orders, by, state, ended)


def _card(work: Work, text: str) -> Any:
    try:
        number = card_of(text)
    except Refused:
        return None
    return work.first(_CARD, card=number)


def _card_asked(text: str) -> list[tuple[Sql, dict[str, Any]]]:
    try:
        return [(_CARD, {"card": card_of(text)})]
    except Refused:
        return []


def _is_pickup_code(work: Work, text: str) -> bool:
    try:
        code = read_pickup_code(text)
    except RuleError:
        return False
    return work.first(_BY_PICKUP_CODE, code=code) is not None


@query(Permission.SEE_CATALOG)
def offers(work: Work, *, member_id: int) -> tuple[OfferRow, ...]:
    """What is on offer today, what the member can take now first; each with why not. At most 500."""
    asked = {"m": member_id, "branch": work.actor.branch_id, "today": work.today_text}
    work.ahead((_RANK, {"m": member_id}), (_OFFERS, asked))
    now = standing(work, member_id)
    rank = work.value(_RANK, m=member_id)
    rows = work.all(_OFFERS, **asked)
    out = [_offer(row, now.available, rank) for row in rows]
    return tuple(sorted(out, key=lambda one: one.why_not != ""))


def _offer(row: Any, available: int, rank: int) -> OfferRow:
    short = max(0, row.points - available)
    if rank < row.min_rank:
        why_not = "tier"
    elif row.per_member and row.had >= row.per_member:
        why_not = "limit"
    elif row.kind == "goods" and row.stock < 1:
        why_not = "sold_out"
    else:
        why_not = "short" if short else ""
    return OfferRow(
        row.id, row.item_id, row.name, row.code, row.barcode, row.kind, row.points, row.cash, row.picture,
        row.stock if row.kind == "goods" else 0, named(row.tier_names or ""), row.per_member, int(row.had), why_not,
        short,
    )  # fmt: skip
