"""Operators as an administrator keeps them: who works here, in which role, in which branch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.audit import changed_meanwhile
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import accounts_on_server
from desktop_admin.services.operators.accounts_on_server import with_pin
from desktop_admin.services.operators.trying import forgive_everywhere, normal_login
from desktop_admin.services.permissions import Permission, Role
from desktop_admin.services.rules.words import plain_line
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_COLUMNS = (
    "SELECT o.id, o.login, o.name, o.role, o.branch_id, b.name AS branch, o.member_id, "
    "coalesce(m.card_number, '') AS card, coalesce(m.name, '') AS member, o.active, o.must_change, "
    "{has_pin} AS has_pin, o.created_at, o.last_sign_in, o.version, CAST(coalesce((SELECT sum(f.failures) "
    "FROM sign_in_failure f WHERE f.login = o.login), 0) AS bigint) AS failures "
    "FROM operator o JOIN branch b ON b.id = o.branch_id LEFT JOIN member m ON m.id = o.member_id "
)
_ALL = with_pin(_COLUMNS + "WHERE o.role <> 'system' ORDER BY o.active DESC, o.name, o.id")
_ONE = with_pin(_COLUMNS + "WHERE o.role <> 'system' AND o.id = :id")
_LOCK = Sql(
    "SELECT id FROM operator WHERE role = 'administrator' ORDER BY id",
    postgresql="SELECT id FROM operator WHERE role = 'administrator' ORDER BY id FOR NO KEY UPDATE",
)
_TAKEN = Sql("SELECT id FROM operator WHERE login = :login")
_BRANCH = Sql("SELECT active FROM branch WHERE id = :id")
_CARD = Sql("SELECT member_id FROM card WHERE card_number = :card")
_ADD = Sql(
    "INSERT INTO operator (login, name, role, branch_id, member_id, account, password_hash, must_change, created_at) "
    "VALUES (:login, :name, :role, :branch_id, :member_id, :account, :hash, 1, :now) RETURNING id"
)
_EDIT = Sql(
    "UPDATE operator SET name = :name, role = :role, branch_id = :branch_id, member_id = :member_id, "
    "version = version + 1 "
    "WHERE id = :id AND version = :version"
)
_ACTIVE = Sql("UPDATE operator SET active = :active, version = version + 1 WHERE id = :id AND version = :version")
_RESET = Sql(
    "UPDATE operator SET password_hash = :hash, pin_hash = '', must_change = 1 WHERE id = :id"
)
_OTHER_ADMINISTRATORS = Sql(
    "SELECT count(*) FROM operator WHERE role = 'administrator' AND active = 1 AND id <> :id"
)


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One operator. ``failures`` counts wrong passwords in a row; the member is the operator's own account."""

    id: int
    login: str
    name: str
    role: str
    branch_id: int
    branch: str
    member_id: int | None
    card: str
    member: str
    active: bool
    must_change: bool
    has_pin: bool
    created_at: datetime
    last_sign_in: datetime | None
    version: int
    failures: int


@dataclass(frozen=True, slots=True)
class Saved:
    """The operator that was written and its version now."""

    operator_id: int
    version: int


@query(Permission.EDIT_OPERATORS)
def listing(work: Work) -> tuple[OperatorRow, ...]:
    """Every operator, the active ones first. Not the one of scheduled jobs."""
    return tuple(_row(row) for row in work.all(_ALL))


@query(Permission.EDIT_OPERATORS)
def card(work: Work, *, operator_id: int) -> OperatorRow:
    """One operator."""
    return _found(work, operator_id)


@command(Permission.EDIT_OPERATORS, Topic.OPERATORS)
def create(
    work: Work, *, request: str, login: str, name: str, role: str, branch_id: int, secret_hash: str, card: str = "",
    verifier: str = "",
) -> Saved:  # fmt: skip
    """Take on an operator. ``secret_hash`` and ``verifier`` belong to a one-time password the program made.

    Refuses a name that is taken, a role nobody may have, a branch that is closed, an unknown card.
    """
    login = normal_login(plain_line(login))
    if not login or ":" in login or any(c.isspace() for c in login):
        raise Refused(N_("A sign-in name has neither blanks nor colons."), field="login")
    if work.value(_TAKEN, login=login) is not None:
        raise Refused(N_("Somebody already signs in as “{login}”."), field="login", login=login)
    facts = _checked(work, name=name, role=role, branch_id=branch_id, card=card)
    account = accounts_on_server.account_of(work, login)
    operator_id = work.value(_ADD, login=login, account=account, hash=secret_hash, now=work.now_text, **facts)
    accounts_on_server.keep(work, operator_id, verifier)
    work.audit("create", "operator", operator_id, None, {"login": login, **facts})
    return Saved(operator_id, 1)


