"""The empty shop of the fixtures: one branch, and one operator per role."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING

import argon2

from desktop_admin.services.database.sql import Sql

if TYPE_CHECKING:
    from desktop_admin.services.database.clock import Clock
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

PASSWORD = "correct horse 42"
BRANCH = "Main street"

_BRANCH = Sql("SELECT id FROM branch ORDER BY id LIMIT 1")
_OPERATORS = Sql("SELECT id, name, role FROM operator ORDER BY id")
_HIRE = Sql(
    "INSERT INTO operator (login, name, role, branch_id, password_hash, must_change, created_at) "
    "VALUES (:login, :name, :role, :branch_id, :password_hash, 0, :now)"
)
_NOT_DUE = Sql("UPDATE operator SET must_change = 0")
_ANY_CLOCK = Sql("INSERT INTO setting (name, value) VALUES ('clock_tolerance', '100000000')")


@dataclass(frozen=True)
class Founded:
    """What the template holds."""

    branch_id: int
    actors: dict[str, Actor]


def found(url: str, clock: Clock) -> Founded:
    """Found the shop at this URL: an empty database, or the path of a file yet to be."""
    from desktop_admin.services import shop
    from desktop_admin.services.permissions import Role
    from desktop_admin.services.work import Actor, Work

    secret = argon2.PasswordHasher().hash(PASSWORD)
    database = shop.found(
        url, name="Test shop", branch_name=BRANCH, admin_login=Role.ADMINISTRATOR.value,
        admin_name="The administrator", admin_password_hash=secret, clock=clock)

    def hire(work: Work) -> Founded:
        branch = work.value(_BRANCH)
        for role in Role:
            if role.value not in {row.role for row in work.all(_OPERATORS)}:
                work.run(_HIRE, login=role.value, name=f"The {role.value}", role=role.value,
                         branch_id=branch, password_hash=secret, now=work.now_text)
        return Founded(branch, {
            row.role: Actor(row.id, row.name, Role(row.role), branch, BRANCH, "till 1")
            for row in work.all(_OPERATORS)
        })

    try:
        founded = database.write(hire, actor=None).result
        if database.on_server:
            give_roles(database)
        return founded
    finally:
        database.close()


def give_roles(database: Database) -> None:
    """Roles of the server for the shop and its operators, whose password stays the tests'; their clock may differ."""
    from desktop_admin.services.database.authority import setting_up
    from desktop_admin.services.operators import secrets

    setting_up.run(database.engine, lambda _login: secrets.verifier(PASSWORD))
    database.write(lambda work: work.run(_NOT_DUE), actor=None)
    database.write(lambda work: work.run(_ANY_CLOCK), actor=None)


def renew_roles(url: str) -> None:
    """Roles belong to the whole server: what the last test made of an operator is undone; and what of the rights a copy
    does not bring along.
    """
    import psycopg

    from desktop_admin.services.database.authority import setting_up

    with psycopg.connect(url) as connection:
        connection.execute("SELECT keep_account(id, NULL) FROM operator WHERE account <> ''")
        (shop,) = connection.execute("SELECT shop_prefix()").fetchone() or ("",)
        for statement in setting_up.of_database(shop, connection.info.dbname):
            connection.execute(statement.encode())


def faults(database: Database) -> list[object]:
    """What the doctor finds."""
    if importlib.util.find_spec("desktop_admin.services.doctor") is None:
        return []
    from desktop_admin.services.shop import system_actor

    doctor = importlib.import_module("desktop_admin.services.doctor")
    return list(database.read(doctor.faults, actor=system_actor(database)))
