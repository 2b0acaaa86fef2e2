"""What tests of operators share: signing in, being refused, taking somebody on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop_admin.services import operators
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import secrets
from desktop_admin.services.work import Actor
from tests.founding import PASSWORD

OWN = "nine green bottles"
TILL = "till 1"
As = Callable[[str], Actor]
given: list[str] = []  # one-time passwords, in the order they were made


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with few resources."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(secrets, "_hasher", lambda: quick)


def sign_in(database: Database, login: str = "manager", password: str = PASSWORD, **more: Any) -> Actor:
    more.setdefault("workstation", TILL)
    return operators.sign_in(database, login=login, password=password, **more)


def refused(call: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def create(database: Database, as_role: As, login: str, role: str = "counter", **more: Any) -> int:
    """Take somebody on with a one-time password, which is the last of `given`."""
    secret = operators.new_secret()
    admin = as_role("administrator")
    saved = database.write(
        lambda work: operators.create(
            work, request=new_request(), login=login, name=login.title(), role=role, branch_id=admin.branch_id,
            secret_hash=secret.hash, verifier=secret.verifier, **more,
        ),
        actor=admin,
    ).result  # fmt: skip
    given.append(secret.plain)
    return saved.operator_id


def change_own(database: Database, actor: Actor) -> Actor:
    return operators.change_password(database, actor=actor, old=given[-1], new=OWN)
