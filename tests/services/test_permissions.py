"""Every command and query asks leave: called as every role, those without it are refused before anything happens."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

import pytest

import desktop_admin.services as services
from desktop_admin.services.command import COMMANDS, QUERIES, new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import MATRIX, Permission, Role, may
from desktop_admin.services.work import Actor

AsRole = Callable[[str], Actor]
_OPERATIONS = Sql("SELECT count(*) FROM operation")


def _all() -> dict[str, Callable[..., object]]:
    for module in pkgutil.walk_packages(services.__path__, "desktop_admin.services."):
        if not module.name.endswith(("_worker", ".worker", ".env")) and ".upgrades." not in module.name:
            importlib.import_module(module.name)
    return {**COMMANDS, **QUERIES}


def test_every_service_refuses_every_role_without_leave(database: Database, as_role: AsRole) -> None:
    before = database.read(lambda work: work.value(_OPERATIONS))
    asked = 0
    for name, service in sorted(_all().items()):
        permission: Permission = service.permission  # type: ignore[attr-defined]
        for role in Role:
            if may(role, permission):
                continue
            kwargs = {"request": new_request()} if name in COMMANDS else {}
            with pytest.raises(Refused, match="role does not allow"):
                database.write(lambda work, s=service, k=kwargs: s(work, **k), actor=as_role(role.value))
            asked += 1
    assert asked > 100
    assert database.read(lambda work: work.value(_OPERATIONS)) == before


def test_reads_ask_for_no_more_than_seeing() -> None:
    _all()
    writing = {service.permission for service in COMMANDS.values()}  # type: ignore[attr-defined]
    assert Permission.SEE_MEMBERS not in writing
    assert {Permission.ADJUST, Permission.TRANSFER, Permission.REVERSE, Permission.RESTORE} <= writing | {
        Permission.RESTORE
    }


def test_nobody_but_the_administrator_holds_everything() -> None:
    for role, held in MATRIX.items():
        assert (held == frozenset(Permission)) == (role in (Role.ADMINISTRATOR, Role.SYSTEM))


def test_the_auditor_changes_nothing() -> None:
    _all()
    changing = {service.permission for service in COMMANDS.values()}  # type: ignore[attr-defined]
    own = {Permission.USE_PROGRAM, Permission.EXPORT, Permission.RUN_DOCTOR}
    assert not (MATRIX[Role.AUDITOR] & changing) - own
