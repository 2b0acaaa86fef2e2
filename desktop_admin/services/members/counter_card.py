"""The member card: all the counter sees of a member at a glance, in six statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import policies, sealing, tiers
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.members.closing import OPEN_STATES
from desktop_admin.services.members.finding import birthday_in, local_day
from desktop_admin.services.members.movement import COLUMNS, JOINS, EntryLine, entry_line
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.rules.members import mask_phone
from desktop_admin.services.rules.tiers import Falls, Needs
from desktop_admin.services.work import Work

ENTRIES = 9  # the counter shows some of them, and undoes any of them by its number
BIRTHDAY_SOON = 7  # days

_LOTS = "FROM lot l WHERE l.member_id = m.id AND l.remaining > 0 AND "
_USABLE = "l.spendable_from <= :today AND l.expires_on >= :today"
_MEMBER = Sql(
    "SELECT m.id, m.name, m.phone, m.card_number, m.birthday, m.remark, m.enrolled_on, m.balance, m.owed, "
    "m.earn_frozen, m.spend_frozen, m.closed_at, m.pin_hash, m.tier_id, m.tier_falls_on, m.tier_manual, "
    "m.tier_manual_tier, m.tier_manual_until, m.version, b.name AS branch, k.secret, "
    "(SELECT count(*) FROM operator o WHERE o.id = :operator AND o.member_id = m.id) AS own, "
    f"(SELECT CAST(coalesce(sum(l.remaining), 0) AS bigint) {_LOTS} {_USABLE}) AS available, "
    f"(SELECT CAST(coalesce(sum(l.remaining), 0) AS bigint) {_LOTS} l.spendable_from > :today) AS pending, "
    f"(SELECT CAST(coalesce(sum(l.remaining), 0) AS bigint) {_LOTS} {_USABLE} "
    "AND l.expires_on <= :soon) AS expiring, "
    f"(SELECT min(l.expires_on) {_LOTS} {_USABLE} AND l.expires_on <= :soon) AS expires_first "
    "FROM member m JOIN branch b ON b.id = m.branch_id LEFT JOIN member_key k ON k.member_id = m.id "
    "WHERE m.id = :m"
)
_ENTRIES = Sql(f"SELECT {COLUMNS} FROM entry e {JOINS} WHERE e.member_id = :m ORDER BY e.seq DESC LIMIT :most")
_ORDERS = Sql(
    "SELECT r.id, r.number, r.state, r.delivery, r.promised_on, r.state_since, r.points, r.cash, "
    "(SELECT count(*) FROM redemption_line l WHERE l.redemption_id = r.id) AS lines, "
    "(SELECT i.name FROM redemption_line l JOIN item i ON i.id = l.item_id WHERE l.redemption_id = r.id "
    "ORDER BY l.n LIMIT 1) AS item "
    "FROM redemption r WHERE r.member_id = :m AND "
    f"r.state IN ({in_list('state', len(OPEN_STATES))}) ORDER BY r.id DESC LIMIT 20"
)
_STATES = list_params("state", OPEN_STATES)


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A redemption not yet in the member's hands. ``item`` is the first of ``lines`` items."""

    id: int
    number: str
    state: str
    delivery: str
    promised_on: date
    since: datetime
    item: str
    lines: int
    points: int
    cash: int


@dataclass(frozen=True, slots=True)
class MemberCard:
    """What the counter sees. Points whole, ``spend`` in minor units over the tier's window."""

    id: int
    name: str
    phone: str
    phone_hidden: bool
    card_number: str
    branch: str
    enrolled_on: date
    birthday: date | None
    birthday_in: int | None  # days, within a week
    remark: str
    tier: str
    tier_names: dict[str, str]
    tier_manual: str
    top_tier: bool
    spend: int
    needs: Needs | None
    falls: Falls | None
    balance: int
    available: int
    pending: int
    expiring: int
    expires_first: date | None
    expiring_days: int  # how far ahead "expiring soon" looks
    owed: int
    earn_frozen: str
    spend_frozen: str
    closed_on: date | None
    has_pin: bool
    own: bool  # the actor's own account, on which they may not act
    version: int
    entries: tuple[EntryLine, ...]
    orders: tuple[OpenOrder, ...]


@query(Permission.SEE_MEMBERS)
def card(work: Work, *, member_id: int) -> MemberCard:
    """The member card. Refuses a member that does not exist."""
    _ask_ahead(work, member_id)
    settings = policies.read(work)
    soon = work.today + timedelta(days=settings["expiring_soon_days"])
    row = work.first(
        _MEMBER, m=member_id, today=work.today_text, soon=soon.isoformat(), operator=work.actor.operator_id
    )
    if row is None:
        raise Refused(N_("This member does not exist any more."), field="member")
    steps = tiers.ladder(work, settings)
    standing = tiers.standing(work, member_id, steps, row)
    entries = work.all(_ENTRIES, m=member_id, most=ENTRIES)
    orders = work.all(_ORDERS, m=member_id, **_STATES)
    hidden = bool(row.phone) and not may(work.actor.role, Permission.SEE_FULL_PHONES)
    birthday = date.fromisoformat(row.birthday) if row.birthday else None
    return MemberCard(
        id=row.id,
        name=row.name,
        phone=mask_phone(row.phone) if hidden else row.phone,
        phone_hidden=hidden,
        card_number=row.card_number,
        branch=row.branch,
        enrolled_on=date.fromisoformat(row.enrolled_on),
        birthday=birthday,
        birthday_in=birthday_in(birthday, work.today, BIRTHDAY_SOON),
        remark=row.remark,
        tier=standing.tier.code,
        tier_names=dict(standing.tier.names),
        tier_manual=row.tier_manual,
        top_tier=standing.tier.rank == max(tier.rank for tier in steps.tiers),
        spend=standing.figure,
        needs=standing.needs,
        falls=standing.falls,
        balance=row.balance,
        available=row.available,
        pending=row.pending,
        expiring=row.expiring,
        expires_first=date.fromisoformat(row.expires_first) if row.expires_first else None,
        expiring_days=settings["expiring_soon_days"],
        owed=row.owed,
        earn_frozen=row.earn_frozen,
        spend_frozen=row.spend_frozen,
        closed_on=local_day(work, row.closed_at),
        has_pin=row.pin_hash != "",
        own=bool(row.own),
        version=row.version,
        entries=tuple(_entry(e, member_id, row.secret) for e in entries),
        orders=tuple(_order(o) for o in orders),
    )


def _ask_ahead(work: Work, member_id: int) -> None:
    lists = (_ENTRIES, {"m": member_id, "most": ENTRIES}), (_ORDERS, {"m": member_id, **_STATES})
    work.ahead(policies.ASKED, *tiers.asked(work, member_id), *lists)


def _entry(row: Any, member_id: int, secret: str | None) -> EntryLine:
    return entry_line(row, sealing.unseal_with(secret, member_id, row.note))


def _order(row: Any) -> OpenOrder:
    return OpenOrder(
        row.id, row.number, row.state, row.delivery, date.fromisoformat(row.promised_on),
        parse_instant(row.state_since), row.item or "", row.lines, row.points, row.cash,
    )  # fmt: skip
