"""Branches and operators of the sample shop: every role, with passwords that are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from desktop_admin.services import branches, operators, policies, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor, Work

SHOP_NAME = "悦享生活馆"
ADMIN, FORMER = "admin", "former"

_MAIN = Sql("SELECT id, version FROM branch ORDER BY id LIMIT 1")
_PEOPLE = Sql("SELECT id, login, version FROM operator")

# code, name, address, phone
_BRANCHES = (
    ("01", "人民路总店", "人民路 88 号一层", "021-62350088"),
    ("02", "大学城店", "学府路 201 号", "021-57810201"),
    ("03", "滨江店", "滨江大道 16 号", "021-68930016"),
)
# login, name, role, branch (from 0)
_PEOPLE_HIRED = (
    ("manager", "林晓彤", Role.MANAGER, 0),
    ("manager2", "郭婷", Role.MANAGER, 1),
    ("counter", "王小雨", Role.COUNTER, 0),
    ("counter2", "李浩", Role.COUNTER, 1),
    ("counter3", "周敏", Role.COUNTER, 2),
    ("counter4", "吴磊", Role.COUNTER, 0),
    ("clerk", "赵强", Role.CLERK, 0),
    ("clerk2", "孙悦", Role.CLERK, 1),
    ("auditor", "何伟", Role.AUDITOR, 0),
    (FORMER, "郑可", Role.COUNTER, 2),
)


@dataclass(frozen=True)
class Staff:
    """Who works here, ready to act; branches by their position, tills in the order of branches."""

    branches: tuple[int, ...]
    system: Actor
    admin: Actor
    managers: tuple[Actor, Actor]
    tills: tuple[tuple[Actor, ...], ...]
    clerks: tuple[Actor, ...]

    def clerk(self, branch_id: int) -> Actor:
        """Who packs for a branch."""
        return self.clerks[1] if branch_id == self.branches[1] else self.clerks[0]


def settle(database: Database, password: str, new_request: Any) -> Staff:
    """Open the branches, take on the operators, set the shop's settings."""
    admin = _actor(database, ADMIN, "陈静", Role.ADMINISTRATOR, _main(database).id, _BRANCHES[0][1])
    ids = _branches(database, admin, new_request)
    secret = operators.new_secret()
    people = {ADMIN: admin}
    for login, name, role, at in _PEOPLE_HIRED:
        people[login] = _hire(database, admin, new_request(), secret, password, (login, name, role, at), ids)
    known = {row.login: row for row in database.read(lambda work: work.all(_PEOPLE))}
    former = known[FORMER]
    database.write(
        lambda work: operators.set_active(
            work, request=new_request(), operator_id=former.id, version=former.version, active=False
        ),
        actor=admin,
    )
    values = {"expiry_policy": "month_end", "expiry_months": 12, "pending_days": 3, "approval_hours": 72}
    database.write(lambda work: policies.change(work, request=new_request(), values=values), actor=admin)
    return Staff(
        branches=ids,
        system=shop.system_actor(database),
        admin=admin,
        managers=(people["manager"], people["manager2"]),
        tills=((people["counter"], people["counter4"]), (people["counter2"],), (people["counter3"],)),
        clerks=(people["clerk"], people["clerk2"]),
    )


def _main(database: Database) -> Any:
    return database.read(lambda work: work.first(_MAIN))


def _branches(database: Database, admin: Actor, new_request: Any) -> tuple[int, ...]:
    main = _main(database)

    def open_one(work: Work, facts: tuple[str, str, str, str], known: Any) -> int:
        code, name, address, phone = facts
        said = {"code": code, "name": name, "address": address, "phone": phone}
        if known is not None:
            return branches.edit(
                work, request=new_request(), branch_id=known.id, version=known.version,
                code=code, name=name, address=address, phone=phone,
            ).branch_id  # fmt: skip
        return branches.create(work, request=new_request(), **said).branch_id

    return tuple(
        database.write(partial(open_one, facts=facts, known=main if n == 0 else None), actor=admin).result
        for n, facts in enumerate(_BRANCHES)
    )


def _hire(
    database: Database, admin: Actor, request: str, secret: operators.Secret, password: str,
    person: tuple[str, str, Role, int], ids: tuple[int, ...],
) -> Actor:  # fmt: skip
    login, name, role, at = person
    saved = database.write(
        lambda work: operators.create(
            work, request=request, login=login, name=name, role=role.value, branch_id=ids[at],
            secret_hash=secret.hash, verifier=secret.verifier,
        ),
        actor=admin,
    ).result
    desk = _workstation(login, at)
    actor = Actor(saved.operator_id, name, role, ids[at], _BRANCHES[at][1], desk, must_change=True)
    if login == FORMER:  # left before the first day
        return actor
    return operators.change_password(database, actor=actor, old=secret.plain, new=password)


def _actor(database: Database, login: str, name: str, role: Role, branch_id: int, branch: str) -> Actor:
    row = next(row for row in database.read(lambda work: work.all(_PEOPLE)) if row.login == login)
    return Actor(row.id, name, role, branch_id, branch, _workstation(login, 0))


def _workstation(login: str, at: int) -> str:
    if login.startswith("counter"):
        return f"till-{at + 1}{'b' if login == 'counter4' else ''}"
    return f"office-{at + 1}"