@command(Permission.EDIT_OPERATORS, Topic.OPERATORS)
def edit(
    work: Work, *, request: str, operator_id: int, version: int, name: str, role: str, branch_id: int, card: str = ""
) -> Saved:
    """Change an operator's name, role, branch or own member account; it holds from their next act on.

    Refuses where somebody changed the operator meanwhile, and to demote the last active administrator.
    """
    before = _found(work, operator_id)
    facts = _checked(work, name=name, role=role, branch_id=branch_id, card=card)
    if before.role == Role.ADMINISTRATOR and facts["role"] != Role.ADMINISTRATOR and before.active:
        _keep_one(work, operator_id)
    if not work.run(_EDIT, id=operator_id, version=version, **facts):
        raise changed_meanwhile(work, "operator", operator_id, now=_shown(before), version=before.version)
    accounts_on_server.keep(work, operator_id)
    was = {key: getattr(before, key) for key in (*facts, "card")}
    work.audit("edit", "operator", operator_id, was, {**facts, "card": card.strip()})
    return Saved(operator_id, version + 1)


@command(Permission.EDIT_OPERATORS, Topic.OPERATORS)
def set_active(work: Work, *, request: str, operator_id: int, version: int, active: bool) -> Saved:
    """Switch an account off or on again; off holds from the operator's next act on.

    Refuses to switch off the last active administrator and one's own account.
    """
    before = _found(work, operator_id)
    if not active:
        if operator_id == work.actor.operator_id:
            raise Refused(N_("Nobody switches off their own account."))
        if before.role == Role.ADMINISTRATOR:
            _keep_one(work, operator_id)
    if not work.run(_ACTIVE, id=operator_id, version=version, active=int(active)):
        raise changed_meanwhile(work, "operator", operator_id, now=_shown(before), version=before.version)
    accounts_on_server.keep(work, operator_id)
    action = "activate" if active else "deactivate"
    work.audit(action, "operator", operator_id, {"active": before.active}, {"active": active})
    return Saved(operator_id, version + 1)


@command(Permission.EDIT_OPERATORS, Topic.OPERATORS)
def reset_password(work: Work, *, request: str, operator_id: int, secret_hash: str, verifier: str = "") -> Saved:
    """Give an operator a one-time password the program made; at signing in they choose their own. The PIN goes too."""
    before = _found(work, operator_id)
    if operator_id == work.actor.operator_id:
        raise Refused(N_("Change your own password under “My account”."))
    work.run(_RESET, id=operator_id, hash=secret_hash)
    accounts_on_server.keep(work, operator_id, verifier)
    forgive_everywhere(work, login=before.login, operator_id=operator_id)
    work.audit("reset password", "operator", operator_id)
    return Saved(operator_id, before.version)


@command(Permission.EDIT_OPERATORS, Topic.OPERATORS)
def unlock(work: Work, *, request: str, operator_id: int) -> Saved:
    """Forget an operator's wrong passwords, so that they need not wait."""
    before = _found(work, operator_id)
    forgive_everywhere(work, login=before.login, operator_id=operator_id)
    work.audit("unlock", "operator", operator_id, {"failures": before.failures}, {"failures": 0})
    return Saved(operator_id, before.version)


def _keep_one(work: Work, operator_id: int) -> None:
    work.all(_LOCK)  # two administrators cannot switch each other off at once
    if not work.value(_OTHER_ADMINISTRATORS, id=operator_id):
        raise Refused(N_("The last active administrator must stay one."), field="role")


def _checked(work: Work, *, name: str, role: str, branch_id: int, card: str) -> dict[str, Any]:
    name = plain_line(name)
    if not 1 <= len(name) <= 60:
        raise Refused(N_("A name has 1 to {most} characters."), field="name", most=60)
    if role not in {r.value for r in Role} - {Role.SYSTEM.value}:
        raise Refused(N_("Choose one of the roles."), field="role")
    if not work.value(_BRANCH, id=branch_id):
        raise Refused(N_("Choose a branch that is open."), field="branch_id")
    member_id = None
    if card.strip():
        member_id = work.value(_CARD, card=card.strip())
        if member_id is None:
            raise Refused(N_("No member has the card {card}."), field="card", card=card.strip())
    return {"name": name, "role": role, "branch_id": branch_id, "member_id": member_id}


def _found(work: Work, operator_id: int) -> OperatorRow:
    row = work.first(_ONE, id=operator_id)
    if row is None:
        raise Refused(N_("This operator does not exist."))
    return _row(row)


def _row(row: Any) -> OperatorRow:
    facts = dict(row._mapping)
    for name in ("active", "must_change", "has_pin"):
        facts[name] = bool(facts[name])
    facts["created_at"] = parse_instant(facts["created_at"])
    facts["last_sign_in"] = parse_instant(facts["last_sign_in"]) if facts["last_sign_in"] else None
    return OperatorRow(**facts)


def _shown(row: OperatorRow) -> dict[str, Any]:
    """What a form shows of an operator."""
    return {name: getattr(row, name) for name in ("name", "role", "branch_id", "card", "active")}
