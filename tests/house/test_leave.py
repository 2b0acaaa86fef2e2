"""What the server asks leave for is what the services declare."""

from __future__ import annotations

from desktop_admin.services.database.authority import leave
from desktop_admin.services.permissions import Role
from tools import rights


def test_the_server_s_functions_are_made_from_the_declared_permissions() -> None:
    """Else: `python -m tools.rights`."""
    assert rights.LEAVE.read_text(encoding="utf-8") == leave.functions(rights.declared(), rights.ledgers())


def test_every_operation_of_the_program_s_own_has_a_leave() -> None:
    assert not set(leave.UNLISTED) & set(rights.declared())


def test_jobs_may_do_less_than_any_manager() -> None:
    assert leave.permissions(Role.SYSTEM) < leave.permissions(Role.MANAGER)
