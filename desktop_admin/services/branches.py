"""Branches: the places with a counter and possibly stock."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.audit import changed_meanwhile
from desktop_admin.services.command import command, query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.words import plain_line
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_COLUMNS = (
    "SELECT b.id, b.code, b.name, b.address, b.phone, b.active, b.version, "
    "(SELECT count(*) FROM operator o WHERE o.branch_id = b.id AND o.active = 1 AND o.role <> 'system') AS operators, "
    "CAST(coalesce((SELECT sum(s.on_hand) FROM stock s WHERE s.branch_id = b.id), 0) AS bigint) AS pieces "
    "FROM branch b "
)
_ALL = Sql(_COLUMNS + "ORDER BY b.active DESC, b.code")
_ONE = Sql(_COLUMNS + "WHERE b.id = :id")
_NAMES = Sql("SELECT id, code, name FROM branch WHERE active = 1 ORDER BY code")
_TAKEN = Sql("SELECT id FROM branch WHERE code = :code AND id <> :id")
_ADD = Sql("INSERT INTO branch (code, name, address, phone) VALUES (:code, :name, :address, :phone) RETURNING id")
_EDIT = Sql(
    "UPDATE branch SET code = :code, name = :name, address = :address, phone = :phone, version = version + 1 "
    "WHERE id = :id AND version = :version"
)
_ACTIVE = Sql("UPDATE branch SET active = :active, version = version + 1 WHERE id = :id AND version = :version")
_OTHERS = Sql("SELECT count(*) FROM branch WHERE active = 1 AND id <> :id")
_OPEN_ORDERS = Sql(
    "SELECT count(*) FROM redemption WHERE branch_id = :id "
    "AND state IN ('placed', 'picking', 'packed', 'shipped', 'ready', 'booked')"
)
_LOCK = Sql("SELECT id FROM branch ORDER BY id", postgresql="SELECT id FROM branch ORDER BY id FOR NO KEY UPDATE")


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch, how many operators belong to it and how many pieces lie there."""

    id: int
    code: str
    name: str
    address: str
    phone: str
    active: bool
    version: int
    operators: int
    pieces: int


@dataclass(frozen=True, slots=True)
class BranchName:
    """A branch in a list to choose from."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The branch that was written and its version now."""

    branch_id: int
    version: int


@query(Permission.USE_PROGRAM)
def names(work: Work) -> tuple[BranchName, ...]:
    """The branches that are open."""
    return tuple(BranchName(row.id, row.code, row.name) for row in work.all(_NAMES))


@query(Permission.EDIT_BRANCHES)
def listing(work: Work) -> tuple[Branch, ...]:
    """Every branch, the open ones first."""
    return tuple(_branch(row) for row in work.all(_ALL))


@query(Permission.EDIT_BRANCHES)
def card(work: Work, *, branch_id: int) -> Branch:
    """One branch."""
    return _found(work, branch_id)


@command(Permission.EDIT_BRANCHES, Topic.OPERATORS, Topic.STOCK)
def create(work: Work, *, request: str, code: str, name: str, address: str = "", phone: str = "") -> Saved:
    """Open a branch. Refuses a code that is taken and a missing name."""
    facts = _checked(work, 0, code, name, address, phone)
    branch_id = work.value(_ADD, **facts)
    work.audit("create", "branch", branch_id, None, facts)
    return Saved(branch_id, 1)


@command(Permission.EDIT_BRANCHES, Topic.OPERATORS, Topic.STOCK)
def edit(
    work: Work, *, request: str, branch_id: int, version: int, code: str, name: str, address: str = "", phone: str = ""
) -> Saved:
    """Change a branch. Refuses a code that is taken; asks where somebody changed it meanwhile."""
    before = _found(work, branch_id)
    facts = _checked(work, branch_id, code, name, address, phone)
    was = {key: value for key, value in asdict(before).items() if key in facts}
    if not work.run(_EDIT, id=branch_id, version=version, **facts):
        raise changed_meanwhile(work, "branch", branch_id, now=was, version=before.version)
    work.audit("edit", "branch", branch_id, was, facts)
    return Saved(branch_id, version + 1)


@command(Permission.EDIT_BRANCHES, Topic.OPERATORS, Topic.STOCK)
def set_active(work: Work, *, request: str, branch_id: int, version: int, active: bool) -> Saved:
    """Close a branch or open it again. Refuses to close one with stock, open orders or operators, and the last."""
    work.all(_LOCK)  # two administrators cannot close the last two at once
    before = _found(work, branch_id)
    if not active:
        _check_empty(work, before)
    if not work.run(_ACTIVE, id=branch_id, version=version, active=int(active)):
        raise changed_meanwhile(work, "branch", branch_id, now={"active": before.active}, version=before.version)
    work.audit("open" if active else "close", "branch", branch_id, {"active": before.active}, {"active": active})
    return Saved(branch_id, version + 1)


def _check_empty(work: Work, branch: Branch) -> None:
    if not work.value(_OTHERS, id=branch.id):
        raise Refused(N_("The last open branch stays open."))
    if branch.pieces:
        raise Refused(N_("Pieces in stock here: {pieces}. Transfer them first."), pieces=branch.pieces)
    orders = work.value(_OPEN_ORDERS, id=branch.id)
    if orders:
        raise Refused(N_("Open redemptions here: {orders}. Finish or cancel them first."), orders=orders)
    if branch.operators:
        raise Refused(N_("Operators who belong here: {operators}. Move them first."), operators=branch.operators)


def _checked(work: Work, branch_id: int, code: str, name: str, address: str, phone: str) -> dict[str, str]:
    said = {"code": code, "name": name, "address": address, "phone": phone}
    facts = {field: plain_line(text) for field, text in said.items()}
    for field, least, most in (("code", 1, 12), ("name", 1, 60), ("address", 0, 200), ("phone", 0, 40)):
        if not least <= len(facts[field]) <= most:
            raise Refused(N_("{least} to {most} characters."), field=field, least=least, most=most)
    if ":" in facts["code"] or any(c.isspace() for c in facts["code"]):
        raise Refused(N_("A code has neither blanks nor colons."), field="code")
    if work.value(_TAKEN, code=facts["code"], id=branch_id) is not None:
        raise Refused(N_("Another branch has the code {code}."), field="code", code=facts["code"])
    return facts


def _found(work: Work, branch_id: int) -> Branch:
    row = work.first(_ONE, id=branch_id)
    if row is None:
        raise Refused(N_("This branch does not exist."))
    return _branch(row)


def _branch(row: Any) -> Branch:
    return Branch(
        row.id, row.code, row.name, row.address, row.phone, bool(row.active), row.version, row.operators, row.pieces
    )
